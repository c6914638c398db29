// When the program fails: a plain screen that says so, and the answers can still be taken home.
import { readFileSync } from "node:fs";
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack, shownProfile } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

test.describe("a panic", () => {
  // What is provoked is an error; that it is shown well is what is tested.
  test.use({ expectedErrors: /./ });

  test("shows the plain screen, and its file opens again to the same profile", async ({ page }) => {
    await comeBack(page, profileFile(persona("erik-toemrer-vil-saelge")));
    const before = await shownProfile(page);
    // From now on the page cannot make elements: the program cannot go on, whatever it does next.
    await page.evaluate(() => {
      for (const name of ["createElement", "createElementNS", "createTextNode"]) {
        Document.prototype[name] = () => { throw new Error("provoked by the test"); };
      }
      location.hash = "#/plan";
    });
    await expect(page.locator("#crash")).toBeVisible();
    await expect(page.locator("#app")).toHaveCount(0);
    const download = page.waitForEvent("download");
    await page.locator("#crash-file").click();
    const saved = readFileSync(await (await download).path(), "utf8");

    await page.evaluate(() => localStorage.clear());
    await arrive(page, "./?after#/open");
    await page.locator("#open-file").setInputFiles({ name: "saved.json", mimeType: "application/json", buffer: Buffer.from(saved) });
    await page.locator("[data-action=continue]").click();
    expect(await shownProfile(page)).toEqual(before);
  });
});

test.describe("what cannot be fetched", () => {
  test.use({ expectedErrors: /./ });

  test("the program: the plain screen stands there, without a file that is not there", async ({ page }) => {
    await page.route("**/app-*.wasm", (route) => route.abort());
    await page.goto("./");
    await expect(page.locator("#crash")).toBeVisible();
    await expect(page.locator("#crash-file")).toHaveCount(0);
    await expect(page.locator("#crash a:not(#crash-file)")).toBeVisible();
  });

  for (const [what, files] of Object.entries({ "the first words": "**/first-*.bin", "the later words": "**/later-*.bin", "the second piece": "**/split_result-*.wasm" })) {
    test(`${what}: a message, and a second try that works`, async ({ page }) => {
      await page.route(files, (route) => route.abort());
      await page.goto("./#/profile");
      // Without any word not even a message can be written: then the plain screen stands there.
      await expect(page.locator(".notice, #crash:not([hidden])").first()).toBeVisible();
      await page.unroute(files);
      await page.locator(".notice button, #crash a:not(#crash-file)").first().click();
      await expect(page.locator("#idle")).toBeAttached();
      await expect(page.locator("#app h1")).toBeVisible();
    });
  }

  test("damaged words: no crash, a message", async ({ page }) => {
    await page.route("**/later-*.bin", (route) => route.fulfill({ status: 200, body: Buffer.alloc(5000, 7) }));
    await page.goto("./#/profile");
    await expect(page.locator(".notice")).toBeVisible();
  });
});
