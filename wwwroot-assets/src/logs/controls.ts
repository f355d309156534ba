import { make } from "../element";

export function button(words: string, title: string, press: () => void, name = ""): HTMLButtonElement {
  const element = make("button", { type: "button", title, "aria-label": title, ...(name && { class: name }) }, words);
  element.addEventListener("click", press);
  return element;
}

/** Pressed or not; who owns it says which. */
export function toggle(words: string, title: string, press: () => void, name = ""): HTMLButtonElement {
  const element = button(words, title, press, `toggle ${name}`.trim());
  element.setAttribute("aria-pressed", "false");
  return element;
}

export function press(element: HTMLElement, on: boolean): void {
  element.setAttribute("aria-pressed", String(on));
}

export function select(label: string, choices: Readonly<Record<string, string>>, change: (value: string) => void): HTMLSelectElement {
  const element = make("select", { "aria-label": label, title: label }, ...Object.entries(choices).map(([value, words]) => make("option", { value }, words)));
  element.addEventListener("change", () => change(element.value));
  return element;
}

/** Something chosen that can be taken away. */
export function chip(words: string, title: string, color: string, remove: () => void): HTMLElement {
  const element = make("span", { class: "chip" }, make("span", {}, words), button("×", title, remove));
  if (color) element.style.setProperty("--tag", color);
  return element;
}

/** A button that shows a box below itself until one looks elsewhere. */
export function popup(words: string, title: string, box: HTMLElement, opened: () => void): HTMLElement {
  const open = make("button", { type: "button", title, "aria-expanded": "false", "aria-haspopup": "true" }, words);
  const element = make("span", { class: "popup" }, open, box);
  box.classList.add("box");
  box.hidden = true;
  const show = (shown: boolean): void => {
    box.hidden = !shown;
    open.setAttribute("aria-expanded", String(shown));
    if (shown) opened();
  };
  open.addEventListener("click", () => show(box.hidden === true));
  element.addEventListener("keydown", event => {
    if (event.key !== "Escape" || box.hidden) return;
    event.stopPropagation();
    show(false);
    open.focus();
  });
  element.addEventListener("focusout", event => { if (event.relatedTarget instanceof Node && !element.contains(event.relatedTarget)) show(false); });
  document.addEventListener("pointerdown", event => { if (!box.hidden && element.isConnected && !element.contains(event.target as Node)) show(false); });
  return element;
}
