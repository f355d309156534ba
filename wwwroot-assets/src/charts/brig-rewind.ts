import { color, onTheme, type Color } from "../colors";
import { make, type View } from "../element";
import { machine } from "../live/columns";
import { metrics } from "../live/shared";
import { moment } from "../page/moment";
import { span as spanWords } from "../page/ago";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { moment as clock } from "./clock";
import { gestures, type Actions, type Axis } from "./gestures";
import { clusters, Marks, worst, type Mark } from "./marks";
import { showMarks } from "./popover";
import { join, live } from "./shared-range";

const usual = 3_600;
const states: Readonly<Record<string, Color | null>> = { start: "--ok", restart: "--ok", resume: "--ok", pause: "--warn", exit: null, oom: null };

/** <brig-rewind source="ID" at="MS" from="MS" state="running">: a strip of time with what happened on it, and a handle: where it is put, all of the page shows that moment. Before `from` nothing is known. */
export function rewind(host: HTMLElement): View {
  const source = host.getAttribute("source") ?? "";
  const { range, leave } = join("page", Number(host.getAttribute("range")) || usual);
  const canvas = make("canvas", { "aria-hidden": "true" });
  const strip = make("div", { class: "strip", role: "slider", tabindex: "0", "aria-label": text("rewindLabel"), "aria-keyshortcuts": "ArrowLeft ArrowRight Home" }, canvas);
  const hint = make("span", { class: "hint" });
  const words = document.createTextNode("");
  const back = make("button", { type: "button" }, text("backToLive"));
  const banner = make("div", { class: "past", role: "status", hidden: true }, make("i", { class: "dot" }), make("span", {}, words), back);
  host.append(strip, hint, banner);
  strip.append(hint);

  const draw = () => {
    const at = moment.at;
    host.toggleAttribute("data-past", at !== null);
    banner.hidden = at === null;
    if (at !== null) words.data = text("showing", clock(at / 1000), spanWords(range.newest * 1000 - at));
    strip.setAttribute("aria-valuemin", String(Math.round(range.from)));
    strip.setAttribute("aria-valuemax", String(Math.round(range.to)));
    strip.setAttribute("aria-valuenow", String(Math.round(at === null ? range.to : at / 1000)));
    strip.setAttribute("aria-valuetext", at === null ? text("live") : clock(at / 1000));
    const { clientWidth: width, clientHeight: height } = strip;
    if (!width) return;
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    picture(context, width, height, range, marks.all, host.getAttribute("state") ?? "", at, (Number(host.getAttribute("from")) || 0) / 1000);
    marks.check();
  };
  const ask = () => paint(draw);
  const marks = new Marks([source], range, draw);
  const axis: Axis = {
    at: x => range.from + range.span * x / Math.max(1, strip.clientWidth), width: () => strip.clientWidth, from: () => range.from, to: () => range.to,
  };
  const to = (seconds: number) => { if (seconds >= range.newest - 1) live(range); else moment.pick(seconds * 1000); };
  const act: Actions = {
    zoom: (around, factor) => range.zoom(around, factor), pan: seconds => range.pan(seconds), select: (a, b) => range.hold(a, b), marking: () => {},
    click: x => to(axis.at(x)), live: () => live(range), step: () => {}, pick: () => {},
  };

  const stops = [
    gestures(strip, axis, act), scrub(strip, axis, to), moment.come(), moment.watch(ask), range.watch(ask), onTheme(ask), leave,
    metrics().watch({ id: machine, history: 1, now: true, tick: t => { range.tick(t / 1000); ask(); } }),
    () => marks.stop(),
  ];
  back.addEventListener("click", () => live(range));
  strip.addEventListener("keydown", event => {
    const step = range.span / (event.shiftKey ? 20 : 200);
    const now = (moment.at ?? range.newest * 1000) / 1000;
    switch (event.key) {
      case "ArrowLeft": case "ArrowDown": to(now - step); break;
      case "ArrowRight": case "ArrowUp": to(now + step); break;
      case "PageUp": to(now - range.span / 10); break;
      case "PageDown": to(now + range.span / 10); break;
      case "+": case "=": range.zoom(now, 0.5); break;
      case "-": case "_": range.zoom(now, 2); break;
      case "Home": case "End": live(range); break;
      default: return;
    }
    event.preventDefault();
  });
  strip.addEventListener("pointermove", event => {
    const x = event.clientX - strip.getBoundingClientRect().left;
    hint.textContent = clock(axis.at(x));
    hint.style.left = `${x}px`;
  });
  strip.addEventListener("contextmenu", event => {
    const box = strip.getBoundingClientRect();
    const place = clusters(marks.all, range.from, range.to, axisX(axis)).find(one => Math.abs(one.x - (event.clientX - box.left)) < 8);
    if (!place) return;
    event.preventDefault();
    showMarks(place.marks, box.left + place.x, box.bottom);
  });
  const resize = new ResizeObserver(ask);
  resize.observe(strip);
  const adopt = () => moment.adopt(Number(host.getAttribute("at")) || null);
  adopt();
  ask();
  return {
    attribute: name => {
      if (name === "at") adopt();
      else if (name !== "state" && name !== "from") return false;
      ask();
      return true;
    },
    dispose: () => { for (const stop of stops) stop(); resize.disconnect(); unpaint(draw); },
  };
}

