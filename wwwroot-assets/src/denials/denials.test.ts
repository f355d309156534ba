import { beforeEach, expect, test, vi } from "vitest";
import { useHub } from "../live/page-hub";
import { fakeHub } from "../testing/fake-wire";
import { denials, type Denial } from "./denials";

beforeEach(() => { vi.useFakeTimers(); });

const denial = (call: string, count: number, command = "sh"): Denial =>
  ({ exec: null, call, number: call.length, architecture: null, command, pid: 7, outerPid: 4242, count, first: "2026-01-01T00:00:00Z", last: "2026-01-01T00:00:00Z" });

async function open(): Promise<{ host: HTMLElement; wire: ReturnType<typeof fakeHub>["wire"] }> {
  const { hub, wire } = fakeHub();
  useHub(hub);
  const host = document.createElement("div");
  host.setAttribute("container", "c1");
  host.setAttribute("link", "?q=");
  document.body.replaceChildren(host);
  denials(host);
  await vi.advanceTimersByTimeAsync(0);
  return { host, wire };
}

const cells = (host: HTMLElement) => [...host.querySelectorAll("tbody tr")].map(row => `${row.querySelector("td")!.textContent} ${row.querySelector(".num")!.textContent}`);

test("shows what was denied, counts on, and the newest stands first", async () => {
  const { host, wire } = await open();
  expect(wire.last.args).toEqual(["c1"]);
  expect(host.querySelector("table")!.hidden).toBe(true);
  wire.last.next({ all: true, denials: [denial("mount", 1)] });
  wire.last.next({ all: false, denials: [denial("bpf", 1)] });
  wire.last.next({ all: false, denials: [denial("mount", 3)] });
  expect(cells(host)).toEqual(["mount 3", "bpf 1"]);
  expect(host.querySelector("a")!.getAttribute("href")).toBe("?q=mount");
  expect(host.textContent).toContain("7 inside, 4242 outside");
});

test("a start of the container begins anew", async () => {
  const { host, wire } = await open();
  wire.last.next({ all: true, denials: [denial("mount", 1)] });
  wire.last.next({ all: true, denials: [] });
  expect(cells(host)).toEqual([]);
  expect(host.querySelector<HTMLElement>(".empty-denials")!.hidden).toBe(false);
});

test("a program's name is text and hides nothing", async () => {
  const { host, wire } = await open();
  wire.last.next({ all: true, denials: [denial("mount", 1, "<img>\u202e\u0007")] });
  expect(host.querySelector("b")!.textContent).toBe("<img>\ufffd\ufffd");
});
