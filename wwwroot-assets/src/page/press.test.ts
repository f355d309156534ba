import { beforeEach, expect, test } from "vitest";
import { press, release } from "./press";

const followed: string[] = [];
document.addEventListener("click", event => {
  event.preventDefault();
  followed.push((event.target as Element).closest("a")!.getAttribute("href")!);
});

const pointer = (on: Element, more: object = {}) => {
  const event = new MouseEvent("pointerdown", { bubbles: true, clientX: 10, clientY: 10, ...more }) as PointerEvent;
  Object.defineProperty(event, "target", { value: on });
  return event;
};

const redraw = () => document.body.innerHTML = `<a href="volumes/a"><b>a</b></a>`;

beforeEach(() => {
  followed.length = 0;
  redraw();
});

test("a link that is drawn anew between press and release is followed, once", () => {
  press(pointer(document.querySelector("b")!));
  redraw();
  release(pointer(document.body));
  release(pointer(document.body));
  expect(followed).toEqual(["volumes/a"]);
  expect(document.querySelectorAll("a")).toHaveLength(1);
});

test.each([
  ["stays where it is", {}, {}, () => {}],
  ["is dragged away from", {}, { clientX: 30 }, redraw],
  ["is to open elsewhere", { ctrlKey: true }, {}, redraw],
  ["is pressed with another button", { button: 2 }, {}, redraw],
])("a link that %s is the browser's", (_, down, up, between) => {
  press(pointer(document.querySelector("b")!, down));
  between();
  release(pointer(document.body, up));
  expect(followed).toEqual([]);
});
