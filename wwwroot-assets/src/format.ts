/** Numbers as people read them: bytes IEC, CPU in cores, always the same precision for the same kind, so that a column does not jump. */
const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export const nothing = "–";

export function bytes(value: number | null | undefined): string {
  if (!known(value)) return nothing;
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1023.95 && unit < units.length - 1) { size /= 1024; unit++; }
  return `${value < 0 ? "-" : ""}${unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function rate(value: number | null | undefined): string {
  return known(value) ? `${bytes(value)}/s` : nothing;
}

export function cores(value: number | null | undefined): string {
  if (!known(value)) return nothing;
  return value < 9.995 ? value.toFixed(2) : value.toFixed(1);
}

/** A part 0..1 as percent. */
export function percent(part: number | null | undefined): string {
  if (!known(part)) return nothing;
  const value = part * 100;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`;
}

export function count(value: number | null | undefined): string {
  return known(value) ? Math.round(value).toString() : nothing;
}

/** 1,204 */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

export function known(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
