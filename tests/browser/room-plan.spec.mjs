// A workshop's plan at the facilitator, on the forty invented people of the rehearsal: groups,
// repairs, slots, the clock, the run sheet and its files.
import { execFileSync } from "node:child_process";
import { stickingOut, violations } from "./everybody.mjs";
import { arrive, expect, saved, test } from "./office.mjs";

const SCREENS = ["groups", "timer", "slots", "sheet", "guide"];

const go = async (page, screen) => {
  await page.evaluate((screen) => { location.hash = `#/room/${screen}`; }, screen);
  await expect(page.locator("#app h1")).toBeFocused();
};

async function rehearse(page, relay, lang = "da") {
  await arrive(page, relay, { at: "#/room" });
  await page.locator(`[data-lang=${lang}]`).click();
  await expect(page.locator("html")).toHaveAttribute("lang", lang);
  await page.locator("[data-action=rehearse]").click();
  await page.locator("[data-action=all-come]").click();
  await expect(page.locator("[data-here]")).toHaveAttribute("data-here", "40", { timeout: 30_000 });
}

async function makeGroups(page) {
  await go(page, "groups");
  await page.locator("[data-action=make]").click();
  await expect(page.locator(".room-plan__card")).not.toHaveCount(0, { timeout: 20_000 });
}

async function makeSlots(page) {
  await go(page, "slots");
  await page.locator("[data-action=six]").click();
  await page.locator("[data-action=make]").click();
  await expect(page.locator("[data-adviser]")).toHaveCount(6);
}

const names = (page) => page.locator(".room-plan__card .room-plan__names li").allTextContents();

test.setTimeout(180_000);

test("groups of everybody, made again, taken back, and repaired when somebody has left", async ({ page, relay }) => {
  await rehearse(page, relay);
  await makeGroups(page);
  const first = await names(page);
  expect(new Set(first).size).toBe(40);
  // Another seed may come to the very same groups, so it may take a few.
  await expect(async () => {
    await page.locator("[data-action=other]").click();
    await expect.poll(() => names(page), { timeout: 3_000 }).not.toEqual(first);
  }).toPass({ timeout: 40_000 });
  await page.locator("[data-action=undo]").click();
  await expect.poll(() => names(page)).toEqual(first);

  // The numbers that would do are told.
  await page.locator("#smallest").fill("11");
  await page.locator("#largest").fill("12");
  await page.locator("[data-action=make]").click();
  await expect(page.locator("[data-notice]")).toContainText("40 deltagere kan ikke deles i grupper på 11 til 12");
  await page.locator("#smallest").fill("9");
  await page.locator("#largest").fill("11");
  await page.locator("[data-action=make]").click();
  await expect(page.locator("[data-notice]")).toHaveCount(0);
  await expect(page.locator(".room-plan__card")).toHaveCount(4);

  const leaves = (await names(page))[0];
  await go(page, "people");
  const row = page.locator("tr", { hasText: leaves }).first();
  await row.locator("[data-action=mark]").click();
  await go(page, "groups");
  await page.locator("[data-action=repair]").click();
  await expect(page.locator("[data-preview]")).toContainText(`${leaves} går fra gruppe 1`);
  // It is shown before it is done.
  expect(await names(page)).toContain(leaves);
  await page.locator("[data-action=do]").click();
  await expect.poll(() => names(page)).not.toContain(leaves);
  await expect(page.locator("[data-news]")).toHaveCount(0);

  // On the wall there are pseudonyms, and nothing else.
  await page.locator("[data-action=wall]").click();
  await expect(page.locator("header.header")).toBeHidden();
  await expect(page.locator(".room-wall")).not.toContainText("point");
  await page.locator("[data-round='2']").click();
  await expect(page.locator("#app h1")).toHaveText("Runde 2 af 2");
  await page.keyboard.press("Escape");
  await expect(page.locator("header.header")).toBeVisible();
});

test("slots, and an adviser who has not come", async ({ page, relay }) => {
  await rehearse(page, relay);
  await makeGroups(page);
  await makeSlots(page);
  const given = () => page.locator("[data-adviser] td strong").allTextContents();
  const before = await given();
  expect(before.length).toBeGreaterThan(6);
  await page.locator("[data-action=ill]").first().click();
  await page.locator("[data-action=repair]").click();
  await expect(page.locator("[data-preview] li").first()).toBeVisible();
  expect(await given()).toEqual(before);
  await page.locator("[data-action=do]").click();
  await expect(page.locator("[data-adviser]").first().locator("td strong")).toHaveCount(0);
  await page.locator("[data-action=undo]").click();
  await page.locator("[data-action=undo]").click();
  await expect.poll(given).toEqual(before);
});

test("the clock by keyboard, and over a reload", async ({ page, relay }) => {
  await rehearse(page, relay);
  await makeGroups(page);
  await go(page, "timer");
  const place = page.locator(".round-clock__place");
  const runs = page.locator("[data-runs]");
  await expect(place).toHaveText("Nr. 1 af 10");
  await page.keyboard.press("Space");
  await expect(runs).toHaveAttribute("data-runs", "yes");
  await expect(page.locator("[data-left='118']")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(place).toHaveText("Nr. 2 af 10");
  await expect(page.locator("[aria-live]", { hasText: "Nu taler nr. 2." })).toHaveCount(1);
  await page.keyboard.press("ArrowLeft");
  await expect(place).toHaveText("Nr. 1 af 10");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(runs).toHaveAttribute("data-runs", "no");
  await page.reload();
  await expect(place).toHaveText("Nr. 2 af 10", { timeout: 20_000 });
  for (let turn = 2; turn <= 10; turn += 1) await page.keyboard.press("ArrowRight");
  await expect(place).toHaveText("Runden er slut");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".round-clock__round")).toHaveText("Runde 2 af 2");
});

test("the run sheet as files and on paper, with pseudonyms alone", async ({ page, relay }, info) => {
  await rehearse(page, relay);
  await makeGroups(page);
  const people = new Set(await names(page));
  await makeSlots(page);
  await go(page, "sheet");
  const groups = await saved(page, page.locator("[data-action=save-groups]"));
  expect(groups.name).toMatch(/^grupper-\d{4}-\d\d-\d\d\.csv$/);
  const rows = groups.text.trim().split("\r\n").slice(1).map((row) => row.split(";").map((it) => it.replaceAll('"', "")));
  expect(rows).toHaveLength(80);
  expect(new Set(rows.map((row) => row[1]))).toEqual(people);
  const calendar = await saved(page, page.locator("[data-action=save-calendar]"));
  expect(calendar.text).toMatch(/^BEGIN:VCALENDAR\r\n/);
  const file = info.outputPath("sheet.pdf");
  await page.pdf({ path: file, preferCSSPageSize: true });
  const text = execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" });
  expect(text).toContain("Runde 1, gruppe 1");
  expect(text).not.toContain("Program (CSV)");
});

for (const lang of ["da", "en"]) {
  test(`axe finds nothing, and nothing sticks out (${lang})`, async ({ page, relay }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await rehearse(page, relay, lang);
    await makeGroups(page);
    await makeSlots(page);
    for (const screen of SCREENS) {
      await go(page, screen);
      for (const width of [320, 1920]) {
        await page.setViewportSize({ width, height: width < 500 ? 640 : 1080 });
        expect.soft(await stickingOut(page), `${screen} ${width}`).toEqual([]);
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
          expect.soft(await violations(page), `${screen} ${width} ${colorScheme}`).toEqual([]);
        }
      }
      expect.soft(await page.locator("#app").textContent(), screen).not.toMatch(/\{\w+\}/);
    }
  });
}
