import { moment } from "../page/moment";
import type { Range } from "./range";

/** Ranges that have a name; a button each. */
export const named: readonly (readonly [string, number])[] = [["5m", 300], ["1h", 3_600], ["24h", 86_400], ["7d", 604_800], ["30d", 2_592_000]];

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** What an address says about the span of time: `range=24h` live, or `from` and `to` in milliseconds. */
export interface Asked { seconds?: number; from?: number; to?: number }

export function asked(search: string): Asked {
  const query = new URLSearchParams(search);
  const [from, to] = [Number(query.get("from")) / 1000, Number(query.get("to")) / 1000];
  if (from > 0 && to > from) return { from, to };
  const range = /^(\d+)([smhd])$/.exec(query.get("range") ?? "");
  return range ? { seconds: Number(range[1]) * units[range[2]!]! } : {};
}

/** In the largest unit it is whole in: `7d`, `90m`; a name of `named` where it has one. */
function short(seconds: number): string {
  const unit = ["d", "h", "m"].find(unit => seconds % units[unit]! === 0) ?? "s";
  return named.find(([, its]) => its === seconds)?.[0] ?? `${seconds / units[unit]!}${unit}`;
}

/** The same address with this range in it; nothing where it is what the page shows anyway. */
export function withRange(search: string, range: Range, usual: number): string {
  const query = new URLSearchParams(search);
  for (const name of ["range", "from", "to"]) query.delete(name);
  if (!range.live) {
    query.set("from", String(Math.round(range.from * 1000)));
    query.set("to", String(Math.round(range.to * 1000)));
  } else if (Math.round(range.seconds) !== usual) {
    query.set("range", short(Math.round(range.seconds)));
  }
  const words = query.toString().replaceAll("%3A", ":");
  return words ? `?${words}` : "";
}

export function apply(range: Range, wanted: Asked, usual: number): void {
  if (wanted.from !== undefined && wanted.to !== undefined) range.hold(wanted.from, wanted.to);
  else range.back(wanted.seconds ?? usual);
}

const quiet = 300;          // ms after the last turn of the wheel
const oneGesture = 1_500;   // ms; what follows sooner is the same step of the history, unless it leaves or finds live

/** Keeps a range and the page's address the same. Back goes to what was seen before the last gesture. */
export function follow(range: Range, usual: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  let wasLive = range.live;
  let restoring = false;
  const write = () => {
    timer = undefined;
    const search = withRange(location.search, range, usual);
    if (search === location.search) return;
    const path = `${location.pathname}${search}${location.hash}`;
    if (moment.at !== null || (Date.now() - last < oneGesture && range.live === wasLive)) history.replaceState(history.state, "", path);
    else history.pushState(history.state, "", path);
    last = Date.now();
    wasLive = range.live;
  };
  const off = range.watch(() => {
    if (restoring) return;
    clearTimeout(timer);
    timer = setTimeout(write, quiet);
  });
  // A page that changed its address by itself, to another tab for example, did not know of the range.
  const repeat = setInterval(() => {
    if (timer !== undefined) return;
    const search = withRange(location.search, range, usual);
    if (search !== location.search) history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
  }, 1_000);
  const restore = () => {
    clearTimeout(timer);
    timer = undefined;
    last = 0;
    restoring = true;
    apply(range, asked(location.search), usual);
    restoring = false;
    wasLive = range.live;
  };
  addEventListener("popstate", restore);
  return () => { off(); clearTimeout(timer); clearInterval(repeat); removeEventListener("popstate", restore); };
}
