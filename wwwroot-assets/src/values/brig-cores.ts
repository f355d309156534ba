import { ViewElement, make, type View } from "../element";
import { firstCore, machine } from "../live/columns";
import { metrics } from "../live/shared";
import { percent } from "../format";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { sight } from "./sight";

/** <brig-cores>: a bar for each core of the machine; the numbers on hover. */
export class BrigCores extends ViewElement {
  protected make(): View {
    const bars: HTMLElement[] = [];
    let newest: readonly (number | null)[] = [];
    let visible = true;
    this.setAttribute("role", "img");
    const draw = () => {
      while (bars.length < newest.length) bars.push(this.appendChild(make("i")));
      while (bars.length > newest.length) bars.pop()!.remove();
      newest.forEach((use, core) => bars[core]!.style.setProperty("--use", String(Math.round((use ?? 0) * 100) / 100)));
      const words = `${text("perCore")}: ${newest.map(use => percent(use)).join(", ")}`;
      if (this.title !== words) { this.title = words; this.setAttribute("aria-label", words); }
    };
    const stops = [
      metrics().watch({ id: machine, history: 1, tick: (_, cells) => { newest = cells?.slice(firstCore) ?? []; if (visible) paint(draw); } }),
      sight(this, now => { visible = now; if (now) paint(draw); }),
    ];
    return { dispose: () => { for (const stop of stops) stop(); unpaint(draw); } };
  }
}
