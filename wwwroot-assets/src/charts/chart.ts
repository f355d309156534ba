import uPlot from "uplot";
import { color, onTheme, type Color } from "../colors";
import { make, type View } from "../element";
import { known } from "../format";
import { machine } from "../live/columns";
import { events, metrics } from "../live/shared";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { sight } from "../values/sight";
import { increments, kindOf, labelOf, top, type Kind } from "./kinds";
import { Legend } from "./legend";
import { drawMarks, drawShade, marksOf, near, type Mark } from "./marks";
import { join, type Range } from "./range";
import { Series } from "./series";
import { Spoken } from "./spoken";

const longest = 600;

/** <brig-chart container="ID|machine" kind="cpu|memory|io|network|pids|pressure|load" range="60" group="">: see docs/architecture.md, "The browser". */
export function chart(host: HTMLElement): View {
  const id = host.getAttribute("container") ?? "";
  const kind = kindOf(id, host.getAttribute("kind") ?? "cpu");
  const seconds = Math.min(longest, Math.max(10, Number(host.getAttribute("range")) || 60));
  const group = host.getAttribute("group") ?? "page";
  const { range, leave } = join(group, seconds);
  const series = new Series(kind);
  const legend = new Legend(kind, series);
  const spoken = new Spoken(kind, series);
  const area = make("div", { class: "area", role: "img", "aria-label": text(kind.title) });
  host.append(legend.element, legend.back, area, spoken.element);

  let marks: Mark[] = [];
  let plot: uPlot | undefined;
  let visible = true;
  let changed = false;

  const draw = () => {
    if (!visible || area.clientWidth === 0) { changed = true; return; }
    changed = false;
    plot ??= makePlot(area, group, kind, series, range, () => marks, legend);
    plot.setData(series.data() as uPlot.AlignedData, false);
    plot.setScale("x", { min: range.from, max: range.to });
    legend.back.hidden = range.live;
    if (plot.cursor.idx == null) legend.show(series.x.length - 1, false);
    spoken.renew(Date.now());
  };
  const ask = () => paint(draw);

  const resize = new ResizeObserver(() => {
    if (!area.clientWidth) return;
    if (plot) plot.setSize({ width: area.clientWidth, height: area.clientHeight });
    else if (series.x.length) ask();
  });
  resize.observe(area);
  legend.back.addEventListener("click", () => range.back(seconds));
  legend.show(-1, false);

  const stops = [
    metrics().watch({ id, history: longest, tick: (t, cells) => { series.push(t, cells); range.tick(t / 1000); ask(); } }),
    range.watch(ask),
    onTheme(() => { plot?.redraw(false, true); }),
    sight(host, now => { visible = now; if (now && changed) ask(); }),
    leave,
  ];
  if (id !== machine) stops.push(events().watch(batch => {
    const fresh = marksOf(batch, id);
    if (fresh.length) { marks = [...marks, ...fresh]; ask(); }
  }));

  return {
    attribute: name => {
      if (name !== "range") return false;
      range.back(Math.min(longest, Math.max(10, Number(host.getAttribute("range")) || 60)));
      return true;
    },
    dispose: () => {
      for (const stop of stops) stop();
      resize.disconnect();
      unpaint(draw);
      plot?.destroy();
    },
  };
}

function makePlot(area: HTMLElement, group: string, kind: Kind, series: Series, range: Range, marks: () => readonly Mark[], legend: Legend): uPlot {
  const ink = (name: Color) => () => color(name);
  const axis = {
    stroke: ink("--muted"), font: `11px ${color("--sans")}`, size: 28,
    grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false },
  };
  const lines = kind.lines.map((line): uPlot.Series => ({
    label: labelOf(line), stroke: ink(line.color), width: 1.5, points: { show: false }, spanGaps: false,
    ...(line.fill && { fill: () => `color-mix(in srgb, ${color(line.color)} ${kind.stacked ? 28 : 16}%, transparent)` }),
    ...(line.dashed && { dash: [4, 3] }),
  }));
  const bands = kind.stacked ? kind.lines.slice(1).map((_, i): uPlot.Band => ({ series: [i + 2, i + 1] })) : [];

  const options: uPlot.Options = {
    width: area.clientWidth, height: area.clientHeight, legend: { show: false }, bands,
    padding: [8, 8, 0, 0],
    cursor: {
      sync: { key: `brig-${group}`, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: {
      x: { time: true, auto: false },
      y: { range: (_, __, highest) => [0, top(known(highest) ? highest : 0, known(series.limit.at(-1)) ? series.limit.at(-1)! : null, kind)] },
    },
    series: [{}, ...lines, { label: text("limit"), stroke: ink("--bad"), width: 1, dash: [6, 4], points: { show: false }, auto: false }],
    axes: [
      { ...axis, space: 70, values: (_, splits) => splits.map(clock) },
      { ...axis, size: 66, space: 28, incrs: increments(kind.steps), values: (_, splits) => splits.map(value => kind.say(value).replace(/\.0+(?= |$)/, "")) },
    ],
    hooks: {
      drawClear: [plot => drawShade(plot, series)],
      draw: [plot => drawMarks(plot, marks())],
      setCursor: [plot => {
        const index = plot.cursor.idx;
        if (index == null) legend.show(series.x.length - 1, false);
        else legend.show(index, true, near(marks(), series.x[index]!, Math.max(1, (range.to - range.from) * 0.01)));
      }],
      setSelect: [plot => {
        const { left, width } = plot.select;
        if (width > 4) range.hold(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
  };
  const plot = new uPlot(options, undefined, area);
  steer(plot, range);
  return plot;
}

/** Wheel with Ctrl or Shift held zooms and pans (a bare vertical wheel scrolls the page, as everywhere), a sideways wheel pans, a double click goes back to live. */
function steer(plot: uPlot, range: Range): void {
  plot.over.addEventListener("wheel", event => {
    const span = range.to - range.from;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      event.preventDefault();
      range.zoom(plot.posToVal(event.offsetX, "x"), event.deltaY > 0 ? 1.25 : 0.8);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const pixels = event.deltaX || event.deltaY;
      range.pan(span * pixels / plot.over.clientWidth);
    }
  }, { passive: false });
  plot.over.addEventListener("dblclick", () => range.back());
}

const two = (value: number) => value.toString().padStart(2, "0");

function clock(seconds: number): string {
  const time = new Date(seconds * 1000);
  const minute = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return time.getSeconds() === 0 && time.getMilliseconds() === 0 ? minute : `${minute}:${two(time.getSeconds())}`;
}
