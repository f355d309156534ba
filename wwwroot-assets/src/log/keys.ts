/** What keys do in the log window, where it has the focus. */
export interface Actions {
  selectAll(): void;
  find(): void;
  go(forward: boolean): void;
  oldest(): void;
  newest(): void;
  up(): void;
}

export function onKey(event: KeyboardEvent, actions: Actions): void {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "a") actions.selectAll();
  else if (command && event.key === "f") actions.find();
  else if (command || event.altKey) return;
  else if (event.key === "/") actions.find();
  else if (event.key === "n") actions.go(true);
  else if (event.key === "N") actions.go(false);
  else if (event.key === "Home") actions.oldest();
  else if (event.key === "End") actions.newest();
  else if (event.key === "Escape") { document.getSelection()?.empty(); return; }
  else {
    if (event.key === "ArrowUp" || event.key === "PageUp") actions.up();     // the browser scrolls
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
