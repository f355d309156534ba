import { Events } from "./events";
import { Metrics } from "./metrics";
import { hub } from "./page-hub";

let sharedMetrics: Metrics | undefined;
let sharedEvents: Events | undefined;

export const metrics = (): Metrics => sharedMetrics ??= new Metrics(hub());
export const events = (): Events => sharedEvents ??= new Events(hub());

/** For tests. */
export function useMetrics(other: Metrics | undefined): void { sharedMetrics = other; }
