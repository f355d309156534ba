import { expect, test } from "vitest";
import { C, M } from "../live/columns";
import { read, say, share, strain } from "./readings";

const cells = (values: Partial<Record<keyof typeof C, number>>) => {
  const row: (number | null)[] = Array.from({ length: 26 }, () => null);
  for (const [name, value] of Object.entries(values)) row[C[name as keyof typeof C]] = value;
  return row;
};

test("columns are the hub's", () => {
  expect([C.cpuCores, C.memLimit, C.pids, C.txBytes]).toEqual([0, 10, 15, 25]);
  expect([M.cpuCores, M.memTotal, M.diskFree]).toEqual([0, 5, 15]);
});

test("cpu of half of its limit", () => {
  const reading = read("cpu", "x", cells({ cpuCores: 0.5, cpuLimit: 1 }));
  expect(say("cpu", reading, "")).toBe("0.50");
  expect(say("cpu", reading, "percent")).toBe("50 %");
  expect(say("cpu", reading, "both")).toBe("0.50 · 50 %");
});

test("memory without a limit says only the number", () => {
  const reading = read("memory", "x", cells({ workingSet: 1024 }));
  expect(say("memory", reading, "both")).toBe("1.0 KiB");
  expect(share(reading)).toBeNull();
});

test("memory of the machine is total less available", () => {
  const row = Array.from({ length: 16 }, () => 0);
  row[M.memTotal] = 4096;
  row[M.memAvailable] = 1024;
  expect(read("memory", "machine", row)).toEqual({ value: 3072, limit: 4096 });
});

test("pressure is empty at zero", () => {
  expect(say("psi", read("psi", "x", cells({ psiCpu: 0, psiMem: 0 })), "nonzero")).toBe("");
  expect(say("psi", read("psi", "x", cells({ psiCpu: 1.5, psiMem: 20 })), "nonzero")).toBe("20 %");
});

test("a stopped container has no numbers", () => expect(say("cpu", read("cpu", "x", undefined), "both")).toBe("–"));

test("strain", () => expect([null, 0.5, 0.9, 0.99].map(strain)).toEqual(["ok", "ok", "warn", "bad"]));
