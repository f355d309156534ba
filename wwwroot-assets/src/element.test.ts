import { expect, test } from "vitest";
import { make, ViewElement, type View } from "./element";

/** Code that comes when the test says so. */
let loads: (() => void)[] = [];
let disposed = 0;

class Late extends ViewElement {
  static readonly observedAttributes = ["words"];

  protected make(): Promise<() => View> {
    return new Promise(done => loads.push(() => done(() => {
      this.append(make("p", {}, this.getAttribute("words") ?? ""));
      return { dispose: () => { disposed++; } };
    })));
  }
}

customElements.define("test-late", Late);

const settled = () => new Promise(done => setTimeout(done));

async function open(): Promise<Late> {
  loads = [];
  const element = document.createElement("test-late") as Late;
  element.setAttribute("words", "one");
  document.body.replaceChildren(element);
  disposed = 0;
  await settled();
  return element;
}

test.each([["in order", [0, 1]], ["the other way round", [1, 0]]])("asked for again while its code comes, it makes one view, of what it is now: %s", async (_, order) => {
  const element = await open();
  element.setAttribute("words", "two");
  await settled();
  expect(loads.length).toBe(2);
  for (const index of order) { loads[index]!(); await settled(); }
  expect(element.innerHTML).toBe("<p>two</p>");
  expect(disposed).toBe(0);
});

test("gone before its code came, it makes none", async () => {
  const element = await open();
  element.remove();
  loads[0]!();
  await settled();
  expect(element.innerHTML).toBe("");
});
