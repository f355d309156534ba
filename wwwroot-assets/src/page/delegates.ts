import { copy } from "./clipboard";
import { followPressed } from "./press";
import { choose, shown, type Theme } from "./theme";
import { tableKey } from "./table-keys";

/** One listener each on the document, so that what Razor renders later works too:
 *  data-copy="text" (or a selector with data-copy-from) copies; data-theme-set="dark|light|auto|toggle" sets the theme; tables with data-keys take keys. */
export function delegate(): void {
  document.addEventListener("click", event => {
    if (!(event.target instanceof Element)) return;
    const copier = event.target.closest<HTMLElement>("[data-copy],[data-copy-from]");
    if (copier) void copyOf(copier);
    const theme = event.target.closest<HTMLElement>("[data-theme-set]")?.dataset["themeSet"];
    if (theme) choose(theme === "toggle" ? (shown() === "dark" ? "light" : "dark") : theme as Theme);
  });
  document.addEventListener("keydown", tableKey);
  followPressed();
  // A build whose files are on this computer: the browser makes the archive and sends it (src/build).
  document.addEventListener("submit", event => {
    const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-build]") : null;
    if (!form) return;
    event.preventDefault();
    void import("../build/send").then(build => build.send(form));
  });
  document.addEventListener("change", event => {
    const form = event.target instanceof Element && event.target.matches("#build-folder") ? event.target.closest<HTMLFormElement>("form[data-build]") : null;
    if (form) void import("../build/send").then(build => build.chose(form));
  });
}

async function copyOf(button: HTMLElement): Promise<void> {
  const from = button.dataset["copyFrom"];
  const words = from ? document.querySelector(from)?.textContent ?? "" : button.dataset["copy"] ?? "";
  if (!await copy(words)) return;
  button.dataset["copied"] = "";
  setTimeout(() => delete button.dataset["copied"], 1_500);
}
