// The official vectors of HPKE, the letters of an independent program, and keys to be refused:
// what holds natively (envelope/tests/vectors.rs) holds in a browser's WebAssembly too, with
// the same function, compiled as the app is. The program under test is made by
// `cargo xtask test`, lies in VAEKST_VECTORS, and is never shipped.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const built = process.env.VAEKST_VECTORS ?? path.join(root, "target/xtask/vectors");
const vectors = readFileSync(path.join(root, "envelope/tests/vectors/envelope.json"), "utf8");

const headers = { "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" };
const served = {
  "/": () => ({ contentType: "text/html", body: "<!doctype html><title>vectors</title>" }),
  "/vectors.js": () => ({ contentType: "text/javascript", path: path.join(built, "vectors.js") }),
  "/vectors.wasm": () => ({ contentType: "application/wasm", path: path.join(built, "vectors.wasm") }),
};

/** Runs the vectors in the page: `{held}`, or `{error}`, the first that did not hold. */
const run = (page, text) =>
  page.evaluate(async (text) => {
    const program = await import("/vectors.js");
    await program.default({ module_or_path: "/vectors.wasm" });
    try {
      return { held: program.run_vectors(text) };
    } catch (error) {
      return { error: error.message };
    }
  }, text);

test.beforeEach(async ({ page }) => {
  await page.route("http://vectors.test/**", (route) => {
    const answer = served[new URL(route.request().url()).pathname];
    return answer ? route.fulfill({ headers, ...answer() }) : route.fulfill({ status: 404 });
  });
  await page.goto("http://vectors.test/");
});

test("every vector holds in the browser", async ({ page }) => {
  const all = JSON.parse(vectors);
  expect(all.hpke).toHaveLength(1);
  const [{ encryptions, exports }] = all.hpke;
  // Each of two key pairs in two ways, the encapsulated key, each message sealed and opened,
  // each export on both sides; then one check for each letter and each key to be refused.
  const expected = 4 + 1 + 2 * encryptions.length + 2 * exports.length + all.letters.length + all.refused_keys.length;
  expect([encryptions.length, exports.length, all.letters.length, all.refused_keys.length]).toEqual([6, 3, 17, 7]);
  expect(await run(page, vectors)).toEqual({ held: expected });
});

for (const [what, right, wrong, told] of [
  ["a bit of a ciphertext", "1c5250d8034e", "1c5250d8034f", /^hpke 0: ct/],
  ["a bit of an exported secret", "4bbd6243b8bb", "4bbd6243b8bc", /^hpke 0: export/],
  ["what is bound to a message", '"aad": "436f756e742d34"', '"aad": "436f756e742d35"', /^hpke 0: ct/],
  ["what has to become of a letter", '"bad-padding"', '"opened"', /^letters 5: /],
]) {
  test(`with ${what} changed, the vectors fail in the browser`, async ({ page }) => {
    const changed = vectors.replace(right, wrong);
    expect(changed).not.toBe(vectors);
    const { held, error } = await run(page, changed);
    expect(held).toBeUndefined();
    expect(error).toMatch(told);
  });
}
