// Shortcuts, without a way to the server: an element says by data-key which key presses it, "g c" being one after the other.
// Walking in tables is dist/brig.js's (data-keys).
let before = "";

document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
    e.preventDefault();
    document.getElementById("palette-open")?.click();
    return;
  }
  if (e.key === "Escape" && e.target.matches?.("input[data-search]")) { e.target.blur(); return; }
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.querySelector("dialog[open], .palette, .rz-dialog")) return;

  const element = find(`${before} ${e.key}`) ?? find(e.key);
  before = e.key;
  setTimeout(() => { before = ""; }, 1000);
  if (!element) return;
  e.preventDefault();
  element.click();
});

const find = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
const typing = (at) => at.matches?.("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable], brig-terminal, brig-terminal *");
