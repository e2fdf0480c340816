// What is wrong with the slide that is shown, in sentences. Run by check.py in the page of a deck.
() => {
  const section = Reveal.getCurrentSlide(), frame = section.getBoundingClientRect(), scale = Reveal.getScale(), found = [];
  const shown = (e) => { const box = e.getBoundingClientRect(); return box.width > 0 && box.height > 0 && getComputedStyle(e).visibility !== "hidden" && !e.closest("aside, mjx-assistive-mml"); };
  const name = (e) => `${e.tagName.toLowerCase()} “${(e.textContent || e.alt || "").trim().replace(/\s+/g, " ").slice(0, 40)}”`;
  const all = [...section.querySelectorAll("*")].filter(shown);

  const past = (box) => Math.max(box.right - frame.right, frame.left - box.left, box.bottom - frame.bottom, frame.top - box.top);
  const farthest = Math.max(...all.map((e) => past(e.getBoundingClientRect())));
  if (farthest > 2) { // the innermost element that reaches as far
    const [worst] = all.filter((e) => past(e.getBoundingClientRect()) > farthest - 1).slice(-1);
    found.push(`overflows by ${Math.round(farthest / scale)} px: ${name(worst)}`);
  }
  const blocks = all.filter((e) => e.matches("h1, h2, h3, p, li, pre, table, img, canvas, mjx-container[display=true], .course-controls > *"));
  for (let j = 0; j < blocks.length; j++)
    for (let k = j + 1; k < blocks.length; k++) {
      const [one, other] = [blocks[j], blocks[k]];
      if (one.contains(other) || other.contains(one)) continue;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 4 * scale && down > 4 * scale) found.push(`overlap: ${name(one)} and ${name(other)}`);
    }
  for (const img of section.querySelectorAll("img")) if (img.complete && !img.naturalWidth) found.push(`missing picture: ${img.alt.slice(0, 40)}`);
  for (const canvas of section.querySelectorAll("course-figure canvas")) if (!canvas.width || canvas.getAttribute("aria-label") === null) found.push("a live figure was not painted");
  if (section.querySelector("mjx-merror, [data-mjx-error]")) found.push("mathematics: a formula has an error");

  const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const color = (text) => text.match(/[\d.]+/g).map(Number);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = color(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.5) return c; } return [255, 255, 255]; };
  const texts = all.filter((e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && !e.closest("mjx-container"));
  for (const e of texts) {
    const style = getComputedStyle(e), [a, b] = [light(color(style.color)), light(behind(e))].sort((p, q) => q - p), ratio = (a + 0.05) / (b + 0.05), size = Math.round(10 * parseFloat(style.fontSize) * (section.currentCSSZoom ?? 1)) / 10;
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(1)}: ${name(e)}`);
    const least = e.closest("pre") ? 18 : 16;
    if (size < least) found.push(`text of ${size} px, less than ${least}: ${name(e)}`);
    if (!e.closest("pre, code") && /(^|[^\\])\$[^$\d\s][^$]*\$|\\\(|\\\[|\\begin\{/.test(e.textContent)) found.push(`mathematics: not rendered: ${name(e)}`);
  }
  if (section.dataset.kind === "content" && !section.querySelector("aside.notes")?.textContent.trim()) found.push("no notes for the speaker");
  return [...new Set(found)];
}
