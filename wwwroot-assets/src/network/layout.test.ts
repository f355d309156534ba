import { expect, test } from "vitest";
import { beside, layout, type Card } from "./layout";
import type { MapContainer, MapModel } from "./model";

const container = (name: string, networks: string[], ports = 0): MapContainer => ({
  id: name, name, state: "running", word: "running", plugs: networks.map(network => ({ network, address: "10.0.0.2" })),
  ports: Array.from({ length: ports }, (_, i) => ({ short: `${8080 + i} → 80`, long: "", local: false })),
});
const model = (count: number): MapModel => ({
  networks: ["front", "back"].map(id => ({ id, name: id, note: "10.0.0.0/24", closed: id === "back" })),
  containers: Array.from({ length: count }, (_, i) => container(`c${String(i).padStart(2, "0")}`, i % 7 === 0 ? ["front", "back"] : [i % 3 ? "front" : "back"], i % 5 === 0 ? 2 : 0)),
});

for (const count of [0, 1, 5, 50, 500]) {
  for (const width of [330, 700, 1100]) {
    test(`${count} containers on ${width} px: nothing lies on another, nothing sticks out, and again the same`, () => {
      const all = layout(model(count), width);
      expect(layout(model(count), width)).toEqual(all);
      for (const [i, a] of all.cards.entries()) {
        const box = all.boxes.find(b => b.key === a.network)!;
        expect(a.x >= box.x && a.x + a.width <= box.x + box.width + 0.01 && a.y >= box.y && a.y + a.height <= box.y + box.height).toBe(true);
        expect(all.cards.slice(i + 1).find(b => !apart(a, b))).toBeUndefined();
      }
      const pills = all.ports.flatMap(p => p.pills);
      for (const pill of pills) {
        expect(pill.x + pill.width).toBeLessThanOrEqual(width);
        expect(pill.y + 20).toBeLessThanOrEqual(all.height);
      }
      const tops = pills.map(p => p.y).sort((a, b) => a - b);
      for (let i = 1; i < tops.length; i++) expect(tops[i]! - tops[i - 1]!).toBeGreaterThanOrEqual(20);
    });
  }
}

test("who is on two networks has a card on each, joined by one link, and its ports once", () => {
  const all = layout({ ...model(0), containers: [container("proxy", ["front", "back"], 1), container("db", ["back"])] }, 900);
  expect(all.cards.map(c => c.key)).toEqual(["proxy@front", "proxy@back", "db@back"]);
  expect(all.links.map(l => l.container)).toEqual(["proxy"]);
  expect(all.ports.map(p => p.container)).toEqual(["proxy"]);
  expect(all.cards[0]!.x).toBeGreaterThan(10);
});

test("ports are drawn from the network that leads outside, also when a closed one comes first", () => {
  const both = { ...model(0), containers: [container("proxy", ["back", "front"], 1)] };
  const all = layout({ ...both, networks: [...both.networks].reverse() }, 900);
  const open = all.cards.find(c => c.network === "front")!;
  expect(all.cards.map(c => c.key)).toEqual(["proxy@back", "proxy@front"]);
  expect(all.ports[0]!.path.startsWith(`M${open.x + open.width - 18} ${open.y + open.height}V`)).toBe(true);
  expect(layout({ ...both, networks: both.networks.filter(n => n.closed) }, 900).ports).toHaveLength(1);
});

test("arrows lead to the nearest card of their direction", () => {
  const all = layout(model(50), 900);
  const first = all.cards[0]!;
  expect(beside(all.cards, first, 1, 0)).toBe(all.cards[1]);
  expect(beside(all.cards, first, -1, 0)).toBeUndefined();
  const under = beside(all.cards, first, 0, 1)!;
  expect([under.x, under.y > first.y]).toEqual([first.x, true]);
});

const apart = (a: Card, b: Card): boolean => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
