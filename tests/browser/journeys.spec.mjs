// The main job, done by clicking: from the first screen to a profile with reasons and offers.
import { assessed, persona, questions } from "./native.mjs";
import { arrive, choose, goOn, gone, question, shownProfile, takeTest } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

const MOST_SCORED = 45;
const people = { selvtest: "laura-ide-til-bageri", vaekstscreening: "tove-fabrik-digital-og-groen" };
const languages = { da: /Din profil/, en: /Your profile/ };

const begin = async (page, test, lang) => {
  await arrive(page, `./?lang=${lang}`);
  await page.locator(`main a[href="#/test/${test}"]`).click();
  await expect(page.locator("[data-question]")).toBeVisible();
};

for (const [questionnaire, who] of Object.entries(people)) {
  for (const [lang, title] of Object.entries(languages)) {
    test(`${questionnaire} in ${lang}: from the start to a profile, and deeper`, async ({ page }) => {
      const { answers } = persona(who);
      await begin(page, questionnaire, lang);
      const core = await takeTest(page, answers);

      await expect(page.locator("#app h1")).toHaveText(title);
      await expect(page.locator("html")).toHaveAttribute("lang", lang);
      const profile = await shownProfile(page);
      expect(profile.needs.length).toBeGreaterThan(0);
      expect(profile.offers.length).toBeGreaterThan(0);
      await page.locator(".wheel__numbers summary").click();
      const table = await page.locator(".wheel__table tbody td:nth-of-type(1)").allTextContents();
      const scores = await page.locator(".dimensions [data-score]").evaluateAll((rows) => rows.map((row) => row.dataset.score || "–"));
      expect(table, "the table says what the list says").toEqual(scores);

      await page.locator("[data-action=deepen]").click();
      await expect(page.locator("[data-question]")).toBeVisible();
      const deep = await takeTest(page, answers);
      expect(Object.keys(deep).filter((item) => item in core), "asked twice").toEqual([]);
      const said = { ...core, ...deep };
      const scored = questions()[questionnaire].filter((item) => item.id in said && item.scores.length > 0);
      expect(scored.length).toBeLessThanOrEqual(MOST_SCORED);

      const native = assessed({ questionnaire, answers: said });
      const deeper = await shownProfile(page);
      expect(deeper.segment).toBe(native.segment.segment);
      expect(deeper.code).toBe(native.code);
    });
  }
}

test("going back shows what was answered, and going on keeps it", async ({ page }) => {
  const { answers } = persona(people.vaekstscreening);
  await begin(page, "vaekstscreening", "da");
  const said = [];
  for (let count = 0; count < 7; count += 1) {
    const asked = await question(page);
    const answer = [answers[asked.id]].flat();
    await choose(page, asked, answer);
    said.push([asked, answer]);
    await goOn(page);
  }
  for (const [asked, answer] of said.toReversed()) {
    await page.locator("[data-action=back]").click();
    await expect(page.locator(`[data-question="${asked.id}"]`)).toBeVisible();
    if (asked.list) await expect(page.locator("[data-question] select")).toHaveValue(answer[0]);
    const ticked = await page.locator("[data-question] input:checked").evaluateAll((inputs) => inputs.map((it) => it.value));
    if (!asked.list) expect(ticked.sort()).toEqual([...answer].sort());
  }
  await page.locator("[data-action=back]").click();
  await expect(page.locator(".start")).toBeVisible();
  await page.getByRole("link", { name: "Fortsæt, hvor du slap" }).click();
  await expect(page.locator("[data-question]")).not.toHaveAttribute("data-question", said[0][0].id);
});

