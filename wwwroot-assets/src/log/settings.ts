import type { Stamps } from "./stamps";

export interface Settings { stamps: Stamps; wrap: boolean }

const key = "brig-log";

/** How this browser likes its logs. */
export function settings(): Settings {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Settings>;
    return { stamps: kept.stamps === "off" || kept.stamps === "relative" ? kept.stamps : "exact", wrap: kept.wrap === true };
  } catch {
    return { stamps: "exact", wrap: false };
  }
}

export function keepSettings(settings: Settings): void {
  try { localStorage.setItem(key, JSON.stringify(settings)); } catch { /* private window */ }
}
