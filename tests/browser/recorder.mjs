// Every browser test imports `test` and `expect` from here. A recorder then watches each
// test, whatever it is about, and fails it when
//   - anything is asked of another origin, or by anything but a GET of the app's own static
//     files (design §3.1),
//   - a WebSocket is opened or a cookie set,
//   - the Content-Security-Policy refuses something,
//   - the console shows an error, or a script throws.
//
//   import { test, expect } from "./recorder.mjs";
//   test("the start screen", async ({ page, recorder }) => {
//     await page.goto("./");
//     expect(recorder.requests()).toContain("/");
//   });
//
// A test that provokes an error on purpose says which:
//   test.use({ expectedErrors: /the file is damaged/ });
//
// `page.waitForFunction` needs `eval`, which the policy refuses: use locators and
// `expect.poll` instead.
import { test as base, expect } from "@playwright/test";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export { expect };

/** The folder of the finished app. */
export const dist =
  process.env.VAEKST_DIST ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../dist");

/** The app's own files by their path on the server; the compressed forms are not files of their own. */
export function ownFiles() {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".br"))
    .map((entry) => path.relative(dist, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => `/${name.split(path.sep).join("/")}`)
    .sort();
}

/** What a context asks for and complains about, from its first page on. */
class Recorder {
  #origin;
  #own;
  #expected;
  #requests = [];
  #violations = [];

  constructor(baseURL, expected) {
    this.#origin = new URL(baseURL).origin;
    this.#own = new Set(["/", ...ownFiles()]);
    this.#expected = expected;
  }

  /** The paths asked for so far, in order, with what follows a `?`. */
  requests() {
    return [...this.#requests];
  }

  /** What must not have happened, one line each. */
  violations() {
    return [...this.#violations];
  }

  async watch(context) {
    context.on("request", (request) => this.#request(request));
    context.on("console", (message) => {
      if (message.type() === "error") this.#complain(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.#complain(`thrown: ${error.error()}`));
    context.on("page", (page) => {
      page.on("websocket", (socket) => this.#violations.push(`WebSocket to ${socket.url()}`));
      page.on("crash", () => this.#violations.push("the page crashed"));
    });
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
      });
    });
  }

  async finish(context) {
    for (const cookie of await context.cookies()) this.#violations.push(`cookie ${cookie.name}`);
  }

  #complain(text) {
    if (!this.#expected?.test(text)) this.#violations.push(text);
  }

  #request(request) {
    const url = new URL(request.url());
    // made by the page itself, nothing leaves it
    if (url.protocol === "blob:" || url.protocol === "data:") return;
    this.#requests.push(url.pathname + url.search);
    const method = request.method();
    if (url.origin !== this.#origin) this.#violations.push(`foreign origin: ${method} ${url}`);
    else if (method !== "GET") this.#violations.push(`not a GET: ${method} ${url.pathname}`);
    else if (!this.#own.has(url.pathname)) this.#violations.push(`not a file of the app: ${url.pathname}`);
  }
}

/** A recorder for a context a test opens by itself: `await watch(context, baseURL)`. */
export async function watch(context, baseURL, expectedErrors = null) {
  const recorder = new Recorder(baseURL, expectedErrors);
  await recorder.watch(context);
  return recorder;
}

export const test = base.extend({
  expectedErrors: [null, { option: true }],
  recorder: [
    async ({ context, baseURL, expectedErrors }, use) => {
      const recorder = await watch(context, baseURL, expectedErrors);
      await use(recorder);
      await recorder.finish(context);
      expect(recorder.violations(), "requests, policy, console").toEqual([]);
    },
    { auto: true },
  ],
});
