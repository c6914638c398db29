// What leaves the browser and what stays in it: nothing about the person, whoever they are.
import { persona } from "./native.mjs";
import { arrive, keptOnDevice, loaded, nothingStored, stored, takeTest } from "./person.mjs";
import { dist, expect, test, watch } from "./recorder.mjs";
import { build } from "./stage.mjs";

test.use({ serviceWorkers: "allow" });

/** What a visit leaves: the app's own files, and nothing of the person. */
const onlyTheApp = {
  ...nothingStored,
  caches: [...Object.keys(build(dist).files), "overlays.bin"].map((name) => `/${name}`).sort(),
};

/** A whole visit on one of every screen; the answer: every file asked for, in order. */
async function visit(browser, baseURL, answers) {
  const context = await browser.newContext({ baseURL });
  const recorder = await watch(context, baseURL);
  const page = await context.newPage();
  await arrive(page, "./");
  await keptOnDevice(page);
  await page.locator('main a[href="#/test/selvtest"]').click();
  await expect(page.locator("[data-question]")).toBeVisible();
  await takeTest(page, answers);
  await page.locator("[data-action=deepen]").click();
  await expect(page.locator("[data-question]")).toBeVisible();
  await takeTest(page, answers);
  for (const fold of await page.locator(".all-offers > summary").all()) await fold.click();
  for (const screen of ["plan", "send", "join", "open", "about"]) {
    await page.goto(`./#/${screen}`);
    await expect(page.locator("#app h1")).toBeVisible();
  }
  await page.waitForLoadState("networkidle");
  const kept = await stored(page);
  const cookies = await context.cookies();
  await context.close();
  return { requests: recorder.requests(), ofWorker: recorder.ofWorker(), violations: recorder.violations(), kept, cookies };
}

test("two people who answer differently ask for the same files in the same order", async ({ browser, baseURL }) => {
  test.slow(); // two whole visits
  const inCrisis = await visit(browser, baseURL, persona("ahmed-koerer-egne-penge-ind").answers);
  const withAnIdea = await visit(browser, baseURL, persona("laura-ide-til-bageri").answers);
  expect(inCrisis.requests.length).toBeGreaterThan(5);
  expect(inCrisis.requests).toEqual(withAnIdea.requests);
  expect(inCrisis.ofWorker.length).toBeGreaterThan(5);
  expect(inCrisis.ofWorker).toEqual(withAnIdea.ofWorker);
  for (const person of [inCrisis, withAnIdea]) {
    expect(person.violations).toEqual([]);
    expect(person.kept).toEqual(onlyTheApp);
    expect(person.cookies).toEqual([]);
  }
});

test("nothing of the person is kept before it is asked for, and forgetting leaves nothing", async ({ page }) => {
  const { answers } = persona("laura-ide-til-bageri");
  await arrive(page, "./#/test/selvtest");
  await keptOnDevice(page);
  await takeTest(page, answers);
  expect(await stored(page)).toEqual(onlyTheApp);

  await page.locator("[data-action=keep]").check();
  expect(await stored(page)).toEqual({ ...onlyTheApp, local: ["vaekstspejl"] });
  await page.locator("[data-action=keep]").uncheck();
  expect(await stored(page)).toEqual(onlyTheApp);
  await page.locator("[data-action=keep]").check();

  await page.locator(".footer [data-action=forget]").click();
  await page.locator("#forget-footer-question [data-action=forget-yes]").click();
  await expect(page.locator(".start")).toBeVisible();
  expect(await stored(page)).toEqual(onlyTheApp);
  await loaded(page, () => page.reload());
  expect(await stored(page)).toEqual(onlyTheApp);
  await page.goto("./#/profile");
  await expect(page.locator("#app h1")).toBeVisible();
  await expect(page.locator("[data-segment]")).toHaveCount(0);
});

test("a code in a link is opened and leaves the address line", async ({ page, recorder }) => {
  await arrive(page, "./#/test/selvtest");
  await takeTest(page, persona("laura-ide-til-bageri").answers);
  const code = await page.locator("[data-code]").getAttribute("data-code");
  await arrive(page, `./#/open/${code}`);
  await expect(page.locator("[data-opened]")).toBeVisible();
  expect(page.url()).not.toContain(code);
  expect(recorder.requests().join(" ").toLowerCase()).not.toContain(code.toLowerCase());
});
