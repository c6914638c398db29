// An office on its own page: name, logo, colours, words and offers, from the sample folder in docs/,
// built by the command line and laid beside the app, which is not built anew.
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack } from "./person.mjs";
import { dist, startRelay } from "./relay.mjs";
import { watch } from "./recorder.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const SAMPLE = path.join(root, "docs/samples/erhverv-lilleby");

/** Builds a publisher's folder into a site, as an office does it. */
function publish(folder, site) {
  const program = process.env.VAEKST_CLI ? [process.env.VAEKST_CLI] : ["cargo", "run", "--quiet", "-p", "vaekst", "--"];
  const [name, ...words] = program;
  execFileSync(name, [...words, "office", "build", folder, "--out", path.join(site, "overlays.bin"), "--app", site], { cwd: root });
}

const test = base.extend({
  // One site for each worker: the built app with the sample's file beside it.
  sample: [
    async ({}, use) => {
      const site = mkdtempSync(path.join(tmpdir(), "vaekst-publisher-"));
      cpSync(dist, site, { recursive: true });
      // What others have published there stays, unless it is taken away; here nobody has.
      for (const name of ["overlays.bin", "overlays.bin.br"]) rmSync(path.join(site, name), { force: true });
      publish(SAMPLE, site);
      const relay = await startRelay({ site });
      await use({ url: relay.url, site });
      await relay.stop();
      rmSync(site, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  baseURL: ({ sample }, use) => use(`${sample.url}/`),
  recorder: [
    async ({ context, baseURL }, use) => {
      const recorder = await watch(context, baseURL);
      await use(recorder);
      await recorder.finish(context);
      expect(recorder.violations(), "requests, policy, console").toEqual([]);
    },
    { auto: true },
  ],
});

const AT = "./?office=demo-lille";
/** The sample's brand colour, #7a2e4d. */
const BRAND = "rgb(122, 46, 77)";
const background = (locator) => locator.evaluate((it) => getComputedStyle(it).backgroundColor);

test("the office's page has its name, logo, colours and greeting; another page has none of them", async ({ page }) => {
  await arrive(page, AT);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hvor står din virksomhed?");
  const logo = page.locator(".header__logo");
  await expect(logo).toHaveAttribute("alt", "Erhverv Lilleby");
  expect(await logo.evaluate((it) => it.complete && it.naturalWidth > 0)).toBe(true);
  expect(await background(page.locator(".button--primary").first())).toBe(BRAND);
  await arrive(page, "./");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Se din virksomhed i spejlet");
  await expect(page.locator(".header__logo")).toHaveCount(0);
  expect(await background(page.locator(".button--primary").first())).not.toBe(BRAND);
});

test("the greeting is in the person's language", async ({ page }) => {
  await arrive(page, `${AT}&lang=en`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Where does your company stand?");
  await page.locator("[data-lang=da]").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hvor står din virksomhed?");
});

test("which office it is makes no difference to what is asked for", async ({ page, recorder }) => {
  await arrive(page, "./");
  await page.waitForLoadState("networkidle");
  const before = recorder.requests().map((name) => name.replace(/\?.*/, ""));
  await arrive(page, AT);
  await page.waitForLoadState("networkidle");
  const after = recorder.requests().slice(before.length).map((name) => name.replace(/\?.*/, ""));
  expect(after).toEqual(before);
});

const kept = { ...persona("birgit-boghandel"), office: undefined };

test("its own offers are recommended, those it hides are gone, and it has the last word", async ({ page }) => {
  await comeBack(page, profileFile(kept), `${AT}#/profile`);
  await expect(page.locator("#own")).toBeVisible();
  for (const fold of await page.locator(".all-offers > summary").all()) await fold.click();
  await expect(page.locator(".all-offers[open]:not(:has(.recommendations__list))")).toHaveCount(0);
  const offers = await page.locator("[data-offer]").evaluateAll((all) => all.map((it) => it.dataset.offer));
  expect(offers.some((id) => id.startsWith("demo-lille-"))).toBe(true);
  for (const hidden of ["lokal-kapital-til-ivaerksaettere", "lokal-klynger-og-projekter", "lokal-mentorordning"]) {
    expect(offers).not.toContain(hidden);
  }
  await expect(page.locator(".publisher h2")).toHaveText("Fra Erhverv Lilleby");
  await expect(page.locator(".publisher")).toContainText("Ring mellem 9 og 14");
});

test("an offer that is only in Danish says so on the English page", async ({ page }) => {
  await comeBack(page, profileFile(kept), `${AT}&lang=en#/profile`);
  await expect(page.locator("#own")).toBeVisible();
  for (const fold of await page.locator(".all-offers > summary").all()) await fold.click();
  await expect(page.locator(".all-offers[open]:not(:has(.recommendations__list))")).toHaveCount(0);
  const cards = await page.locator('[data-offer^="demo-lille-"] .offer__title').evaluateAll((all) =>
    all.map((it) => [it.textContent, it.closest("[lang]").lang]));
  expect(cards.length).toBeGreaterThan(1);
  const lines = readFileSync(path.join(SAMPLE, "tilbud.csv"), "utf8");
  for (const [title, lang] of cards) {
    // what stands in the column of English titles is English, everything else Danish
    expect(lang, title).toBe(lines.includes(`;${title};`) && !lines.includes(`\n${title};`) ? "en" : "da");
  }
});

test("about: what the office does with a profile, and who hears of a barrier", async ({ page }) => {
  await arrive(page, `${AT}#/about`);
  await expect(page.getByRole("heading", { name: "Hvad Erhverv Lilleby gør med det, du sender" })).toBeVisible();
  await expect(page.locator(".about")).toContainText("højst i 90 dage");
  await expect(page.locator(".about")).toContainText("kontor@lilleby.example");
});

for (const colours of [{ colorScheme: "light" }, { colorScheme: "dark" }, { forcedColors: "active" }]) {
  test(`the office's colours can be read by everybody: ${JSON.stringify(colours)}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce", ...colours });
    for (const at of ["#/", "#/test/vaekstscreening", "#/profile"]) {
      await comeBack(page, profileFile(kept), `${AT}${at}`);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      expect(violations.map((it) => `${at} ${it.id}`)).toEqual([]);
    }
  });
}

test("nothing jumps when the office's look is put on", async ({ page }) => {
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => list.getEntries().forEach((it) => globalThis.shifts.push(it.value)))
      .observe({ type: "layout-shift", buffered: true });
  });
  await page.setViewportSize({ width: 390, height: 844 });
  await arrive(page, AT);
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => globalThis.shifts)).toEqual([]);
});

test("a file that cannot be read takes nothing from the shared content", async ({ page, sample }) => {
  const file = path.join(sample.site, "overlays.bin");
  const good = readFileSync(file);
  try {
    for (const bad of [good.subarray(0, good.length / 2), Buffer.from("<!doctype html><p>404"), Buffer.from("VSO9\n")]) {
      writeFileSync(file, bad);
      await arrive(page, "./#/test/selvtest");
      await expect(page.locator("[data-question]")).toBeVisible();
    }
  } finally {
    writeFileSync(file, good);
  }
});

test("a site of its own needs no name in the link", async ({ page, sample }) => {
  const folder = mkdtempSync(path.join(tmpdir(), "vaekst-front-"));
  cpSync(SAMPLE, folder, { recursive: true });
  const settings = path.join(folder, "office.toml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace('office = "demo-lille"', 'office = "demo-lille"\nfront = true'));
  const file = path.join(sample.site, "overlays.bin");
  const before = readFileSync(file);
  try {
    publish(folder, sample.site);
    await arrive(page, "./");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hvor står din virksomhed?");
    await arrive(page, "./?office=demo-stor");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Se din virksomhed i spejlet");
  } finally {
    writeFileSync(file, before);
    rmSync(folder, { recursive: true, force: true });
  }
});
