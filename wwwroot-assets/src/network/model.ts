/** What the map draws, as the page gives it in the attribute `model`. */
export interface MapModel { networks: readonly MapNetwork[]; containers: readonly MapContainer[] }

export interface MapNetwork {
  id: string;
  name: string;
  /** Its addresses, for people. */
  note: string;
  /** Nothing of it leaves the machine. */
  closed: boolean;
  /** Not a network: containers that are on none, or have the machine's own. */
  loose?: boolean;
}

export interface MapContainer { id: string; name: string; state: string; word: string; plugs: readonly Plug[]; ports: readonly Port[]; /** What is said of one without walls. */ mark?: string | null }

/** A container's place on a network. */
export interface Plug { network: string; address: string }

/** What is published of it: as short as a pill holds, and in full. */
export interface Port { short: string; long: string; local: boolean }

export const none: MapModel = { networks: [], containers: [] };

export function parse(text: string | null): MapModel {
  try {
    return text ? JSON.parse(text) as MapModel : none;
  } catch {
    return none;
  }
}

/** Bytes a second in and out, by "container network": of containers on several networks, whose live numbers are of all together. */
export type Rates = Readonly<Record<string, readonly [number, number]>>;

export function parseRates(text: string | null): Rates {
  try {
    return text ? JSON.parse(text) as Rates : {};
  } catch {
    return {};
  }
}
