/**
 * Builds `static/built/`: what a page loads, in one file each, so that a browser far away does not ask for one module
 * after the other. The modules and style sheets stay as they are written; source maps lead back to them.
 *
 *     node static/bundle/pages.mjs
 *
 * Prints what each file weighs over the wire.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const own = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(join(own, ".."));
const built = join(own, "built");

await rm(built, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ["player.js", "ops.js", "bundle/styles.css"].map((name) => join(own, name)),
  entryNames: "[name]",
  outdir: built,
  bundle: true,
  splitting: true, // what is opened later is fetched later
  minify: true,
  sourcemap: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  external: [join(own, "vendor/codemirror.js")],
  metafile: true,
});

// What a script needs at once is named in the page too: the browser need not read the script to hear of it.
const needs = Object.entries(metafile.outputs).map(([path, { imports }]) => [
  basename(path),
  imports.filter(({ kind, external }) => kind === "import-statement" && !external).map((each) => basename(each.path)),
]);
await writeFile(join(built, "needs.json"), JSON.stringify(Object.fromEntries(needs.filter(([, files]) => files.length))));

for (const path of Object.keys(metafile.outputs).filter((each) => !each.endsWith(".map")).sort()) {
  const bytes = await readFile(path);
  console.log(`static/built/${basename(path)}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped`);
}
