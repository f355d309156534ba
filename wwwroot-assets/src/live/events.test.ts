import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fakeHub } from "../testing/fake-wire";
import { Events, type EngineEvent } from "./events";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const event = (sequence: number): EngineEvent => ({ sequence, at: "2026-01-01T00:00:00Z", kind: "container", action: "start", subject: "a", name: "a" });

test("resumes after the last sequence, gives each event once, and late listeners what is kept", async () => {
  const { hub, wire } = fakeHub();
  const events = new Events(hub);
  const got: number[] = [];
  events.watch(batch => got.push(...batch.map(e => e.sequence)));
  await vi.advanceTimersByTimeAsync(0);
  expect(wire.last.args).toEqual([500, 0]);
  wire.last.next([event(1), event(2)]);
  wire.cut();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(wire.last.args).toEqual([500, 2]);
  wire.last.next([event(2), event(3)]);
  expect(got).toEqual([1, 2, 3]);
  const late: number[] = [];
  events.watch(batch => late.push(...batch.map(e => e.sequence)));
  expect(late).toEqual([1, 2, 3]);
});
