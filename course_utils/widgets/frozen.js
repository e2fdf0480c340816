// Plays a frozen figure (frozen.py): native controls, pictures computed on export, the engine's own `paint`.

const alone = "Without a kernel one control moves at a time: the others return to their start.";
const NONE = new Uint8Array(0); // all arrays are kept ones
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const halves = new Uint16Array(bytes.slice(4 + length).buffer);
  return { ...header, arrays: new Uint8Array(Float32Array.from(halves, half).buffer) };
}

/** A float16 as a number. */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

const make = (tag, name, more = {}) => Object.assign(document.createElement(tag), { className: name, ...more });

/** A control as native inputs. `moved(index)` is called when the learner moves it; returns {root, show(index)}. */
function control({ label, kind, stops }, moved) {
  const root = make(kind === "choice" ? "fieldset" : "label", `course-native course-native-${kind}`);
  if (kind === "switch") {
    const box = make("input", "", { type: "checkbox" });
    box.addEventListener("change", () => moved(Number(box.checked)));
    root.append(make("span", "course-name", { textContent: label }), box);
    return { root, show: (k) => { box.checked = k === 1; } };
  }
  if (kind === "choice") {
    root.append(make("legend", "course-name", { textContent: label }));
    const group = `course-${Math.random().toString(36).slice(2)}`;
    const buttons = stops.map((text, k) => {
      const radio = make("input", "", { type: "radio", name: group }), line = make("label", "");
      radio.addEventListener("change", () => moved(k));
      line.append(radio, ` ${text}`);
      root.append(line);
      return radio;
    });
    return { root, show: (k) => { buttons[k].checked = true; } };
  }
  const range = make("input", "", { type: "range", min: 0, max: stops.length - 1, step: 1 }), read = make("output", "course-read");
  range.addEventListener("input", () => moved(range.valueAsNumber));
  const show = (k) => { range.value = k; read.textContent = stops[k]; range.setAttribute("aria-valuetext", stops[k]); };
  range.setAttribute("aria-label", label);
  root.append(make("span", "course-name", { textContent: label }), range, read);
  if (kind === "play") root.append(player(range, moved));
  return { root, show };
}

/** A button that moves a slider step by step. */
function player(range, moved) {
  const button = make("button", "course-play", { type: "button", textContent: "Play" });
  let timer = 0;
  const stop = () => { clearInterval(timer); timer = 0; button.textContent = "Play"; };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (range.valueAsNumber === Number(range.max)) moved(0);
    button.textContent = "Pause";
    timer = setInterval(() => (range.valueAsNumber < Number(range.max) && range.isConnected ? moved(range.valueAsNumber + 1) : stop()), stillness.matches ? 500 : 80);
  });
  return button;
}

