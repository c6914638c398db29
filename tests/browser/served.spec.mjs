// What the server sends: types, compression, how long to keep, and what the page may do.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { dist, expect, ownFiles, test } from "./recorder.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".bin": "application/octet-stream",
  ".svg": "image/svg+xml; charset=utf-8",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};
const page = () => readFileSync(path.join(dist, "index.html"), "utf8");
const policyInPage = () => /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page())[1];

test("every file has its type and, unless it is an image, travels compressed", async ({ request }) => {
  for (const file of ownFiles()) {
    const answer = await request.get(`.${file}`, { headers: { "accept-encoding": "br" } });
    const headers = answer.headers();
    expect(answer.status(), file).toBe(200);
    expect(headers["content-type"], file).toBe(types[path.extname(file)]);
    // a file that is replaced at a host has no compressed form that would stay behind
    if (path.extname(file) === ".png" || ["/overlays.bin", "/worker.js", "/worker-off.js"].includes(file)) continue;
    expect(headers["vary"]?.toLowerCase(), file).toContain("accept-encoding");
    expect(headers["content-encoding"], file).toBe("br");
    const compressed = readFileSync(path.join(dist, `${file}.br`));
    expect(Number(headers["content-length"]), file).toBe(compressed.length);
    expect(brotliDecompressSync(compressed).equals(readFileSync(path.join(dist, file))), file).toBe(true);
  }
});

test("a browser without Brotli is served too", async ({ request }) => {
  const answer = await request.get("./", { headers: { "accept-encoding": "identity" } });
  expect(answer.headers()["content-encoding"]).toBeUndefined();
  expect(await answer.text()).toBe(page());
});

test("hashed files are kept for a year, the page is asked for again", async ({ request }) => {
  const stable = ["/overlays.bin", "/embed.js", "/worker.js", "/worker-off.js"];
  for (const file of ownFiles().filter((name) => /\.(js|wasm|bin)$/.test(name) && !stable.includes(name))) {
    expect(file).toMatch(/-[0-9a-f]{12}\.\w+$/);
    const keep = (await request.get(`.${file}`)).headers()["cache-control"];
    expect(keep, file).toBe("public, max-age=31536000, immutable");
  }
  expect((await request.get("./")).headers()["cache-control"]).toBe("no-cache");
});

test("what publishers lay over the content is asked for again each time", async ({ request }) => {
  const answer = await request.get("./overlays.bin");
  expect(answer.headers()["cache-control"]).toBe("no-cache");
  expect((await answer.body()).subarray(0, 4).toString()).toBe("VSO1");
});

test("only the page for frames may be shown in one", async ({ request }) => {
  const policy = async (file) => (await request.get(file)).headers()["content-security-policy"];
  expect(await policy("./embed.html")).toMatch(/; frame-ancestors 'self'/);
  for (const file of ["./", "./index.html", "./console/", "./worker.js"]) {
    expect(await policy(file), file).toMatch(/; frame-ancestors 'none'$/);
  }
  const headers = (await request.get("./embed.html")).headers();
  expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
  expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
});

test("every answer closes what the app does not need", async ({ request }) => {
  for (const where of ["./", "./icon.svg", "./nothing-here"]) {
    const headers = (await request.get(where)).headers();
    expect(headers["content-security-policy"], where).toBe(`${policyInPage()}; frame-ancestors 'none'`);
    expect(headers["referrer-policy"], where).toBe("no-referrer");
    expect(headers["x-content-type-options"], where).toBe("nosniff");
    expect(headers["cross-origin-opener-policy"], where).toBe("same-origin");
    expect(headers["cross-origin-resource-policy"], where).toBe("same-origin");
    for (const feature of ["camera", "microphone", "geolocation", "payment", "usb"]) {
      expect(headers["permissions-policy"], where).toContain(`${feature}=()`);
    }
    expect(headers["set-cookie"], where).toBeUndefined();
  }
  // Only the office's page may ask for the camera: codes on phones without a net, in a workshop.
  expect((await request.get("./console/")).headers()["permissions-policy"]).toContain("camera=(self), ");
});

test("parts of a page carry only what holds for parts: the first load is not for repeating", async ({ request }) => {
  const [app] = page().match(/app-[0-9a-f]{12}\.js/);
  for (const file of [`./${app}`, "./overlays.bin"]) {
    const headers = (await request.get(file)).headers();
    expect(headers["x-content-type-options"], file).toBe("nosniff");
    expect(headers["referrer-policy"], file).toBe("no-referrer");
    expect(headers["cross-origin-resource-policy"], file).toBe("same-origin");
    for (const name of ["content-security-policy", "permissions-policy", "cross-origin-opener-policy"]) {
      expect(headers[name], `${file} ${name}`).toBeUndefined();
    }
  }
});

