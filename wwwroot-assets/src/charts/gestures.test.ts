import { afterEach, beforeEach, expect, test } from "vitest";
import { gestures, keys, type Actions } from "./gestures";

let element: HTMLElement;
let done: string[];
let stop: () => void;
const round = (value: number) => Math.round(value * 100) / 100;

// A minute in 600 pixels.
beforeEach(() => {
  element = document.body.appendChild(document.createElement("div"));
  element.getBoundingClientRect = () => ({ left: 100, top: 0 }) as DOMRect;
  done = [];
  const act: Actions = {
    zoom: (around, factor) => done.push(`zoom ${around} ${factor < 1 ? "in" : "out"}`), pan: seconds => done.push(`pan ${round(seconds)}`), select: (from, to) => done.push(`select ${from}-${to}`),
    marking: () => {}, click: x => done.push(`click ${x}`), live: () => done.push("live"), step: direction => done.push(`step ${direction}`), pick: () => done.push("pick"),
  };
  const axis = { at: (x: number) => x / 10, width: () => 600, from: () => 0, to: () => 60 };
  const ends = [gestures(element, axis, act), keys(element, axis, act)];
  stop = () => { for (const end of ends) end(); };
});
afterEach(() => { stop(); element.remove(); });

const pointer = (type: string, x: number, more: Record<string, unknown> = {}) => {
  const event = new Event(type, { bubbles: true });
  Object.assign(event, { button: 0, pointerId: 1, clientX: 100 + x, clientY: 5, shiftKey: false, movementX: 1, movementY: 0, ...more });
  element.dispatchEvent(event);
};
const wheel = (on: Element, at: number, more: Record<string, unknown>) => {
  const event = new Event("wheel", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: at });
  Object.assign(event, { deltaX: 0, deltaY: 0, deltaMode: 0, clientX: 400, shiftKey: false, ctrlKey: false, metaKey: false, ...more });
  on.dispatchEvent(event);
  return event.defaultPrevented;
};

test("a wheel that began here zooms at the pointer, sideways it pans", () => {
  expect(wheel(element, 1_000, { deltaY: -100 })).toBe(true);
  wheel(element, 1_050, { deltaX: 60, deltaY: 1 });
  expect(done).toEqual(["zoom 30 in", "pan 6"]);
});

test("who scrolls the page and meets a chart goes on scrolling; a moved pointer is meant", () => {
  wheel(document.body, 1_000, { deltaY: 100 });
  expect(wheel(element, 1_050, { deltaY: 100 })).toBe(false);
  expect(wheel(element, 9_000, { deltaY: 100 })).toBe(false);
  pointer("pointermove", 300);
  expect(wheel(element, 18_000, { deltaY: 100 })).toBe(true);
  expect(done).toEqual(["zoom 30 out"]);
});

test("a press is a click, a drag pans, with Shift it marks", () => {
  pointer("pointerdown", 300); pointer("pointerup", 301);
  pointer("pointerdown", 300); pointer("pointermove", 250); pointer("pointerup", 250);
  pointer("pointerdown", 300, { shiftKey: true }); pointer("pointermove", 200); pointer("pointerup", 200);
  expect(done).toEqual(["click 301", "pan 5", "select 20-30"]);
});

test("two fingers that part zoom in between them, and no click comes of it", () => {
  pointer("pointerdown", 290); pointer("pointerdown", 310, { pointerId: 2 });
  pointer("pointermove", 270); pointer("pointermove", 330, { pointerId: 2 });
  pointer("pointerup", 270); pointer("pointerup", 330, { pointerId: 2 });
  expect(done.filter(word => word.startsWith("zoom"))).toEqual(["zoom 29 in", "zoom 30 in"]);
  expect(done.some(word => word.startsWith("click"))).toBe(false);
});

test.each([["ArrowLeft", "pan -6"], ["ArrowRight", "pan 6"], ["+", "zoom 30 in"], ["-", "zoom 30 out"], ["Home", "live"], ["Enter", "pick"]])("key %s: %s", (key, what) => {
  element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  expect(done).toEqual([what]);
});
