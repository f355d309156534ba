import { expect, test } from "vitest";
import { complete, pathTo, type Schema } from "./complete";

const schema: Schema = {
  properties: {
    services: { additionalProperties: { anyOf: [{ $ref: "#/$defs/service" }, { type: "null" }] } },
    networks: { additionalProperties: { properties: { driver: { enum: ["bridge"] } } } },
  },
  $defs: {
    service: {
      properties: {
        image: { type: "string", description: "The image's name." },
        restart: { enum: ["no", "always", "on-failure"] },
        tty: { type: "boolean" },
        ports: { items: { anyOf: [{ type: "string" }, { properties: { target: {}, published: {} } }] } },
        depends_on: { anyOf: [{ items: { type: "string" } }, { additionalProperties: { properties: { condition: { enum: ["service_started", "service_healthy"] } } } }] },
        networks: { items: { type: "string" } },
      },
    },
  },
};

/** The bar is the caret. */
const at = (text: string): string[] => complete(text.replace("|", ""), text.indexOf("|"), schema)?.options.map(option => option.text) ?? [];

test("keys of the place the caret stands at, without those that are there", () => {
  expect(at("|")).toEqual(["services", "networks"]);
  expect(at("services:\n  web:\n    |")).toEqual(["image", "restart", "tty", "ports", "depends_on", "networks"]);
  expect(at("services:\n  web:\n    image: x\n    t|\n    restart: no")).toEqual(["tty"]);
  expect(at("services:\n  web:\n    image: x\n    |\n    restart: no")).toEqual(["tty", "ports", "depends_on", "networks"]);
  expect(at("services:\n  |")).toEqual([]);
});

test("values that are one of a few", () => {
  expect(at("services:\n  web:\n    restart: |")).toEqual(["no", "always", "on-failure"]);
  expect(at("services:\n  web:\n    restart: on|")).toEqual(["on-failure"]);
  expect(at("services:\n  web:\n    tty: t|")).toEqual(["true"]);
  expect(at("services:\n  web:\n    image: |")).toEqual([]);
});

test("lists of mappings, indented or not", () => {
  expect(at("services:\n  web:\n    ports:\n      - ta|")).toEqual(["target"]);
  expect(at("services:\n  web:\n    ports:\n      - target: 80\n        |")).toEqual(["published"]);
  expect(at("services:\n  web:\n    ports:\n    - |")).toEqual(["target", "published"]);
});

test("names of the file's own services and networks", () => {
  const file = "services:\n  web:\n    depends_on:\n      - |\n  db:\n    image: x\nnetworks:\n  back:\n    driver: bridge\n";
  expect(at(file)).toEqual(["db"]);
  expect(at(file.replace("|", "x").replace("    image: x", "    networks:\n      - |"))).toEqual(["back"]);
  expect(at("services:\n  web:\n    depends_on:\n      db:\n        condition: |")).toEqual(["service_started", "service_healthy"]);
});

test("nothing in a comment or in the middle of a word", () => {
  expect(at("# ser|")).toEqual([]);
  expect(at("ser|vices:")).toEqual([]);
});

test("the path of a line", () => {
  const text = "a:\n  b:\n    - c:\n        d: 1\n      e: 2\n";
  expect(pathTo(text, text.length, "      ")).toEqual(["a", "b", "-"]);
  expect(pathTo(text, text.length, "        ")).toEqual(["a", "b", "-", "e"]);
  expect(pathTo(text, text.length, "  ")).toEqual(["a"]);
  expect(pathTo(text, text.length, "")).toEqual([]);
});
