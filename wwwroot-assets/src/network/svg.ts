const space = "http://www.w3.org/2000/svg";

/** As `make`, for drawings. */
export function draw<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | number>> = {}, ...children: (Node | string)[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 10) / 10) : value);
  element.append(...children);
  return element;
}

/** A drawing has no ellipsis of its own; `each` is about the width of a letter. */
export function fit(text: string, width: number, each: number): string {
  const letters = Math.max(1, Math.floor(width / each));
  return text.length <= letters ? text : `${text.slice(0, letters - 1).trimEnd()}…`;
}
