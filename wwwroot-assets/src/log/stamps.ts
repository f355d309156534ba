import type { Line } from "./line";

export type Stamps = "off" | "relative" | "exact";

const two = (n: number) => n.toString().padStart(2, "0");

/** "14:03:59.120" in the viewer's zone, or "12 s", "3 min", "2 h", "5 d" ago. */
export function stamp(line: Line, stamps: Stamps, now: number): string {
  const ms = line.ms;
  if (stamps === "relative") {
    const seconds = Math.max(0, (now - ms) / 1000);
    return seconds < 60 ? `${Math.trunc(seconds)} s` : seconds < 3600 ? `${Math.trunc(seconds / 60)} min` : seconds < 86_400 ? `${Math.trunc(seconds / 3600)} h` : `${Math.trunc(seconds / 86_400)} d`;
  }
  const time = new Date(ms);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${Math.trunc(ms % 1000).toString().padStart(3, "0")}`;
}

/** Everything about the moment, to the nanosecond. */
export function fullStamp(line: Line): string {
  const time = new Date(line.ms);
  const offset = -time.getTimezoneOffset();
  const zone = offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${line.nanoseconds.slice(-9).padStart(9, "0")} ${zone}`;
}
