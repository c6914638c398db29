// What a person does and sees, in the words of the domain. The hooks are those of design §4.
import { expect } from "./recorder.mjs";

/** More questions than any path may have. */
const MOST_QUESTIONS = 100;

/** Opens a screen, as from a link, and waits until the whole program is there. */
export async function arrive(page, address) {
  // Otherwise an address that differs only behind # would be no load.
  if (page.url() !== "about:blank") await page.goto("about:blank");
  await loaded(page, () => page.goto(address));
}

/** Waits until both pieces of the program and all words are there after a load. */
export async function loaded(page, load) {
  const words = page.waitForResponse(/\/later-..-[^/]*\.bin$/);
  await load();
  await (await words).finished();
  // The idle dialog is the last thing the second piece puts into the frame.
  await page.locator("#idle").waitFor({ state: "attached" });
}

/** Someone whose answers are kept on this device comes back. */
export async function comeBack(page, file, address = "./#/profile") {
  await page.addInitScript((text) => {
    // Only once: what the person forgets stays forgotten after a reload.
    if (location.origin === "null" || sessionStorage.getItem("came-back")) return;
    sessionStorage.setItem("came-back", "yes");
    localStorage.setItem("vaekstspejl", text);
  }, file);
  await arrive(page, address);
}

/** The question on the screen: its id and the values one can choose. */
export function question(page) {
  return page.locator("[data-question]").evaluate((element) => ({
    id: element.dataset.question,
    many: element.querySelector("input[type=checkbox]") !== null,
    list: element.querySelector("select") !== null,
    choices: [...element.querySelectorAll("input")].map((input) => input.value),
  }));
}

/** Chooses with the mouse: a value, several, or a name in the list. */
export async function choose(page, asked, answer) {
  for (const value of [answer].flat()) {
    if (asked.list && value !== "dont_know") await page.locator("[data-question] select").selectOption(value);
    else await page.locator(`[data-question] input[value="${value}"]`).check();
  }
}

/** Presses "next", or "skip" when nothing is answered, and waits for what comes. */
export async function goOn(page) {
  const { id } = await question(page);
  await page.locator("[data-action=next]").click();
  await gone(page, id);
}

/** Waits until that question is not on the screen any more. */
export const gone = (page, id) => page.locator(`[data-question="${id}"]`).waitFor({ state: "detached", timeout: 5_000 });

/** An answer that can be given: what the person would say, else the middle of what there is. */
export function answerOf(answers, asked) {
  const wished = [answers[asked.id] ?? []].flat().filter((value) => asked.list || asked.choices.includes(value));
  if (wished.length > 0) return asked.many ? wished : wished[0];
  if (asked.list) return "0101";
  const middle = asked.choices[Math.min(2, asked.choices.length - 1)];
  return asked.many ? [middle] : middle;
}

/** Answers question after question until the profile stands there. The answer: what was said. */
export async function takeTest(page, answers, give = choose, next = goOn) {
  const said = {};
  for (let count = 0; count < MOST_QUESTIONS && !page.url().endsWith("#/profile"); count += 1) {
    const asked = await question(page);
    expect(said, `${asked.id} is asked once`).not.toHaveProperty(asked.id);
    said[asked.id] = answerOf(answers, asked);
    await give(page, asked, said[asked.id]);
    await next(page);
  }
  await profileDrawn(page);
  return said;
}

/** Waits until the profile has been drawn, all of it; its parts come one after the other. */
export async function profileDrawn(page) {
  await expect(page.locator("[data-segment]")).toBeVisible();
  await page.locator(".profile__sections:not([aria-busy])").waitFor({ state: "attached" });
}

/** Scrolls to it, as a person does; the browser draws parts of the profile only when they are near. */
export async function comeToSee(place) {
  await place.scrollIntoViewIfNeeded();
  await expect.poll(() => place.evaluate((it) => it.checkVisibility({ contentVisibilityAuto: true }))).toBe(true);
}

/** What the profile says: segment, needs, offers and scores, in the order shown. */
export async function shownProfile(page) {
  await profileDrawn(page);
  return page.evaluate(() => {
    const all = (selector, name) => [...document.querySelectorAll(selector)].map((element) => element.dataset[name]);
    const score = (element) => [element.dataset.scale, element.dataset.score];
    return {
      segment: document.querySelector("[data-segment]").dataset.segment,
      needs: all("[data-need]", "need"),
      offers: all(".recommendations__list [data-offer]", "offer"),
      levels: all(".recommendations__list [data-offer]", "level"),
      scores: [...document.querySelectorAll("[data-scale]")].map(score),
      code: document.querySelector("[data-code]")?.dataset.code ?? null,
    };
  });
}

/** What this page has stored on the device, of every kind; of the caches, the files in them. */
export function stored(page) {
  return page.evaluate(async () => {
    const cached = [];
    for (const name of await caches.keys()) cached.push(...(await (await caches.open(name)).keys()));
    return {
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage).filter((name) => name !== "came-back"),
      databases: (await indexedDB.databases()).map((it) => it.name),
      caches: cached.map(({ url }) => new URL(url).pathname).sort(),
      cookies: document.cookie,
    };
  });
}

/** Nothing of any kind. Where the worker is allowed, the app's own files are in the caches. */
export const nothingStored = { local: [], session: [], databases: [], caches: [], cookies: "" };

/** Waits until the app is kept on the device. */
export const keptOnDevice = (page) => expect(page.locator("[data-without-net]")).toBeVisible({ timeout: 20_000 });
