import { restoreAll, ViewElement, type View } from "./element";
import { BrigConnection } from "./page/brig-connection";
import { BrigTime } from "./page/brig-time";
import { delegate } from "./page/delegates";
import { BrigSpark } from "./values/brig-spark";
import { BrigValue } from "./values/brig-value";

/** An element whose code comes when the first one is in a page. */
function later(attributes: readonly string[], load: () => Promise<(host: HTMLElement) => View>): CustomElementConstructor {
  return class extends ViewElement {
    static readonly observedAttributes = attributes;
    protected async make(): Promise<View> { return (await load())(this); }
  };
}

const elements: Readonly<Record<string, CustomElementConstructor>> = {
  "brig-value": BrigValue,
  "brig-spark": BrigSpark,
  "brig-time": BrigTime,
  "brig-connection": BrigConnection,
  "brig-chart": later(["container", "kind", "range", "group"], async () => (await import("./charts/chart")).chart),
  "brig-log": later(["container", "tail"], async () => (await import("./log/log")).log),
  "brig-terminal": later(["container", "exec", "tty", "font-size"], async () => (await import("./terminal/terminal")).terminal),
};

// Blazor may load this module again after an enhanced navigation.
for (const [name, element] of Object.entries(elements)) if (!customElements.get(name)) customElements.define(name, element);

delegate();

interface Blazor { addEventListener?(name: "enhancedload", call: () => void): void }
(window as { Blazor?: Blazor }).Blazor?.addEventListener?.("enhancedload", restoreAll);
