import { known, rate } from "../format";
import { make, type View } from "../element";
import { C } from "../live/columns";
import { metrics } from "../live/shared";
import { paint, unpaint } from "../paint";
import { text } from "../text";
import { beside, layout, type Box, type Card, type Layout } from "./layout";
import { parse, parseRates, type MapModel, type Rates } from "./model";
import { draw, fit } from "./svg";

interface Flow { received: number | null; sent: number | null }

/** What moves of one card. */
interface Moving { card: Card; cables: readonly [SVGPathElement, SVGPathElement] | undefined; numbers: SVGTextElement }

/** Its program runs, whatever its health check says: a cable to it carries what it carries. */
const runs = (container: Card["container"]) => container.state === "running" || container.state === "unhealthy";

const busy = [1, 10_000, 1_000_000, 30_000_000];     // bytes a second from which a cable looks so

/**
 * <brig-network-map model="JSON" picked="KEY" link="/networks?at=" rates="JSON">: networks, who is on them, what is published, and what goes over each cable now.
 * Networks and containers are links (`link` + key); the arrows go from card to card.
 */
export function networkMap(host: HTMLElement): View {
  let model: MapModel = parse(host.getAttribute("model"));
  let rates: Rates = parseRates(host.getAttribute("rates"));
  let drawn: Layout | undefined;
  let width = 0;
  let moving: Moving[] = [];
  const flows = new Map<string, Flow>();
  const watching = new Map<string, () => void>();
  const picture = draw("svg", { class: "network-map", role: "group", "aria-label": text("mapLabel") });
  const scroller = make("div", { class: "network-map-room" }, picture);
  host.replaceChildren(scroller);
  host.addEventListener("keydown", walk);

  const move = () => { for (const one of moving) show(one, flows.get(one.card.container.id)); };
  const redraw = () => {
    if (width <= 0) return;
    const focused = host.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    drawn = layout(model, Math.max(300, width));
    compose(drawn);
    move();
    if (focused) find(focused)?.focus();
  };
  const sizes = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry!.contentRect.width);
    if (now === width) return;
    width = now;
    paint(redraw);
  });
  sizes.observe(scroller);
  watch();

  return {
    attribute: name => {
      if (name === "rates") {
        rates = parseRates(host.getAttribute("rates"));
        paint(move);
        return true;
      }
      if (name === "model") {
        model = parse(host.getAttribute("model"));
        watch();
      }
      paint(redraw);
      return true;
    },
    dispose: () => {
      sizes.disconnect();
      host.removeEventListener("keydown", walk);
      for (const stop of watching.values()) stop();
      unpaint(redraw);
      unpaint(move);
    },
  };

  /** Numbers of those that run; of the others there are none. */
  function watch(): void {
    const wanted = new Set(model.containers.filter(runs).map(c => c.id));
    for (const [id, stop] of watching) if (!wanted.has(id)) { stop(); watching.delete(id); flows.delete(id); }
    for (const id of wanted) {
      if (watching.has(id)) continue;
      watching.set(id, metrics().watch({
        id, history: 1,
        tick: (_, cells) => {
          flows.set(id, { received: cells?.[C.rxBytes] ?? null, sent: cells?.[C.txBytes] ?? null });
          paint(move);
        },
      }));
    }
  }

  function compose(all: Layout): void {
    moving = [];
    picture.setAttribute("width", String(all.width));
    picture.setAttribute("height", String(all.height));
    const links = draw("g", { class: "links", "aria-hidden": "true" }, ...all.links.map(l => draw("path", { d: l.path, "data-of": l.container })));
    const ports = draw("g", { class: "ports" }, ...all.ports.flatMap(p => [
      draw("path", { d: p.path, "data-of": p.container }),
      ...p.pills.map(pill => draw("g", { class: pill.port.local ? "pill local" : "pill", "data-of": p.container },
        draw("title", {}, pill.port.long),
        draw("rect", { x: pill.x + 5, y: pill.y, width: pill.width - 10, height: 20, rx: 5 }),
        draw("text", { x: pill.x + pill.width / 2, y: pill.y + 14, "text-anchor": "middle" }, short(pill.port.short, pill.width - 14)))),
    ]));
    const outside = draw("g", { class: "outside" },
      draw("title", {}, text("mapOutsideLong")),
      draw("rect", { x: all.outside.x, y: 0, width: all.outside.width, height: all.outside.height, rx: 8 }),
      draw("text", { x: all.outside.x + all.outside.width / 2, y: 25, "text-anchor": "middle" }, text("mapOutside")));
    picture.replaceChildren(...all.boxes.map(box), outside, links, ports, ...all.cards.map(card));
    light();
  }

  function box(one: Box): SVGGElement {
    const { network } = one;
    const room = one.width - 28;
    const name = fit(network.name, room * 0.6, 7.4);
    const title = draw("text", { x: one.x + 14, y: one.y + 25, class: "title" }, name, ...(network.note
      ? [draw("tspan", { class: "note", dx: 10 }, fit(network.note, room - name.length * 7.4 - 20 - (network.closed ? 60 : 0), 6.4))] : []));
    const inside = [
      draw("rect", { class: "ground", x: one.x, y: one.y, width: one.width, height: one.height, rx: 8 }),
      title,
      ...(network.closed ? [draw("text", { class: "mark", x: one.x + one.width - 12, y: one.y + 25, "text-anchor": "end" }, text("mapInternal"))] : []),
      ...(one.rails.length ? [draw("path", { class: "bus", d: one.rails.map((r, i) => `M${r.x1} ${i ? one.rails[i - 1]!.y : one.y + 36}V${r.y}H${r.x2}`).join("") })] : []),
      ...(one.size ? [] : [draw("text", { class: "note", x: one.x + 14, y: one.y + 54 }, text("mapEmpty"))]),
    ];
    const uplink = one.uplink ? [draw("path", { class: network.closed ? "uplink shut" : "uplink", d: one.uplink }),
      ...(network.closed ? [draw("path", { class: "uplink shut", d: `M${one.x + one.width + 9} ${one.y + 14}v12` })] : [])] : [];
    if (network.loose) return draw("g", { class: "network loose" }, ...inside);
    return draw("g", { class: "network" }, ...uplink, anchor(`n:${network.id}`, "spot",
      `${text("mapNetwork", network.name)}, ${network.note}${network.closed ? `, ${text("mapInternal")}` : ""}, ${text("mapSize", one.size)}`, ...inside));
  }

  function card(one: Card): SVGGElement {
    const { container } = one;
    const up = runs(container) || container.state === "paused";
    const middle = one.x + one.width / 2;
    const loose = one.y === one.railY;
    const cables = loose ? undefined : [
      draw("path", { class: "cable in", d: `M${middle - 5} ${one.railY}V${one.y}` }),
      draw("path", { class: "cable out", d: `M${middle + 5} ${one.y}V${one.railY}` }),
    ] as const;
    const numbers = draw("text", { class: "flow", x: one.x + 10, y: one.y + 48 });
    moving.push({ card: one, cables: up ? cables : undefined, numbers });
    return draw("g", { class: `container ${container.state}${up ? "" : " down"}`, "data-of": container.id },
      ...(loose ? [] : [draw("path", { class: up ? "cord" : "cord loose", d: `M${middle} ${one.railY}V${one.y}` })]), ...(up && cables ? cables : []),
      anchor(`c:${container.id}`, "spot", `${container.name}, ${container.word}${container.mark ? `, ${container.mark}` : ""}${one.address ? `, ${one.address}` : ""}${container.ports.map(p => `, ${p.long}`).join("")}`,
        draw("title", {}, container.name),
        draw("rect", { class: "ground", x: one.x, y: one.y, width: one.width, height: one.height, rx: 6 }),
        draw("circle", { class: "dot", cx: one.x + 14, cy: one.y + 15, r: 3.6 }),
        draw("text", { class: "title", x: one.x + 24, y: one.y + 19 }, fit(container.name, one.width - (container.mark ? 52 : 32), 7.1)),
        ...(container.mark ? [draw("path", { class: "danger", d: `M${one.x + one.width - 17} ${one.y + 8.5}l6.5 11.5h-13zM${one.x + one.width - 17} ${one.y + 12.5}v3.4m0 1.7v.6` }, draw("title", {}, container.mark))] : []),
        draw("text", { class: "note", x: one.x + 10, y: one.y + 34 }, fit(one.address || "–", one.width - 18, 6.5)),
        numbers));
  }

  function anchor(key: string, kind: string, label: string, ...children: Node[]): SVGAElement {
    const link = draw("a", { class: kind, href: (host.getAttribute("link") ?? "?at=") + encodeURIComponent(key), "data-key": key, "aria-label": label }, ...children);
    link.addEventListener("pointerenter", () => light(key));
    link.addEventListener("pointerleave", () => light());
    link.addEventListener("focus", () => light(key));
    link.addEventListener("blur", () => light());
    return link;
  }

  /** What belongs to the one under the pointer, or else to the picked one, stands out. */
  function light(key = host.getAttribute("picked") ?? ""): void {
    const id = key.startsWith("c:") ? key.slice(2) : "";
    const picked = host.getAttribute("picked");
    for (const part of picture.querySelectorAll("[data-of]")) part.classList.toggle("lit", id !== "" && part.getAttribute("data-of") === id);
    for (const link of picture.querySelectorAll("a")) {
      if (link.getAttribute("data-key") === picked) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function show({ card: one, cables, numbers }: Moving, flow: Flow | undefined): void {
    const { container } = one;
    const several = container.plugs.length > 1;
    const own = several ? rates[`${container.id} ${one.network}`] : undefined;
    if (container.state !== "running") numbers.textContent = container.word;
    else if (own) numbers.textContent = fit(`↓ ${rate(own[0])}  ↑ ${rate(own[1])}`, one.width - 16, 5.9);
    // The live numbers are of all cables together, so they stand once, and no cable claims them.
    else if (several && !one.first) numbers.textContent = text("mapAlso", container.plugs.length - 1);
    else numbers.textContent = flow ? fit(`${several ? "Σ " : ""}↓ ${rate(flow.received)}  ↑ ${rate(flow.sent)}`, one.width - 16, 5.9) : "";
    if (!cables) return;
    pace(cables[0], several ? own?.[0] : flow?.received);
    pace(cables[1], several ? own?.[1] : flow?.sent);
  }

  function walk(event: KeyboardEvent): void {
    const way = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key];
    const at = document.activeElement?.getAttribute("data-key");
    const index = [...picture.querySelectorAll(".container a")].indexOf(document.activeElement!);
    if (!way || !drawn || !at || index < 0) return;
    const next = beside(drawn.cards, drawn.cards[index]!, ...way);
    if (!next) return;
    event.preventDefault();
    picture.querySelectorAll<SVGAElement>(".container a")[drawn.cards.indexOf(next)]?.focus();
  }

  function find(key: string): SVGAElement | null {
    return picture.querySelector<SVGAElement>(`a[data-key="${CSS.escape(key)}"]`);
  }
}

/** Where both ports have no room, the one to come to. */
function short(pill: string, width: number): string {
  return pill.length * 6.4 <= width ? pill : fit(pill.split(" ")[0]!, width, 6.4);
}

function pace(cable: SVGPathElement, flow: number | null | undefined): void {
  const level = known(flow) ? busy.filter(least => flow >= least).length : 0;
  cable.setAttribute("data-pace", String(level));
}
