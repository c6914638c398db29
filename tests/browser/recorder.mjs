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
// A test in which the person sends says so; then `recorder.sent()` has what went to the mailbox:
//   test.use({ sends: true });
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
  #sends;
  #sent = [];
  #requests = [];
  #ofWorker = [];
  #violations = [];

  constructor(baseURL, expected, sends) {
    this.#origin = new URL(baseURL).origin;
    this.#own = new Set(["/", ...ownFiles()]);
    this.#expected = expected;
    this.#sends = sends;
  }

  /** What went to a mailbox so far: method, path, headers and bytes. */
  sent() {
    return [...this.#sent];
  }

  /** The paths asked for so far, in order, with what follows a `?`. */
  requests() {
    return [...this.#requests];
  }

  /** The same of the worker that keeps the app on the device; it asks in no order. */
  ofWorker() {
    return this.#ofWorker.toSorted();
  }

  /** These files are the app's own as well: of another version. */
  knows(files) {
    for (const file of files) this.#own.add(file);
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
    const method = request.method();
    if (this.#sends && url.pathname.startsWith("/v1/mailboxes/")) {
      this.#sent.push({ method, path: url.pathname, headers: request.headers(), body: request.postDataBuffer() });
      return;
    }
    const asked = request.serviceWorker() ? this.#ofWorker : this.#requests;
    asked.push(url.pathname + url.search);
    if (url.origin !== this.#origin) this.#violations.push(`foreign origin: ${method} ${url}`);
    else if (method !== "GET") this.#violations.push(`not a GET: ${method} ${url.pathname}`);
    else if (!this.#own.has(url.pathname)) this.#violations.push(`not a file of the app: ${url.pathname}`);
  }
}

/** A recorder for a context a test opens by itself: `await watch(context, baseURL)`. */
export async function watch(context, baseURL, expectedErrors = null, sends = false) {
  const recorder = new Recorder(baseURL, expectedErrors, sends);
  await recorder.watch(context);
  return recorder;
}

export const test = base.extend({
  expectedErrors: [null, { option: true }],
  sends: [false, { option: true }],
  recorder: [
    async ({ context, baseURL, expectedErrors, sends }, use) => {
      const recorder = await watch(context, baseURL, expectedErrors, sends);
      await use(recorder);
      await recorder.finish(context);
      expect(recorder.violations(), "requests, policy, console").toEqual([]);
    },
    { auto: true },
  ],
});
