import { make, type View } from "../element";
import { metrics } from "../live/shared";
import { machine } from "../live/columns";
import { moment } from "../page/moment";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { named } from "./address";
import { spanOf } from "./clock";
import { join, live } from "./shared-range";

/** <brig-range range="300">: how much of the past the page's charts show, and the way back to now. */
export function rangeBar(host: HTMLElement): View {
  const { range, leave } = join(host.getAttribute("group") ?? "page", Number(host.getAttribute("range")) || 300);
  const words = document.createTextNode("");
  const buttons = named.map(([name, seconds]) => {
    const button = make("button", { type: "button", "data-range": name }, text(`range${name}` as "range5m"));
    button.addEventListener("click", () => { if (moment.at === null) range.back(seconds); else range.hold(moment.at / 1000 - seconds * 0.7, moment.at / 1000 + seconds * 0.3); });
    return button;
  });
  const now = make("button", { type: "button", class: "now" }, make("i", { class: "dot" }), text("liveButton"));
  now.addEventListener("click", () => live(range));
  host.append(make("div", { class: "buttons", role: "group", "aria-label": text("rangeLabel") }, ...buttons), now, make("span", { class: "span" }, words));
  const draw = () => {
    const span = Math.round(range.span);
    named.forEach(([, seconds], i) => buttons[i]!.setAttribute("aria-pressed", String(seconds === span)));
    now.setAttribute("aria-pressed", String(range.live && moment.at === null));
    const shown = spanOf(range.from, range.to);
    if (words.data !== shown) words.data = shown;
  };
  const ask = () => paint(draw);
  const stops = [range.watch(ask), moment.watch(ask), metrics().watch({ id: machine, history: 1, now: true, tick: t => { range.tick(t / 1000); ask(); } }), leave];
  draw();
  return { dispose: () => { for (const stop of stops) stop(); unpaint(draw); } };
}
