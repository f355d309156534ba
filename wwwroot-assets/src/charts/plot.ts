import uPlot from "uplot";
import { color, type Color } from "../colors";
import { text } from "../text";
import { ticks } from "./clock";
import { drawBands, drawMarked, drawMoment, drawShade } from "./draw";
import { drawMarks, type Mark } from "./marks";
import { fine, highest, lastLimit, type Picture } from "./picture";
import { increments, top, type Plan } from "./plan";
import type { Range } from "./range";

/** What is drawn now; the plot asks when it draws. */
export interface Scene {
  readonly picture: Picture;
  readonly marks: readonly Mark[];
  readonly hidden: ReadonlySet<number>;
  /** The line that stands out, the others are pale; -1: none. */
  readonly alone: number;
  /** Seconds; the page is in the past there. */
  readonly moment: number | null;
  readonly marked: { from: number; to: number } | null;
}

export function makePlot(area: HTMLElement, group: string, plan: Plan, range: Range, scene: Scene, cursor: () => void): uPlot {
  const ink = (name: Color) => () => color(name);
  const axis = {
    stroke: ink("--muted"), font: `11px ${color("--sans")}`, size: 28,
    grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false },
  };
  const pale = (index: number) => scene.alone >= 0 && scene.alone !== index;
  const lines = plan.lines.map((line, index): uPlot.Series => ({
    label: line.label, width: 1.5, spanGaps: false,
    points: { show: true, size: 3, width: 0, fill: () => line.ink(), filter: (plot, series) => lonely(plot.data[series]!) },
    stroke: () => pale(index) ? mix(line.ink(), 25) : line.ink(),
    ...(line.fill && { fill: () => mix(line.ink(), pale(index) ? 6 : plan.stacked ? 30 : scene.picture.step > fine ? 7 : 15) }),
    ...(line.dashed && { dash: [4, 3] }),
  }));
  const bands = plan.stacked ? plan.lines.slice(1).map((_, i): uPlot.Band => ({ series: [i + 2, i + 1] })) : [];
  return new uPlot({
    width: area.clientWidth, height: area.clientHeight, legend: { show: false }, bands,
    padding: [8, edge, 0, 0],
    cursor: {
      sync: { key: `brig-${group}`, setSeries: false, scales: ["x", null] },
      drag: { x: false, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: {
      x: { time: true, auto: false },
      y: {
        range: () => [0, top(highest(scene.picture, range.from, range.to, scene.hidden, scene.picture.step > fine && !plan.stacked), lastLimit(scene.picture, range.from, range.to), plan)],
      },
    },
    series: [{}, ...lines, { label: text("limit"), stroke: ink("--bad"), width: 1, dash: [6, 4], points: { show: false }, auto: false, paths: uPlot.paths.stepped!({ align: 1 }) }],
    axes: [
      { ...axis, space: 54, values: (plot, splits, _, __, apart) => whole(plot, splits, ticks(splits, apart)) },
      { ...axis, size: 66, space: 28, incrs: increments(plan.steps), values: (_, splits) => splits.map(value => plan.say(value).replace(/\.0+(?= |$)/, "")) },
    ],
    hooks: {
      drawClear: [plot => drawShade(plot, scene.picture)],
      drawSeries: [(plot, series) => { if (series === 1) drawBands(plot, plan, scene.picture, scene.hidden, scene.alone); }],
      draw: [plot => { drawMoment(plot, scene.moment); drawMarked(plot, scene.marked); drawMarks(plot, scene.marks); }],
      setCursor: [cursor],
    },
  }, undefined, area);
}

const letter = 6;           // px, about
const edge = 8;             // px behind the last moment

/** Without words that the right edge would cut. */
function whole(plot: uPlot, splits: readonly number[], words: readonly string[]): string[] {
  const end = plot.bbox.width / devicePixelRatio + edge;
  return words.map((word, i) => plot.valToPos(splits[i]!, "x") + word.length * letter / 2 > end ? "" : word);
}

/** What has no neighbour is no line: a dot. */
function lonely(column: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  for (let i = 0; i < column.length; i++) if (column[i] != null && column[i - 1] == null && column[i + 1] == null) found.push(i);
  return found;
}

const mix = (ink: string, part: number) => `color-mix(in srgb, ${ink} ${part}%, transparent)`;