const axisX = (axis: Axis) => (seconds: number) => (seconds - axis.from()) / (axis.to() - axis.from()) * axis.width();

/** A drag that begins on the handle moves the moment, not the strip. */
function scrub(strip: HTMLElement, axis: Axis, to: (seconds: number) => void): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  let held = false;
  const x = (event: PointerEvent) => event.clientX - strip.getBoundingClientRect().left;
  const place = () => moment.at === null ? axis.width() : axisX(axis)(moment.at / 1000);
  strip.addEventListener("pointerdown", event => {
    if (event.button !== 0 || Math.abs(x(event) - place()) > 12) return;
    held = true;
    strip.setPointerCapture(event.pointerId);
    event.stopImmediatePropagation();
  }, { signal, capture: true });
  strip.addEventListener("pointermove", event => { if (held) to(axis.at(Math.max(0, Math.min(axis.width(), x(event))))); }, { signal });
  for (const name of ["pointerup", "pointercancel"] as const) strip.addEventListener(name, () => { held = false; }, { signal });
  return () => ends.abort();
}

/** Green while it ran, grey while it did not and before anything is known of it; a tick for each thing that happened; the handle. */
function picture(context: CanvasRenderingContext2D, width: number, height: number, range: { from: number; to: number; span: number; newest: number }, marks: readonly Mark[], state: string, at: number | null, since: number): void {
  const x = (seconds: number) => (seconds - range.from) / range.span * width;
  const [top, thick] = [Math.round(height / 2) - 3, 6];
  context.clearRect(0, 0, width, height);
  const last = x(Math.min(range.to, range.newest));
  let end = last;
  context.fillStyle = color("--line");
  context.fillRect(0, top, end, thick);
  // From now backwards: what it is, until the last thing that made it so.
  let now = state === "running" ? "--ok" : state === "paused" ? "--warn" : null as Color | null;
  for (const mark of [...marks].filter(one => one.kind in states).sort((a, b) => b.seconds - a.seconds)) {
    const from = x(mark.seconds);
    if (from < end) { block(context, now, Math.max(0, from), end, top, thick); end = Math.max(0, from); }
    now = mark.kind === "exit" || mark.kind === "pause" || mark.kind === "oom" ? "--ok" : mark.kind === "resume" ? "--warn" : null;
  }
  block(context, marks.length ? now : state === "running" ? "--ok" : null, 0, end, top, thick);
  const unknown = Math.min(last, x(since));
  if (unknown > 0) {
    context.clearRect(0, top, unknown, thick);
    context.fillStyle = color("--line");
    context.fillRect(0, top, unknown, thick);
  }
  for (const place of clusters(marks, range.from, range.to, x, 5)) {
    context.fillStyle = color(worst(place.marks));
    context.fillRect(Math.round(place.x) - 1, top - 4, 2, thick + 8);
  }
  const handle = at === null ? Math.min(width - 1, x(range.newest)) : x(at / 1000);
  context.fillStyle = color("--accent");
  context.fillRect(Math.round(handle) - 1, 2, 2, height - 4);
  context.beginPath();
  context.arc(Math.max(6, Math.min(width - 6, handle)), top + thick / 2, 6, 0, Math.PI * 2);
  context.fill();
}

function block(context: CanvasRenderingContext2D, name: Color | null, from: number, to: number, top: number, thick: number): void {
  if (!name || to <= from) return;
  context.globalAlpha = 0.55;
  context.fillStyle = color(name);
  context.fillRect(from, top, to - from, thick);
  context.globalAlpha = 1;
}
