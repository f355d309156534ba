/** Small state behind # of the address (a line, a search), so that a link shows a colleague the same. The page's own path and query are not touched. */
export function hash(name: string): string {
  return new URLSearchParams(location.hash.slice(1)).get(name) ?? "";
}

export function setHash(name: string, value: string): void {
  history.replaceState(history.state, "", withHash(name, value));
}

/** The address with this instead; the whole path, since the page has a <base>. */
export function withHash(name: string, value: string): string {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (value) parts.set(name, value); else parts.delete(name);
  const after = parts.toString().replaceAll("%3A", ":");
  return `${location.pathname}${location.search}${after ? `#${after}` : ""}`;
}
