// The recorder itself: a watchman who never barks is no proof of a quiet night.
import { test as base, expect } from "@playwright/test";
import { watch } from "./recorder.mjs";

/** Does something on the start screen and waits until the recorder says so. */
async function noticed(browser, baseURL, act, expected) {
  const context = await browser.newContext({ baseURL });
  const recorder = await watch(context, baseURL);
  const page = await context.newPage();
  await page.goto("./", { waitUntil: "networkidle" });
  expect(recorder.violations()).toEqual([]);
  await page.evaluate(act);
  await expect.poll(() => recorder.violations().join("\n")).toMatch(expected);
  await context.close();
}

const provoked = {
  "a foreign origin": [() => void fetch("https://example.org/").catch(() => {}), /policy: connect-src/],
  "a POST": [() => void fetch("./", { method: "POST", body: "x" }).catch(() => {}), /not a GET: POST \//],
  "an unknown file": [() => void fetch("answers.json").catch(() => {}), /not a file of the app: \/answers\.json/],
  "an inline script": [
    () => document.head.append(Object.assign(document.createElement("script"), { text: "window.inline = 1" })),
    /policy: script-src/,
  ],
  "an inline style": [() => document.body.setAttribute("style", "color: red"), /policy: style-src/],
  "a console error": [() => console.error("broken"), /console: broken/],
  "a thrown error": [() => void setTimeout(() => { throw new Error("thrown here"); }), /thrown: .*thrown here/],
};

for (const [name, [act, expected]] of Object.entries(provoked)) {
  base(`the recorder notices ${name}`, async ({ browser, baseURL }) => {
    await noticed(browser, baseURL, act, expected);
  });
}
