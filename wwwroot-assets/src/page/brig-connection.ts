import { make, ViewElement, type View } from "../element";
import { grouped } from "../format";
import { skippedLines } from "../live/skipped";
import { hub } from "../live/page-hub";
import { metrics } from "../live/shared";
import { text } from "../text";

/** <brig-connection>: a dot and a word; on hover how old the newest numbers were when they came, and how many this page was too slow for. */
export class BrigConnection extends ViewElement {
  protected make(): View {
    const word = make("span", { class: "word" });
    this.append(make("span", { class: "dot", "aria-hidden": "true" }), word);
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
    let missed = 0;
    hub().start();
    const stops = [
      hub().watch(state => {
        this.dataset["state"] = state;
        word.textContent = text(state);
        if (state !== "live") this.removeAttribute("title");
      }),
      metrics().observe(frame => {
        const age = Math.max(0, Date.now() - frame.t);
        this.dataset["age"] = String(age);
        missed += frame.d ?? 0;
        this.dataset["missed"] = String(missed);
        this.title = text("frameAge", age, Math.max(0, frame.s - frame.t)) + (missed ? `; ${text("framesMissed", missed)}` : "") + (skippedLines() ? `; ${text("linesMissed", grouped(skippedLines()))}` : "");
      }),
    ];
    return { dispose: () => { for (const stop of stops) stop(); } };
  }
}
