/** The metric columns of the hub, in its order (docs/architecture.md, "The live hub"). */
const columns = <const T extends readonly string[]>(names: T) =>
  Object.fromEntries(names.map((name, index) => [name, index])) as { readonly [K in T[number]]: number };

export const C = columns([
  "cpuCores", "cpuLimit", "throttledRatio", "memory", "workingSet", "anon", "file", "kernel", "swap", "memPeak", "memLimit",
  "memHigh", "memMax", "oom", "oomKill", "pids", "pidsLimit", "psiCpu", "psiMem", "psiMemFull", "psiIo", "psiIoFull",
  "readBytes", "writeBytes", "rxBytes", "txBytes",
]);

export const M = columns([
  "cpuCores", "cores", "load1", "load5", "load15", "memTotal", "memAvailable", "swapTotal", "swapFree",
  "psiCpu", "psiMem", "psiMemFull", "psiIo", "psiIoFull", "diskTotal", "diskFree",
  "anon", "file", "kernel", "pids", "readBytes", "writeBytes", "rxBytes", "txBytes",
]);

/** From here on one column for each core, 0 to 1. */
export const firstCore = M.txBytes + 1;

/** What travels as null (NaN, no limit) stays null. */
export type Cells = readonly (number | null)[];

/** One tick. `t`: ms when it was read, `s`: ms when it was sent, `d`: ticks before it that this viewer was too slow for. */
export interface Frame { t: number; s: number; d?: number; m: Cells; c: Readonly<Record<string, Cells>> }

/** The name under which the machine itself is watched. */
export const machine = "machine";
