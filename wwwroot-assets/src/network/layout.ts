import type { MapContainer, MapModel, MapNetwork, Port } from "./model";

/*
 * Where everything of the map is, from what there is and how wide the page is; the same for the same, to the pixel.
 *
 *      lanes   a network                                      outside
 *        │  ┌─ front ─────────────────────────────────────┐ ──── ┌┐
 *        │  │ ├──┬────────┬───── rail                       │      ││
 *        │  │ │ ┌┴───┐ ┌──┴─┐                               │      ││
 *        ├──┼─│─│─┐api│ │ web┐│    cards                     │      ││
 *        │  │ │ └────┘ └────┘└──────── a published port ─────┼──────[8080 → 80]
 *        │  └──────────────────────────────────────────────┘      ││
 *
 * A card is a container's plug on one network: who is on two has two cards, joined by a line down a lane on the left.
 */

export interface Card { key: string; container: MapContainer; network: string; address: string; x: number; y: number; width: number; height: number; railY: number; first: boolean }
export interface Box { key: string; network: MapNetwork; x: number; y: number; width: number; height: number; rails: readonly Rail[]; size: number; uplink: string }
export interface Rail { y: number; x1: number; x2: number }
export interface Link { container: string; path: string }
export interface PortLine { container: string; path: string; pills: readonly Pill[] }
export interface Pill { x: number; y: number; width: number; port: Port }
export interface Layout {
  width: number; height: number; boxes: readonly Box[]; cards: readonly Card[]; links: readonly Link[]; ports: readonly PortLine[];
  outside: { x: number; y: number; width: number; height: number };
}

const pad = 14;
const head = 40;
const spine = 12;
const drop = 18;              // from a rail to its cards
const cardHeight = 56;
const cardGap = 12;
const below = 12;
const track = 6;
const pillHeight = 20;
const boxGap = 18;
const empty = 34;
const laneGap = 9;
const mostLanes = 8;
const corner = 6;

