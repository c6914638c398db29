// What an office does in its app: makes a key, opens the mailbox, reads.
import { test as base, expect } from "@playwright/test";
import { readFileSync } from "node:fs";
import { startRelay } from "./relay.mjs";

export { expect };

/** A test with a relay of its own, watched: no other origin, no error, nothing refused. */
export const test = base.extend({
  expectedErrors: [/^$/, { option: true }],
  relay: async ({}, use) => {
    const relay = await startRelay();
    await use(relay);
    await relay.stop();
  },
  page: async ({ page, relay, expectedErrors }, use) => {
    const wrong = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) wrong.push(message.text());
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (!["blob:", "data:"].includes(url.protocol) && url.origin !== relay.url) wrong.push(`asks ${url.origin}`);
    });
    await use(page);
    expect(wrong.filter((it) => !expectedErrors.test(it))).toEqual([]);
  },
});

/** Opens the office's page and waits until it can be used. */
export async function arrive(page, relay, { lang = "da", at = "#/" } = {}) {
  await page.goto("about:blank");
  await page.goto(`${relay.url}/console/?lang=${lang}${at}`);
  await page.locator("#main h1").waitFor();
}

/** Makes a key as a new office does. The answer: the file, the words, what is published. */
export async function createKey(page, relay, office = "Erhverv Testby") {
  await arrive(page, relay, { at: "#/create" });
  await page.getByLabel("Kontorets navn").fill(office);
  await page.getByLabel("Postkassens adresse").fill(relay.url);
  await page.locator("[data-action=next]").click();
  const words = await page.locator("[data-words] li").allTextContents();
  await page.locator("[data-action=written]").click();
  await page.getByLabel("Adgangssætning").fill(words.join(" "));
  await page.locator("[data-action=check]").click();
  const save = page.locator("[data-action=save-key]");
  await save.waitFor({ timeout: 20_000 });
  const file = await saved(page, save);
  await page.locator("#reopen").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: Buffer.from(file.text) });
  await expect(page.locator(".console__works")).not.toBeEmpty({ timeout: 20_000 });
  await page.locator("#second").check();
  await page.locator("[data-action=next]").click();
  await page.getByLabel("Oprettelseskode").fill(relay.adminToken);
  await page.locator("[data-action=create-mailbox]").click();
  const lines = await page.locator(".console__lines").textContent();
  await page.locator("[data-action=use]").click();
  await expect(page).toHaveURL(/#\/inbox$/);
  return { file, words: words.join(" "), box: published(lines) };
}

/** The four lines of `[mailbox]`. */
export function published(lines) {
  return Object.fromEntries([...lines.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name, value]) => [name, value]));
}

/** Presses something that saves a file; the answer: its name and text. */
export async function saved(page, way) {
  const download = page.waitForEvent("download");
  await way.click();
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

/** Opens the mailbox with a key file and its words. */
export async function unlock(page, { file, words }) {
  await chooseKey(page, file);
  await page.locator("#phrase").fill(words);
  await page.locator("[data-action=unlock]").click();
}

/** Chooses a key file, by its text. */
export async function chooseKey(page, { name = "key.vsk", text }) {
  await page.locator("#key-file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

/** Fetches and waits until it is done. */
export async function fetchLetters(page) {
  await page.locator("[data-action=fetch]").click();
  await idle(page);
}

/** Waits until nothing is under way. */
export async function idle(page, timeout = 30_000) {
  await expect(page.locator("[data-action=fetch]")).toBeVisible({ timeout });
}

/** The letters in the list: who, and in which state. */
export function listed(page) {
  return page.locator("[data-letter]").evaluateAll((rows) =>
    rows.map((row) => ({ sid: row.dataset.letter, who: row.querySelector("h3").textContent, handled: row.classList.contains("inbox-row--handled") })),
  );
}
