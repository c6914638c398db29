// Without net, and from one version to the next: what is kept on the device works whole or not at
// all, nothing is loaded anew unasked, and no answer is lost. On a real host that is really ended
// (stage.mjs); everywhere else the tests have no worker (playwright.config.mjs).
import { readFileSync } from "node:fs";
import path from "node:path";
import { drawn, icons } from "./icons.mjs";
import { persona } from "./native.mjs";
import { arrive, choose, goOn, keptOnDevice, loaded, question, shownProfile, takeTest } from "./person.mjs";
import { dist, expect, test as base } from "./recorder.mjs";
import { altered, build, startStage, versionOf } from "./stage.mjs";

/** Bytes between which the device is full: one version fits, two do not. */
const ROOM = 3_000_000;

const test = base.extend({
  stage: async ({}, use) => {
    const stage = await startStage();
    await use(stage);
    await stage.stop();
  },
  baseURL: ({ stage }, use) => use(stage.url),
});
test.use({ serviceWorkers: "allow", expectedErrors: /Failed to load resource|fetching the script|ServiceWorker|WebAssembly/ });

const laura = persona("laura-ide-til-bageri");
const A = build(dist).version;
const notice = (page) => page.locator("[data-notice=version]");
const change = (page) => notice(page).locator("[data-action=change-version]");

/** A first visit, until the app is kept. */
async function visit(page, address = "./") {
  await arrive(page, address);
  await keptOnDevice(page);
}

/** Our caches by the version they hold. */
const caches = (page) =>
  page.evaluate(async () => (await window.caches.keys()).map((name) => name.split(" ").at(-1)).sort());

/** Has the browser look for a newer worker; what became of it, or "none". */
const look = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update().catch(() => {});
    const worker = registration.installing ?? registration.waiting;
    if (!worker) return "none";
    return new Promise((go) => {
      const ended = () => ["activated", "redundant"].includes(worker.state) && go(worker.state);
      worker.addEventListener("statechange", ended);
      ended();
    });
  });

/** Puts another version where the app lies. */
function publish(stage, recorder, name, alter) {
  const folder = stage.version(name, alter);
  recorder.knows(stage.files(folder));
  stage.show(folder);
  return build(folder).version;
}

const go = (page, screen) => page.evaluate((it) => { location.hash = `#/${it}`; }, screen);

async function saved(page, button) {
  const download = page.waitForEvent("download");
  await button.click();
  return readFileSync(await (await download).path(), "utf8");
}

test.describe("after one visit, without net:", () => {
  test("both tests, profile, plan, file, code, the other language and paper", async ({ page, stage }, info) => {
    test.slow(); // two whole tests
    await visit(page);
    await stage.halt();
    await loaded(page, () => page.reload());

    await page.locator('main a[href="#/test/selvtest"]').click();
    await takeTest(page, laura.answers);
    await page.locator("[data-action=deepen]").click();
    await expect(page.locator("[data-question]")).toBeVisible();
    await takeTest(page, laura.answers);
    const before = await shownProfile(page);
    expect(before.offers.length).toBeGreaterThan(0);

    await page.locator("[data-action=plan-offer]").first().click();
    const file = await saved(page, page.locator(".take-home [data-action=save]"));
    await page.pdf({ path: info.outputPath("profile.pdf") });
    await page.locator("[data-lang=en]").click();
    await expect(page.locator("#app h1")).toHaveText("Your profile");
    expect(await shownProfile(page)).toEqual(before);
    await go(page, "plan");
    await expect(page.locator(".plan-row__what")).toHaveCount(1);

    await arrive(page, "./#/open");
    await page.locator("#open-file").setInputFiles({ name: "profil.json", mimeType: "application/json", buffer: Buffer.from(file) });
    await page.locator("[data-action=continue]").click();
    expect(await shownProfile(page)).toEqual(before);
    await arrive(page, `./?office=demo-lille#/open/${before.code}`);
    await page.locator("[data-action=continue]").click();
    expect((await shownProfile(page)).scores).toEqual(before.scores);

    await go(page, "send");
    await expect(page.locator("#app h1")).toBeVisible();
    await arrive(page, "./index.html#/test/vaekstscreening");
    await takeTest(page, persona("tove-fabrik-digital-og-groen").answers);
  });

  test("what publishers lay over is asked for anew, kept as it last was, and never taken from a log-in page", async ({ page, stage }) => {
    await visit(page);
    const kept = () => page.evaluate(async () => (await fetch("overlays.bin")).text().then((it) => it.slice(0, 4), String));
    stage.asked();
    expect(await kept()).toBe("VSO1");
    expect(stage.asked()).toContain("/overlays.bin");
    stage.fault = (asked) => asked === "/overlays.bin" && { body: "VSO2\n" };
    expect(await kept()).toBe("VSO2");
    stage.fault = (asked) => asked === "/overlays.bin" && { body: "<!doctype html>log in" };
    expect(await kept()).toBe("VSO2");
    await stage.halt();
    expect(await kept()).toBe("VSO2");
    // Who asks how things are now gets the net or nothing.
    const now = () => page.evaluate(() => fetch("overlays.bin", { cache: "no-store" }).then(() => "an answer", () => "nothing"));
    expect(await now()).toBe("nothing");
    expect(await page.evaluate(() => fetch("./").then(() => "an answer", () => "nothing"))).toBe("nothing");
  });

  test("the office's page and pages in frames are left to the net, and a frame keeps nothing", async ({ page, recorder, stage }) => {
    await page.goto("./embed.html");
    await expect(page.locator("#idle")).toBeAttached();
    expect(await page.evaluate(() => navigator.serviceWorker.getRegistration())).toBeUndefined();
    await visit(page);
    const others = ["/console/", "/embed.html", "/robots.txt", "/v1/nothing"];
    recorder.knows(others);
    stage.asked();
    for (const address of others) {
      await page.goto(`.${address}`);
      expect(stage.asked()).toContain(address);
    }
    await page.goto("about:blank");
    await stage.halt();
    await loaded(page, () => page.goto("./?office=demo-stor&lang=en"));
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  });
});