export function layout(model: MapModel, width: number): Layout {
  const narrow = width < 560;
  const lanes = laneOf(model);
  const left = lanes.size ? 10 + Math.min(mostLanes, lanes.size) * laneGap : 0;
  const outsideWidth = narrow ? 74 : 98;
  const right = outsideWidth + (narrow ? 14 : 30);
  const boxWidth = Math.max(120, width - left - right);
  const room = boxWidth - 2 * pad - spine;
  const least = narrow ? 112 : 158;
  const columns = Math.max(1, Math.floor((room + cardGap) / (least + cardGap)));
  const cardWidth = Math.min(210, (room - (columns - 1) * cardGap) / columns);
  const outsideX = width - outsideWidth;

  const boxes: Box[] = [];
  const cards: Card[] = [];
  const ports: PortLine[] = [];
  const stops = new Map<string, { x: number; y: number; from: number }[]>();
  const seen = new Set<string>();
  const doors = doorsOf(model);
  let y = 0;
  for (const network of model.networks) {
    const here = members(model, network.id, lanes);
    const top = y;
    const rails: Rail[] = [];
    y += head;
    for (let at = 0; at < here.length; at += columns) {
      const row = here.slice(at, at + columns);
      const railY = y;
      const x0 = left + pad + spine;
      row.forEach((container, column) => {
        cards.push({
          key: `${container.id}@${network.id}`, container, network: network.id, address: container.plugs.find(p => p.network === network.id)?.address ?? "",
          x: x0 + column * (cardWidth + cardGap), y: railY + (network.loose ? 0 : drop), width: cardWidth, height: cardHeight, railY, first: !seen.has(container.id),
        });
      });
      const placed = cards.slice(-row.length);
      if (!network.loose) rails.push({ y: railY, x1: left + pad, x2: placed.at(-1)!.x + cardWidth / 2 });
      y = placed[0]!.y + cardHeight;
      y += tracks(placed, y);
    }
    if (!here.length) y += empty;
    y += pad - below + 2;
    for (const container of here) seen.add(container.id);
    const middle = top + head / 2;
    boxes.push({
      key: network.id, network, x: left, y: top, width: boxWidth, height: y - top, rails, size: here.length,
      uplink: network.loose ? "" : `M${left + boxWidth} ${middle}H${network.closed ? left + boxWidth + 9 : outsideX}`,
    });
    y += boxGap;
  }
  const height = Math.max(y - boxGap, 60);
  return { width, height, boxes, cards, links: join(), ports, outside: { x: outsideX, y: 0, width: outsideWidth, height } };

  /** The lines that leave a row of cards below it, each on a height of its own. Gives the room they take. */
  function tracks(row: readonly Card[], bottom: number): number {
    let at = 0;
    for (const card of row) {
      if (!lanes.has(card.container.id)) continue;
      at += track;
      const x = card.x + 18;
      stops.set(card.container.id, [...stops.get(card.container.id) ?? [], { x, y: bottom + at, from: bottom }]);
    }
    let stack = 0;
    // The last one first: its line is the nearest to the cards, so none crosses another.
    for (const card of [...row].reverse()) {
      if (doors.get(card.container.id) !== card.network || !card.container.ports.length) continue;
      const lineY = bottom + stack + pillHeight / 2 + 2;
      const pills = card.container.ports.slice(0, 4).map((port, i) => ({ x: outsideX, y: bottom + stack + 2 + i * (pillHeight + 2), width: outsideWidth, port }));
      const x = card.x + card.width - 18;
      ports.push({ container: card.container.id, path: `M${x} ${bottom}V${lineY - corner}q0 ${corner} ${corner} ${corner}H${outsideX}`, pills });
      stack += pills.length * (pillHeight + 2) + 4;
    }
    return Math.max(below + at, stack + 4);
  }

  /** Down from each card, to the lane, and along it. */
  function join(): Link[] {
    const links: Link[] = [];
    for (const [id, ends] of stops) {
      const x = left - laneGap * (1 + (lanes.get(id) ?? 0) % mostLanes) + 1;
      const parts = ends.map(end => `M${end.x} ${end.from}V${end.y - 3}q0 3 -3 3H${x + corner}`);
      const [from, to] = [Math.min(...ends.map(e => e.y)), Math.max(...ends.map(e => e.y))];
      parts.push(`M${x + corner} ${from}q${-corner} 0 ${-corner} ${corner}V${to - corner}q0 ${corner} ${corner} ${corner}`);
      for (const end of ends) if (end.y !== from && end.y !== to) parts.push(`M${x} ${end.y}H${x + corner}`);
      links.push({ container: id, path: parts.join("") });
    }
    return links;
  }
}

/** The network by which others reach a container's published ports: its first that is not closed, where it has one. */
function doorsOf(model: MapModel): ReadonlyMap<string, string> {
  return new Map(model.containers.map(container => {
    const on = model.networks.filter(n => container.plugs.some(p => p.network === n.id));
    return [container.id, (on.find(n => !n.closed) ?? on[0])?.id ?? ""];
  }));
}

/** Who is on several networks has a lane, in the order of names. */
function laneOf(model: MapModel): ReadonlyMap<string, number> {
  const known = new Set(model.networks.map(n => n.id));
  const several = model.containers.filter(c => c.plugs.filter(p => known.has(p.network)).length > 1).sort(byName);
  return new Map(several.map((c, i) => [c.id, i]));
}

/** Those with a lane first, for it is on the left; those with ports last, for they lead to the right. */
function members(model: MapModel, network: string, lanes: ReadonlyMap<string, number>): MapContainer[] {
  const rank = (c: MapContainer): number => lanes.has(c.id) ? 0 : c.ports.length ? 2 : 1;
  return model.containers.filter(c => c.plugs.some(p => p.network === network)).sort((a, b) => rank(a) - rank(b) || byName(a, b));
}

const byName = (a: MapContainer, b: MapContainer): number => a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1;

/** The card that an arrow key leads to: the nearest in that direction, sideways counting twice. */
export function beside(cards: readonly Card[], from: Card, dx: number, dy: number): Card | undefined {
  let best: Card | undefined;
  let least = Infinity;
  for (const card of cards) {
    const [x, y] = [card.x - from.x, card.y - from.y];
    const ahead = x * dx + y * dy;
    if (card === from || ahead <= 0) continue;
    const far = ahead + 2 * Math.abs(x * dy + y * dx);
    if (far < least) [best, least] = [card, far];
  }
  return best;
}
