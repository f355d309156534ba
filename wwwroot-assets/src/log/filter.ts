import type { Level, Line } from "./line";

export interface Filter {
  stdout: boolean;
  stderr: boolean;
  /** Least level; "" any. */
  level: "" | "info" | "warn" | "error";
  /** Only lines that contain it, ignoring case. */
  contains: string;
}

export const everything: Filter = { stdout: true, stderr: true, level: "", contains: "" };

const order: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** undefined: everything passes. */
export function test(filter: Filter): ((line: Line) => boolean) | undefined {
  const least = filter.level ? order[filter.level] : -1;
  const contains = filter.contains.toLowerCase();
  if (filter.stdout && filter.stderr && least < 0 && !contains) return undefined;
  return line => {
    if (line.skipped) return true;
    if (line.stream === 1 ? !filter.stdout : !filter.stderr) return false;
    if (least >= 0 && (line.level === null || order[line.level] < least)) return false;
    return !contains || line.plain.toLowerCase().includes(contains);
  };
}
