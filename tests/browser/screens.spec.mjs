// Every screen for everybody: axe, narrow and wide, dark, forced colours, without movement,
// from right to left, and the focus where a screen begins.
import { stickingOut, violations } from "./everybody.mjs";
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

const PHONE = { width: 390, height: 844 };

const calm = persona("erik-toemrer-vil-saelge");
const crisis = persona("mette-frisoer-under-pres");
const plan = [
  { what: { offer: "virksomhedsguiden" }, who: "Maja", by: "2026-12-04" },
  { what: { need: "finance" }, done: true },
  { what: { own: "Ring til banken og hør, hvad der skal til, inden vi skriver under" } },
];

/** Where each screen is, and whose answers are on it. */
const screens = {
  "start": { at: "#/" },
  "start in English": { at: "#/", lang: "en" },
  "a question of five steps": { at: "#/test/vaekstscreening/strategy_core", who: calm, shows: "[data-question=strategy_core]" },
  "a question with many answers": { at: "#/test/vaekstscreening/plans", who: calm, shows: "[data-question=plans]" },
  "the municipality": { at: "#/test/vaekstscreening/municipality", who: calm, shows: "[data-question=municipality]" },
  "a calm profile": { at: "#/profile", who: calm, shows: "[data-segment=succession]" },
  "a profile in crisis": { at: "#/profile", who: crisis, shows: ".segment--crisis" },
  "a profile in English": { at: "#/profile", who: calm, lang: "en", shows: "[data-segment=succession]" },
  "an unanswered profile": { at: "#/profile" },
  "a filled plan": { at: "#/plan", who: { ...calm, plan }, shows: "[data-plan='2']" },
  "an empty plan": { at: "#/plan", shows: ".plan__empty" },
  "open": { at: "#/open", shows: "#open-code" },
  "about": { at: "#/about", shows: ".about__part" },
  "send": { at: "#/send", who: calm, shows: ".send__ways" },
  "a letter to an office": { at: "#/send", who: calm, office: "demo-stor", shows: ".sealed" },
  "send without answers": { at: "#/send", shows: ".send" },
  "a room's screen without a room": { at: "#/join", shows: "[data-room=none]" },
  "an unknown screen": { at: "#/nowhere", shows: ".notice" },
  "an unknown test": { at: "#/test/nothing", shows: ".notice" },
};

async function show(page, { at, who, office, lang = "da", shows = "h1" }) {
  const address = `./?lang=${lang}${office ? `&office=${office}` : ""}${at}`;
  if (who) await comeBack(page, profileFile(who), address);
  else await arrive(page, address);
  await expect(page.locator(`#app ${shows}`).first()).toBeVisible();
  await expect(page.locator("[aria-busy]"), "drawn to its end").toHaveCount(0);
}

/** Unfolds everything, so that what is inside is looked at too. */
async function unfold(page) {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
  // A list of all offers is drawn when its fold opens, with folds of its own that stay closed.
  await expect(page.locator(".all-offers[open]:not(:has(.recommendations__list))")).toHaveCount(0);
}

for (const [name, screen] of Object.entries(screens)) {
  test(`${name}: axe finds nothing, in light, dark and forced colours`, async ({ page }) => {
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await show(page, screen);
    await unfold(page);
    for (const colours of [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", forcedColors: "active" }]) {
      await page.emulateMedia({ reducedMotion: "reduce", ...colours });
      expect.soft(await violations(page), JSON.stringify(colours)).toEqual([]);
    }
  });

  test(`${name}: no scrolling sideways, nothing moves`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width: 320, height: 640 });
    await show(page, screen);
    await unfold(page);
    expect.soft(await stickingOut(page), "320 px").toEqual([]);
    await page.evaluate(() => { document.documentElement.dir = "rtl"; });
    expect.soft(await stickingOut(page), "320 px, right to left").toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect.soft(await stickingOut(page), "1280 px, right to left").toEqual([]);
    await page.evaluate(() => { document.documentElement.dir = "ltr"; });
    expect.soft(await stickingOut(page), "1280 px").toEqual([]);
    expect.soft(await moving(page), "moves although less movement is wished").toEqual([]);
  });
}

/** Elements that would move or fade for longer than an eye notices. */
function moving(page) {
  return page.evaluate(() => {
    const longest = (times) => Math.max(...times.split(",").map((time) => Number.parseFloat(time) * (time.trim().endsWith("ms") ? 1 : 1000)));
    const moves = (style) =>
      (style.animationName !== "none" && longest(style.animationDuration) > 10) ||
      (style.transitionProperty !== "none" && longest(style.transitionDuration) > 10) ||
      style.scrollBehavior === "smooth";
    return [...document.querySelectorAll("*")].filter((element) => moves(getComputedStyle(element))).map((it) => `${it.tagName}.${it.getAttribute("class")}`);
  });
}

test("in forced colours the wheel, the bars and what is chosen can still be seen", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await show(page, screens["a calm profile"]);
  const drawn = await page.evaluate(() => {
    const ground = getComputedStyle(document.body).backgroundColor;
    const visible = (selector, property) =>
      [...document.querySelectorAll(selector)].every((element) => ![ground, "none"].includes(getComputedStyle(element)[property]));
    return {
      wheel: document.querySelectorAll(".wheel__bar").length > 0 && visible(".wheel__bar", "stroke"),
      bars: document.querySelectorAll(".bar__value").length > 0 && visible(".bar__value", "fill"),
    };
  });
  expect(drawn).toEqual({ wheel: true, bars: true });
});

test("a new screen begins at its heading, for the keyboard and the screen reader", async ({ page }) => {
  await comeBack(page, profileFile(calm), "./#/");
  for (const route of ["about", "open", "profile", "plan", "send", "join", "test/vaekstscreening/strategy_core", "nowhere", ""]) {
    await page.evaluate((it) => { location.hash = `#/${it}`; }, route);
    await expect(page.locator("#app h1"), route).toBeFocused();
    await expect(page.locator("#app h1"), route).toHaveCount(1);
    expect(await page.evaluate(() => scrollY), route).toBe(0);
  }
});

test("the way past the menu leads to the heading", async ({ page }) => {
  await arrive(page, "./#/about");
  await page.keyboard.press("Tab");
  await expect(page.locator(".skip-link")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#app h1")).toBeFocused();
  expect(page.url()).toContain("#/about");
});
