/** Keys for a table marked data-keys whose rows are marked data-row: j, k and the arrows walk, Enter opens the row's [data-open],
 *  x turns its checkbox, / goes to the page's [data-search]. Nothing happens while somebody types. */
export function tableKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector<HTMLElement>("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    return;
  }
  const active = document.activeElement;
  const table = active?.closest("[data-keys]") ?? (!active || active.matches("body, main, h1") ? document.querySelector("[data-keys]") : null);
  if (!table) return;
  const rows = [...table.querySelectorAll<HTMLElement>("[data-row]")];
  const row = active?.closest<HTMLElement>("[data-row]") ?? null;
  switch (event.key) {
    case "j": case "ArrowDown": move(rows, row, 1); break;
    case "k": case "ArrowUp": move(rows, row, -1); break;
    case "Home": if (!row) return; focus(rows[0]); break;
    case "End": if (!row) return; focus(rows.at(-1)); break;
    case "x": if (!row) return; row.querySelector<HTMLElement>("input[type=checkbox],[role=checkbox]")?.click(); break;
    case "Enter": if (active !== row || !row) return; row.querySelector<HTMLElement>("[data-open]")?.click(); break;
    default: return;
  }
  event.preventDefault();
}

function move(rows: readonly HTMLElement[], row: HTMLElement | null, by: number): void {
  const now = row ? rows.indexOf(row) : by > 0 ? -1 : rows.length;
  focus(rows[Math.min(rows.length - 1, Math.max(0, now + by))]);
}

function focus(row: HTMLElement | undefined): void {
  if (!row) return;
  if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
  row.focus();
  row.scrollIntoView?.({ block: "nearest" });
}

export function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input:not([type=checkbox]):not([type=radio]),textarea,select,brig-terminal") !== null);
}
