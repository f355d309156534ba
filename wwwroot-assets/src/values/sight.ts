/** Which elements can be seen: the others need not be drawn. One observer for all. */
const seen = new WeakMap<Element, (visible: boolean) => void>();
let observer: IntersectionObserver | undefined;

export function sight(element: Element, changed: (visible: boolean) => void): () => void {
  observer ??= new IntersectionObserver(entries => {
    for (const entry of entries) seen.get(entry.target)?.(entry.isIntersecting);
  }, { rootMargin: "100px" });
  seen.set(element, changed);
  observer.observe(element);
  return () => { observer?.unobserve(element); seen.delete(element); };
}
