// What the pages need from the browser beside dist/brig.js: keys, dialogs, a download, and healing a lost connection.
import "./keys.js";
import "./heal.js";
import "./upload.js";
import "./drop.js";
import "./explain.js";
import "./rail.js";

document.addEventListener("click", (e) => {
  const pressed = e.target.closest?.("[data-help],[data-palette]");
  if (!pressed) return;
  if ("help" in pressed.dataset) document.getElementById("help")?.showModal();
  else document.getElementById("palette-open")?.click();
});

window.brigUi = {
  focus: (selector) => document.querySelector(selector)?.focus(),
  download(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
};
