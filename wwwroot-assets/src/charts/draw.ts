import type uPlot from "uplot";
import { color } from "../colors";
import { at } from "../history/blocks";
import { fine, type Picture } from "./picture";
import type { Plan } from "./plan";

const bandsAtMost = 5;      // lines; more would be mud

/** What was least and most in each step, behind the line of averages. */
export function drawBands(plot: uPlot, plan: Plan, picture: Picture, hidden: ReadonlySet<number>, alone: number): void {
  if (picture.step <= fine) return;
  const seen = plan.lines.map((_, i) => i).filter(i => !hidden.has(i));
  const some = plan.stacked ? [] : alone >= 0 ? [alone] : seen.length <= bandsAtMost ? seen : [];
  clipped(plot, ctx => {
    for (const index of some) {
      ctx.fillStyle = plan.lines[index]!.ink();
      ctx.globalAlpha = 0.22;
      runs(plot, picture, picture.low[index]!, (first, end) => {
        ctx.beginPath();
        for (let i = first; i < end; i++) ctx.lineTo(plot.valToPos(picture.x[i]!, "x", true), plot.valToPos(picture.high[index]![i]!, "y", true));
        for (let i = end - 1; i >= first; i--) ctx.lineTo(plot.valToPos(picture.x[i]!, "x", true), plot.valToPos(picture.low[index]![i]!, "y", true));
        ctx.fill();
      });
    }
    if (!plan.peak || hidden.size) return;
    ctx.strokeStyle = color("--muted");
    ctx.globalAlpha = 0.55;
    ctx.lineWidth = devicePixelRatio;
    runs(plot, picture, picture.peak, (first, end) => {
      ctx.beginPath();
      for (let i = first; i < end; i++) ctx.lineTo(plot.valToPos(picture.x[i]!, "x", true), plot.valToPos(picture.peak[i]!, "y", true));
      ctx.stroke();
    });
  });
}

/** The time in which it was held back, the darker the more. */
export function drawShade(plot: uPlot, picture: Picture): void {
  clipped(plot, ctx => {
    ctx.fillStyle = color("--warn");
    for (let i = 1; i < picture.x.length; i++) {
      const part = picture.shade[i];
      if (!part || part < 0.005) continue;
      const [from, to] = [Math.round(plot.valToPos(picture.x[i - 1]!, "x", true)), Math.round(plot.valToPos(picture.x[i]!, "x", true))];   // or each has pale edges: stripes
      if (to < plot.bbox.left || from > plot.bbox.left + plot.bbox.width) continue;
      ctx.globalAlpha = 0.06 + 0.16 * Math.min(1, part);
      ctx.fillRect(from, plot.bbox.top, to - from, plot.bbox.height);
    }
  });
}

/** Where the page is in the past: what comes after is pale, the moment a line. */
export function drawMoment(plot: uPlot, seconds: number | null): void {
  if (seconds === null) return;
  clipped(plot, ctx => {
    const { left, top, width, height } = plot.bbox;
    const x = Math.round(plot.valToPos(seconds, "x", true));
    ctx.fillStyle = color("--panel");
    ctx.globalAlpha = 0.6;
    ctx.fillRect(Math.max(left, x), top, Math.max(0, left + width - x), height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = color("--accent");
    ctx.fillRect(x - devicePixelRatio, top, 2 * devicePixelRatio, height);
  });
}

/** A span somebody is marking. */
export function drawMarked(plot: uPlot, span: { from: number; to: number } | null): void {
  if (!span) return;
  clipped(plot, ctx => {
    const from = plot.valToPos(span.from, "x", true);
    ctx.fillStyle = color("--accent");
    ctx.globalAlpha = 0.18;
    ctx.fillRect(from, plot.bbox.top, plot.valToPos(span.to, "x", true) - from, plot.bbox.height);
  });
}

function clipped(plot: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/** Stretches without a gap, in or next to what is seen. */
function runs(plot: uPlot, picture: Picture, column: readonly (number | null)[], each: (first: number, end: number) => void): void {
  const { min, max } = plot.scales["x"]!;
  if (min == null || max == null) return;
  const last = Math.min(picture.x.length, at(picture.x, max) + 1);
  let first = -1;
  for (let i = Math.max(0, at(picture.x, min) - 1); i <= last; i++) {
    const known = i < last && column[i] != null;
    if (known && first < 0) first = i;
    if (!known && first >= 0) { if (i - first > 1) each(first, i); first = -1; }
  }
}
