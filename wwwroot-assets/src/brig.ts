import { restoreAll, ViewElement, type View } from "./element";
import { BrigConnection } from "./page/brig-connection";
import { BrigTime } from "./page/brig-time";
import { delegate } from "./page/delegates";
import { stick } from "./page/stick";
import { BrigCores } from "./values/brig-cores";
import { BrigSpark } from "./values/brig-spark";
import { BrigValue } from "./values/brig-value";

/** An element whose code comes when the first one is in a page. */
function later(attributes: readonly string[], load: () => Promise<(host: HTMLElement) => View>): CustomElementConstructor {
  return class extends ViewElement {
    static readonly observedAttributes = attributes;
    protected async make(): Promise<() => View> {
      const view = await load();
      return () => view(this);
    }
  };
}

const elements: Readonly<Record<string, CustomElementConstructor>> = {
  "brig-value": BrigValue,
  "brig-spark": BrigSpark,
  "brig-cores": BrigCores,
  "brig-time": BrigTime,
  "brig-connection": BrigConnection,
  "brig-chart": later(["container", "kind", "range", "group", "sources", "names", "metric", "sum"], async () => (await import("./charts/chart")).chart),
  "brig-range": later(["range", "group"], async () => (await import("./charts/brig-range")).rangeBar),
  "brig-rewind": later(["source", "from", "at", "state", "range"], async () => (await import("./charts/brig-rewind")).rewind),
  "brig-log": later(["container", "tail"], async () => (await import("./log/log")).log),
  "brig-logs": later(["within", "live"], async () => (await import("./logs/logs")).logs),
  "brig-denials": later(["container", "link"], async () => (await import("./denials/denials")).denials),
  "brig-complete": later(["for", "schema"], async () => (await import("./editor/popup")).popup),
  "brig-network-map": later(["model", "picked", "link", "rates"], async () => (await import("./network/map")).networkMap),
  "brig-terminal": later(["container", "exec", "tty", "font-size"], async () => (await import("./terminal/terminal")).terminal),
};

// Blazor may load this module again after an enhanced navigation.
for (const [name, element] of Object.entries(elements)) if (!customElements.get(name)) customElements.define(name, element);

delegate();
stick();

interface Blazor { addEventListener?(name: "enhancedload", call: () => void): void }
(window as { Blazor?: Blazor }).Blazor?.addEventListener?.("enhancedload", restoreAll);
