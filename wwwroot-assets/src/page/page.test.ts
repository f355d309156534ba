import { beforeEach, expect, test } from "vitest";
import { ago, span } from "./ago";
import { tableKey } from "./table-keys";

test.each([[1_000, "just now"], [12_000, "12 seconds ago"], [90_000, "1 minute ago"], [7_200_000, "2 hours ago"], [-60_000, "in 1 minute"]])(
  "ago %s", (age, words) => expect(ago(age, "just now")).toBe(words));

test.each([[0, "0 sec"], [65_000, "1 min 5 sec"], [3_600_000, "1 hr"], [3_600_000 * 50, "2 days 2 hr"]])(
  "span %s", (age, words) => expect(span(age)).toBe(words));

const press = (key: string, on: Element = document.activeElement!) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  Object.defineProperty(event, "target", { value: on });
  tableKey(event);
  return event.defaultPrevented;
};

beforeEach(() => {
  document.body.innerHTML = `<input data-search><table data-keys><tbody>${[1, 2, 3].map(i =>
    `<tr data-row id="r${i}" tabindex="-1"><td><input type="checkbox"><a data-open href="#${i}">x</a></td></tr>`).join("")}</tbody></table>`;
  document.querySelector<HTMLElement>("#r1")!.focus();
});

test("j and k walk and stop at the ends", () => {
  press("k");
  expect(document.activeElement!.id).toBe("r1");
  press("j"); press("j"); press("j");
  expect(document.activeElement!.id).toBe("r3");
});

test("x turns the row's checkbox", () => {
  press("x");
  expect(document.querySelector<HTMLInputElement>("#r1 input")!.checked).toBe(true);
});

test("/ goes to the search, and is a letter while typing", () => {
  expect(press("/")).toBe(true);
  expect(document.activeElement!.hasAttribute("data-search")).toBe(true);
  expect(press("/")).toBe(false);
  expect(press("j")).toBe(false);
});
