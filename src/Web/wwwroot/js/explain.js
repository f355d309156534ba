// Says what something with data-explain means, in the page's [data-explained], while it is pointed at or has the focus.
const say = (e) => {
  const from = e.target.closest?.("[data-explain]");
  if (!from) return;
  const places = [...document.querySelectorAll("[data-explained]")];
  const place = places.find((p) => from.compareDocumentPosition(p) & Node.DOCUMENT_POSITION_FOLLOWING) ?? places.at(-1);
  if (place && place.textContent !== from.dataset.explain) place.textContent = from.dataset.explain;
};
document.addEventListener("pointerover", say, { passive: true });
document.addEventListener("focusin", say);

// On a narrow page the wall that was chosen is told below the picture: bring it into sight.
document.addEventListener("click", (e) => {
  if (!e.target.closest?.(".cell.narrow a")) return;
  setTimeout(() => document.querySelector(".wall-detail")?.scrollIntoView({ block: "nearest", behavior: "smooth" }), 200);
});