/** Somebody in the middle of the deeper questions, with everything there is to lose. */
async function inTheMiddle(page) {
  await goTo(page, "test/vaekstscreening");
  await takeSome(page, 2);
  await goTo(page, "test/selvtest");
  await takeTest(page, laura.answers);
  await page.locator("[data-action=plan-offer]").first().click();
  await page.locator("[data-action=deepen]").click();
  await takeSome(page, 2);
  return question(page);
}

async function takeSome(page, count) {
  for (let taken = 0; taken < count; taken += 1) {
    const asked = await question(page);
    await choose(page, asked, asked.list ? "0101" : asked.many ? [asked.choices[0]] : asked.choices[1]);
    await goOn(page);
  }
}

const goTo = async (page, screen) => {
  await go(page, screen);
  await expect(page.locator("[data-question]")).toBeVisible();
};

test.describe("a newer version:", () => {
  test("a notice and no reload in the middle of the test; a click takes everything along", async ({ page, recorder, stage }) => {
    await visit(page);
    const here = await inTheMiddle(page);
    const B = publish(stage, recorder, "b");
    expect(await look(page)).toBe("activated");
    expect(await caches(page)).toEqual([A, B, "published"].sort());
    // Nothing moves under the finger: it comes with the next question.
    await expect(notice(page)).toHaveCount(0);
    expect((await question(page)).id).toBe(here.id);
    await takeSome(page, 1);
    await expect(notice(page)).toBeVisible();
    const there = await question(page);
    const address = page.url();

    await loaded(page, () => change(page).click());
    expect(await versionOf(page)).toBe(B);
    expect(page.url()).toBe(address);
    expect((await question(page)).id).toBe(there.id);
    await keptOnDevice(page);
    await expect(notice(page)).toHaveCount(0);
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
    expect(await caches(page)).toEqual([B, "published"].sort());
    await takeSome(page, 1);
    await go(page, "plan");
    await expect(page.locator(".plan-row__what")).toHaveCount(1);
    // The other test is where it was left.
    await goTo(page, "test/vaekstscreening");
    await expect(page.locator(".progress")).toContainText("3");
  });

  test("not now; and who loads the page again has it", async ({ page, recorder, stage }) => {
    await visit(page);
    const B = publish(stage, recorder, "b");
    await look(page);
    await expect(notice(page)).toBeVisible();
    await notice(page).locator("[data-action=version-later]").click();
    await expect(notice(page)).toHaveCount(0);
    await go(page, "about");
    await expect(page.locator("#app h1")).toBeVisible();
    await expect(notice(page)).toHaveCount(0);
    // What came over and cannot be read is the person's own: it is shown, not dropped.
    await page.evaluate(() => sessionStorage.setItem("vaekstspejl", "of a version to come"));
    await loaded(page, () => page.reload());
    expect(await versionOf(page)).toBe(B);
    const own = page.locator("[data-notice=carried]");
    expect(await saved(page, own.locator("[data-action=save-raw]"))).toBe("of a version to come");
    await own.locator("[data-action=forget-raw]").click();
    await expect(own).toHaveCount(0);
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  });

  test("a second tab goes on with its own version until it is loaded again, and then the old one goes", async ({ context, page, recorder, stage }) => {
    await visit(page);
    const other = await context.newPage();
    await visit(other, "./#/test/selvtest");
    await choose(other, await question(other), "idea");
    const B = publish(stage, recorder, "b");
    await look(page);
    await loaded(page, () => change(page).click());
    expect(await versionOf(page)).toBe(B);

    // What the old tab has not needed yet still comes, and from its own version: the host has it no more.
    await stage.halt();
    expect(await versionOf(other)).toBe(A);
    await goOn(other);
    await expect(notice(other)).toBeVisible();
    await other.locator("[data-lang=en]").click();
    await expect(other.locator("html")).toHaveAttribute("lang", "en");
    await go(other, "send");
    await expect(other.locator("#app h1")).toBeVisible();
    expect(await other.evaluate((name) => fetch(name).then((it) => it.status), sendingPiece())).toBe(200);
    expect(await caches(page)).toEqual([A, B, "published"].sort());

    await loaded(other, () => other.reload());
    expect(await versionOf(other)).toBe(B);
    await expect.poll(() => caches(other)).toEqual([B, "published"].sort());
  });

  const bad = {
    "half a file": { fault: (asked) => asked.startsWith("/split_result-") && { cutAfter: 50_000 } },
    "a 404 page in place of the program": { fault: (asked) => asked.endsWith(".wasm") && { body: "<!doctype html><h1>404</h1>" } },
    "a file that is not there": { fault: (asked) => asked.startsWith("/later-en-") && { status: 404, body: "Not found" } },
    "the page of another build": { fault: (asked) => asked === "/" && { body: readFileSync(path.join(dist, "index.html")) } },
    "a host that fails": { fault: (asked) => asked !== "/worker.js" && { status: 500, body: "" } },
    "no worker": { fault: (asked) => asked === "/worker.js" && { status: 404, body: "Not found" }, found: "none" },
    "a worker that fails": { fault: (asked) => asked === "/worker.js" && { status: 500, body: "" }, found: "none" },
    "a log-in page for everything": { fault: () => ({ body: "<!doctype html><h1>Log in</h1>" }), found: "none" },
    "a full device": { full: true },
  };
  for (const [what, { fault, full, found = "redundant" }] of Object.entries(bad)) {
    test(`${what}: the old one goes on, and the next try has it`, async ({ page, recorder, stage }) => {
      await visit(page);
      const B = publish(stage, recorder, "b");
      const device = await page.context().newCDPSession(page);
      const origin = new URL(stage.url).origin;
      if (full) await device.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: ROOM });
      if (fault) stage.fault = fault;
      expect(await look(page)).toBe(found);
      expect(await caches(page), "nothing of half a version").toEqual([A, "published"].sort());
      await loaded(page, () => page.reload());
      expect(await versionOf(page)).toBe(A);
      await expect(notice(page)).toHaveCount(0);

      stage.fault = () => undefined;
      if (full) await device.send("Storage.overrideQuotaForOrigin", { origin });
      // Where the reload has looked by itself, it may be there already.
      await look(page);
      await expect(notice(page)).toBeVisible();
      await loaded(page, () => page.reload());
      expect(await versionOf(page)).toBe(B);
    });
  }

  test("the net goes while it is fetched: nothing of it is kept, and the app works", async ({ page, recorder, stage }) => {
    await visit(page);
    publish(stage, recorder, "b");
    stage.fault = (asked) => asked.startsWith("/split_") && { hang: true };
    const looked = look(page);
    await expect.poll(() => stage.asked().join()).toContain("/split_");
    await stage.halt();
    expect(await looked).not.toBe("activated");
    expect(await caches(page)).toEqual([A, "published"].sort());
    await loaded(page, () => page.reload());
    await go(page, "test/selvtest");
    await expect(page.locator("[data-question]")).toBeVisible();
  });

  test("a rollback is only the next version", async ({ page, recorder, stage }) => {
    const B = publish(stage, recorder, "b");
    await visit(page);
    expect(await versionOf(page)).toBe(B);
    stage.show(dist);
    expect(await look(page)).toBe("activated");
    await loaded(page, () => change(page).click());
    expect(await versionOf(page)).toBe(A);
    await expect.poll(() => caches(page)).toEqual([A, "published"].sort());
  });

  test("one that does not start is got rid of by the crash screen's link", async ({ page, recorder, stage }) => {
    await visit(page);
    const noProgram = (ending, ...rest) => (ending === "wasm" ? Buffer.from("no program") : altered(ending, ...rest));
    publish(stage, recorder, "b", noProgram);
    await look(page);
    await page.reload();
    await expect(page.locator("#crash")).toBeVisible();
    // The host has mended it; the link does not wait until the worker knows.
    stage.show(dist);
    await page.locator("#crash a:not(#crash-file)").click();
    await expect(page.locator("#app h1")).toBeVisible();
    expect(await versionOf(page)).toBe(A);
    await expect.poll(() => caches(page)).toEqual([A, "published"].sort());
    // Without net the same link leads to what is kept.
    await stage.halt();
    await loaded(page, () => page.goto("./?fresh"));
    await expect(page.locator("#app h1")).toBeVisible();
  });

  test("switched off: worker-off.js in the worker's place takes everything away, and the page works by the net", async ({ page, stage }) => {
    await visit(page);
    stage.show(stage.like("off", { "worker.js": readFileSync(path.join(dist, "worker-off.js")) }));
    await look(page);
    await expect.poll(() => caches(page)).toEqual([]);
    stage.asked();
    await loaded(page, () => page.reload());
    expect(stage.asked()).toContain("/");
    await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    expect(await caches(page)).toEqual([]);
    await expect(page.locator("[data-without-net]")).toHaveCount(0);
    await stage.halt();
    await expect(page.reload()).rejects.toThrow(/ERR_CONNECTION_REFUSED/);
  });
});

