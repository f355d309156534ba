import { ViewElement, type View } from "../element";
import { metrics } from "../live/shared";
import { color, onTheme, type Color } from "../colors";
import { paint, unpaint } from "../paint";
import { known } from "../format";
import { read, share, strain, type Reading, type Strain } from "./readings";
import { sight } from "./sight";

const points = 60;
const bar = 3;              // px, at the bottom: the newest value against the limit

/** <brig-spark container="ID|machine" metric="cpu|memory|…">: the last 60 s, and a bar against the limit where there is one. */
export class BrigSpark extends ViewElement {
  static readonly observedAttributes = ["container", "metric"];

  protected make(): View {
    const id = this.getAttribute("container") ?? "";
    const metric = this.getAttribute("metric") ?? "cpu";
    const canvas = this.appendChild(document.createElement("canvas"));
    canvas.setAttribute("aria-hidden", "true");       // the number beside it says the same
    const values = new Float32Array(points).fill(NaN);
    let newest: Reading = { value: null, limit: null };
    let visible = false;
    let ratio = 0;
    let [width, height] = [0, 0];

    const draw = () => {
      if (ratio !== devicePixelRatio || width === 0) {
        ratio = devicePixelRatio;
        [width, height] = [this.clientWidth, this.clientHeight];
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      const context = canvas.getContext("2d");
      if (context && width > 0) spark(context, width, height, ratio, values, newest);
    };
    const ask = () => { if (visible) paint(draw); };
    const stops = [
      metrics().watch({
        id, history: points,
        cleared: () => { values.fill(NaN); },
        tick: (_, cells) => {
          newest = read(metric, id, cells);
          values.copyWithin(0, 1);
          values[points - 1] = newest.value ?? NaN;
          ask();
        },
      }),
      sight(this, now => { visible = now; ask(); }),
      onTheme(ask),
    ];
    return { dispose: () => { for (const stop of stops) stop(); unpaint(draw); } };
  }
}

function spark(context: CanvasRenderingContext2D, width: number, height: number, ratio: number, values: Float32Array, newest: Reading): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const part = share(newest);
  const hue = hues[strain(part)];
  const bottom = height - bar - 2;
  const top = scale(values, newest.limit);
  const step = width / (points - 1);
  const line = new Path2D();
  let open = false;
  let from = 0;
  context.fillStyle = context.strokeStyle = color(hue);
  const close = (to: number) => {
    if (!open) return;
    const area = new Path2D(line);
    area.lineTo(to * step, bottom);
    area.lineTo(from * step, bottom);
    context.globalAlpha = 0.18;
    context.fill(area);
    context.globalAlpha = 1;
    open = false;
  };
  for (let i = 0; i < points; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) { close(i - 1); continue; }
    const y = bottom - Math.min(1, value / top) * (bottom - 1);
    if (open) line.lineTo(i * step, y);
    else { line.moveTo(i * step, y); from = i; open = true; }
  }
  close(points - 1);
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.stroke(line);
  if (part === null) return;
  context.fillStyle = color("--line");
  context.fillRect(0, height - bar, width, bar);
  context.fillStyle = color(hue);
  context.fillRect(0, height - bar, Math.min(1, part) * width, bar);
}

const hues: Readonly<Record<Strain, Color>> = { ok: "--accent", warn: "--warn", bad: "--bad" };

/** The top of the picture: what was highest, a little more; never so small that noise fills it. */
export function scale(values: Float32Array, limit: number | null): number {
  let top = 0;
  for (const value of values) if (value > top) top = value;
  const floor = known(limit) ? limit * 0.05 : 0;
  return Math.max(top * 1.1, floor, 1e-9);
}
