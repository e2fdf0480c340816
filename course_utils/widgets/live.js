// The widget around the engine: a picture that follows its controls while a kernel computes. Follows engine.js.

// ---------- accessibility of the controls

/** Give a control its name and its spoken value: what the read-out shows (ipywidgets speaks the exponent of a log slider). */
function speak(control) {
  const put = (element, name, value) => element.getAttribute(name) === value || element.setAttribute(name, value);
  const label = control.querySelector(".widget-label")?.textContent ?? "";
  const readout = control.querySelector(".widget-readout");
  for (const handle of control.querySelectorAll(".noUi-handle")) {
    put(handle, "aria-label", label);
    if (readout) put(handle, "aria-valuetext", readout.textContent);
  }
  const typed = readout && !control.classList.contains("course-grid"); // a grid of values cannot be typed into
  if (typed) { put(readout, "role", "textbox"); put(readout, "aria-label", `${label}, typed`); }
  else if (readout) put(readout, "contenteditable", "false");
  const buttons = control.querySelectorAll(".widget-toggle-button");
  if (buttons.length) { put(control, "role", "group"); put(control, "aria-label", label); }
  for (const button of buttons) put(button, "aria-pressed", String(button.classList.contains("mod-active")));
}

/** The same for the two buttons of ipywidgets' Play, which have pictures for names. */
function speakPlay(player) {
  const label = player.parentElement.querySelector(".widget-label")?.textContent ?? "";
  player.querySelectorAll("button").forEach((button, k) => button.setAttribute("aria-label", `${k ? "play or pause" : "back to the start"}: ${label}`));
}

