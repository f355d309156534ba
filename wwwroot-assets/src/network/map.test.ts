import { beforeEach, expect, test, vi } from "vitest";
import { C } from "../live/columns";
import { Metrics } from "../live/metrics";
import { useMetrics } from "../live/shared";
import { fakeHub } from "../testing/fake-wire";
import { networkMap } from "./map";

let resized: (() => void) | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("ResizeObserver", class {
    constructor(call: (entries: unknown[]) => void) { resized = () => call([{ contentRect: { width: 800 } }]); }
    observe(): void { /* told by the test */ }
    disconnect(): void { /* nothing held */ }
  });
});

const model = (names: string[]) => JSON.stringify({
  networks: [{ id: "n1", name: "front", note: "10.1.0.0/24", closed: false }],
  containers: names.map(name => ({ id: name, name, state: name === "old" ? "exited" : name === "ill" ? "unhealthy" : "running", word: name === "old" ? "exited 0" : name === "ill" ? "unhealthy" : "running", plugs: [{ network: "n1", address: "10.1.0.2" }], ports: [{ short: "8080 → 80", long: "8080 of every address", local: false }], mark: name === "free" ? "privileged" : null })),
});

async function open(names: string[]) {
  const { hub, wire } = fakeHub();
  useMetrics(new Metrics(hub));
  const host = document.createElement("div");
  host.setAttribute("model", model(names));
  host.setAttribute("link", "/networks?at=");
  document.body.replaceChildren(host);
  const view = networkMap(host);
  resized!();
  await vi.advanceTimersByTimeAsync(100);
  return { host, wire, view };
}

test("draws networks, containers and ports as links that say what they are", async () => {
  const { host } = await open(["web", "old"]);
  const links = [...host.querySelectorAll("a")];
  expect(links.map(a => a.getAttribute("href"))).toEqual(["/networks?at=n%3An1", "/networks?at=c%3Aold", "/networks?at=c%3Aweb"]);
  expect(links[1]!.getAttribute("aria-label")).toBe("old, exited 0, 10.1.0.2, 8080 of every address");
  expect(host.querySelectorAll(".pill").length).toBe(2);
});

test("a container without walls has a sign and says so", async () => {
  const { host } = await open(["web", "free"]);
  const marked = [...host.querySelectorAll("a")].filter(a => a.querySelector(".danger"));
  expect(marked.map(a => a.getAttribute("aria-label"))).toEqual(["free, running, privileged, 10.1.0.2, 8080 of every address"]);
});

test("one that runs and is unhealthy is plugged in, and says so", async () => {
  const { host } = await open(["ill", "old"]);
  expect(host.querySelectorAll(".unhealthy .cable").length).toBe(2);
  expect(host.querySelector(".unhealthy .flow")!.textContent).toBe("unhealthy");
  expect([...host.querySelectorAll(".down")].map(g => g.classList.contains("exited"))).toEqual([true]);
});

test("numbers of the live stream run along the cables", async () => {
  const { host, wire } = await open(["web", "old"]);
  expect(wire.last.args[0]).toEqual(["web"]);
  const cells = Array<number | null>(30).fill(null);
  [cells[C.rxBytes], cells[C.txBytes]] = [2_000_000, 0];
  wire.last.next({ t: 1, s: 1, m: [], c: { web: cells } });
  await vi.advanceTimersByTimeAsync(50);
  expect(host.querySelector(".running .flow")!.textContent).toContain("1.9 MiB/s");
  expect([...host.querySelectorAll(".running .cable")].map(c => c.getAttribute("data-pace"))).toEqual(["3", "0"]);
  expect(host.querySelector(".exited .flow")!.textContent).toBe("exited 0");
});

test("a new model is drawn in place, and what was picked stays marked", async () => {
  const { host, view } = await open(["web"]);
  host.setAttribute("model", model(["web", "db"]));
  host.setAttribute("picked", "c:db");
  expect(view.attribute!("model")).toBe(true);
  await vi.advanceTimersByTimeAsync(50);
  expect(host.querySelector("[aria-current]")!.getAttribute("data-key")).toBe("c:db");
  view.dispose();
});

test("of a container on two networks each cable has its own numbers once they are known", async () => {
  const { host, view } = await open([]);
  host.setAttribute("model", JSON.stringify({
    networks: ["a", "b"].map(id => ({ id, name: id, note: "", closed: false })),
    containers: [{ id: "w", name: "w", state: "running", word: "running", plugs: [{ network: "a", address: "1" }, { network: "b", address: "2" }], ports: [] }],
  }));
  view.attribute!("model");
  await vi.advanceTimersByTimeAsync(50);
  expect([...host.querySelectorAll(".cable")].map(c => c.getAttribute("data-pace"))).toEqual(["0", "0", "0", "0"]);
  host.setAttribute("rates", JSON.stringify({ "w a": [2048, 0], "w b": [0, 2_000_000] }));
  expect(view.attribute!("rates")).toBe(true);
  await vi.advanceTimersByTimeAsync(50);
  expect([...host.querySelectorAll(".flow")].map(t => t.textContent)).toEqual([expect.stringContaining("↓ 2.0 KiB/s"), expect.stringContaining("↑ 1.9 MiB/s")]);
  expect([...host.querySelectorAll(".cable")].map(c => c.getAttribute("data-pace"))).toEqual(["1", "0", "0", "3"]);
  view.dispose();
});

test("a hostile name is text", async () => {
  const { host } = await open(["<img src=x onerror=alert(1)>"]);
  expect(host.querySelector("img")).toBeNull();
});
