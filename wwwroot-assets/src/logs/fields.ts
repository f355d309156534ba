/** Fields of a line that is JSON or logfmt, as "user.name" and text; at most so many. */
export interface Field { name: string; value: string }

const most = 200;
const deepest = 6;
const longest = 1 << 18;

/** The value of a line that is one JSON object, perhaps behind a prefix such as a time; undefined: it is none. */
export function json(plain: string): Record<string, unknown> | undefined {
  const start = plain.indexOf("{");
  if (start < 0 || start > 200 || plain.length > longest || !plain.trimEnd().endsWith("}")) return undefined;
  try {
    const value: unknown = JSON.parse(plain.slice(start));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

export function fields(plain: string): Field[] {
  const object = json(plain);
  return object ? flatten(object) : logfmt(plain);
}

function flatten(object: Record<string, unknown>): Field[] {
  const found: Field[] = [];
  const add = (prefix: string, value: unknown, depth: number) => {
    if (found.length >= most) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value) && depth < deepest)
      for (const [name, inner] of Object.entries(value)) add(prefix ? `${prefix}.${name}` : name, inner, depth + 1);
    else found.push({ name: prefix, value: typeof value === "string" ? value : JSON.stringify(value) });
  };
  add("", object, 0);
  return found;
}

const pair = /(?:^|\s)([A-Za-z_][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g;

/** level=info msg="some words": two pairs at least, or it is prose with an equals sign. */
function logfmt(plain: string): Field[] {
  const found: Field[] = [];
  for (const match of plain.slice(0, 16_384).matchAll(pair)) {
    found.push({ name: match[1]!, value: match[2] !== undefined ? match[2].replace(/\\(.)/g, "$1") : match[3]! });
    if (found.length === most) break;
  }
  return found.length >= 2 ? found : [];
}

/** Whether a line fits "status=500", "status!=200", "duration>100", "path~/api" or "trace_id", as the engine's search means them. */
export function fits(plain: string, wanted: string): boolean {
  const match = /^([^=!<>~]+)(!=|>=|<=|=|>|<|~)?(.*)$/s.exec(wanted);
  if (!match) return false;
  const [, name, sign, value] = match as unknown as [string, string, string | undefined, string];
  const its = fields(plain).find(field => field.name === name)?.value;
  if (sign === "!=") return its !== value;
  if (its === undefined) return false;
  switch (sign) {
    case undefined: return true;
    case "=": return its === value;
    case "~": return its.toLowerCase().includes(value.toLowerCase());
    case ">": return Number(its) > Number(value);
    case "<": return Number(its) < Number(value);
    case ">=": return Number(its) >= Number(value);
    default: return Number(its) <= Number(value);
  }
}
