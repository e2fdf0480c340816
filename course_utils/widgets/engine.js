// The drawing engine: a picture (see picture.py, wire.py) on a canvas.
//
// Coordinates arrive as fractions of each panel's window, so that drawing is a scale and a shift. The same `paint` serves
// with a kernel (live.js) and without one (frozen.js): it needs a canvas, the description, the two buffers and a width.

const SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const THEMES = {
  light: {
    paper: "#ffffff", ink: "#222222", muted: "#6b6b6b", faint: "#8895a0", grid: "#e9e9e9", missing: "#d0d0d0",
    blue: "#0072b2", orange: "#c68900", green: "#009e73", red: "#d55e00", purple: "#cc79a7", sky: "#4b9dcb", yellow: "#9e962c",
    scales: { blue: ["#f7fbff", "#9ecae1", "#08519c"], gray: ["#ffffff", "#8c8c8c", "#111111"], diverging: ["#0072b2", "#f7f7f7", "#d55e00"] },
  },
  dark: {
    paper: "#111111", ink: "#ececec", muted: "#a3a3a3", faint: "#5b6670", grid: "#2d2d2d", missing: "#4a4a4a",
    blue: "#4aa8e0", orange: "#f0b429", green: "#2cc295", red: "#f58442", purple: "#e39ac3", sky: "#8ccdf2", yellow: "#f0e442",
    scales: { blue: ["#101c28", "#1f5f8f", "#b5def8"], gray: ["#111111", "#7a7a7a", "#f5f5f5"], diverging: ["#4aa8e0", "#242424", "#f58442"] },
  },
};
const DASHES = { solid: [], dashed: [8, 5], dotted: [1, 5], dashdot: [9, 4, 1, 4] };

// ---------- numbers and text

const superscript = (n) => String(n).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
const plain = (value) => (Math.abs(value) < 1e-12 ? "0" : Math.abs(value) >= 1e5 ? value.toExponential() : String(+value.toPrecision(6))).replace("-", "−");
const power = (n) => (n >= -2 && n <= 3 ? plain(10 ** n) : "10" + superscript(n));

/** Ticks of an axis as [fraction, text] pairs, about `room` of them. */
function ticks({ lo, hi, log, ticks: own }, room) {
  const place = log ? (v) => Math.log10(v / lo) / Math.log10(hi / lo) : (v) => (v - lo) / (hi - lo);
  if (own.length) return own.map(([value, text]) => [place(value), text]);
  const found = [];
  if (log) {
    const first = Math.ceil(Math.log10(lo) - 1e-9), last = Math.floor(Math.log10(hi) + 1e-9);
    const stride = Math.max(1, Math.ceil((last - first + 1) / room));
    const mantissas = last - first >= 1 ? [1] : [1, 2, 5];
    for (let n = Math.ceil((first - 1) / stride) * stride; n <= last; n += stride)
      for (const m of mantissas) {
        const value = m * 10 ** n;
        if (value >= lo * 0.999999 && value <= hi * 1.000001) found.push([place(value), m === 1 ? power(n) : plain(value)]);
      }
    if (found.length > 1) return found;
    found.length = 0; // less than a factor of two: fall through to even steps
  }
  const raw = (hi - lo) / Math.max(room, 1), base = 10 ** Math.floor(Math.log10(raw));
  const step = base * [1, 2, 5, 10].find((m) => m * base >= raw * 0.999);
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + step * 1e-9; k++) found.push([place(k * step), plain(k * step)]);
  return found;
}

const mix = (a, b, share) => {
  const parts = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  const [p, q] = [parts(a), parts(b)];
  return p.map((value, k) => Math.round(value + (q[k] - value) * share));
};
const wording = (theme, role) => (role === "faint" ? theme.muted : role === "ink" || role === "muted" ? theme[role] : `rgb(${mix(theme[role], theme.ink, 0.3)})`);

