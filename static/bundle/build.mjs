/**
 * Builds `static/vendor/` from the npm packages: the editor, the API documentation's page parts, and the
 * licences of everything that is shipped. Fonts are next door, in `fonts.py`.
 *
 *     node static/bundle/build.mjs
 *
 * The same lock file gives the same bytes. Prints what each file weighs over the wire.
 */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "../../node_modules");
const vendor = join(here, "../vendor");

await rm(vendor, { recursive: true, force: true });
await mkdir(join(vendor, "swagger"), { recursive: true });

const bundled = await build({
  entryPoints: [join(here, "codemirror.js")],
  outfile: join(vendor, "codemirror.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none", // the licences stand in LICENSES.txt
  metafile: true,
});
await writeFile(join(vendor, "codemirror.d.ts"), 'export * from "../bundle/codemirror.js";\n');

for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  const text = await readFile(join(packages, "swagger-ui-dist", file), "utf8");
  await writeFile(join(vendor, "swagger", file), text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*$/s, "\n"));
}
await copyFile(
  join(packages, "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt"),
  join(vendor, "swagger/swagger-ui-bundle.js.LICENSE.txt"),
);

// Fonts and documentation are shipped as files; what went into the editor only the bundler knows.
const shipped = new Set(["inter-ui", "@expo-google-fonts/jetbrains-mono", "@fontsource/stix-two-math", "swagger-ui-dist"]);
for (const input of Object.keys(bundled.metafile.inputs)) {
  const name = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
  if (name) shipped.add(name);
}
const licences = [];
for (const name of [...shipped].sort()) {
  const files = (await readdir(join(packages, name))).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  if (files.length === 0) throw new Error(`${name} is shipped, but states no licence`);
  for (const file of files) licences.push(`${name}: ${file}\n\n${(await readFile(join(packages, name, file), "utf8")).trim()}\n`);
}
await writeFile(join(vendor, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

for (const file of ["codemirror.js", "swagger/swagger-ui-bundle.js", "swagger/swagger-ui.css"]) {
  const bytes = await readFile(join(vendor, file));
  const weight = (count) => `${(count / 1000).toFixed(1)} kB`.padStart(10);
  console.log(`${file.padEnd(30)}${weight(bytes.length)}${weight(gzipSync(bytes, { level: 9 }).length)} gzipped`);
}
