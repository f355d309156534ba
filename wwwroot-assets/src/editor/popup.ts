import { make, type View } from "../element";
import { complete, type Completion, type Schema } from "./complete";

const most = 12;

/** <brig-complete for="ID of a textarea" schema="ID of a script with a JSON Schema">: offers what may stand at the caret. Ctrl-Space asks, Enter or Tab takes, Escape closes; Enter alone keeps the indentation. */
export function popup(host: HTMLElement): View {
  const field = document.getElementById(host.getAttribute("for") ?? "") as HTMLTextAreaElement | null;
  const source = document.getElementById(host.getAttribute("schema") ?? "")?.textContent;
  if (!field || !source) return { dispose: () => undefined };
  const schema = JSON.parse(source) as Schema;
  const id = `${field.id}-options`;
  const list = make("ul", { role: "listbox", id, class: "completion", hidden: true });
  host.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" })) field.setAttribute(name, value);
  let shown: Completion | null = null;
  let chosen = 0;

  const close = (): void => {
    shown = null;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const draw = (): void => {
    if (!shown) return;
    list.replaceChildren(...shown.options.slice(0, most).map((option, i) => {
      const item = make("li", { role: "option", id: `${id}-${i}`, "aria-selected": String(i === chosen) }, make("b", {}, option.text), make("small", {}, option.help));
      item.addEventListener("pointerdown", event => { event.preventDefault(); chosen = i; take(); });
      return item;
    }));
    field.setAttribute("aria-expanded", "true");
    field.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    place();
    list.hidden = false;
    list.children[chosen]?.scrollIntoView?.({ block: "nearest" });
  };

  // Letters are equally wide, so the caret's place is a matter of counting.
  const place = (): void => {
    const before = field.value.slice(0, shown!.from);
    const line = before.split("\n").length, column = before.length - before.lastIndexOf("\n") - 1;
    const style = getComputedStyle(field);
    const letter = width(style.font);
    list.style.insetBlockStart = `${field.offsetTop + parseFloat(style.paddingTop) + line * parseFloat(style.lineHeight)}px`;
    list.style.left = `${field.offsetLeft + parseFloat(style.paddingLeft) + column * letter - field.scrollLeft}px`;
  };

  const offer = (asked: boolean): void => {
    const found = field.selectionStart === field.selectionEnd ? complete(field.value, field.selectionStart, schema) : null;
    const typed = found ? field.value.slice(found.from, field.selectionStart) : "";
    if (!found || (!asked && typed === "") || (found.options.length === 1 && found.options[0]!.text === typed)) { close(); return; }
    shown = found;
    chosen = 0;
    draw();
  };

  const replace = (from: number, to: number, text: string): void => {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const take = (): void => {
    const option = shown?.options[chosen];
    if (!shown || !option) return;
    const from = shown.from;
    close();
    replace(from, field.selectionStart, option.insert);
    close();
  };

  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey && event.key === " ") { event.preventDefault(); offer(true); return; }
    if (shown) {
      const count = Math.min(most, shown.options.length);
      switch (event.key) {
        case "ArrowDown": chosen = (chosen + 1) % count; break;
        case "ArrowUp": chosen = (chosen + count - 1) % count; break;
        case "Enter": case "Tab": event.preventDefault(); take(); return;
        case "Escape": event.preventDefault(); event.stopPropagation(); close(); return;
        default: return;
      }
      event.preventDefault();
      draw();
      return;
    }
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const line = field.value.slice(field.value.lastIndexOf("\n", field.selectionStart - 1) + 1, field.selectionStart);
    const indent = /^\s*/.exec(line)![0] + (/:\s*$/.test(line) ? "  " : "");
    event.preventDefault();
    replace(field.selectionStart, field.selectionEnd, `\n${indent}`);
  };

  const typed = (event: Event): void => {
    if (event instanceof InputEvent && event.inputType === "insertText") offer(false);
    else if (shown) offer(false);
  };
  const leave = (): void => { setTimeout(() => { if (document.activeElement !== field) close(); }, 100); };
  field.addEventListener("keydown", key);
  field.addEventListener("input", typed);
  field.addEventListener("click", close);
  field.addEventListener("blur", leave);
  return {
    dispose() {
      field.removeEventListener("keydown", key);
      field.removeEventListener("input", typed);
      field.removeEventListener("click", close);
      field.removeEventListener("blur", leave);
    },
  };
}

function width(font: string): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return 7.5;
  context.font = font;
  return context.measureText("m".repeat(50)).width / 50;
}
