import { make, ViewElement, type View } from "../element";
import { text } from "../text";
import { ago, exact, span } from "./ago";

const ticking = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let beat = 0;

/** Every 30 s; the young ones, whose words change sooner, each 5 s. */
function tick(show: (everyone: boolean) => void): () => void {
  const call = () => show(beat % 6 === 0);
  ticking.add(call);
  timer ??= setInterval(() => {
    if (document.visibilityState === "hidden") return;
    beat++;
    for (const one of ticking) one();
  }, 5_000);
  return () => {
    ticking.delete(call);
    if (ticking.size) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** <brig-time at="ISO" mode="|span|exact" until="ISO">: "5 minutes ago", "3 h 12 min", or the date; the exact one on hover, in the viewer's zone. `until`: as it was then. */
export class BrigTime extends ViewElement {
  static readonly observedAttributes = ["at", "mode", "until"];

  protected make(): View {
    const at = new Date(this.getAttribute("at") ?? "");
    if (Number.isNaN(at.getTime())) return { dispose: () => {} };
    const mode = this.getAttribute("mode") ?? "";
    const until = Date.parse(this.getAttribute("until") ?? "");
    const node = document.createTextNode("");
    this.append(make("time", { datetime: at.toISOString(), title: exact(at) }, node));
    const show = (everyone: boolean) => {
      const age = (Number.isNaN(until) ? Date.now() : until) - at.getTime();
      if (!everyone && age > 90_000) return;
      const words = mode === "exact" ? exact(at) : mode === "span" ? span(age) : ago(age, text("justNow"));
      if (node.data !== words) node.data = words;
    };
    show(true);
    return { dispose: mode === "exact" || !Number.isNaN(until) ? () => {} : tick(show) };
  }
}
