import { hash, setHash } from "../page/hash";
import type { Hub } from "../live/hub";

/** As the hub tells of it. */
export interface TerminalInfo { id: string; command: readonly string[]; startedAt: string; running: boolean; exitCode: number | null }

const key = (container: string) => `brig-terminal:${container}`;

/** Which program this terminal shows: the one asked for, or the one this tab had before a reload, or a new shell. */
export async function session(hub: Hub, container: string, asked: string | null, rows: number, columns: number): Promise<string> {
  if (asked?.startsWith("attach:")) return hub.invoke<string>("AttachContainer", container);
  if (asked) return asked;
  const kept = hash("exec") || remembered(container);
  if (kept) {
    const known = await hub.invoke<TerminalInfo[]>("Terminals", container);
    if (known.some(terminal => terminal.id === kept && terminal.running)) return remember(container, kept);
  }
  return remember(container, await hub.invoke<string>("OpenTerminal", container, null, rows, columns));
}

export function forget(container: string): void {
  setHash("exec", "");
  try { sessionStorage.removeItem(key(container)); } catch { /* private window */ }
}

function remembered(container: string): string {
  try { return sessionStorage.getItem(key(container)) ?? ""; } catch { return ""; }
}

function remember(container: string, exec: string): string {
  setHash("exec", exec);
  try { sessionStorage.setItem(key(container), exec); } catch { /* private window */ }
  return exec;
}
