import type uPlot from "uplot";
import { color, type Color } from "../colors";
import type { EngineEvent } from "../live/events";
import { text, type Word } from "../text";
import type { Series } from "./series";

/** Which events belong on the axis, as words and colours. */
const shown: Readonly<Record<string, readonly [Word, Color]>> = {
  start: ["didStart", "--ok"], restart: ["didRestart", "--info"], adopt: ["didAdopt", "--info"], pause: ["didPause", "--warn"], resume: ["didResume", "--ok"],
  update: ["didUpdate", "--accent"], oom: ["didOom", "--oom"], die: ["didDie", "--bad"], kill: ["didKill", "--bad"], stop: ["didStop", "--muted"],
};

export interface Mark { seconds: number; word: Word; color: Color }

/** What of the events belongs on the axis of this container. */
export function marksOf(events: readonly EngineEvent[], id: string): Mark[] {
  return events.flatMap(event => {
    const look = shown[event.action];
    if (!look || event.kind !== "container" || event.subject !== id) return [];
    return [{ seconds: Date.parse(event.at) / 1000, word: look[0], color: look[1] }];
  });
}

/** What happened within so many seconds of a moment. */
export function near(marks: readonly Mark[], seconds: number, within: number): string {
  return [...new Set(marks.filter(mark => Math.abs(mark.seconds - seconds) <= within).map(mark => text(mark.word)))].join(", ");
}

/** A thin line through the chart, a filled triangle on the axis. */
export function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const { min, max } = plot.scales["x"]!;
  for (const mark of marks) {
    if (min == null || max == null || mark.seconds < min || mark.seconds > max) continue;
    const x = Math.round(plot.valToPos(mark.seconds, "x", true));
    const bottom = bbox.top + bbox.height;
    ctx.save();
    ctx.fillStyle = ctx.strokeStyle = color(mark.color);
    ctx.globalAlpha = 0.55;
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.moveTo(x, bottom - 5 * ratio);
    ctx.lineTo(x - 4 * ratio, bottom + 2 * ratio);
    ctx.lineTo(x + 4 * ratio, bottom + 2 * ratio);
    ctx.fill();
    ctx.restore();
  }
}

/** The seconds in which it was held back, the darker the more. */
export function drawShade(plot: uPlot, series: Series): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = color("--warn");
  for (let i = 1; i < series.x.length; i++) {
    const part = series.shade[i];
    if (!part || part < 0.005) continue;
    const from = Math.max(bbox.left, plot.valToPos(series.x[i - 1]!, "x", true));
    const to = Math.min(bbox.left + bbox.width, plot.valToPos(series.x[i]!, "x", true));
    if (to <= from) continue;
    ctx.globalAlpha = 0.08 + 0.3 * Math.min(1, part);
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
  }
  ctx.restore();
}