function write(ctx, theme, text, x, y, { color = "ink", align = "left", font = `12px ${SANS}`, halo = true } = {}) {
  ctx.font = font;
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  if (halo) {
    ctx.strokeStyle = theme.paper;
    ctx.lineWidth = 4;
    ctx.lineJoin = "round";
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = wording(theme, color);
  ctx.fillText(text, x, y);
}

// ---------- layers: each draws fractions of `box` = {x, y, w, h, X(u), Y(v)} and may leave a label

function Line(ctx, box, theme, { x, y, color, width, dash, label }) {
  ctx.strokeStyle = theme[color];
  ctx.lineWidth = width;
  ctx.setLineDash(DASHES[dash]);
  ctx.lineCap = dash === "dotted" || dash === "dashdot" ? "round" : "butt";
  ctx.lineJoin = "round";
  ctx.beginPath();
  let pen = false, end = null;
  const path = [];
  for (let k = 0; k < x.length; k++) {
    if (x[k] !== x[k] || y[k] !== y[k]) { pen = false; continue; }
    if (pen) ctx.lineTo(box.X(x[k]), box.Y(y[k])); else ctx.moveTo(box.X(x[k]), box.Y(y[k]));
    pen = true;
    if (x[k] >= 0 && x[k] <= 1 && y[k] >= 0 && y[k] <= 1) path.push((end = [box.X(x[k]), box.Y(y[k])]));
  }
  ctx.stroke();
  ctx.setLineDash([]);
  if (label && end) box.names.push({ x: end[0], y: end[1], label, color, path });
}

const MARKERS = {
  dot: (p, r) => p.arc(0, 0, r, 0, 7),
  ring: (p, r) => p.arc(0, 0, r, 0, 7),
  square: (p, r) => p.rect(-r, -r, 2 * r, 2 * r),
  triangle: (p, r) => { p.moveTo(0, -r); p.lineTo(r, r * 0.8); p.lineTo(-r, r * 0.8); p.closePath(); },
  cross: (p, r) => { p.moveTo(-r, -r); p.lineTo(r, r); p.moveTo(-r, r); p.lineTo(r, -r); },
  star: (p, r) => { for (let k = 0; k < 10; k++) { const a = (k * Math.PI) / 5, s = k % 2 ? r * 0.45 : r * 1.2; p[k ? "lineTo" : "moveTo"](s * Math.sin(a), -s * Math.cos(a)); } p.closePath(); },
};

function Points(ctx, box, theme, { x, y, color, marker, size, label }) {
  const shape = new Path2D(), open = marker === "ring" || marker === "cross";
  MARKERS[marker](shape, size / 2);
  ctx.lineWidth = open ? 2 : 1;
  ctx.fillStyle = marker === "ring" ? theme.paper : theme[color];
  ctx.strokeStyle = open ? theme[color] : theme.paper;
  for (let k = 0; k < x.length; k++) {
    if (x[k] !== x[k] || y[k] !== y[k]) continue;
    const [a, b] = [box.X(x[k]), box.Y(y[k])];
    ctx.translate(a, b);
    if (marker !== "cross") ctx.fill(shape);
    ctx.stroke(shape);
    ctx.translate(-a, -b);
  }
  if (label && x.length) box.names.push({ x: box.X(x[x.length - 1]) + size / 2, y: box.Y(y[y.length - 1]), label, color });
}

function Band(ctx, box, theme, { x, lo, hi, color }) {
  ctx.globalAlpha = 0.18;
  ctx.fillStyle = theme[color];
  const whole = (k) => lo[k] === lo[k] && hi[k] === hi[k];
  for (let k = 0, end; k < x.length; k = end + 1) { // a piece between two gaps
    for (end = k; end < x.length && whole(end); end++);
    ctx.beginPath();
    for (let j = k; j < end; j++) ctx.lineTo(box.X(x[j]), box.Y(hi[j]));
    for (let j = end - 1; j >= k; j--) ctx.lineTo(box.X(x[j]), box.Y(lo[j]));
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

function Bars(ctx, box, theme, { x, heights, color, width, base }) {
  ctx.fillStyle = theme[color];
  for (let k = 0; k < x.length; k++) {
    const top = box.Y(Math.max(base, heights[k])), bottom = box.Y(Math.min(base, heights[k]));
    ctx.fillRect(box.X(x[k] - width / 2), top, width * box.w, Math.max(bottom - top, 1));
  }
}

function Arrows(ctx, box, theme, { x, y, dx, dy, color, width, label }) {
  ctx.strokeStyle = ctx.fillStyle = theme[color];
  ctx.lineWidth = width;
  for (let k = 0; k < x.length; k++) {
    const [a, b, c, d] = [box.X(x[k]), box.Y(y[k]), box.X(x[k] + dx[k]), box.Y(y[k] + dy[k])];
    const length = Math.hypot(c - a, d - b);
    if (length < 1) continue;
    const head = Math.min(4 + 2.5 * width, length * 0.6), [ux, uy] = [(c - a) / length, (d - b) / length];
    ctx.beginPath();
    ctx.moveTo(a, b);
    ctx.lineTo(c - ux * head * 0.8, d - uy * head * 0.8);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(c, d);
    ctx.lineTo(c - ux * head - uy * head * 0.45, d - uy * head + ux * head * 0.45);
    ctx.lineTo(c - ux * head + uy * head * 0.45, d - uy * head - ux * head * 0.45);
    ctx.fill();
  }
  if (label && x.length) box.names.push({ x: box.X(x[x.length - 1] + dx[x.length - 1]), y: box.Y(y[y.length - 1] + dy[y.length - 1]), label, color });
}

const bitmaps = new WeakMap(); // values -> {key, canvas}: an unchanged heat map is shaded once

function Heat(ctx, box, theme, { values, rows, columns, extent, scale, strength }) {
  const stops = theme.scales[scale], key = stops.join();
  let bitmap = bitmaps.get(values);
  if (bitmap?.key !== key) {
    const table = Array.from({ length: 256 }, (_, k) => (k < 128 ? mix(stops[0], stops[1], k / 127.5) : mix(stops[1], stops[2], (k - 127.5) / 127.5)));
    const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const image = new ImageData(columns, rows), cells = new Uint32Array(image.data.buffer); // a cell's four bytes at once
    const pixel = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    const shades = Uint32Array.from(table, pixel), missing = pixel(mix(theme.missing, theme.missing, 0));
    for (let row = 0, to = 0; row < rows; row++)
      for (let from = (rows - 1 - row) * columns, end = from + columns; from < end; from++, to++)
        cells[to] = values[from] === values[from] ? shades[(values[from] * 255 + 0.5) | 0] : missing;
    canvas.getContext("2d").putImageData(image, 0, 0);
    bitmaps.set(values, (bitmap = { key, canvas }));
  }
  const [u0, u1, v0, v1] = extent;
  ctx.globalAlpha = strength;
  ctx.imageSmoothingEnabled = columns * rows > 1600; // few cells are meant to be seen as cells
  ctx.drawImage(bitmap.canvas, box.X(u0), box.Y(v1), (u1 - u0) * box.w, (v1 - v0) * box.h);
  ctx.globalAlpha = 1;
}

function Text(ctx, box, theme, { x, y, text, color, anchor }) {
  box.notes.push(() => write(ctx, theme, text, box.X(x), box.Y(y), { color, align: anchor, font: `13px ${SANS}` }));
}

function rule(ctx, theme, color, dash, from, to) {
  ctx.strokeStyle = theme[color];
  ctx.lineWidth = 1.5;
  ctx.setLineDash(DASHES[dash]);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
  ctx.setLineDash([]);
}

function HLine(ctx, box, theme, { y, label, color, dash }) {
  rule(ctx, theme, color, dash, [box.x, box.Y(y)], [box.x + box.w, box.Y(y)]);
  const up = y < 0.9 ? -10 : 10;
  if (label) box.notes.push(() => write(ctx, theme, label, box.x + 6, box.Y(y) + up, { color, font: `13px ${SANS}` }));
}

function VLine(ctx, box, theme, { x, label, color, dash }) {
  rule(ctx, theme, color, dash, [box.X(x), box.y], [box.X(x), box.y + box.h]);
  const align = x > 0.6 ? "right" : "left";
  if (label) box.notes.push(() => write(ctx, theme, label, box.X(x) + (align === "left" ? 6 : -6), box.y + 9, { color, align, font: `13px ${SANS}` }));
}

const LAYERS = { Line, Points, Band, Bars, Arrows, Heat, Text, HLine, VLine };

/** Names of series beside their ends, pushed apart so that none covers another. */
function placeNames(ctx, box, theme, inMargin) {
  ctx.font = `600 13px ${SANS}`;
  const bottom = box.y + box.h - 8;
  for (const name of box.names) {
    name.width = ctx.measureText(name.label).width;
    name.right = inMargin || name.x + 8 + name.width <= box.x + box.w;
    name.at = inMargin ? box.x + box.w + 8 : name.right ? name.x + 8 : name.x - 8;
    let row = name.y;
    if (!name.right) { // the series itself runs where its name goes: stand beside it if it is steep, else above or below it
      const path = name.path ?? [[name.x, name.y]], level = Math.min(Math.max(row, box.y + 8), bottom);
      const beside = Math.min(...path.filter(([, y]) => Math.abs(y - level) <= 12).map(([x]) => x));
      if (name.x - beside < 50) name.at = beside - 8;
      else {
        const near = path.filter(([x]) => x >= name.at - name.width - 4).map(([, y]) => y);
        row = Math.min(...near) - 12;
        if (row < box.y + 8) row = Math.max(...near) + 14;
      }
    }
    name.row = Math.min(Math.max(row, box.y + 8), bottom);
  }
  const order = [...box.names].sort((a, b) => a.row - b.row);
  const span = (n) => (n.right ? [n.at, n.at + n.width] : [n.at - n.width, n.at]);
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 1; k < order.length; k++)
      for (let j = 0; j < k; j++) {
        const [[a, b], [c, d]] = [span(order[j]), span(order[k])];
        if (a < d && c < b) order[k].row = Math.max(order[k].row, order[j].row + 16);
      }
    const over = Math.max(0, ...order.map((n) => n.row - bottom));
    if (!over) break;
    for (const n of order) n.row -= over;
  }
  for (const n of order) write(ctx, theme, n.label, n.at, n.row, { color: n.color, align: n.right ? "left" : "right", font: `600 13px ${SANS}` });
}

// ---------- panels

function panelBox(ctx, panel, area) {
  ctx.font = `12px ${SANS}`;
  const top = area.y + (panel.title ? 24 : 4) + 20, height = area.y + area.h - 44 - top;
  const yTicks = ticks(panel.y, Math.max(2, Math.floor(height / 46)));
  const left = Math.max(16, ...yTicks.map(([, text]) => ctx.measureText(text).width)) + 10;
  ctx.font = `600 13px ${SANS}`;
  const names = panel.layers.map((layer) => (layer.label && "x" in layer ? ctx.measureText(layer.label).width : 0));
  const right = panel.labels === "margin" ? Math.max(...names, 0) + 14 : 14;
  const box = { x: area.x + left, y: top, w: area.w - left - right, h: height, yTicks, names: [], notes: [] };
  if (panel.aspect) {
    const ratio = (panel.aspect * (panel.y.hi - panel.y.lo)) / (panel.x.hi - panel.x.lo); // height over width
    const w = Math.min(box.w, box.h / ratio), h = w * ratio;
    Object.assign(box, { y: box.y + (box.h - h) / 2, w, h });
  }
  box.X = (u) => box.x + u * box.w;
  box.Y = (v) => box.y + (1 - v) * box.h;
  return box;
}

function paintPanel(ctx, theme, panel, area, arrays) {
  const box = panelBox(ctx, panel, area);
  const layers = panel.layers.map((layer) => arrays(layer));
  const bars = layers.find((layer) => layer.type === "Bars" && layer.labels.length);
  const xTicks = bars ? bars.labels.map((text, k) => [bars.x[k], text]) : ticks(panel.x, Math.max(2, Math.floor(box.w / 70)));
  if (panel.title) write(ctx, theme, panel.title, area.x, area.y + 12, { font: `600 14px ${SANS}`, halo: false });
  write(ctx, theme, panel.y.label, area.x, box.y - 12, { color: "muted", font: `12.5px ${SANS}`, halo: false });
  write(ctx, theme, panel.x.label, box.x + box.w / 2, box.y + box.h + 34, { color: "muted", align: "center", font: `12.5px ${SANS}`, halo: false });

  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x - 1, box.y - 1, box.w + 2, box.h + 2);
  ctx.clip();
  const shaded = layers.filter((layer) => layer.type === "Heat");
  for (const layer of shaded) Heat(ctx, box, theme, layer);
  ctx.restore();
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const [v, text] of box.yTicks) {
    const y = Math.round(box.Y(v)) + 0.5;
    if (!shaded.length) { ctx.moveTo(box.x, y); ctx.lineTo(box.x + box.w, y); }
    write(ctx, theme, text, box.x - 7, y, { color: "muted", align: "right", halo: false });
  }
  for (const [u, text] of xTicks) {
    const x = Math.round(box.X(u)) + 0.5;
    if (!shaded.length && !bars) { ctx.moveTo(x, box.y); ctx.lineTo(x, box.y + box.h); }
    write(ctx, theme, text, x, box.y + box.h + 14, { color: bars ? "ink" : "muted", align: "center", halo: false });
  }
  ctx.stroke();
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x - 6, box.y - 6, box.w + 12, box.h + 12);
  ctx.clip();
  for (const layer of layers) if (layer.type !== "Heat") LAYERS[layer.type](ctx, box, theme, layer);
  ctx.restore();
  placeNames(ctx, box, theme, panel.labels === "margin");
  for (const note of box.notes) note();
  return box;
}

