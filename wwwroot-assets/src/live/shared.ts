import { Events } from "./events";
import { Metrics } from "./metrics";
import { moment } from "../page/moment";
import { hub } from "./page-hub";

let sharedMetrics: Metrics | undefined;
let sharedEvents: Events | undefined;

export const metrics = (): Metrics => sharedMetrics ??= begin();
export const events = (): Events => sharedEvents ??= new Events(hub());

function begin(): Metrics {
  const made = new Metrics(hub());
  moment.watch(at => sharedMetrics?.rewind(at));
  if (moment.at !== null) made.rewind(moment.at);
  return made;
}

/** For tests. */
export function useMetrics(other: Metrics | undefined): void { sharedMetrics = other; }
