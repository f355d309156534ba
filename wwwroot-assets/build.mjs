// Builds src/ to ../src/Web/wwwroot/dist: brig.js (ES module; charts, log and terminal in chunks of their own), theme.js, brig.css, fonts/.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "../src/Web/wwwroot/dist");
const common = { bundle: true, minify: true, target: "es2022", legalComments: "linked", logLevel: "warning" };

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, "fonts"), { recursive: true });
await Promise.all([
  build({
    ...common, entryPoints: { brig: path.join(here, "src/brig.ts") }, outdir: out, format: "esm", splitting: true, sourcemap: true,
    chunkNames: "chunks/[name]-[hash]", platform: "browser", mainFields: ["module", "main"],
  }),
  build({ ...common, entryPoints: { theme: path.join(here, "src/page/theme-first.ts") }, outdir: out, format: "iife" }),
  build({ ...common, entryPoints: { brig: path.join(here, "src/css/brig.css") }, outdir: out, external: ["fonts/*"] }),
  ...[
    ["@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "inter.woff2"],
    ["@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2", "jetbrains-mono.woff2"],
  ].map(([from, to]) => copyFile(path.join(here, "node_modules", from), path.join(out, "fonts", to))),
]);

// Said aloud at each build, because the first load has a budget (400 KB).
let total = 0;
for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|css|woff2)$/.test(entry.name)) continue;
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  const bytes = await readFile(file);
  const sent = entry.name.endsWith("woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  total += sent;
  console.log(`${(bytes.length / 1024).toFixed(1).padStart(8)} KiB ${(sent / 1024).toFixed(1).padStart(8)} KiB sent  ${path.relative(out, file)}`);
}
console.log(`${(total / 1024).toFixed(1)} KiB sent if a page uses everything`);
