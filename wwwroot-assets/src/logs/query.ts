import type { LevelName } from "./wire";

/** What is searched, as the address tells it. */
export interface Query {
  text: string; regex: boolean; matchCase: boolean; invert: boolean;
  sources: readonly string[];
  /** Empty: any. */
  levels: readonly LevelName[];
  out: 0 | 1 | 2;
  fields: readonly string[];
  /** "1h" for the last hour, "all", or milliseconds since 1970. */
  from: string;
  /** Empty: now, or milliseconds since 1970. */
  to: string;
  oldest: boolean;
  live: boolean;
  /** The opened line, "ID/file:offset". */
  line: string;
}

export const spans: Readonly<Record<string, number>> = { "5m": 300e3, "15m": 900e3, "1h": 3_600e3, "6h": 21_600e3, "24h": 86_400e3, "7d": 604_800e3, "30d": 2_592_000e3 };
export const usualSpan = "1h";

/** Groups of levels as the buttons have them. */
export const groups: Readonly<Record<"error" | "warn" | "info" | "debug" | "none", readonly LevelName[]>> = {
  error: ["error", "fatal"], warn: ["warn"], info: ["info"], debug: ["debug", "trace"], none: ["unknown"],
};
export type Group = keyof typeof groups;

const names = new Set<string>(Object.values(groups).flat());

export function read(search: string): Query {
  const all = new URLSearchParams(search);
  const one = (name: string) => all.get(name) ?? "";
  const from = one("from");
  return {
    text: one("q"), regex: one("regex") === "1", matchCase: one("case") === "1", invert: one("invert") === "1",
    sources: all.getAll("source").filter(Boolean), levels: one("level").split(",").filter((name): name is LevelName => names.has(name)),
    out: one("out") === "1" ? 1 : one("out") === "2" ? 2 : 0, fields: all.getAll("field").filter(Boolean),
    from: from in spans || from === "all" || /^\d{1,15}$/.test(from) ? from : usualSpan, to: /^\d{1,15}$/.test(one("to")) ? one("to") : "",
    oldest: one("order") === "oldest", live: one("live") === "1", line: one("line"),
  };
}

/** What differs from the usual. */
export function write(query: Query): string {
  const all = new URLSearchParams();
  const set = (name: string, value: string) => { if (value) all.set(name, value); };
  set("q", query.text);
  set("regex", query.regex ? "1" : "");
  set("case", query.matchCase ? "1" : "");
  set("invert", query.invert ? "1" : "");
  for (const source of query.sources) all.append("source", source);
  set("level", query.levels.join(","));
  set("out", query.out ? String(query.out) : "");
  for (const field of query.fields) all.append("field", field);
  set("from", query.from === usualSpan ? "" : query.from);
  set("to", query.to);
  set("order", query.oldest ? "oldest" : "");
  set("live", query.live ? "1" : "");
  set("line", query.line);
  return all.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
}

export function fromMs(query: Query, now: number): number | undefined {
  return query.from === "all" ? undefined : query.from in spans ? now - spans[query.from]! : Number(query.from);
}

/** As the hub's SearchLogs takes it. */
export function toHub(query: Query, within: readonly string[], now: number) {
  const from = fromMs(query, now);
  return {
    ...(query.text && (query.regex ? { regex: query.text } : { text: query.text })),
    matchCase: query.matchCase, invert: query.invert && query.text !== "",
    sources: query.sources.length ? query.sources : within,
    ...(from !== undefined && { fromMs: Math.trunc(from) }), ...(query.to && { toMs: Number(query.to) }),
    levels: query.levels, ...(query.out && { output: query.out }), fields: query.fields, order: query.oldest ? "oldest" : "newest", limit: 500,
  };
}

/** The address that downloads all that the query finds. */
export function download(query: Query, within: readonly string[], format: "text" | "jsonl", gz: boolean, now: number): string {
  const all = new URLSearchParams({ format });
  if (gz) all.set("gz", "true");
  if (query.text) all.set(query.regex ? "regex" : "text", query.text);
  if (query.matchCase) all.set("matchCase", "true");
  if (query.invert && query.text) all.set("invert", "true");
  for (const source of query.sources.length ? query.sources : within) all.append("source", source);
  for (const field of query.fields) all.append("field", field);
  if (query.levels.length) all.set("level", query.levels.join(","));
  if (query.out) all.set("output", String(query.out));
  const from = fromMs(query, now);
  if (from !== undefined) all.set("from", new Date(from).toISOString());
  if (query.to) all.set("to", new Date(Number(query.to)).toISOString());
  return `api/v1/logs/download?${all}`;
}
