/** All drawing of a tick happens in one animation frame; a thing asked twice is drawn once. Hidden tabs get no frames and draw nothing. */
const asked = new Set<() => void>();
let frame = 0;

export function paint(draw: () => void): void {
  asked.add(draw);
  frame ||= requestAnimationFrame(flush);
}

export function unpaint(draw: () => void): void {
  asked.delete(draw);
}

function flush(): void {
  frame = 0;
  const now = [...asked];
  asked.clear();
  for (const draw of now) {
    try { draw(); } catch (error) { reportError(error); }     // what one throws is told, and the others are drawn all the same
  }
}
