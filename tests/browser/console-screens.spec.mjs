// Every screen of the office for everybody: axe, narrow and wide, dark, forced colours, from right
// to left, the focus where a screen begins, and the adviser's page on one sheet of paper.
import { execFileSync } from "node:child_process";
import { stickingOut, violations } from "./everybody.mjs";
import { arrive, createKey, expect, fetchLetters, idle, test } from "./office.mjs";
import { post, seal, submission } from "./sealed.mjs";

const LIGHT = { colorScheme: "light", forcedColors: "none" };
const COLOURS = [LIGHT, { colorScheme: "dark", forcedColors: "none" }, { colorScheme: "light", forcedColors: "active" }];
/** Other words do not change the colours. */
const LOOKED_AT = { da: COLOURS, en: [LIGHT] };
const contact = {
  name: "Donaudampfschifffahrtsgesellschaftskapitän Sørensen",
  mail: "et-meget-langt-navn-uden-mellemrum-overhovedet@en-meget-lang-adresse.example.dk",
  phone: "+45 12 34 56 78",
  company: "Frisør Mette",
};

/** An inbox with everything in it: plain letters, one in crisis, one without answers, bad ones. */
async function fullInbox(page, relay) {
  const office = await createKey(page, relay, "Erhvervsforeningen for Nord- og Østsjællands Kommuner");
  await idle(page);
  await post(office.box, seal(office.box, [
    submission("erik-toemrer-vil-saelge", { contact, note: "Ring helst om formiddagen.\nTak!" }),
    submission("mette-frisoer-under-pres"),
    ...Array.from({ length: 6 }, (_, n) => submission("laura-ide-til-bageri", { answers: false, contact: { name: `Laura ${n}` } })),
    "ikke et brev",
  ]));
  await fetchLetters(page);
  return office;
}

const speak = async (page, lang) => {
  await page.locator(`[data-lang=${lang}]`).click();
  await expect(page.locator("html")).toHaveAttribute("lang", lang);
};

const go = async (page, route) => {
  if (page.url().endsWith(route)) return;
  await page.evaluate((route) => { location.hash = route; }, route);
  await expect(page.locator("#app h1")).toBeFocused();
};

/** The screens of an open mailbox, each unfolded. */
async function* screens(page) {
  for (const route of ["#/inbox", "#/statistics", "#/export", "#/key", "#/help", "#/nowhere"]) {
    await go(page, route);
    await unfold(page);
    yield route;
  }
  for (const who of ["Frisør Mette", /Uden navn|No name/]) {
    await go(page, "#/inbox");
    await page.locator("[data-letter] a", { hasText: who }).click();
    await unfold(page);
    await expect(page.locator(".segment")).toBeVisible();
    yield `the letter of ${who}`;
  }
}

async function unfold(page) {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll("#app details")) fold.open = true;
  });
  await expect(page.locator(".all-offers[open]:not(:has(.recommendations__list))")).toHaveCount(0);
}

test.setTimeout(180_000);

for (const [lang, colouring] of Object.entries(LOOKED_AT)) {
  test(`axe finds nothing on any screen (${lang})`, async ({ page, relay }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await fullInbox(page, relay);
    await speak(page, lang);
    for await (const screen of screens(page)) {
      for (const colours of colouring) {
        await page.emulateMedia({ reducedMotion: "reduce", ...colours });
        expect.soft(await violations(page), `${screen} ${JSON.stringify(colours)}`).toEqual([]);
      }
    }
    // Every text is there, and none was left with a place to fill.
    await go(page, "#/inbox");
    await page.locator("[data-action=lock]").click();
    for (const at of ["#/", "#/create", "#/help"]) {
      await arrive(page, relay, { lang, at });
      expect.soft(await violations(page), at).toEqual([]);
      expect.soft(await page.locator("#app").textContent()).not.toMatch(/\{\w+\}/);
    }
  });
}

test("no screen is scrolled sideways, at 320 px or wide, in either direction", async ({ page, relay }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await fullInbox(page, relay);
  for await (const screen of screens(page)) {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const direction of ["rtl", "ltr"]) {
        await page.evaluate((it) => { document.documentElement.dir = it; }, direction);
        expect.soft(await stickingOut(page), `${screen} ${width} ${direction}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect.soft(await page.locator("#app").textContent(), screen).not.toMatch(/\{\w+\}/);
  }
});

test("the whole way by keyboard: open, find, read, mark, back", async ({ page, relay }) => {
  const office = await fullInbox(page, relay);
  await page.locator("[data-action=lock]").click();
  await expect(page.locator("#app h1")).toBeFocused();
  await page.locator("#key-file").setInputFiles({ name: "a.vsk", mimeType: "text/plain", buffer: Buffer.from(office.file.text) });
  await page.locator("#phrase").focus();
  await page.keyboard.type(office.words);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/inbox$/, { timeout: 20_000 });
  await idle(page);
  await page.locator("#search").focus();
  await page.keyboard.type("mette");
  await expect(page.locator("[data-letter]")).toHaveCount(1);
  await expect(page.locator("#search")).toBeFocused();
  await page.locator("[data-letter] a").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#app h1")).toBeFocused();
  await page.locator("[data-action=handled]").focus();
  await page.keyboard.press("Space");
  await expect(page.locator("[data-action=handled]")).toBeFocused();
  await expect(page.locator("[data-action=handled]")).toHaveText("Markér som nyt");
  await page.goBack();
  await expect(page.locator("[data-letter].inbox-row--handled")).toHaveCount(1);
});

test("the adviser's page is one sheet of paper, without the rest", async ({ page, relay }, info) => {
  await fullInbox(page, relay);
  for (const who of ["Frisør Mette", "Uden navn"]) {
    await go(page, "#/inbox");
    await page.locator("[data-letter] a", { hasText: who }).click();
    const question = await page.locator(".briefing__questions li").first().textContent();
    await page.locator("[data-action=show-profile]").click();
    await expect(page.locator(".segment")).toBeVisible();
    const file = info.outputPath("letter.pdf");
    await page.pdf({ path: file, preferCSSPageSize: true });
    const tool = (name, ...args) => execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    expect(tool("pdfinfo", file), who).toMatch(/Pages:\s+1\n/);
    const text = tool("pdftotext", "-raw", file, "-").replaceAll(/\s+/g, " ");
    expect(text).toContain(question);
    expect(text).not.toContain("Tilbage til brevene");
    expect(text).not.toContain("Svarene");
  }
});
