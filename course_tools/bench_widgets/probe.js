// Runs in the page before JupyterLab does. All times are performance.now(), in ms.
//
// A picture counts as shown when the rendering step of the animation frame that holds it is over: a message posted in
// that frame's first callback arrives then.

(() => {
  // ---------- frames

  const after = [], channel = new MessageChannel(), raf = window.requestAnimationFrame.bind(window);
  let inFrame = false;
  channel.port1.onmessage = () => {
    inFrame = false;
    const now = performance.now();
    for (const job of after.splice(0)) job(now);
  };
  window.requestAnimationFrame = (job) => raf((time) => {
    if (!inFrame) { inFrame = true; channel.port2.postMessage(0); }
    job(time);
  });
  const afterFrame = (job) => { if (inFrame) after.push(job); else window.requestAnimationFrame(() => after.push(job)); };

  // ---------- the wire: what passes on the channels of the kernel

  const wire = [];
  const note = (socket, way, data) => {
    if (socket.url.includes("/channels")) wire.push({ at: performance.now(), way, bytes: data.byteLength ?? data.length ?? data.size });
  };
  window.WebSocket = class extends WebSocket {
    constructor(...given) { super(...given); this.addEventListener("message", ({ data }) => note(this, "in", data)); }
    send(data) { note(this, "out", data); super.send(data); }
  };

  // ---------- the sides: what each shows, and since when

  const sides = {}, pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const said = (root) => Number.parseInt(root.querySelector(".course-says").textContent, 10);
  const tinted = (img) => { pen.drawImage(img, 0, 0); return 255 - pen.getImageData(0, 0, 1, 1).data[2]; };
  const shown = (side, at, value) => {
    side.pictures.push({ at, value });
    const wait = side.waiting;
    if (wait?.start && (wait.value === value || side.kind === "any")) { side.waiting = null; wait.done({ start: wait.start, at }); }
  };
  const watchCanvas = (side) => { // the engine writes the sentence in the frame in which it paints
    const canvas = side.root.querySelector(".course-canvas");
    new MutationObserver(() => afterFrame((now) => shown(side, now, said(side.root)))).observe(canvas, { attributeFilter: ["data-paints"] });
    side.pictures.push({ at: 0, value: said(side.root) });
  };
  const watchText = (side) => {
    new MutationObserver(() => afterFrame((now) => shown(side, now, said(side.root)))).observe(side.root.querySelector(".course-says"), { childList: true });
  };
  const watchImage = (side) => {
    let last = null;
    const look = () => {
      const img = side.root.querySelector(".jp-OutputArea-output img");
      if (!img || img === last) return;
      last = img;
      img.decode().then(() => afterFrame((now) => shown(side, now, tinted(img)))).catch(() => {}); // replaced before it was decoded
    };
    new MutationObserver(look).observe(side.root, { childList: true, subtree: true });
    look();
  };

  // ---------- input

  let held = null;
  for (const type of ["keydown", "pointermove", "pointerup"])
    window.addEventListener(type, (event) => {
      for (const side of Object.values(sides)) if (side.waiting && type === "keydown") side.waiting.start ??= event.timeStamp;
      if (held && type === "pointermove") held.events++;
      if (held && type === "pointerup") { held.released = event.timeStamp; setTimeout(() => look(held), 150 - (performance.now() - event.timeStamp)); }
    }, true);
  const kernel = () => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const look = (drag) => { drag.late = { at: performance.now(), shown: drag.side.pictures.at(-1)?.value, value: value(drag.side), kernel: kernel().status }; };
  const value = ({ handle }) => Number(handle.value ?? handle.getAttribute("aria-valuenow"));

  window.probe = {
    sides, wire, kernel,
    /** Watch the figure in `cell`: kind "canvas", "image" (interact), "text" (a number), "any" (a canvas whose sentence tells no value). */
    watch(name, cell, kind) {
      const root = document.querySelectorAll(".jp-CodeCell")[cell];
      const side = (sides[name] = { root, handle: root.querySelector("[role=slider], input[type=range]"), pictures: [], waiting: null, kind });
      ({ image: watchImage, text: watchText }[kind] ?? watchCanvas)(side);
    },
    value: (name) => value(sides[name]),
    /** Where the handle is, and the ends of its way. */
    grip(name) {
      const { handle } = sides[name], native = handle.matches("input"), track = (native ? handle : handle.closest(".noUi-target")).getBoundingClientRect();
      const [inset, box] = [native ? 8 : 0, handle.getBoundingClientRect()], share = (handle.value - handle.min) / (handle.max - handle.min);
      const [left, right] = [track.left + inset, track.right - inset];
      return { left, right, x: native ? left + share * (right - left) : box.left + box.width / 2, y: box.top + box.height / 2 };
    },
    show(name) { sides[name].root.scrollIntoView({ block: "center" }); },
    /** Share of pixels in which two canvases differ clearly. */
    difference(one, other) {
      const [a, b] = [one, other].map((name) => sides[name].root.querySelector(".course-canvas")), [w, h] = [a.width, a.height];
      if (w !== b.width || h !== b.height) return 1;
      const [p, q] = [a, b].map((canvas) => { const pen = new OffscreenCanvas(w, h).getContext("2d"); pen.drawImage(canvas, 0, 0); return pen.getImageData(0, 0, w, h).data; });
      let count = 0;
      for (let k = 0; k < p.length; k += 4) if (Math.max(...[0, 1, 2].map((c) => Math.abs(p[k + c] - q[k + c]))) > 32) count++;
      return count / (w * h);
    },
    /** Drop what the probe itself has gathered. */
    forget() { wire.length = 0; for (const side of Object.values(sides)) side.pictures.splice(0, side.pictures.length - 1); },
    /** Put the focus on a slider and expect the picture of the value `step` away, from the next key on. */
    expect(name, step) {
      const side = sides[name];
      side.handle.focus();
      side.expected = new Promise((done) => { side.waiting = { value: value(side) + step, done }; });
    },
    /** Wait for the expected picture: {start, at}. */
    shown: (name) => sides[name].expected,
    state: (name) => ({ slider: value(sides[name]), picture: sides[name].pictures.at(-1)?.value, kernel: kernel().status }),
    hold(name) { held = { side: sides[name], from: performance.now(), events: 0, pictures: sides[name].pictures.length, wire: wire.length }; },
    /** What a drag did, once it is over. */
    drag() {
      const { side, from, released, events, late, pictures } = held;
      const seen = side.pictures.slice(pictures);
      const busy = wire.filter(({ at }) => at > late.at).length;
      held = null;
      return { from, released, events, late: { ...late, messages: busy }, pictures: seen, value: value(side) };
    },
  };

  // ---------- stalls

  const stalls = [];
  new PerformanceObserver((list) => { for (const { startTime, duration } of list.getEntries()) stalls.push({ at: startTime, ms: duration }); }).observe({ type: "longtask", buffered: true });
  window.probe.stalls = (since) => stalls.filter(({ at }) => at >= since);
})();
