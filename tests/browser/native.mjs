// What the same engine says outside the browser: `vaekst`, the command line, asked by the tests.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const folder = mkdtempSync(path.join(tmpdir(), "vaekst-browser-"));
let program;
let people;
let files = 0;

/** Builds `vaekst` once per worker: a moment when nothing has changed. VAEKST_CLI names another. */
function vaekst(...args) {
  program ??= process.env.VAEKST_CLI ?? built();
  const options = { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 };
  const { status, stdout, stderr } = spawnSync(program, [...args, "--format", "json"], options);
  // 1 means: not all is as expected, which is a native test's business, and the answer is there.
  if (status !== 0 && status !== 1) throw new Error(`vaekst ${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
}

function built() {
  const options = ["build", "--quiet", "-p", "vaekst", "--message-format=json"];
  const said = execFileSync("cargo", options, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  const artifacts = said.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return artifacts.findLast((it) => it.executable && it.target?.name === "vaekst").executable;
}

/** The ids of all personas. */
export const personaIds = readdirSync(path.join(root, "tests/personas"))
  .filter((name) => name.endsWith(".toml"))
  .map((name) => name.replace(/\.toml$/, ""));

/** A persona with all its answers: `{questionnaire, today, office, answers}`. */
export function persona(id) {
  people ??= new Map(vaekst("personas").map((it) => [it.id, it]));
  const found = people.get(id);
  if (!found) throw new Error(`no persona is called ${id}`);
  return found;
}

/** Every item of both tests by its id, in the order asked. */
export function questions(lang = "da") {
  return Object.fromEntries(vaekst("questions", "--lang", lang).map((test) => [test.id, test.items]));
}

/** The whole result of answers, as `vaekst profile` gives it. */
export function assessed({ questionnaire, answers, today, office }, lang = "da") {
  const file = path.join(folder, `${(files += 1)}.json`);
  writeFileSync(file, JSON.stringify({ questionnaire, answers }));
  const options = ["--answers", file, "--lang", lang];
  if (today) options.push("--today", today);
  if (office) options.push("--office", office);
  return vaekst("profile", ...options);
}

/** The text of a profile file with these answers. */
export function profileFile({ questionnaire, answers, plan = [] }, changes = {}) {
  const file = { format: "vaekstspejl-profile", version: 1, questionnaire, questionnaire_version: 1, saved: "2026-11-01", answers, plan };
  return JSON.stringify({ ...file, ...changes }, null, 2);
}
