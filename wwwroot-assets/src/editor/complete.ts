/** As much of JSON Schema as Brig's own schema of Compose files uses. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly description?: string;
}

export interface Option { readonly text: string; readonly insert: string; readonly help: string }

/** What may stand at the caret: the letters from `from` to it are replaced by one of the options. */
export interface Completion { readonly from: number; readonly options: readonly Option[] }

/** @param names Of services, networks and volumes that the text has, for the places that name one. */
export function complete(text: string, caret: number, root: Schema): Completion | null {
  const begin = text.lastIndexOf("\n", caret - 1) + 1;
  const line = text.slice(begin, caret);
  if (/(^|\s)#/.test(line)) return null;
  const value = /^(\s*(?:- +)*)([\w.-]+):\s+(["']?)([\w.-]*)$/.exec(line);
  const key = /^(\s*(?:- +)*)([\w.-]*)$/.exec(line);
  const rest = text.slice(caret, end(text, caret));
  if (value) {
    const at = schemasAt(root, [...pathTo(text, begin, value[1]!), value[2]!]);
    return some(caret - value[4]!.length, values(at, value[4]!, root));
  }
  if (!key || rest.trim() !== "") return null;
  const path = pathTo(text, begin, key[1]!);
  const at = schemasAt(root, path);
  const typed = key[2]!;
  const used = siblings(text, begin, key[1]!.length);
  const keys = at.flatMap(schema => Object.entries(schema.properties ?? {}))
    .filter(([name]) => matches(name, typed) && !used.has(name))
    .map(([name, schema]) => ({ text: name, insert: name + (isDeep(resolved(schema, root)) ? ":" : ": "), help: schema.description ?? "" }));
  const named = namesFor(text, path).filter(name => matches(name, typed)).map(name => ({ text: name, insert: key[1]!.includes("-") ? name : `${name}:`, help: "" }));
  const words = key[1]!.trim().endsWith("-") || key[1]!.includes("- ") ? values(at, typed, root) : [];
  return some(caret - typed.length, [...named, ...keys, ...words]);
}

/** The keys that lead to where a line of this indentation stands; "-" for an item of a list. */
export function pathTo(text: string, begin: number, indent: string): string[] {
  const path: string[] = [];
  let column = indent.replace(/- +$/, "").length;
  if (/- +$/.test(indent)) path.unshift("-");
  const lines = text.slice(0, begin).split("\n");
  // The last one is empty: the caret's own line begins there.
  for (let i = lines.length - 2; i >= 0 && (column > 0 || path.length > 0); i--) {
    const line = lines[i]!;
    if (/^\s*(#.*)?$/.test(line)) continue;
    const found = /^(\s*)((?:- +)*)(?:(["']?)([\w./-]+)\3:(?:\s|$))?/.exec(line)!;
    const own = found[1]!.length, inner = own + found[2]!.length;
    // A list may stand below its key without being further in.
    const above = path[0] === "-" ? inner <= column && found[2] === "" : inner < column;
    if (found[4] !== undefined && above) {
      path.unshift(found[4]);
      column = inner;
      if (found[2] !== "") { path.unshift("-"); column = own; }
    } else if (found[2] !== "" && own < column && inner >= column) {
      path.unshift("-");
      column = own;
    }
  }
  return path;
}

function schemasAt(root: Schema, path: readonly string[]): Schema[] {
  let now = resolved(root, root);
  for (const step of path) {
    now = now.flatMap(schema => {
      if (step === "-") return schema.items ? resolved(schema.items, root) : [];
      const own = schema.properties?.[step];
      if (own) return resolved(own, root);
      return typeof schema.additionalProperties === "object" ? resolved(schema.additionalProperties, root) : [];
    });
  }
  return now;
}

function resolved(schema: Schema, root: Schema): Schema[] {
  if (schema.$ref) return resolved(root.$defs?.[schema.$ref.slice("#/$defs/".length)] ?? {}, root);
  return schema.anyOf ? schema.anyOf.flatMap(one => resolved(one, root)) : [schema];
}

function values(at: readonly Schema[], typed: string, root: Schema): Option[] {
  const all = at.flatMap(schema => resolved(schema, root)).flatMap(schema => schema.enum ?? (schema.type === "boolean" ? ["true", "false"] : []));
  return [...new Set(all.map(String))].filter(word => matches(word, typed)).map(word => ({ text: word, insert: word, help: "" }));
}

/** Where a service, network or volume of the file is named, those that are there. */
function namesFor(text: string, path: readonly string[]): string[] {
  const [top, , key] = path;
  if (top !== "services" || key === undefined || path.length > 4) return [];
  const section = key === "depends_on" || key === "links" ? "services" : key === "networks" ? "networks" : key === "volumes" ? "volumes" : key === "secrets" ? "secrets" : key === "configs" ? "configs" : null;
  if (section === null) return [];
  const names: string[] = [];
  let inside = false, indent = -1;
  for (const line of text.split("\n")) {
    if (/^\S/.test(line)) { inside = line.startsWith(`${section}:`); indent = -1; }
    const name = inside ? /^( +)([\w.-]+):/.exec(line) : null;
    if (!name) continue;
    if (indent < 0) indent = name[1]!.length;
    if (name[1]!.length === indent) names.push(name[2]!);
  }
  return names.filter(name => name !== path[1] || section !== "services");
}

/** Keys that stand beside the caret's line already. */
function siblings(text: string, begin: number, column: number): Set<string> {
  const found = new Set<string>();
  const look = (lines: readonly string[]): void => {
    for (const line of lines) {
      if (/^\s*(#.*)?$/.test(line)) continue;
      const at = line.search(/[^\s-]/);
      if (at < column) return;
      const key = at === column ? /^[\s-]*([\w.-]+):/.exec(line) : null;
      if (key) found.add(key[1]!);
    }
  };
  look(text.slice(0, begin).split("\n").slice(0, -1).reverse());
  look(text.slice(end(text, begin) + 1).split("\n"));
  return found;
}

const end = (text: string, from: number): number => { const at = text.indexOf("\n", from); return at < 0 ? text.length : at; };
const matches = (word: string, typed: string): boolean => word.toLowerCase().startsWith(typed.toLowerCase());
const some = (from: number, options: readonly Option[]): Completion | null => options.length > 0 ? { from, options } : null;
const isDeep = (all: readonly Schema[]): boolean => all.length > 0 && all.every(one => one.properties !== undefined || one.items !== undefined || typeof one.additionalProperties === "object");
