import { expect, test } from "vitest";
import { Line } from "../log/line";
import { fields, fits } from "./fields";
import { passes } from "./passes";
import { download, read, toHub, write } from "./query";

const line = (raw: string, stream = 1) => new Line("1:0", "1000000000", stream, raw);

test("an address says the query and nothing that is usual", () => {
  expect(write(read(""))).toBe("");
  const address = "q=a%2Bb&regex=1&invert=1&source=stack:shop&source=web&level=error,fatal&out=2&field=status%3E%3D500&from=24h&order=oldest&line=abc/1:20";
  expect(write(read(`?${address}`))).toBe(address);
  expect(read("?from=evil&to=x&level=error,nonsense&out=7")).toMatchObject({ from: "1h", to: "", levels: ["error"], out: 0 });
});

test("the hub is asked for what the query says", () => {
  const query = read("?q=boom&case=1&level=error&from=24h&out=1");
  expect(toHub(query, ["stack:shop"], 100_000_000)).toEqual({
    text: "boom", matchCase: true, invert: false, sources: ["stack:shop"], fromMs: 13_600_000, levels: ["error"], output: 1, fields: [], order: "newest", limit: 500 });
  expect(toHub(read("?from=all&invert=1"), [], 1)).toEqual({ matchCase: false, invert: false, sources: [], levels: [], fields: [], order: "newest", limit: 500 });
  expect(download(query, [], "jsonl", true, 100_000_000)).toBe("api/v1/logs/download?format=jsonl&gz=true&text=boom&matchCase=true&level=error&output=1&from=1970-01-01T03%3A46%3A40.000Z");
});

test("fields of JSON and logfmt, also nested and behind a prefix", () => {
  expect(fields('{"level":"info","user":{"name":"ann","tags":[1,2]},"ok":true}')).toEqual([
    { name: "level", value: "info" }, { name: "user.name", value: "ann" }, { name: "user.tags", value: "[1,2]" }, { name: "ok", value: "true" }]);
  expect(fields('2026-01-01 app {"a":1}')).toEqual([{ name: "a", value: "1" }]);
  expect(fields('level=warn msg="two \\"words\\"" n=5')).toEqual([{ name: "level", value: "warn" }, { name: "msg", value: 'two "words"' }, { name: "n", value: "5" }]);
  expect(fields("x=1 is prose")).toEqual([]);
  expect(fields("{ not json }")).toEqual([]);
});

test("a field filter means what the engine's means", () => {
  const plain = '{"status":503,"path":"/API/x"}';
  expect([fits(plain, "status=503"), fits(plain, "status!=503"), fits(plain, "status>=500"), fits(plain, "path~/api"), fits(plain, "status"), fits(plain, "none"), fits(plain, "none!=1")])
    .toEqual([true, false, true, true, true, false, true]);
});

test("lines that are followed pass by words, level, stream and field", () => {
  expect(passes(read(""))).toBeUndefined();
  expect(passes(read("?q=BOOM"))!(line("a boom"))).toBe(true);
  expect(passes(read("?q=BOOM&case=1"))!(line("a boom"))).toBe(false);
  expect(passes(read("?q=b.*m&regex=1&invert=1"))!(line("a boom"))).toBe(false);
  expect(passes(read("?level=error,fatal"))!(line("ERROR x"))).toBe(true);
  expect(passes(read("?level=unknown"))!(line("plain"))).toBe(true);
  expect(passes(read("?out=2"))!(line("x", 1))).toBe(false);
  expect(passes(read("?field=a%3D1"))!(line('{"a":1}'))).toBe(true);
});
