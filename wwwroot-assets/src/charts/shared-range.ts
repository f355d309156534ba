import { moment } from "../page/moment";
import { apply, asked, follow, withRange } from "./address";
import { Range } from "./range";

interface Shared { range: Range; users: number; leave(): void }

const shared = new Map<string, Shared>();

/** The last range of the page's charts, for the next tab of the same object: `containers/ID`. */
let kept: { place: string; live: boolean; seconds: number; from: number; to: number } | undefined;

/** Elements of the same group share one range while any of them is in the page; the page's own is in its address. */
export function join(group: string, seconds: number): { range: Range; leave(): void } {
  let one = shared.get(group);
  if (!one) {
    const range = new Range(seconds);
    one = { range, users: 0, leave: () => {} };
    shared.set(group, one);
    if (group === "page") one.leave = begin(range, seconds);
  }
  one.users++;
  const mine = one;
  return {
    range: mine.range,
    leave: () => {
      if (--mine.users > 0) return;
      mine.leave();
      shared.delete(group);
    },
  };
}

function begin(range: Range, usual: number): () => void {
  const wanted = asked(location.search);
  const place = placeOf();
  const end = follow(range, usual);
  if (wanted.seconds !== undefined || wanted.from !== undefined) apply(range, wanted, usual);
  else if (kept?.place === place) {
    apply(range, kept.live ? { seconds: kept.seconds } : kept, usual);
    history.replaceState(history.state, "", `${location.pathname}${withRange(location.search, range, usual)}${location.hash}`);
  }
  const remember = () => { kept = { place, live: range.live, seconds: range.seconds, from: range.from, to: range.to }; };
  const stops = [end, range.watch(remember), moment.watch(at => { if (at === null) apply(range, asked(location.search), usual); else range.reveal(at / 1000); })];
  if (moment.at !== null) range.reveal(moment.at / 1000);
  return () => { for (const stop of stops) stop(); };
}

/** Now, everywhere in the page. */
export function live(range: Range): void {
  moment.pick(null);
  range.back();
}

/** The first two words below the base. */
function placeOf(): string {
  const base = new URL(document.baseURI).pathname;
  return location.pathname.slice(base.length).split("/").slice(0, 2).join("/");
}