const sendingPiece = () => Object.keys(build(dist).files).find((name) => name.startsWith("split_sending-"));

test("a first visit that is interrupted keeps nothing, and the next one does", async ({ page, stage }) => {
  stage.fault = (asked) => asked === `/${sendingPiece()}` && { cutAfter: 0 };
  await arrive(page, "./");
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(await caches(page)).not.toContain(A);
  await expect(page.locator("[data-without-net]")).toHaveCount(0);
  stage.fault = () => undefined;
  await loaded(page, () => page.reload());
  await keptOnDevice(page);
});

test("whose browser saves data is not made to fetch all of it", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(NetworkInformation.prototype, "saveData", { get: () => true }));
  await arrive(page, "./");
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

test.describe("on a shared device", () => {
  test("a change of version keeps it shared, and leaves nothing in the tab", async ({ page, recorder, stage }) => {
    await visit(page, "./#/test/selvtest");
    await takeSome(page, 3);
    await go(page, "profile");
    await page.locator("[data-action=share]").check();
    publish(stage, recorder, "b");
    await look(page);
    await loaded(page, () => change(page).click());
    await expect(page.locator("[data-segment]")).toBeVisible();
    await expect(page.locator("[data-action=share]")).toBeChecked();
    expect(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)])).toEqual([[], []]);
  });
});

