/** What a hand can do on an axis of time. Seconds. */
export interface Axis {
  /** The moment at so many pixels from the left. */
  at(x: number): number;
  width(): number;
  from(): number;
  to(): number;
}

export interface Actions {
  zoom(around: number, factor: number): void;
  pan(seconds: number): void;
  /** A span was marked. */
  select(from: number, to: number): void;
  /** While it is being marked; null: no longer. */
  marking(from: number | null, to: number): void;
  click(x: number, y: number): void;
  live(): void;
  /** The cursor one step on, for those who use keys. */
  step(direction: number): void;
  pick(): void;
}

const slack = 4;            // px; less is a click
const sequence = 350;       // ms between two turns that belong together

/** Wheel and pinch zoom at the pointer, a sideways wheel and a drag pan, Shift and a drag mark a span, double click goes back to live. */
export function gestures(element: HTMLElement, axis: Axis, act: Actions): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  const pointers = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number; from: number; moved: boolean; marks: boolean } | undefined;
  let pinch: { distance: number; middle: number } | undefined;
  const left = () => element.getBoundingClientRect().left;
  const seconds = (pixels: number) => pixels * (axis.to() - axis.from()) / Math.max(1, axis.width());

  wheel(element, signal, event => {
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) act.pan(seconds(event.deltaX || event.deltaY));
    else act.zoom(axis.at(event.clientX - left()), Math.exp(Math.max(-60, Math.min(60, event.deltaY * (event.deltaMode === 1 ? 20 : 1))) / 240));
  });

  element.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    const x = event.clientX - left();
    pointers.set(event.pointerId, { x, y: event.clientY });
    if (pointers.size === 1) start = { x, y: event.clientY, from: axis.at(x), moved: false, marks: event.shiftKey };
    if (pointers.size === 2) { pinch = spread(pointers); if (start) start.moved = true; }
  }, { signal });

  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (!before || !start) return;
    const x = event.clientX - left();
    pointers.set(event.pointerId, { x, y: event.clientY });
    if (pinch && pointers.size === 2) {
      const now = spread(pointers);
      act.pan(seconds(pinch.middle - now.middle));
      act.zoom(axis.at(now.middle), pinch.distance / Math.max(10, now.distance));
      pinch = now;
      return;
    }
    if (!start.moved && Math.abs(x - start.x) < slack) return;
    if (!start.moved) { start.moved = true; element.setPointerCapture?.(event.pointerId); element.dataset["dragging"] = ""; }
    if (start.marks) act.marking(...sorted(start.from, axis.at(x)));
    else act.pan(seconds(before.x - x));
  };
  const up = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId) || !start) return;
    pinch = undefined;
    if (pointers.size) return;
    const x = event.clientX - left();
    const begun = start;
    start = undefined;
    delete element.dataset["dragging"];
    if (begun.marks && begun.moved) { act.marking(null, 0); if (event.type === "pointerup") act.select(...sorted(begun.from, axis.at(x))); }
    else if (!begun.moved && event.type === "pointerup" && Math.abs(event.clientY - begun.y) < slack) act.click(x, event.clientY - element.getBoundingClientRect().top);
  };
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointerup", up, { signal });
  element.addEventListener("pointercancel", up, { signal });
  element.addEventListener("dblclick", () => act.live(), { signal });
  return () => ends.abort();
}

/** Keys for an element that has the focus: arrows pan, with Shift they move the cursor, + and − zoom, Home goes back to live, Enter picks. */
export function keys(element: HTMLElement, axis: Axis, act: Actions): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const span = axis.to() - axis.from();
    const middle = axis.from() + span / 2;
    switch (event.key) {
      case "ArrowLeft": if (event.shiftKey) act.step(-1); else act.pan(-span / 10); break;
      case "ArrowRight": if (event.shiftKey) act.step(1); else act.pan(span / 10); break;
      case "PageUp": act.pan(-span); break;
      case "PageDown": act.pan(span); break;
      case "+": case "=": act.zoom(middle, 0.5); break;
      case "-": case "−": case "_": act.zoom(middle, 2); break;
      case "Home": act.live(); break;
      case "Enter": act.pick(); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  element.addEventListener("keydown", press);
  return () => element.removeEventListener("keydown", press);
}

/** Turns of the wheel that began here. Whoever scrolls the page and meets a chart on the way goes on scrolling the page. */
function wheel(element: HTMLElement, signal: AbortSignal, turn: (event: WheelEvent) => void): void {
  let rested = true;          // the pointer came by its own movement
  let last = 0;
  let mine = false;
  const elsewhere = (event: WheelEvent) => { if (!element.contains(event.target as Node)) rested = false; };
  document.addEventListener("wheel", elsewhere, { signal, passive: true });
  element.addEventListener("pointermove", event => { if (event.movementX || event.movementY) rested = true; }, { signal });
  element.addEventListener("pointerleave", () => { rested = false; }, { signal });
  element.addEventListener("wheel", event => {
    const now = event.timeStamp;
    if (now - last > sequence) mine = rested || event.ctrlKey || event.metaKey;
    last = now;
    if (!mine) return;
    event.preventDefault();
    turn(event);
  }, { signal, passive: false });
}

function spread(pointers: ReadonlyMap<number, { x: number; y: number }>): { distance: number; middle: number } {
  const [a, b] = [...pointers.values()] as [{ x: number; y: number }, { x: number; y: number }];
  return { distance: Math.hypot(a.x - b.x, a.y - b.y), middle: (a.x + b.x) / 2 };
}

const sorted = (a: number, b: number): [number, number] => a < b ? [a, b] : [b, a];