class CourseFigure extends HTMLElement {
  async connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.pack = await unpack(this.dataset.pack);
    this.read = reader();
    this.places = this.pack.controls.map((c) => c.start);
    this.build();
    this.ask();
    new ResizeObserver(() => this.soon()).observe(this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.soon());
    new MutationObserver(() => this.soon()).observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class", "data-theme"] });
    this.addEventListener("keydown", (event) => event.stopPropagation()); // an arrow key on a slider turns no page
  }

  build() {
    const live = make("div", "course-live"), figure = make("div", "course-figure");
    this.panel = make("div", "course-controls");
    this.parts = this.pack.controls.map((c, k) => (c.kind === "fixed" ? null : control(c, (place) => this.move({ [k]: place }))));
    this.panel.append(...this.parts.filter(Boolean).map((part) => part.root));
    this.canvas = make("canvas", "course-canvas");
    this.canvas.setAttribute("role", "img");
    [this.verdict, this.says, this.note] = ["course-verdict", "course-says", "course-note"].map((name) => make("p", name));
    for (const line of [this.verdict, this.says]) line.setAttribute("aria-live", "polite");
    if (this.parts.filter(Boolean).length > 1) this.note.textContent = alone;
    figure.append(this.verdict, this.canvas, this.says, this.note);
    live.append(this.panel, figure);
    this.replaceChildren(live);
    this.pointer();
  }

  /** The question comes first; the picture opens with the answer. */
  ask() {
    const { ask } = this.pack;
    if (!ask) return;
    const box = make("div", "course-ask"), hidden = [this.panel, this.canvas, this.says, this.note];
    const open = (state) => hidden.forEach((part) => { part.hidden = !state; });
    const question = make("p", "", { textContent: ask.question });
    question.prepend(make("b", "", { textContent: "Predict first. " }));
    box.append(question);
    for (const choice of ask.choices) {
      const button = make("button", "", { type: "button", textContent: choice });
      button.addEventListener("click", () => {
        for (const other of box.querySelectorAll("button")) other.disabled = true;
        button.setAttribute("aria-pressed", "true");
        const right = choice === ask.answer ? `You predicted “${choice}”, and so it is.` : `You predicted “${choice}”; the run says “${ask.answer}”.`;
        this.verdict.textContent = `${right} ${ask.why}`.trim();
        open(true);
        this.soon();
      });
      box.append(button);
    }
    this.prepend(box);
    open(false);
  }

  /** Move controls to places; those that do not belong to them return to their start. */
  move(places) {
    const { controls, pairs } = this.pack;
    const moved = new Set(Object.keys(places).map((k) => controls[k].name));
    for (const pair of pairs) if (pair.some((name) => moved.has(name))) for (const name of pair) moved.add(name);
    this.places = controls.map((c, k) => places[k] ?? (moved.has(c.name) ? this.places[k] : c.start));
    this.soon();
  }

  soon() { this.frame ||= requestAnimationFrame(() => this.draw()); }

  draw() {
    this.frame = 0;
    this.parts.forEach((part, k) => part?.show(this.places[k]));
    const width = this.canvas.parentElement.clientWidth;
    if (!width || this.canvas.hidden) return;
    const { pictures, frames, arrays } = this.pack, spec = pictures[frames[this.places.join()]];
    this.boxes = paint(this.canvas, spec, this.read(NONE, arrays), this.theme(), width);
    this.canvas.setAttribute("aria-label", spec.alt);
    if (this.says.textContent !== spec.says) this.says.textContent = spec.says;
  }

  theme() {
    const told = this.closest("[data-theme]")?.dataset.theme, seen = (e) => !/^(transparent|rgba\(.*, 0\))$/.test(e);
    let paper = "";
    for (let e = this; e && !paper; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (color && seen(color)) paper = color;
    }
    const theme = told ? { ...THEMES[told === "dark" ? "dark" : "light"], ...(paper && { paper }) } : fitting(paper);
    this.dataset.dark = theme.ink === THEMES.dark.ink;
    return theme;
  }

  /** A point that is dragged, or a place in a map: to the nearest kept position of both controls. */
  pointer() {
    const { controls } = this.pack;
    let held = false;
    const under = ({ offsetX, offsetY }) => (this.boxes ?? []).find((b) => (b.panel.drag || b.panel.point) && offsetX >= b.x && offsetX <= b.x + b.w && offsetY >= b.y && offsetY <= b.y + b.h);
    const value = ({ lo, hi, log }, u) => (log ? lo * (hi / lo) ** u : lo + u * (hi - lo));
    const go = (event) => {
      const box = under(event);
      this.canvas.style.cursor = box ? "crosshair" : "";
      if (!box || (box.panel.drag && !held)) return;
      const [u, v] = [(event.offsetX - box.x) / box.w, 1 - (event.offsetY - box.y) / box.h];
      const places = {};
      (box.panel.drag || box.panel.point).forEach((name, axis) => {
        const k = controls.findIndex((c) => c.name === name);
        if (k < 0) return;
        const scale = axis ? box.panel.y : box.panel.x, target = value(scale, axis ? v : u);
        const far = (x) => Math.abs(scale.log ? Math.log(x / target) : x - target);
        places[k] = controls[k].values.reduce((best, x, i, all) => (far(x) < far(all[best]) ? i : best), 0);
      });
      this.move(places);
    };
    this.canvas.addEventListener("pointerdown", (event) => { held = Boolean(under(event)); if (held) { this.canvas.setPointerCapture(event.pointerId); go(event); } });
    this.canvas.addEventListener("pointermove", go);
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { held = false; });
  }
}

if (!customElements.get("course-figure")) customElements.define("course-figure", CourseFigure);
