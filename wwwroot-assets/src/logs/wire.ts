import type { Level, WireLine } from "../log/line";

/** Whose lines they are, as the hub tells it. */
export interface Source { id: string; name: string; image: string; stack?: string | null; service?: string | null; removedMs?: number; exitCode?: number; privileged?: boolean }

/** [source, position, nanoseconds, 1 stdout | 2 stderr, level 0 to 6, text, bytes of the whole line, lines above and below that belong to it] */
export type FoundWire = readonly [
  source: number, position: string, nanoseconds: string, stream: number, level: number, text: string, length: number, before: readonly WireLine[], behind: readonly WireLine[]];

export interface HistogramWire { fromMs: number; stepMs: number; levels: readonly (readonly number[])[] }

export interface SearchBatch {
  sources: readonly Source[]; lines: readonly FoundWire[]; looked: number; total: number; found: number; gone: number; histogram?: HistogramWire; done: boolean; next?: string;
}

/** [source, position, nanoseconds, 1 | 2, partial, text] */
export type FollowedWire = readonly [source: number, position: string, nanoseconds: string, stream: number, partial: number, text: string];
export interface FollowBatch { sources: readonly Source[]; lines: readonly FollowedWire[]; skipped: number }

/** The engine's levels in its order. */
export const levels = ["unknown", "trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LevelName = typeof levels[number];

/** The four that rows are coloured by. */
export function toLevel(number: number): Level | null {
  return number === 0 ? null : number <= 2 ? "debug" : number === 3 ? "info" : number === 4 ? "warn" : "error";
}
