/** How far a finger or a mouse may move between press and release to have meant the link, in pixels. */
const STILL = 8;

let pressed: { link: HTMLAnchorElement; x: number; y: number } | null = null;

/** A link that is drawn anew while it is pressed is followed all the same. Blazor draws the whole page anew when its circuit begins, some time after the page can be read,
 *  and the browser makes no click of a press on what is gone and a release on what came in its place. */
export function followPressed(): void {
  document.addEventListener("pointerdown", press, { capture: true });
  document.addEventListener("pointerup", release, { capture: true });
  document.addEventListener("pointercancel", () => pressed = null, { capture: true });
}

export function press(event: PointerEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  pressed = link && plain ? { link, x: event.clientX, y: event.clientY } : null;
}

export function release(event: PointerEvent): void {
  const was = pressed;
  pressed = null;
  if (!was || was.link.isConnected || Math.hypot(event.clientX - was.x, event.clientY - was.y) > STILL) return;
  was.link.hidden = true;
  document.body.append(was.link);   // only what is in the document is followed, by Blazor's router or by the browser
  was.link.click();
  was.link.remove();
}