/** Views of the two buffers; those of `kept` stay the same objects while the buffer does. */
function reader() {
  let buffer = null, views = new Map();
  const floats = (bytes) => new Float32Array(bytes.buffer ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : bytes);
  return (live, kept) => {
    if (kept !== buffer) { buffer = kept; views = new Map(); views.set("all", floats(kept)); }
    const now = floats(live);
    return (layer) => {
      const read = { ...layer };
      for (const [name, value] of Object.entries(layer)) {
        if (!Array.isArray(value) || (value[0] !== "live" && value[0] !== "kept") || value.length !== 3) continue;
        const [source, at, length] = value, key = `${at}+${length}`;
        if (source === "live") read[name] = now.subarray(at, at + length);
        else {
          if (!views.has(key)) views.set(key, views.get("all").subarray(at, at + length));
          read[name] = views.get(key);
        }
      }
      return read;
    };
  };
}

/** Draw a picture at a width in CSS pixels; returns the boxes of the panels. */
function paint(canvas, spec, arrays, theme, width) {
  const columns = Math.max(1, Math.min(spec.columns, Math.floor(width / 240)));
  const rows = [];
  for (let k = 0; k < spec.panels.length; k += columns) rows.push(spec.panels.slice(k, k + columns));
  const height = spec.height * rows.length, ratio = window.devicePixelRatio || 1;
  const size = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
  canvas.style.height = `${height}px`;
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const boxes = [];
  rows.forEach((row, r) => {
    const gap = 22, room = width - 8 - gap * (row.length - 1), total = row.reduce((sum, panel) => sum + panel.weight, 0);
    let x = 4;
    for (const panel of row) {
      const w = (room * panel.weight) / total;
      boxes.push({ panel, ...paintPanel(ctx, theme, panel, { x, y: r * spec.height, w, h: spec.height }, arrays) });
      x += w + gap;
    }
  });
  return boxes;
}

/** How bright a color of CSS is, from 0 to 1; null where it says nothing. */
function brightness(color) {
  if (!color) return null;
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b, opacity] = pen.getImageData(0, 0, 1, 1).data;
  return opacity ? (0.299 * r + 0.587 * g + 0.114 * b) / 255 : null;
}

const papers = new Map(); // paper -> theme: looked up once
/** The theme for a paper, the color behind the figure; halos have that color. */
function fitting(paper) {
  if (!papers.has(paper)) {
    const light = brightness(paper);
    papers.set(paper, { ...THEMES[light !== null && light < 0.5 ? "dark" : "light"], ...(light !== null && { paper }) });
  }
  return papers.get(paper);
}

/** The theme that fits the page: JupyterLab and VS Code say what its paper is, or the page itself has one. */
function pageTheme() {
  const style = getComputedStyle(document.body), named = ["--jp-layout-color0", "--vscode-editor-background"];
  return fitting(named.map((name) => style.getPropertyValue(name).trim()).find(Boolean) ?? style.backgroundColor);
}
