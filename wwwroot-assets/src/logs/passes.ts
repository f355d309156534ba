import { pattern } from "../log/find";
import type { Line } from "../log/line";
import { fits } from "./fields";
import { groups, type Group, type Query } from "./query";

/** Of very long lines only the beginning is looked at while they stream by. */
const looked = 8_192;

/** What of the lines that are followed is shown; undefined: all. The search itself is the engine's. */
export function passes(query: Query): ((line: Line) => boolean) | undefined {
  const words = expression(query);
  const levels = new Set<string>(query.levels);
  if (!words && !levels.size && !query.out && !query.fields.length) return undefined;
  const wanted = (Object.keys(groups) as Group[]).filter(group => groups[group].some(name => levels.has(name)));
  return line => {
    if (line.skipped) return true;
    if (query.out && line.stream !== query.out) return false;
    if (levels.size && !wanted.includes(line.level ?? "none")) return false;
    const plain = line.plain;
    if (words) {
      words.lastIndex = 0;
      if (words.test(plain.length > looked ? plain.slice(0, looked) : plain) === query.invert) return false;
    }
    return query.fields.every(field => fits(plain, field));
  };
}

/** What is marked in the lines, and looked for in those that are followed. */
export function expression(query: Query): RegExp | undefined {
  const made = pattern(query.text, query.regex);
  return made ? new RegExp(made.source, query.matchCase ? "g" : "gi") : undefined;
}
