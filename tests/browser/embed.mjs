// Pages of other origins around the app's frame: a site of its own that names who may frame, hosts
// on other ports that serve whatever a test wants, and a record of everything that those pages can
// hear.
import { test as base, expect } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { persona } from "./native.mjs";
import { profileDrawn } from "./person.mjs";
import { dist, startRelay } from "./relay.mjs";

export { expect };

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const OFFICE = "demo-stor";

/** Everything the frame ever says, and no more. */
const SAID = [
  /^\{"vs":1,"t":"hello","nonce":"[0-9a-f]{32}"\}$/,
  /^\{"vs":1,"t":"ready"\}$/,
  /^\{"vs":1,"t":"height","px":\d{1,4}00\}$/,
  /^\{"vs":1,"t":"show","px":(0|\d{0,4}[05]0)\}$/,
  /^\{"vs":1,"t":"step","n":(10|[1-9]),"all":10\}$/,
  /^\{"vs":1,"t":"done"\}$/,
];

/** A page's own record of all that reaches it, whoever says it; the tag's line included. */
const RECORD = `
  window.heard = [];
  addEventListener("message", ({ origin, data }) => heard.push({ by: "window", origin, data }), true);
  const Channel = MessageChannel;
  window.MessageChannel = function () {
    const channel = new Channel();
    channel.port1.addEventListener("message", ({ data }) => heard.push({ by: "port", data }));
    return channel;
  };
  for (const what of ["ready", "step", "done", "summary"]) {
    addEventListener("vaekst:" + what, ({ detail, target }) => heard.push({ by: "event", what, detail, at: target.id }));
  }`;

/** A host on a port of its own that hands out the pages it is given. */
async function startHost() {
  const pages = new Map([["/record.js", { type: "text/javascript", body: RECORD }]]);
  const server = createServer((request, answer) => {
    const page = pages.get(new URL(request.url, "http://host").pathname);
    answer.writeHead(page ? 200 : 404, { "content-type": page?.type ?? "text/html; charset=utf-8", ...page?.headers });
    answer.end(page?.body);
  });
  await new Promise((go) => server.listen(0, go));
  const { port } = server.address();
  let count = 0;
  return {
    port,
    origin: `http://localhost:${port}`,
    /** The path of a new page. */
    page(body, { headers = {}, head = "", lang = "da", type } = {}) {
      const where = `/${(count += 1)}`;
      const html = type ? body : `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>Kommunen</title>
        <script src="/record.js"></script>${head}</head><body>${body}</body></html>`;
      pages.set(where, { body: html, headers, type });
      return where;
    },
    stop: () => new Promise((go) => { server.closeAllConnections(); server.close(go); }),
  };
}

/** For each worker: the app, a host that may be given a summary, one that may only frame, and one
 *  that nobody named. */
export const test = base.extend({
  world: [
    async ({}, use) => {
      const [trusted, known, stranger] = [await startHost(), await startHost(), await startHost()];
      const folder = mkdtempSync(path.join(tmpdir(), "vaekst-framed-"));
      cpSync(dist, folder, { recursive: true });
      const overlays = path.join(folder, "overlays.bin");
      rmSync(`${overlays}.br`, { force: true });
      execFileSync(
        "cargo",
        ["run", "--quiet", "-p", "vaekstspejl-engine", "--example", "frames", "--", overlays, OFFICE, `+${trusted.origin}`, known.origin],
        { cwd: root },
      );
      const relay = await startRelay({ site: folder });
      await use({ app: relay.url, trusted, known, stranger });
      await relay.stop();
      await Promise.all([trusted, known, stranger].map((host) => host.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 180_000 },
  ],
  // Whatever a test is about: nothing but the hosts and the app's own files is asked for, always
  // without a body, and nothing is thrown.
  context: async ({ context, world }, use) => {
    const wrong = [];
    const ports = [world.trusted, world.known, world.stranger].map((host) => host.port);
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (["blob:", "data:"].includes(url.protocol)) return;
      const is_own = url.origin === world.app || ports.includes(Number(url.port));
      if (!is_own || request.method() !== "GET") wrong.push(`${request.method()} ${url}`);
    });
    context.on("weberror", (error) => wrong.push(`thrown: ${error.error()}`));
    await use(context);
    expect(wrong).toEqual([]);
  },
});

