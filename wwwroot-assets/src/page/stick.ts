const left = new WeakSet<Element>();

/** Boxes marked data-stick show their newest line as lines come, unless somebody has scrolled up in them. */
export function stick(): void {
  document.addEventListener("scroll", event => {
    const box = event.target;
    if (!(box instanceof HTMLElement) || !("stick" in box.dataset)) return;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 24) left.delete(box);
    else left.add(box);
  }, { capture: true, passive: true });
  new MutationObserver(changes => {
    const boxes = new Set<HTMLElement>();
    for (const change of changes) {
      const at = change.target instanceof Element ? change.target : change.target.parentElement;
      const box = at?.closest<HTMLElement>("[data-stick]");
      if (box) boxes.add(box);
      for (const made of change.addedNodes) if (made instanceof Element) made.querySelectorAll<HTMLElement>("[data-stick]").forEach(inner => boxes.add(inner));
    }
    for (const box of boxes) if (!left.has(box)) box.scrollTop = box.scrollHeight;
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
}