test("every question can be skipped; what was left open is listed with a way back", async ({ page }) => {
  await begin(page, "vaekstscreening", "da");
  const asked = await question(page);
  await choose(page, asked, "established");
  await goOn(page);
  await expect(page.locator("[data-action=next]")).toHaveText("Spring over");
  while (!page.url().endsWith("#/profile")) await goOn(page);
  const profile = await shownProfile(page);
  expect(profile.offers.length, "no wrong door").toBeGreaterThan(0);
  expect(profile.scores.filter(([, score]) => score !== ""), "nothing is guessed").toEqual([]);
  await page.locator(".left-open summary").click();
  await page.locator(".left-open a").first().click();
  await expect(page.locator("[data-question]")).toBeVisible();
});

test("changing the language in the middle keeps place and answers", async ({ page }) => {
  const { answers } = persona(people.selvtest);
  await begin(page, "selvtest", "da");
  for (let count = 0; count < 5; count += 1) {
    const asked = await question(page);
    await choose(page, asked, answers[asked.id]);
    await goOn(page);
  }
  const here = await question(page);
  await choose(page, here, answers[here.id]);
  const danish = await page.locator("#app h1").textContent();
  await page.locator("[data-lang=en]").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("#app h1")).not.toHaveText(danish);
  expect((await question(page)).id).toBe(here.id);
  await expect(page.locator("[data-question] input:checked")).toHaveValue([answers[here.id]].flat()[0]);
  await page.locator("[data-action=back]").click();
  await expect(page.locator("[data-question] :checked:not([value=''])")).not.toHaveCount(0);
});

test("a test taken with the keyboard alone: numbers and Enter", async ({ page }) => {
  await arrive(page, "./");
  await tabTo(page, 'a[href="#/test/selvtest"]');
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-question]")).toBeVisible();
  await takeTest(page, persona(people.selvtest).answers, byNumber, withEnter);
  await tabTo(page, "[data-action=plan-step]");
});

test("a test taken with the keyboard alone: Tab, arrows, space", async ({ page }) => {
  await arrive(page, "./?lang=en");
  await tabTo(page, 'a[href="#/test/vaekstscreening"]');
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-question]")).toBeVisible();
  await takeTest(page, persona(people.vaekstscreening).answers, byArrows, withEnter);
});

/** Presses Tab until the focus is there. */
async function tabTo(page, selector) {
  const focused = () => page.evaluate((it) => document.activeElement?.matches(it), selector);
  for (let count = 0; count < 150; count += 1) {
    if (await focused()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/** The heading has the focus when a question is new: the keyboard starts there. */
const atHeading = (page) => expect(page.locator("#question-text")).toBeFocused();

async function byNumber(page, asked, answer) {
  await atHeading(page);
  if (asked.list) return byName(page, answer);
  const places = [answer].flat().map((value) => asked.choices.indexOf(value) + 1);
  // Behind the ninth, no number is left: there the arrows go on.
  for (const place of places) {
    await page.keyboard.press(String(Math.min(place, 9)));
    for (let further = 9; further < place; further += 1) await page.keyboard.press("ArrowDown");
  }
}

async function byArrows(page, asked, answer) {
  await atHeading(page);
  if (asked.list) return byName(page, answer);
  if (asked.many) {
    for (const value of [answer].flat().toSorted((a, b) => asked.choices.indexOf(a) - asked.choices.indexOf(b))) {
      await tabTo(page, `[data-question] input[value="${value}"]`);
      await page.keyboard.press("Space");
    }
    return undefined;
  }
  await tabTo(page, "[data-question] input");
  await page.keyboard.press("Space");
  for (let place = 0; place < asked.choices.indexOf(answer); place += 1) await page.keyboard.press("ArrowDown");
}

/** In the list of municipalities one types the name. */
async function byName(page, code) {
  await tabTo(page, "[data-question] select");
  const name = await page.locator(`select option[value="${code}"]`).textContent();
  await page.keyboard.type(name);
  await expect(page.locator("[data-question] select")).toHaveValue(code);
}

async function withEnter(page) {
  const { id } = await question(page);
  await tabTo(page, "[data-action=next]");
  await page.keyboard.press("Enter");
  await gone(page, id);
}