test("while a letter is being written no change is offered: contact details are carried nowhere", async ({ page, recorder, stage }) => {
  test.skip(!process.env.VAEKST_MAILBOX, "needs the demonstration: cargo xtask test");
  await visit(page, "./?office=demo-stor#/test/selvtest");
  await takeSome(page, 3);
  await go(page, "send");
  await page.locator("[data-part=contact]").check();
  await page.locator("#sealed-field-name").fill("Kanarie Fuglesang");
  publish(stage, recorder, "b");
  expect(await look(page)).toBe("activated");
  await go(page, "profile");
  await expect(page.locator("[data-segment]")).toBeVisible();
  await expect(notice(page)).toHaveCount(0);
  await go(page, "send");
  await page.locator("#sealed-field-name").fill("");
  await go(page, "profile");
  await expect(notice(page)).toBeVisible();
});

test.describe("the installed app", () => {
  test("can be installed, and says what it is", async ({ page }) => {
    await visit(page);
    const device = await page.context().newCDPSession(page);
    const { errors, data } = await device.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data);
    expect(manifest).toMatchObject({ id: "./", start_url: "./", scope: "./", display: "standalone", lang: "da", dir: "ltr" });
    const { installabilityErrors } = await device.send("Page.getInstallabilityErrors");
    // A test's window is a private one, and from those nothing can be installed.
    expect(installabilityErrors.map((it) => it.errorId).filter((it) => it !== "in-incognito")).toEqual([]);
    for (const { url } of manifest.shortcuts) {
      await page.goto(url);
      await expect(page.locator("[data-question]")).toBeVisible();
    }
  });

  test("its icons are what icons.mjs draws", async ({ page }) => {
    for (const [name, icon] of Object.entries(icons)) {
      const file = readFileSync(path.join(dist, name));
      expect((await drawn(page, icon)).equals(file), name).toBe(true);
    }
  });
});
