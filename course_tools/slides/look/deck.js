// Light or dark: key D, or ?dark; the choice is kept for the next deck where the browser allows it.
(() => {
  const asked = new URLSearchParams(location.search), kept = (() => { try { return localStorage.getItem("course-dark"); } catch { return null; } })();
  const show = (dark) => {
    document.body.classList.toggle("dark", dark);
    document.getElementById("theme").href = `assets/reveal/dist/theme/${dark ? "black" : "white"}.css`;
  };
  show(asked.has("dark") || (!asked.has("light") && kept === "true"));
  const turn = () => {
    const dark = !document.body.classList.contains("dark");
    show(dark);
    try { localStorage.setItem("course-dark", dark); } catch { /* a page from the disk may not keep anything */ }
  };
  // A picture that stands below other things takes the height that they leave.
  const fit = (section) => {
    const over = section.scrollHeight - 720, picture = [...section.querySelectorAll("img")].pop();
    if (over > 0 && picture && picture.clientHeight - over > 160) picture.style.maxHeight = `${picture.clientHeight - over - 4}px`;
  };
  Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
  Reveal.on("pdf-ready", () => Reveal.getSlides().forEach(fit));
  Reveal.initialize({
    width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none", controls: true, progress: true,
    showSlideNumber: "all", pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, defaultTiming: 180, plugins: [RevealNotes],
    keyboard: { 68: turn },
  }).then(() => MathJax.startup.promise).then(() => { Reveal.layout(); fit(Reveal.getCurrentSlide()); document.body.dataset.ready = "true"; });
})();
