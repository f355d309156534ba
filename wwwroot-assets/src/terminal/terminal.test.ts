import { beforeEach, expect, test, vi } from "vitest";
import { fakeHub } from "../testing/fake-wire";
import { decode, Input } from "./input";
import { session } from "./session";

beforeEach(() => { sessionStorage.clear(); history.replaceState(null, "", "/containers/c"); });

test("input: keys of one turn are one message, in order", async () => {
  const sent: string[] = [];
  const input = new Input(async words => { sent.push(words); });
  input.add("l");
  input.add("s");
  await Promise.resolve();
  input.add("\r");
  await Promise.resolve();
  expect(sent).toEqual(["ls", "\r"]);
});

test("input: a large paste goes in pieces that never cut a character", async () => {
  const sent: string[] = [];
  const input = new Input(async words => { sent.push(words); });
  const paste = "x" + "😀".repeat(20_000);
  input.add(paste);
  await Promise.resolve();
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.join("")).toBe(paste);
  expect(sent.every(piece => new TextDecoder().decode(new TextEncoder().encode(piece)) === piece)).toBe(true);
});

test("decode gives the bytes", () => expect([...decode("G1swbf8=")]).toEqual([0x1b, 0x5b, 0x30, 0x6d, 0xff]));

test("session: a new shell is opened once and found again after a reload", async () => {
  const { hub, wire } = fakeHub();
  let opened = 0;
  wire.answers["OpenTerminal"] = () => `e${++opened}`;
  wire.answers["Terminals"] = () => [{ id: "e1", command: [], startedAt: "", running: true, exitCode: null }];
  expect(await session(hub, "c", null, 24, 80)).toBe("e1");
  expect(wire.calls[0]).toEqual({ method: "OpenTerminal", args: ["c", null, 24, 80] });
  expect(location.hash).toBe("#exec=e1");
  expect(await session(hub, "c", null, 24, 80)).toBe("e1");
  expect(opened).toBe(1);
});

test("session: one that has ended is not returned to", async () => {
  const { hub, wire } = fakeHub();
  sessionStorage.setItem("brig-terminal:c", "old");
  wire.answers["OpenTerminal"] = () => "new";
  wire.answers["Terminals"] = () => [{ id: "old", command: [], startedAt: "", running: false, exitCode: 0 }];
  expect(await session(hub, "c", null, 24, 80)).toBe("new");
});

test("session: attaching asks for the pseudo id", async () => {
  const { hub, wire } = fakeHub();
  wire.answers["AttachContainer"] = () => "attach:c";
  expect(await session(hub, "c", "attach:c", 24, 80)).toBe("attach:c");
  expect(vi.isFakeTimers()).toBe(false);
});
