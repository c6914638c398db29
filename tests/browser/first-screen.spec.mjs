// The first screen stands in the page itself: it can be read and used before the program is here,
// in the language of the address, and nothing jumps when the program takes over.
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

const title = { da: "Se din virksomhed i spejlet", en: "See your company in the mirror" };

/** Holds the program back until the answer is called. */
async function holdProgram(page) {
  let release;
  const released = new Promise((go) => (release = go));
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

/** Watches from the first moment on what on the page jumps, and how far. */
async function watchShifts(page) {
  await page.addInitScript(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        const moved = sources.map(({ node, previousRect: from, currentRect: to }) =>
          `${node?.className || node?.nodeName} ${from.top} ${from.height} > ${to.top} ${to.height}`);
        globalThis.shifts.push(`${value}: ${moved.join(", ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("the first screen is there all the same", async ({ page }) => {
    await page.goto("./");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title.da);
  });
});

for (const lang of ["da", "en"]) {
  test(`before the program is here, the screen is read and used in ${lang}`, async ({ page, recorder }) => {
    const release = await holdProgram(page);
    await page.goto(`./?office=demo-stor&lang=${lang}`);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title[lang]);
    await expect(page.locator("[data-lang][aria-current]")).toHaveAttribute("data-lang", lang);
    const other = lang === "da" ? "en" : "da";
    await expect(page.locator(`[data-lang=${other}]`)).toHaveAttribute("href", `?office=demo-stor&lang=${other}`);
    // only this language's content is under way
    const content = recorder.requests().filter((name) => name.endsWith(".bin") && name !== "/overlays.bin");
    expect(content).toHaveLength(1);
    expect(content[0]).toMatch(new RegExp(`^/first-${lang}-`));
    await page.locator('main a[href="#/test/selvtest"]').click();
    release();
    await expect(page.locator("[data-question]")).toBeVisible();
  });
}

test("a language chosen before the program is here is fetched with the page", async ({ page }) => {
  await holdProgram(page);
  await page.goto("./");
  await page.locator("[data-lang=en]").click();
  await expect(page).toHaveURL(/\?lang=en$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title.en);
});

test("an address of another screen does not show the start first", async ({ page }) => {
  const release = await holdProgram(page);
  await page.goto("./?lang=en#/about");
  await expect(page.locator("#main")).toHaveText("One moment …");
  await expect(page.locator("h1:visible")).toHaveCount(0);
  release();
  await expect(page.locator(".about__part").first()).toBeVisible();
});

test("a publisher's page is not seen as somebody else's first, but seen all the same when the program is slow", async ({ page }) => {
  const release = await holdProgram(page);
  await page.goto("./?office=demo-stor", { waitUntil: "commit" });
  const heading = page.locator(".start__title");
  await heading.waitFor({ state: "attached" });
  await expect(heading).toBeHidden();
  await expect(page.locator(".header")).toBeVisible();
  await expect(heading).toBeVisible({ timeout: 6_000 });
  release();
  await page.locator("#idle").waitFor({ state: "attached" });
  await expect(heading).toBeVisible();
});

/** How many pixels of two pictures an eye could tell apart. A step or two of 255 in the edge of a
 *  rounded corner is not one: the browser draws it so by how it has cut the page into tiles. */
async function differing(page, before, after) {
  const bench = await page.context().newPage();
  const pictures = [before, after].map((it) => `data:image/png;base64,${it.toString("base64")}`);
  return bench.evaluate(async (sources) => {
    const [one, other] = await Promise.all(sources.map(async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas.drawImage(image, 0, 0);
      return { width: image.width, height: image.height, data: canvas.getImageData(0, 0, image.width, image.height).data };
    }));
    if (one.width !== other.width || one.height !== other.height) return Infinity;
    const told = new Set();
    one.data.forEach((value, at) => Math.abs(value - other.data[at]) > 2 && told.add(at >> 2));
    return told.size;
  }, pictures);
}

for (const [name, colours] of Object.entries({ light: { colorScheme: "light" }, dark: { colorScheme: "dark" } })) {
  for (const width of [390, 1280]) {
    test(`taking over changes no pixel: ${name}, ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 2_000 }); // all of it, without scrolling
      await page.emulateMedia({ reducedMotion: "reduce", ...colours });
      const release = await holdProgram(page);
      await watchShifts(page);
      await page.goto("./?lang=en");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const before = await page.screenshot();
      release();
      await page.waitForLoadState("networkidle");
      await page.locator("#idle").waitFor({ state: "attached" });
      const after = await page.screenshot();
      expect(await differing(page, before, after)).toBe(0);
      expect(await page.evaluate(() => globalThis.shifts)).toEqual([]);
    });
  }
}

for (const at of ["#/", "#/test/selvtest", "#/about", "#/open", "#/profile", "#/plan", "#/send"]) {
  test(`nothing jumps while ${at} loads`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await watchShifts(page);
    await arrive(page, `./${at}`);
    await page.waitForLoadState("networkidle");
    expect(await page.evaluate(() => globalThis.shifts)).toEqual([]);
  });
}

for (const at of ["#/", "#/test/selvtest", "#/profile", "#/plan", "#/send"]) {
  test(`nothing jumps while ${at} loads for somebody whose answers are kept`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await watchShifts(page);
    await comeBack(page, profileFile(persona("erik-toemrer-vil-saelge")), `./${at}`);
    await page.waitForLoadState("networkidle");
    await expect(page.locator(".header__ways")).toBeVisible();
    expect(await page.evaluate(() => globalThis.shifts)).toEqual([]);
  });
}

test("the focus stays on the link it was on", async ({ page }) => {
  const release = await holdProgram(page);
  await page.goto("./");
  await page.locator('main a[href="#/test/vaekstscreening"]').focus();
  release();
  await page.waitForLoadState("networkidle");
  await expect(page.locator('main a[href="#/test/vaekstscreening"]')).toBeFocused();
});

test("nothing holds up the first paint", async ({ page }) => {
  await arrive(page, "./");
  await page.waitForLoadState("networkidle");
  const blocking = await page.evaluate(() =>
    performance.getEntriesByType("resource").filter((it) => it.renderBlockingStatus !== "non-blocking").map((it) => it.name),
  );
  expect(blocking).toEqual([]);
});