test("the policy allows the one inline style and the one inline script by their hashes", async () => {
  const html = page();
  const policy = policyInPage();
  const styles = [...html.matchAll(/<style[^>]*>([^]*?)<\/style>/g)];
  expect(styles).toHaveLength(1);
  const hash = createHash("sha256").update(styles[0][1]).digest("base64");
  expect(policy).toContain(`style-src 'self' 'sha256-${hash}';`);
  const inline = [...html.matchAll(/<script>([^]*?)<\/script>/g)];
  expect(inline).toHaveLength(1);
  const script = createHash("sha256").update(inline[0][1]).digest("base64");
  expect(policy.startsWith(`default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-${script}';`)).toBe(true);
  expect(policy).not.toContain("unsafe-inline");
  expect(policy).not.toContain("'unsafe-eval'");
  for (const [script] of html.matchAll(/<script [^>]*>[^]*?<\/script>/g)) {
    expect(script).toMatch(/^<script type="module" src="app-[0-9a-f]{12}\.js"><\/script>$/);
  }
  expect(html).not.toMatch(/<[^>]*\s(style|on\w+)=/);
});

test("without JavaScript the page says so, in both languages", async () => {
  const said = /<noscript>([^]*)<\/noscript>/.exec(page())[1];
  expect(said).toMatch(/lang="da">[^<]*JavaScript/);
  expect(said).toMatch(/lang="en">[^<]*JavaScript/);
});

test("every file the page names is there, and nothing foreign is named", async ({ request }) => {
  const html = page();
  const named = [...html.matchAll(/(?:href|src)="([^"#][^"]*)"/g)].map((match) => match[1]);
  named.push(...[...html.matchAll(/<meta name="content-[^"]*" content="([^"]*)"/g)].map((match) => match[1]));
  expect(named.length).toBeGreaterThan(5);
  const own = ownFiles();
  for (const name of named.filter((name) => /\.\w+$/.test(name) && !name.includes(":"))) {
    expect(own).toContain(`/${name}`);
    expect((await request.get(`./${name}`)).status(), name).toBe(200);
  }
  const loading = [...html.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]*)"/g)].map((match) => match[1]);
  const inside = (name) => name.startsWith("data:");
  expect(loading.filter((name) => /^(\w+:|\/\/)/.test(name) && !inside(name))).toEqual([]);
});

test("an unknown path is a short plain 404, and only reading is allowed", async ({ request }) => {
  for (const where of ["./nothing-here", "./index.html.br", "./console/nothing-here"]) {
    const answer = await request.get(where);
    expect(answer.status(), where).toBe(404);
    expect(answer.headers()["content-type"], where).toMatch(/^text\/plain/);
    expect(answer.headers()["cache-control"], where).toBe("no-store");
    expect(await answer.text()).toBe("Not found\n");
  }
  for (const where of ["./..%2fCargo.toml", "./%2e%2e/Cargo.toml"]) {
    expect([400, 404], where).toContain((await request.get(where)).status());
  }
  for (const method of ["post", "put", "delete"]) {
    expect((await request[method]("./")).status(), method).toBe(405);
  }
});

test("the page asks for its own files only, and starts without a word in the console", async ({ page, recorder }) => {
  const words = [];
  page.on("console", (message) => words.push(message.text()));
  await page.addInitScript(() => { delete Navigator.prototype.serviceWorker; }); // see offline.spec.mjs
  await page.goto("./", { waitUntil: "networkidle" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(words).toEqual([]);
  const asked = recorder.requests();
  expect(asked[0]).toBe("/");
  expect(asked.some((name) => name.endsWith(".wasm"))).toBe(true);
  expect(new Set(asked).size, "nothing is fetched twice").toBe(asked.length);
});

test.describe("when the program does not arrive", () => {
  test.use({ expectedErrors: /Failed to (load resource|fetch)/ });
  test("a plain screen says so, without promising a file", async ({ page }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto("./");
    await expect(page.getByRole("heading", { name: "Noget gik galt" })).toBeVisible();
    await expect(page.getByText("Something went wrong.")).toBeVisible();
    await expect(page.locator("#app, #crash-file")).toHaveCount(0);
    await page.unroute("**/*.wasm");
    await page.getByRole("link", { name: /Reload the page/ }).click();
    await expect(page.locator("#app")).toBeVisible();
  });
});
