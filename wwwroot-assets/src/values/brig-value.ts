import { ViewElement, type View } from "../element";
import { metrics } from "../live/shared";
import { nothing } from "../format";
import { paint, unpaint } from "../paint";
import { read, say, share, strain } from "./readings";
import { sight } from "./sight";

/** <brig-value container="ID|machine" metric="cpu|memory|…" format="|percent|both|limit|nonzero">: a number that changes in place. */
export class BrigValue extends ViewElement {
  static readonly observedAttributes = ["container", "metric", "format"];

  protected make(): View {
    const id = this.getAttribute("container") ?? "";
    const metric = this.getAttribute("metric") ?? "cpu";
    const format = this.getAttribute("format") ?? "";
    const node = this.appendChild(document.createTextNode(format === "nonzero" ? "" : nothing));
    let next = node.data;
    let level = "ok";
    let visible = true;
    const draw = () => {
      if (node.data !== next) node.data = next;
      if (this.dataset["strain"] !== level) this.dataset["strain"] = level;
    };
    const stop = metrics().watch({
      id, history: 1,
      tick: (_, cells) => {
        const reading = read(metric, id, cells);
        next = say(metric, reading, format);
        level = strain(share(reading));
        if (visible) paint(draw);
      },
    });
    // In a long table most are out of sight; changing them would cost the table its layout for nothing.
    const unseen = sight(this, now => { visible = now; if (now) paint(draw); });
    return { dispose: () => { stop(); unseen(); unpaint(draw); } };
  }
}
