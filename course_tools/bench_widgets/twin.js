// The limit of the benchmark: no kernel. Follows engine.js, whose `paint`, `reader` and `pageTheme` it uses.

const KAPPA = 20, STEPS = 200;

/** The optimizers of course_utils on ½(x² + κy²), for one coordinate g -> step. */
const RULES = [
  () => (g, lr) => lr * g,
  () => { let v = 0; return (g, lr) => lr * (v = 0.9 * v + g); },
  () => { let s = 0; return (g, lr) => (lr * g) / (Math.sqrt((s = 0.9 * s + 0.1 * g * g)) + 1e-8); },
  () => {
    let m = 0, v = 0, t = 0;
    return (g, lr) => {
      t += 1;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      return (lr * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    };
  },
];

function run(rule, lr) {
  const [across, up] = [rule(), rule()], [xs, ys, fs] = [0, 1, 2].map(() => new Float64Array(STEPS + 1));
  let [x, y] = [-1.8, 1.0];
  for (let k = 0; k <= STEPS; k++) {
    [xs[k], ys[k], fs[k]] = [x, y, (x * x + KAPPA * y * y) / 2];
    [x, y] = [x - across(x, lr), y - up(KAPPA * y, lr)];
  }
  return [xs, ys, fs];
}

/** Python's numbers are overwritten in the order in which it wrote them: line and markers of each path, then of each loss. */
function compute(spec, live, percent, count) {
  const [paths, losses] = spec.panels, place = ({ lo, hi, log }) =>
    log ? (v) => (Math.log10(v) - Math.log10(lo)) / (Math.log10(hi) - Math.log10(lo)) : (v) => (v - lo) / (hi - lo);
  const put = ([, at, length], values, where, from, stride) => { for (let k = 0; k < length; k++) live[at + k] = where(values[from + k * stride]); };
  const [X, Y, F] = [place(paths.x), place(paths.y), place(losses.y)];
  const movers = paths.layers.filter((layer) => layer.x?.[0] === "live");
  for (let k = 0; k < count; k++) {
    const [xs, ys, fs] = run(RULES[k], ((percent / 100) * 2) / KAPPA);
    const [line, marks, curve, dots] = [movers[2 * k], movers[2 * k + 1], losses.layers[2 * k], losses.layers[2 * k + 1]];
    put(line.x, xs, X, 0, 1); put(line.y, ys, Y, 0, 1);
    put(marks.x, xs, X, 0, 2); put(marks.y, ys, Y, 0, 2);
    put(curve.y, fs, F, 0, 1); put(dots.y, fs, F, 0, 10);
  }
  spec.says = `${percent} %: ${count} × ${STEPS} steps.`;
}

function renderTwin({ model, el }) {
  el.innerHTML = `<div class="course-twin"><input type="range" min="1" max="100" value="50" aria-label="learning rate" style="width: 95%"
    data-lm-suppress-shortcuts="true"><div><canvas class="course-canvas" style="width: 100%"></canvas></div><p class="course-says"></p></div>`;
  const [slider, canvas, says] = ["input", "canvas", "p"].map((tag) => el.querySelector(tag));
  const spec = structuredClone(model.get("spec")), read = reader(), count = model.get("count"), bytes = model.get("live"), kept = model.get("kept");
  const live = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  let frame = 0, paints = 0;
  const draw = () => {
    frame = 0;
    compute(spec, live, Number(slider.value), count);
    paint(canvas, spec, read(live, kept), pageTheme(), canvas.parentElement.clientWidth);
    canvas.dataset.paints = ++paints;
    says.textContent = spec.says;
  };
  slider.addEventListener("input", () => { frame ||= requestAnimationFrame(draw); });
  frame = requestAnimationFrame(draw);
}

export default { render: renderTwin };
