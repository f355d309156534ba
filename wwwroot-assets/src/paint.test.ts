import { expect, test, vi } from "vitest";
import { paint } from "./paint";

test("what throws while it is drawn is told, and the others are drawn all the same", async () => {
  const told = vi.fn();
  vi.stubGlobal("reportError", told);
  const error = new Error("broken");
  await new Promise<void>(drawn => {
    paint(() => { throw error; });
    paint(drawn);
  });
  expect(told).toHaveBeenCalledWith(error);
  vi.unstubAllGlobals();
});
