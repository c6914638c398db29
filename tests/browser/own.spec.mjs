// What the person owns: file, code, plan, memory on wish, comparison; and everything that can
// be wrong with them, each with a message of its own and nothing lost.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { recoded } from "./bech32.mjs";
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack, comeToSee, loaded, nothingStored, shownProfile, stored, takeTest } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

const laura = persona("laura-ide-til-bageri");
const erik = persona("erik-toemrer-vil-saelge");
const hostile = `<img src=x onerror="document.title='taken over'"><script>document.title='taken over'</script>`;

/** The text of the file that a click saves. */
async function saved(page, button) {
  const download = page.waitForEvent("download");
  await button.click();
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

const chooseFile = (page, text) =>
  page.locator("#open-file").setInputFiles({ name: "profil.json", mimeType: "application/json", buffer: Buffer.from(text) });

async function enterCode(page, text) {
  await page.locator("#open-code").fill(text);
  await page.locator("[data-action=open]").click();
}

const code = (page) => page.locator("[data-code]").first().getAttribute("data-code");
const go = (page, screen) => page.evaluate((it) => { location.hash = `#/${it}`; }, screen);

test.describe("taking the profile home and opening it again:", () => {
  test("as a file", async ({ page }) => {
    const plan = [{ what: { own: "Ring til banken" }, who: "Maja", by: "2026-12-04" }];
    await comeBack(page, profileFile({ ...laura, plan }));
    const before = await shownProfile(page);
    const file = await saved(page, page.locator(".take-home [data-action=save]"));
    expect(file.name).toMatch(/\.json$/);

    await page.evaluate(() => localStorage.clear());
    await arrive(page, "./?again#/open");
    await chooseFile(page, file.text);
    await page.locator("[data-action=continue]").click();
    expect(await shownProfile(page)).toEqual(before);
    await go(page, "plan");
    await expect(page.locator(".plan-row__what")).toHaveText("Ring til banken");
  });

  test("as letters, however they are written", async ({ page }) => {
    await comeBack(page, profileFile(laura));
    const before = await shownProfile(page);
    await comeToSee(page.locator(".code"));
    const letters = await page.locator(".code").innerText();
    expect(letters.replaceAll(/\s/g, "").toLowerCase()).toBe(before.code);

    await page.evaluate(() => localStorage.clear());
    for (const written of [letters, before.code.toUpperCase(), `http://example.org/#/open/${before.code}`]) {
      await arrive(page, "./?again#/open");
      await enterCode(page, written);
      await page.locator("[data-action=continue]").click();
      expect(await shownProfile(page)).toEqual(before);
    }
  });

  test("as a QR that another program can read", async ({ page, baseURL }, info) => {
    await comeBack(page, profileFile(laura));
    const before = await shownProfile(page);
    const picture = info.outputPath("qr.png");
    await comeToSee(page.locator(".take-home .qr"));
    await page.locator(".take-home .qr").screenshot({ path: picture });
    const options = ["-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture];
    const link = execFileSync("zbarimg", options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    expect(link.startsWith(baseURL), link).toBe(true);

    await page.evaluate(() => localStorage.clear());
    await arrive(page, link);
    await page.locator("[data-action=continue]").click();
    expect(await shownProfile(page)).toEqual(before);
  });
});

test.describe("what cannot be opened is told apart, and no answer is lost:", () => {
  const good = profileFile(laura);
  const file = (text) => (page) => chooseFile(page, text);
  const typed = (make) => async (page) => enterCode(page, make(await lauraCode(page)));
  const troubles = {
    "not a file of ours at all": [file("PK\u0003\u0004 not json"), "Det er ikke en profilfil"],
    "a file cut in two": [file(good.slice(0, good.length / 2)), "Det er ikke en profilfil"],
    "a file of something else": [file(JSON.stringify({ name: "package" })), "Filen er ikke fra Vækstspejl"],
    "a file of the future": [file(profileFile(laura, { version: 999 })), "Filen er lavet af en nyere udgave"],
    "a file with something wrong in it": [file(profileFile(laura, { answers: 7 })), "Filen er en profil, men noget i den er forkert"],
    "a file of an unknown test": [file(profileFile(laura, { questionnaire: "another" })), "Filen er fra en test, vi ikke kender"],
    "a file of 10 MB": [file("x".repeat(10_000_000)), "Filen er for stor"],
    "10 MB pasted": [typed(() => "a".repeat(10_000_000)), "Filen er for stor"],
    "nothing": [typed(() => "  "), "Her er ikke noget endnu"],
    "markup": [typed(() => hostile), "Det ligner ikke en profilkode"],
    "a code with a letter that no code has": [typed((it) => `${it.slice(0, 9)}b${it.slice(10)}`), "Tegnet »B« findes ikke i koder"],
    "a code with a slip of the pen": [typed((it) => `${it.slice(0, 9)}${it[9] === "q" ? "p" : "q"}${it.slice(10)}`), "Koden passer ikke helt"],
    "a code that ends too soon": [typed((it) => it.slice(0, -2)), "Koden passer ikke helt"],
    "a code that is too long": [typed((it) => it + it.slice(3)), "Det er for langt til at være en kode"],
    "a code of the future": [typed((it) => recoded(it, (bytes) => { bytes[0] = 9; })), "Koden er fra en nyere udgave"],
    "a code of an unknown test": [typed((it) => recoded(it, (bytes) => { bytes[1] = 200; })), "Koden er fra en test, vi ikke kender"],
  };
  let ofLaura;
  const lauraCode = () => ofLaura;

  test("each has its own message", async ({ page }) => {
    await comeBack(page, good);
    const before = await shownProfile(page);
    ofLaura = before.code;
    await go(page, "open");
    for (const [what, [open, message]] of Object.entries(troubles)) {
      await test.step(what, async () => {
        await open(page);
        await expect.soft(page.locator("[data-trouble] .open__what"), what).toHaveText(message);
        expect((await page.locator("[data-trouble] p").last().textContent()).length, "and what to do").toBeGreaterThan(10);
      });
    }
    await go(page, "profile");
    expect(await shownProfile(page), "nothing is lost").toEqual(before);
    await expect(page).toHaveTitle("Vækstspejl");
  });

  test("answers that stand here are only replaced when the person says so", async ({ page }) => {
    await comeBack(page, profileFile(erik));
    const before = await shownProfile(page);
    await go(page, "open");
    await chooseFile(page, profileFile(laura));
    await page.locator("[data-action=continue]").click();
    await expect(page.locator("[data-replacing]")).toBeVisible();
    await page.locator("[data-replacing] [data-action=stay]").click();
    await go(page, "profile");
    expect(await shownProfile(page)).toEqual(before);

    await go(page, "open");
    await chooseFile(page, profileFile(laura));
    await page.locator("[data-action=continue]").click();
    await page.locator("[data-action=replace]").click();
    await expect(page.locator("[data-segment=idea]")).toBeVisible();
  });

  test("markup in a file is shown as the text it is", async ({ page }) => {
    const plan = [{ what: { own: hostile }, who: hostile }, { what: { offer: hostile } }, { what: { need: hostile } }];
    await arrive(page, "./#/open");
    await chooseFile(page, profileFile({ ...laura, answers: { ...laura.answers, [hostile]: hostile, plans: [hostile] }, plan }));
    await page.locator("[data-action=continue]").click();
    await shownProfile(page);
    await go(page, "plan");
    await expect(page.locator(".plan-row__what").first()).toHaveText(hostile);
    await expect(page.locator("input[name=who]").first()).toHaveValue(hostile);
    await expect(page.locator("#app img, #app script")).toHaveCount(0);
    await expect(page).toHaveTitle("Vækstspejl");
  });

  test("hostile addresses: language, office, screen, code", async ({ page }) => {
    const odd = encodeURIComponent(`"]<img src=x onerror=alert(1)>`);
    for (const address of [`./?lang=${odd}&office=${odd}#/profile`, `./?lang=xx&office=nowhere#/${odd}`, `./#/open/${odd}`, `./#/test/selvtest/${odd}`, "./?lang=%E0%A4%A#/%E0%A4%A"]) {
      await arrive(page, address);
      await expect(page.locator("#app h1"), address).toBeVisible();
      await expect(page.locator("#app img")).toHaveCount(0);
    }
  });
});

test.describe("kept on this device:", () => {
  test("only on wish, and then a reload goes on where it was", async ({ page }) => {
    await arrive(page, "./#/test/selvtest");
    await takeTest(page, laura.answers);
    await loaded(page, () => page.reload());
    await expect(page.locator("[data-segment]")).toHaveCount(0);

    await page.goto("./#/test/selvtest");
    await takeTest(page, laura.answers);
    await page.locator("[data-action=keep]").check();
    const before = await shownProfile(page);
    await loaded(page, () => page.reload());
    expect(await shownProfile(page)).toEqual(before);
    await expect(page.locator("[data-action=keep]")).toBeChecked();
  });

  const unreadable = { "damaged": "{ this is not a profile", "of a newer version": profileFile(laura, { version: 99 }) };
  for (const [what, text] of Object.entries(unreadable)) {
    test(`what is ${what} is said, left alone, and can be saved`, async ({ page }) => {
      await comeBack(page, text, "./#/");
      await expect(page.locator("[data-notice=kept]")).toBeVisible();
      expect((await saved(page, page.locator("[data-action=save-raw]"))).text).toBe(text);

      await page.locator('main a[href="#/test/selvtest"]').click();
      await expect(page.locator("[data-question]")).toBeVisible();
      await takeTest(page, laura.answers);
      await page.locator("[data-action=keep]").click();
      await expect(page.locator("[data-action=keep]")).not.toBeChecked();
      expect(await page.evaluate(() => localStorage.getItem("vaekstspejl"))).toBe(text);

      await page.locator("[data-action=forget-raw]").click();
      await expect(page.locator("[data-notice=kept]")).toHaveCount(0);
      expect(await stored(page)).toEqual(nothingStored);
    });
  }

  test("a device that refuses to keep is told, and the answers stay", async ({ page }) => {
    await page.addInitScript(() => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    await arrive(page, "./#/test/selvtest");
    await takeTest(page, laura.answers);
    await page.locator("[data-action=keep]").click();
    await expect(page.locator("#keep-state")).toContainText("Enheden vil ikke gemme");
    await expect(page.locator("[data-action=keep]")).not.toBeChecked();
    await shownProfile(page);
  });
});

test.describe("what could not be done as asked is said above the screen:", () => {
  test("an office and a language there are not, until the person has read it", async ({ page }) => {
    await arrive(page, "./?office=nowhere&lang=xx#/");
    for (const what of ["office", "language"]) {
      const notice = page.locator(`[data-notice=${what}]`);
      await expect(notice).toBeVisible();
      await notice.locator("button").click();
      await expect(notice).toHaveCount(0);
    }
    await expect(page.locator("html")).toHaveAttribute("lang", "da");
  });

  test("a device that is full in the middle: the answers stay and can be saved", async ({ page }) => {
    await comeBack(page, profileFile(laura));
    const before = await shownProfile(page);
    await page.evaluate(() => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    });
    await go(page, "plan");
    await page.locator("#plan-own").fill("Ring til banken");
    await page.locator("[data-action=add]").click();
    const notice = page.locator("[data-notice=refused]");
    await expect(notice).toBeVisible();
    expect((await saved(page, notice.locator("[data-action=save-file]"))).name).toMatch(/\.json$/);
    await notice.locator("[data-action=accept-refused]").click();
    await expect(notice).toHaveCount(0);
    await go(page, "profile");
    expect(await shownProfile(page)).toEqual(before);
    await expect(page.locator("[data-action=keep]")).not.toBeChecked();
  });
});

test.describe("two tabs that keep on one device:", () => {
  test("show the last change of either, and forget together", async ({ page, context }) => {
    await comeBack(page, profileFile(laura));
    const other = await context.newPage();
    await arrive(other, "./#/profile");
    const code = (tab) => tab.locator("[data-code]").first().getAttribute("data-code");
    const before = await code(other);
    expect(await code(page)).toBe(before);
    await arrive(other, "./#/test/selvtest/municipality");
    await other.locator("[data-question] select").selectOption("0851");
    await expect.poll(() => code(page)).not.toBe(before);
    await other.locator(".footer [data-action=forget]").click();
    await other.locator("#forget-footer-question [data-action=forget-yes]").click();
    await expect(page.locator("[data-segment]")).toHaveCount(0);
    expect(await stored(page)).toEqual(nothingStored);
  });
});

test.describe("the plan:", () => {
  test("steps are taken up, written, dated, done, moved, removed and brought back", async ({ page }) => {
    await comeBack(page, profileFile(laura));
    await page.locator("[data-action=plan-step]").first().click();
    await go(page, "plan");
    await expect(page.locator(".plan-row")).toHaveCount(1);
    await page.locator("[data-action=take]").first().click();
    await expect(page.locator(".plan-row")).toHaveCount(2);
    await page.locator("#plan-own").fill(hostile);
    await page.locator("[data-action=add]").click();
    const own = page.locator(".plan-row").nth(2);
    await expect(own.locator(".plan-row__what")).toHaveText(hostile);

    await own.locator("[name=who]").fill("Maja, Søren; og \\ Åse");
    await own.locator("[name=by]").fill("2027-01-31");
    await own.locator("[name=by]").blur();
    await expect(own.locator(".plan-row__fields")).toContainText("31. januar 2027");
    await page.locator(".plan-row").first().locator("[data-action=done]").check();
    await expect(page.locator(".plan__count")).toHaveText("1 af 3 er gjort.");

    await own.locator("[data-action=up]").click();
    await expect(page.locator(".plan-row__what").nth(1)).toHaveText(hostile);
    await page.locator(".plan-row").nth(1).locator("[data-action=remove]").click();
    await expect(page.locator(".plan-row")).toHaveCount(2);
    await page.locator("[data-action=undo]").click();
    await expect(page.locator(".plan-row__what").nth(1)).toHaveText(hostile);
    await expect(page.locator(".plan-row").nth(1).locator("[name=by]")).toHaveValue("2027-01-31");

    await loaded(page, () => page.reload());
    await expect(page.locator(".plan-row__what").nth(1)).toHaveText(hostile);
  });

  test("goes into a calendar and into a text", async ({ page }) => {
    const plan = [
      { what: { own: "Ring til banken, og hør; om \\ alt er på plads. ".repeat(4) }, who: "Maja", by: "2026-12-04" },
      { what: { own: "Uden dato" } },
      { what: { own: "Allerede gjort" }, by: "2026-12-01", done: true },
    ];
    await page.clock.setFixedTime(new Date("2026-11-20T12:00:00"));
    await comeBack(page, profileFile({ ...laura, plan }), "./#/plan");
    const calendar = await saved(page, page.locator("[data-action=calendar]"));
    expect(calendar.name).toMatch(/\.ics$/);
    checkCalendar(calendar.text);
    expect(daysOf(calendar.text)).toEqual(["20261204", "20261204"]);
    expect(calendar.text).not.toContain("Allerede gjort");

    const text = await saved(page, page.locator(".plan__take [data-action=text]"));
    expect(text.name).toMatch(/\.txt$/);
    expect(text.text).toContain("[ ] Uden dato");
    expect(text.text).toContain("[x] Allerede gjort");
  });

  const daysOf = (text) => [...text.matchAll(/^DTSTART;VALUE=DATE:(\d{8})\r$/gm)].map((it) => it[1]);

  /** What RFC 5545 asks of every calendar. */
  function checkCalendar(text) {
    expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", ""), "every line ends with two characters").not.toMatch(/[\r\n]/);
    const lines = text.split("\r\n");
    expect(lines[0]).toBe("BEGIN:VCALENDAR");
    for (const line of lines) expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    const unfolded = text.replaceAll(/\r\n[ \t]/g, "").split("\r\n").filter(Boolean);
    const named = (name) => unfolded.filter((line) => line.startsWith(name));
    for (const needed of ["VERSION:2.0", "PRODID:"]) expect(named(needed)).toHaveLength(1);
    for (const needed of ["BEGIN:VEVENT", "END:VEVENT", "UID:", "DTSTAMP:", "SUMMARY:"]) expect(named(needed), needed).toHaveLength(2);
    expect(new Set(named("UID:")).size).toBe(2);
    expect(named("SUMMARY:")[0]).toContain("Ring til banken\\, og hør\\; om \\\\ alt");
    for (const line of unfolded) expect(line).toMatch(/^[A-Z-]+[;:]/);
  }
});

test("a profile is compared with an earlier code, dimension by dimension", async ({ page }) => {
  await comeBack(page, profileFile(erik));
  const earlier = await code(page);
  const [, before] = (await shownProfile(page)).scores.find(([scale]) => scale === "strategy");

  // The retake: strategy has become better, all else is as it was.
  await go(page, "test/vaekstscreening/strategy_core");
  await page.locator('[data-question=strategy_core] input[value="5"]').check();
  await go(page, "open");
  await enterCode(page, earlier);
  await page.locator("[data-action=compare]").click();
  const [, now] = (await shownProfile(page)).scores.find(([scale]) => scale === "strategy");
  expect(Number(now)).toBeGreaterThan(Number(before));
  const row = page.locator("[data-compared=strategy] td");
  await expect(row).toHaveText([before, now, `op ${now - before}`]);
  await expect(page.locator("[data-compared=economy] td").last()).toHaveText("uændret");
  await expect(page.locator(".comparison__versions li").first()).toContainText("udgave 1");
  await page.locator("[data-action=stop-comparing]").click();
  await expect(page.locator(".comparison")).toHaveCount(0);
});

test.describe("a device that others use too:", () => {
  const forgotten = async (page) => {
    await expect(page.locator(".start")).toBeVisible();
    await expect.poll(() => stored(page)).toEqual(nothingStored);
    await go(page, "profile");
    await expect(page.locator("#app h1")).toBeVisible();
    await expect(page.locator("[data-segment]")).toHaveCount(0);
    await go(page, "plan");
    await expect(page.locator(".plan-row")).toHaveCount(0);
  };

  test("forgets when the person is done, and keeps nothing meanwhile", async ({ page }) => {
    await comeBack(page, profileFile({ ...laura, plan: [{ what: { own: "Ring til banken" } }] }));
    await page.locator("[data-action=share]").check();
    expect(await stored(page)).toEqual(nothingStored);
    await expect(page.locator("[data-action=keep]")).toBeDisabled();
    await page.locator(".footer [data-action=finish]").click();
    await forgotten(page);
  });

  test("asks after three minutes, and forgets when nobody answers", async ({ page }) => {
    await page.clock.install();
    await arrive(page, "./?shared#/test/selvtest");
    await takeTest(page, laura.answers);
    await page.clock.fastForward("03:01");
    await expect(page.locator("#idle")).toBeVisible();
    await page.locator("#idle [data-action=stay]").click();
    await expect(page.locator("#idle")).toBeHidden();
    await shownProfile(page);

    await page.clock.fastForward("03:01");
    await expect(page.locator("#idle")).toBeVisible();
    await page.clock.fastForward("00:31");
    await forgotten(page);
  });

  test("does not show what somebody kept there before", async ({ page }) => {
    await comeBack(page, profileFile(erik), "./?shared#/profile");
    await expect(page.locator("#app h1")).toBeVisible();
    await expect(page.locator("[data-segment]")).toHaveCount(0);
  });
});