/** Names and spoken values, now and after every change; the latter once a frame, and only where something changed. */
function keepSpeaking(root) {
  const changed = new Set();
  let frame = 0;
  const all = () => { root.querySelectorAll(".course-control").forEach(speak); root.querySelectorAll(".course-play").forEach(speakPlay); };
  const flush = () => { frame = 0; changed.forEach(speak); changed.clear(); };
  const watch = new MutationObserver((records) => {
    for (const { target } of records) {
      const control = (target.closest ? target : target.parentElement)?.closest(".course-control");
      if (control) changed.add(control);
    }
    frame ||= requestAnimationFrame(flush);
  });
  all();
  for (const controls of root.querySelectorAll(".course-controls"))
    watch.observe(controls, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class", "aria-valuetext"] });
  return () => { watch.disconnect(); cancelAnimationFrame(frame); };
}

// ---------- ahead of the hand

/**
 * Pictures of the slider in hand, by what its read-out says (ahead.py). What is there is painted at once; what is not is
 * asked for, the newest value first; what may come next is asked for while the slider is hovered, focused or held.
 */
function lookAhead(model) {
  const pictures = new Map(), asked = new Map(), views = new Set(), LOST = 3000, AWAY = 500; // ms
  const BRISK = 0.03, SLOW = 0.08; // seconds of a picture: below, two are asked for at a time; above, none ahead
  let name = null, text = null, toward = 1, held = false, eager = false, full = false, filling = -Infinity, seconds = 0, moved = 0, reads = () => ({});
  const self = { shown: null };
  const changed = () => { for (const view of views) view(); };
  const clear = () => { pictures.clear(); full = false; };
  const send = (kind) => model.send({ kind, name, reads: reads(), toward, have: pictures.size });
  const pump = () => {
    const now = performance.now();
    for (const [wish, at] of asked) if (now - at > LOST) asked.delete(wish);
    if (name === null) return;
    if (!pictures.has(text)) {
      if (!asked.has(text) && asked.size < (seconds < BRISK ? 2 : 1)) { asked.set(text, now); send("want"); }
    } else if (eager && !full && seconds < SLOW && now - filling > LOST) { filling = now; send("fill"); }
  };
  const show = () => { if (pictures.has(text)) { self.shown = { name, text, ...pictures.get(text) }; changed(); } };
  const take = (reading, read) => { // the slider in hand is now this one
    reads = read;
    if (reading !== name) { name = reading; text = read()[name]; clear(); }
    pump();
  };
  model.on("msg:custom", (told, buffers) => {
    if (told.kind === "fill") filling = -Infinity; else asked.delete(told.wish);
    if (told.name === name && told.epoch === model.get("epoch")) {
      let k = 0;
      for (const { read, spec, kept, fault } of told.pictures)
        pictures.set(read, fault ? { fault } : { spec, live: buffers[k++], kept: kept ? buffers[k++] : model.get("kept") });
      ({ full, seconds } = told);
      if (self.shown?.text !== text) show();
    }
    pump();
  });
  model.on("change:epoch", () => { clear(); if (performance.now() - moved > AWAY) self.shown = null; else pump(); });
  model.on("change:spec", () => {
    const { shown } = self;
    if (shown && (model.get("spec").at[shown.name] === shown.text || performance.now() - moved > AWAY)) self.shown = null;
  });

  /** Listen to the sliders of a view; `redraw` is called when there is another picture to show. */
  self.attach = (root, redraw) => {
    const sliders = [...root.querySelectorAll("[class*=course-ahead-]")].map((control) => ({ control, own: /course-ahead-(\w+)/.exec(control.className)[1] }));
    const say = (control) => control.querySelector(".widget-readout")?.textContent.replace("−", "-") ?? "";
    const read = () => Object.fromEntries(sliders.map(({ control, own }) => [own, say(control)]));
    const stop = new AbortController(), watches = [];
    const on = (element, type, job) => element.addEventListener(type, job, { signal: stop.signal });
    views.add(redraw);
    on(window, "pointerup", () => { if (held) held = eager = false; });
    for (const { control, own } of sliders) {
      const handle = () => control.querySelector(".noUi-handle");
      const near = (state) => () => { if (!held) { eager = state; if (state) take(own, read); } };
      on(control, "pointerenter", near(true));
      on(control, "pointerleave", near(false));
      on(control, "focusin", near(true));
      on(control, "focusout", near(false));
      on(control, "keydown", near(true));
      on(control, "pointerdown", (event) => { if (event.target.closest(".noUi-target")) { held = eager = true; take(own, read); } });
      const watch = new MutationObserver(() => {
        const now = read()[own];
        if (!(held && name === own) && document.activeElement !== handle()) return; // moved by code: the kernel sends it
        if (name !== own) take(own, read);
        if (now === text) return;
        toward = Number(now) < Number(text) ? -1 : 1;
        [text, moved] = [now, performance.now()];
        show();
        pump();
      });
      const readout = control.querySelector(".widget-readout");
      if (readout) watch.observe(readout, { childList: true, characterData: true, subtree: true });
      watches.push(watch);
    }
    return () => { views.delete(redraw); stop.abort(); for (const watch of watches) watch.disconnect(); };
  };
  return self;
}

// ---------- the view

/** Whether a panel listens to the pointer. */
const reacts = (panel) => Boolean(panel.drag || panel.point || panel.sketch);

/** Once the figure stands in the page: keys belong to its controls, not to the notebook's shortcuts. */
function adopt(root, ahead, redraw) {
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  const own = (event) => event.stopPropagation(); // a key that reaches the notebook makes it take the focus
  root.addEventListener("keydown", own);
  const leave = [keepSpeaking(root), ahead.attach(root, redraw)];
  return () => {
    root.removeEventListener("keydown", own);
    for (const part of leave) part();
  };
}

function render({ model, el, ahead }) {
  el.classList.add("course-figure");
  const add = (tag, name) => el.appendChild(Object.assign(document.createElement(tag), { className: name }));
  const verdict = add("p", "course-verdict"), canvas = add("canvas", "course-canvas"), says = add("p", "course-says"), fault = add("p", "course-fault");
  canvas.setAttribute("role", "img");
  for (const line of [verdict, says]) line.setAttribute("aria-live", "polite");
  fault.setAttribute("role", "alert");

  const read = reader(), put = (line, text) => { if (line.textContent !== text) line.textContent = text; };
  let boxes = [], frame = 0, quiet = 0, paints = 0, leave = null, size = 0;
  const draw = () => {
    frame = 0;
    const { shown } = ahead, wrong = (shown ? shown.fault : model.get("fault")) ?? "", veiled = model.get("veiled");
    const { spec, live, kept } = shown?.spec ? shown : { spec: model.get("spec"), live: model.get("live"), kept: model.get("kept") };
    el.classList.toggle("course-veiled", veiled);
    el.classList.toggle("course-faulty", Boolean(wrong));
    put(verdict, model.get("verdict"));
    put(fault, wrong);
    const width = el.clientWidth;
    if (!width || !spec.panels || veiled) return;
    boxes = paint(canvas, spec, read(live, kept), pageTheme(), width);
    canvas.style.touchAction = spec.panels.some(reacts) ? "none" : "";
    canvas.setAttribute("aria-label", spec.alt);
    canvas.dataset.paints = ++paints;
    if (spec.unfinished) { model.set("again", model.get("again") + 1); model.save_changes(); }
    if (says.textContent === spec.says) return;
    says.textContent = spec.says;
    says.setAttribute("aria-busy", "true"); // a screen reader speaks when the slider rests
    clearTimeout(quiet);
    quiet = setTimeout(() => says.setAttribute("aria-busy", "false"), 400);
  };
  const soon = () => { frame ||= requestAnimationFrame(draw); };

  const sized = new ResizeObserver(() => {
    const root = el.closest(".course-live");
    if (root) leave ??= adopt(root, ahead, soon);
    if (size !== el.clientWidth) { size = el.clientWidth; soon(); }
  });
  sized.observe(el);
  const themed = new MutationObserver(() => { soon(); for (const ms of [200, 1000, 3000]) setTimeout(soon, ms); }); // its colors are loaded later
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  model.on("change", soon);

  const under = ({ offsetX, offsetY }) => boxes.find((b) => reacts(b.panel) && offsetX >= b.x && offsetX <= b.x + b.w && offsetY >= b.y && offsetY <= b.y + b.h);
  let held = null;
  const value = ({ lo, hi, log }, u) => (log ? lo * (hi / lo) ** u : lo + u * (hi - lo));
  const drag = (event) => {
    const box = held ?? under(event);
    canvas.style.cursor = box ? (box.panel.drag ? "move" : "crosshair") : "";
    if (!box || !(held || box.panel.point)) return;
    const [u, v] = [(event.offsetX - box.x) / box.w, 1 - (event.offsetY - box.y) / box.h].map((f) => Math.min(Math.max(f, 0), 1));
    const [x, y] = [value(box.panel.x, u), value(box.panel.y, v)], [across, up] = box.panel.drag ?? box.panel.point ?? [];
    model.set("dragged", box.panel.sketch ? { [box.panel.sketch]: [x, y] } : { ...(across && { [across]: x }), ...(up && { [up]: y }) });
    model.save_changes();
  };
  canvas.addEventListener("pointerdown", (event) => {
    held = under(event) ?? null;
    if (held) { canvas.setPointerCapture(event.pointerId); drag(event); }
  });
  canvas.addEventListener("pointermove", drag);
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { held = null; });

  model.set("awake", true);
  model.save_changes();
  soon();
  return () => {
    for (const watch of [sized, themed]) watch.disconnect();
    model.off("change", soon);
    cancelAnimationFrame(frame);
    leave?.();
  };
}

export default () => { // once for each figure; its views share what is ahead
  let ahead = null;
  return {
    initialize({ model }) { ahead = lookAhead(model); },
    render: ({ model, el }) => render({ model, el, ahead: (ahead ??= lookAhead(model)) }),
  };
};