/** The tag, as somebody copies it from docs/embed.md. */
export function tag(world, { id = "test", test: which = "selvtest", lang = "da", office = OFFICE, more = "" } = {}) {
  const at = which ? ` test="${which}"` : "";
  return `<vaekst-spejl id="${id}" office="${office}" lang="${lang}"${at} ${more}><a href="${world.app}/?office=${office}">Tag testen</a></vaekst-spejl>`;
}

export const script = (world) => `<script src="${world.app}/embed.js" defer></script>`;

/** Opens a page with the tag on it, and waits for the frame. */
export async function visit(page, world, { host = world.trusted, body, head = "", headers, origin = host.origin, ...asked } = {}) {
  const where = host.page(body ?? `<h1>Erhverv</h1>${tag(world, asked)}<p>Mere</p>`, { head: head + script(world), headers });
  await page.goto(origin + where);
  return ready(page);
}

/** The frame, once both have found each other. */
export async function ready(page, count = 1) {
  const said = () => heard(page).then((all) => all.filter((it) => it.by === "event" && it.what === "ready").length);
  await expect.poll(said, { timeout: 20_000 }).toBe(count);
  return framed(page)[0];
}

/** The app's frames on a page. */
export const framed = (page) => page.frames().filter((frame) => frame.url().includes("/embed.html"));

/** A frame that is there and works, whether or not anybody speaks to it. */
export async function working(page, at = page) {
  let frame;
  // A frame that has just been moved is still listed for a moment, and is gone when it is asked.
  await expect(async () => {
    frame = framed(at)[0];
    await frame.locator("#idle").waitFor({ state: "attached", timeout: 5_000 });
  }).toPass({ timeout: 40_000 });
  return frame;
}

/** What the page has heard so far. */
export const heard = (page) => page.evaluate(() => window.heard ?? []);

/** What came from the app's frames, by window or port. */
export async function saidBy(page, world) {
  const all = await heard(page);
  // The tests' own tools use channels too, without words.
  return all.filter((it) => (it.by === "port" && it.data !== undefined) || (it.by === "window" && it.origin === world.app)).map((it) => it.data);
}

/** Everything a page could hear from the app is one of the allowed forms; events have no more. */
export async function onlyAllowed(page, world) {
  for (const data of await saidBy(page, world)) {
    expect(typeof data === "string" && SAID.some((form) => form.test(data)), JSON.stringify(data)).toBe(true);
  }
  for (const { what, detail } of (await heard(page)).filter((it) => it.by === "event")) {
    expect(Object.keys(detail ?? {}), what).toEqual(what === "step" ? ["n", "all"] : []);
  }
}

/** The person answers the question in the frame and comes to the next one. */
export async function answers(frame) {
  const id = await frame.locator("[data-question]").getAttribute("data-question");
  const input = frame.locator("[data-question] input").last();
  await input.check();
  await frame.locator("[data-action=next]").click();
  await expect(frame.locator("[data-question]")).not.toHaveAttribute("data-question", id);
}

/** Nothing of what a hostile page wants has happened. */
export async function untouched(frame, lang = "da") {
  const state = await frame.evaluate(() => ({ theme: document.documentElement.dataset.theme ?? null, lang: document.documentElement.lang }));
  expect(state).toEqual({ theme: null, lang });
}

/** How many messages the frame has refused. */
export const refused = (frame) => frame.evaluate(() => Number(document.documentElement.dataset.refused ?? 0));

/** The profile of a persona in the frame, without the way there. */
export async function openProfile(frame, id = "erik-toemrer-vil-saelge") {
  const { questionnaire, answers } = persona(id);
  const file = { format: "vaekstspejl-profile", version: 1, questionnaire, questionnaire_version: 1, saved: "2026-11-01", answers };
  await frame.evaluate((text) => { location.hash = `#/open/${encodeURIComponent(text)}/profile`; }, JSON.stringify(file));
  await profileDrawn(frame);
}
