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
  // What is too tall for its slide gives way step by step; course slides --check tells what is left over.
  const over = (section) => section.scrollHeight - 720;
  const grow = (section) => { // a picture that stands alone takes the room that is left
    const [picture, ...more] = section.querySelectorAll("img");
    if (!picture?.naturalWidth || more.length || [...section.querySelectorAll("table, pre, course-figure")].some((part) => part.clientHeight)) return;
    const last = [...section.children].filter((part) => !part.matches("aside")).pop();
    const height = Math.min(picture.clientHeight + 680 - last.offsetTop - last.offsetHeight, (1180 * picture.naturalHeight) / picture.naturalWidth);
    if (height > picture.clientHeight) Object.assign(picture.style, { height: `${Math.floor(height)}px`, maxHeight: "none" });
  };
  const dense = (section) => section.classList.toggle("dense", section.classList.contains("words") || section.classList.contains("code"));
  const steps = [
    (section) => { // a picture takes the height that other things leave
      const picture = [...section.querySelectorAll("img")].pop();
      if (picture && picture.clientHeight - over(section) > 160) picture.style.maxHeight = `${picture.clientHeight - over(section) - 4}px`;
    },
    dense,
    (section) => { // the notebook has the code; what it shows may be large
      if (!section.querySelector("table, img, course-figure")) return;
      section.classList.remove("dense");
      section.classList.add("uncoded");
      grow(section);
    },
    dense,
    (section) => { if (section.classList.contains("figure")) section.style.zoom = Math.max(0.84, 706 / section.scrollHeight); },
  ];
  const narrow = (section) => { // a formula that is wider than its slide is set smaller
    for (const formula of section.querySelectorAll("mjx-container[display=true]")) {
      const wide = formula.firstElementChild.getBoundingClientRect().width / Reveal.getScale();
      if (wide > 1180) formula.style.fontSize = `${Math.floor((92 * 1180) / wide)}%`;
    }
  };
  const fit = (section) => { narrow(section); grow(section); for (const step of steps) if (over(section) > 0) step(section); };
  Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
  Reveal.on("pdf-ready", () => Reveal.getSlides().forEach(fit));
  document.addEventListener("click", ({ target }) => { // a figure opens with the answer
    const section = target.closest(".course-ask")?.closest("section");
    if (section) setTimeout(() => { if (section === Reveal.getCurrentSlide()) fit(section); }, 100);
  });
  Reveal.initialize({
    width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none", controls: true, progress: true,
    showSlideNumber: "all", pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, defaultTiming: 180, plugins: [RevealNotes],
    keyboard: { 68: turn },
  }).then(() => MathJax.startup.promise).then(() => { Reveal.layout(); fit(Reveal.getCurrentSlide()); document.body.dataset.ready = "true"; });
})();
