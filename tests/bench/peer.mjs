// Builds the page of the library we measure ourselves against, from its npm packages: the same
// questions with the same words, bundled, minified and compressed as ours are.
import { buildSync } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const here = path.dirname(fileURLToPath(import.meta.url));

/** One of our questions in the peer's form. */
function element(item) {
  const choices = item.choices.map(({ id, label }) => ({ value: id, text: label }));
  const type = item.kind === "municipality" ? "dropdown" : item.kind === "many_of" ? "checkbox" : "radiogroup";
  return { type, name: item.id, title: item.text, description: item.help || undefined, choices };
}

/** Writes the page into `folder`. The answer: what its files weigh compressed. */
export function buildPeer(items, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const work = path.join(here, "peer");
  writeFileSync(path.join(work, "questions.json"), JSON.stringify(items.map(element)));
  buildSync({
    entryPoints: [path.join(work, "survey.js")],
    outfile: path.join(folder, "survey.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    logLevel: "error",
  });
  copyFileSync(path.join(work, "index.html"), path.join(folder, "index.html"));
  let weight = 0;
  for (const name of ["index.html", "survey.js", "survey.css"]) {
    const bytes = readFileSync(path.join(folder, name));
    const best = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    const compressed = brotliCompressSync(bytes, { params: best });
    writeFileSync(path.join(folder, `${name}.br`), compressed);
    weight += compressed.length;
  }
  return weight;
}
