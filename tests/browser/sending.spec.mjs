// Sending a sealed letter to an office: nothing leaves before the person's own click, what then
// leaves is sealed, and it arrives exactly once whatever the line, the tab or the device does.
// The office is the demonstration's; its mailbox is asked directly what it holds.
import { createHash } from "node:crypto";
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack, stored } from "./person.mjs";
import { expect, test } from "./recorder.mjs";

const laura = persona("laura-ide-til-bageri");
const MAILBOX = process.env.VAEKST_MAILBOX;
const HERE = "./?office=demo-stor#/send";
/** What must never be seen outside the person's own screen. */
const secrets = { name: "Kanarie Fuglesang", mail: "kanarie@bageri.example", phone: "12345678", note: "Min hemmelige kanariebesked" };

test.use({ sends: true });
test.skip(() => !MAILBOX, "needs the demonstration: cargo xtask test");

const hidden = (page) => page.locator(".sealed").waitFor();
const letters = (page) => page.locator("[data-letter]");
const state = (page) => letters(page).first().getAttribute("data-state");
const receipt = (page) => page.locator("[data-receipt]").first().getAttribute("data-receipt");

/** Laura is on the screen where she can send. */
async function ready(page) {
  await comeBack(page, profileFile(laura), HERE);
  await hidden(page);
}

/** Says yes and sends. */
async function send(page) {
  await page.locator("[data-action=agree]").check();
  await page.locator("[data-action=send-now]").click();
  await expect(letters(page).first()).toBeVisible();
}

/** What the mailbox holds of these letters, by asking as the office: id → state. */
async function atTheOffice(baseURL, sids) {
  const found = {};
  for (let after = 0, more = true; more;) {
    const answer = await fetch(new URL(`/v1/mailboxes/${MAILBOX}/messages?after=${after}&limit=100`, baseURL), {
      headers: { authorization: `Bearer ${process.env.VAEKST_OWNER}` },
    });
    const page = await answer.json();
    for (const row of page.rows) {
      after = row.seq;
      if (sids.includes(row.sid) && row.state !== "withdrawn") (found[row.sid] ??= []).push(row.state);
    }
    more = page.more;
  }
  return found;
}

const sids = (page) => letters(page).evaluateAll((rows) => rows.map((row) => row.dataset.letter));

test.describe("a letter to the office:", () => {
  test("is read word for word before, sealed, received, and nobody else has seen a word", async ({ page, recorder, baseURL }) => {
    await ready(page);
    await page.locator("[data-part=contact]").check();
    await page.locator("[data-part=note]").check();
    await page.locator("#sealed-field-name").fill(secrets.name);
    await page.locator("#sealed-field-mail").fill(secrets.mail);
    await page.locator("#sealed-field-phone").fill(secrets.phone);
    await page.locator("#sealed-field-note").fill(secrets.note);
    const preview = page.locator(".sealed__list");
    for (const words of ["Demo: Erhvervskontoret i Storby", "Varde", ...Object.values(secrets)]) await expect(preview).toContainText(words);
    const payload = JSON.parse(await page.locator("[data-raw]").textContent());
    expect(payload.contact).toEqual({ name: secrets.name, mail: secrets.mail, phone: secrets.phone });
    expect(payload.consent.parts).toEqual(["profile", "answers", "contact", "note"]);
    expect(recorder.sent(), "nothing is sent while it is written").toEqual([]);

    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    const [put, ...more] = recorder.sent();
    expect(more).toEqual([]);
    expect(put.method).toBe("PUT");
    expect(put.body).toHaveLength(4096);
    const hash = createHash("sha256").update(put.body).digest();
    expect(await receipt(page)).toBe(crockford(hash));
    const line = Buffer.concat([put.body, Buffer.from(JSON.stringify([put.headers, put.path, recorder.requests()]))]).toString("latin1");
    for (const secret of Object.values(secrets)) expect(line).not.toContain(secret);
    expect(await atTheOffice(baseURL, await sids(page))).toEqual({ [(await sids(page))[0]]: ["stored"] });

    // What was typed is gone, here too: only the sealed letter's story is left.
    const kept = await everythingStored(page);
    for (const secret of Object.values(secrets)) expect(kept).not.toContain(secret);
    await page.locator("[data-action=again]").click();
    await expect(page.locator("#sealed-field-name")).toHaveValue("");
  });

  test("is as long with contact details as without", async ({ page, recorder }) => {
    await ready(page);
    await page.locator("[data-part=answers]").uncheck();
    await send(page);
    await page.locator("[data-action=again]").click();
    await page.locator("[data-part=note]").check();
    await page.locator("#sealed-field-note").fill("æ".repeat(500));
    await send(page);
    await expect.poll(() => recorder.sent().length).toBe(2);
    expect(recorder.sent().map((it) => it.body.length)).toEqual([4096, 4096]);
  });

  test("holds what was chosen and nothing else", async ({ page }) => {
    await ready(page);
    const raw = async () => JSON.parse(await page.locator("[data-raw]").textContent());
    await page.locator("[data-part=answers]").uncheck();
    expect(Object.keys(await raw())).not.toContain("code");
    expect((await raw()).result.municipality).toBeUndefined();
    await page.locator("[data-part=municipality]").check();
    expect((await raw()).result.municipality).toBe("0573");
    await page.locator("[data-part=profile]").uncheck();
    await expect(page.locator(".sealed__nothing")).toBeVisible();
    await page.locator("[data-action=agree]").check();
    await page.locator("[data-action=send-now]").click();
    await expect(page.locator("#sealed-said")).not.toBeEmpty();
    await expect(letters(page)).toHaveCount(0);
  });

  test("is not sent without a yes to just this, nor with what cannot be right", async ({ page, recorder }) => {
    await ready(page);
    const press = () => page.locator("[data-action=send-now]").click();
    await press();
    await expect(page.locator("#sealed-said")).toContainText("Sæt kryds");
    await expect(page.locator("[data-action=agree]")).toBeFocused();
    await page.locator("[data-action=agree]").check();
    await page.locator("[data-part=contact]").check(); // another letter than the one agreed to
    await expect(page.locator("[data-action=agree]")).not.toBeChecked();
    await press();
    await expect(page.locator("#sealed-said")).toContainText("Skriv en mailadresse");
    await page.locator("#sealed-field-mail").fill("laura(at)bageri");
    await press();
    await expect(page.locator("#sealed-said")).toContainText("ligner ikke en mailadresse");
    await page.locator("#sealed-field-mail").fill("laura@bageri.example");
    await page.locator("[data-part=note]").check();
    await page.locator("#sealed-field-note").fill("x".repeat(1_001));
    await expect(page.locator("#sealed-field-note-said")).toContainText("1 tegn for meget");
    await page.locator("[data-action=agree]").check();
    await press();
    await expect(page.locator("#sealed-said")).toContainText("1 tegn for meget");
    expect(recorder.sent()).toEqual([]);
    await expect(letters(page)).toHaveCount(0);
  });

  test("a yes is to these answers: after another look at them it is asked for again", async ({ page }) => {
    await ready(page);
    await page.locator("[data-action=agree]").check();
    await page.evaluate(() => { location.hash = "#/profile"; });
    await expect(page.locator("[data-segment]").first()).toBeVisible();
    await page.evaluate(() => { location.hash = "#/send"; });
    await hidden(page);
    await expect(page.locator("[data-action=agree]")).not.toBeChecked();
  });

  test("can be taken back; the mailbox has nothing left of it", async ({ page, baseURL }) => {
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    const [sid] = await sids(page);
    await page.locator("[data-action=withdraw]").click();
    await page.locator("[data-action=withdraw-yes]").click();
    await expect.poll(() => state(page)).toBe("withdrawn");
    expect(await atTheOffice(baseURL, [sid])).toEqual({ [sid]: ["deleted"] });
    await page.locator("[data-action=remove-letter]").click();
    await expect(letters(page)).toHaveCount(0);
  });

  test("the receipt is there again after the page was closed", async ({ page, context }) => {
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    const before = await receipt(page);
    await page.close();
    const again = await context.newPage();
    await arrive(again, HERE);
    await expect(again.locator("[data-receipt]")).toHaveAttribute("data-receipt", before);
  });
});

test.describe("the line is bad:", () => {
  test.use({ expectedErrors: /Failed to load resource|net::ERR/ });

  test("offline it waits, is always seen, survives closing, and goes by itself, once", async ({ page, context, recorder, baseURL }) => {
    await ready(page);
    await context.setOffline(true);
    await send(page);
    await expect.poll(() => state(page)).toBe("waiting");
    const [sid] = await sids(page);
    await page.evaluate(() => { location.hash = "#/profile"; });
    await expect(page.locator("[data-notice=unsent]")).toBeVisible();
    await page.close();

    await context.setOffline(false);
    const again = await context.newPage();
    await arrive(again, "./?office=demo-stor#/");
    await expect.poll(() => atTheOffice(baseURL, [sid])).toEqual({ [sid]: ["stored"] });
    await expect(again.locator("[data-notice=unsent]")).toHaveCount(0);
    expect(recorder.sent().filter((it) => it.path.includes(sid)).length).toBeGreaterThan(0);
  });

  const portals = {
    "a log-in page that answers 200": { status: 200, contentType: "text/html", body: "<h1>Welcome to our Wi-Fi</h1>" },
    "a proxy that answers 502": { status: 502, contentType: "text/html", body: "Bad gateway" },
    "a receipt for another letter": { status: 201, contentType: "application/json", body: JSON.stringify({ v: 1, sid: "AAAAAAAAAAAAAAAAAAAAAA", sha256: "0".repeat(64), stored_day: 20000, expires_day: 20090 }) },
  };
  for (const [what, answer] of Object.entries(portals)) {
    test(`${what} is not believed`, async ({ page, baseURL }) => {
      await page.route("**/v1/**", (route) => route.fulfill(answer));
      await ready(page);
      await send(page);
      await expect(letters(page).first()).toContainText("logge på nettet");
      const [sid] = await sids(page);
      expect(await atTheOffice(baseURL, [sid])).toEqual({});
      await page.unroute("**/v1/**");
      await page.locator("[data-action=try-now]").click();
      await expect.poll(() => state(page)).toBe("received");
      expect(await atTheOffice(baseURL, [sid])).toEqual({ [sid]: ["stored"] });
    });
  }

  test("an answer that is lost after the letter was stored makes no second letter", async ({ page, baseURL }) => {
    let lost = 0;
    await page.route("**/v1/**", async (route) => {
      if (lost > 0) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("waiting");
    await page.locator("[data-action=try-now]").click();
    await expect.poll(() => state(page)).toBe("received");
    const [sid] = await sids(page);
    expect(await atTheOffice(baseURL, [sid])).toEqual({ [sid]: ["stored"] });
    expect(lost).toBe(1);
  });

  test("a mailbox that is closed parks the letter, says so, and the letter can be saved", async ({ page }) => {
    const problem = { type: "urn:vaekstspejl:problem:mailbox-closed", title: "closed", status: 410, retry: "never" };
    await page.route("**/v1/**", (route) => route.fulfill({ status: 410, contentType: "application/problem+json", body: JSON.stringify(problem) }));
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("parked");
    await expect(letters(page).first()).toContainText("postkasse er lukket");
    const download = page.waitForEvent("download");
    await page.locator("[data-action=save-letter]").click();
    expect((await download).suggestedFilename()).toMatch(/\.vsl$/);
    await page.evaluate(() => { location.hash = "#/profile"; });
    await expect(page.locator("[data-notice=unsent]")).toContainText("kunne ikke sendes");
  });

  test("two tabs with the same letters send each once", async ({ page, context, recorder, baseURL }) => {
    await ready(page);
    await context.setOffline(true);
    for (let count = 0; count < 4; count += 1) {
      if (count > 0) await page.locator("[data-action=again]").click();
      await send(page);
    }
    const queued = await sids(page);
    expect(new Set(queued).size).toBe(4);
    await context.setOffline(false);
    const other = await context.newPage();
    await arrive(other, HERE);
    await expect.poll(() => atTheOffice(baseURL, queued), { timeout: 20_000 }).toEqual(Object.fromEntries(queued.map((sid) => [sid, ["stored"]])));
    for (const tab of [page, other]) {
      await expect(tab.locator("[data-letter][data-state=received]")).toHaveCount(4, { timeout: 20_000 });
    }
    expect(recorder.sent().length).toBeGreaterThanOrEqual(4);
  });
});

test.describe("devices:", () => {
  test("a shared one keeps no letter and says so; it is sent all the same", async ({ page }) => {
    await arrive(page, "./?office=demo-stor&shared=1#/test/selvtest");
    const { takeTest } = await import("./person.mjs");
    await takeTest(page, laura.answers);
    await page.evaluate(() => { location.hash = "#/send"; });
    await hidden(page);
    await send(page);
    await expect(page.locator("[data-memory-only]")).toBeVisible();
    await expect.poll(() => state(page)).toBe("received");
    const kept = await stored(page);
    expect([kept.local, kept.databases]).toEqual([[], []]);
  });

  test("one that refuses to store is told, and the letter goes from memory", async ({ page }) => {
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => { throw new DOMException("no", "UnknownError"); };
    });
    await ready(page);
    await send(page);
    await expect(page.locator("[data-memory-only]")).toBeVisible();
    await expect.poll(() => state(page)).toBe("received");
  });

  test("forgetting everything takes the letters along", async ({ page }) => {
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    expect((await stored(page)).databases).toEqual(["vaekstspejl-letters"]);
    await page.locator(".footer [data-action=forget]").click();
    await page.locator("#forget-footer-question [data-action=forget-yes]").click();
    await expect.poll(async () => (await stored(page)).databases).toEqual([]);
    expect((await stored(page)).local).toEqual([]);
    await page.evaluate(() => { location.hash = "#/send"; });
    await expect(letters(page)).toHaveCount(0);
  });

  test("where the browser forbids its locks and its storage, the letter goes all the same", async ({ page }) => {
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => { throw new DOMException("no", "SecurityError"); };
      LockManager.prototype.request = () => Promise.reject(new DOMException("no", "SecurityError"));
    });
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
  });

  test("after another tab has forgotten everything, a new letter is on the disk again", async ({ page, context }) => {
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    const other = await context.newPage();
    await other.goto("./");
    await other.evaluate(() => new Promise((go) => {
      localStorage.removeItem("vaekstspejl-letters");
      indexedDB.deleteDatabase("vaekstspejl-letters").onsuccess = go;
    }));
    await other.close();
    await page.locator("[data-action=again]").click();
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    await expect(letters(page)).toHaveCount(1);
    await expect(page.locator("[data-memory-only]")).toHaveCount(0);
    expect((await stored(page)).databases).toEqual(["vaekstspejl-letters"]);
  });

  test("what a newer version has stored is told of and left alone", async ({ page }) => {
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    await page.evaluate(() => new Promise((go) => {
      const asked = indexedDB.open("vaekstspejl-letters");
      asked.onsuccess = () => {
        const change = asked.result.transaction("records", "readwrite");
        change.objectStore("records").put('{"v":2,"state":"not known yet"}', "newer");
        change.oncomplete = () => { asked.result.close(); go(); };
      };
    }));
    await page.reload();
    await page.evaluate(() => { location.hash = "#/send"; });
    await expect(letters(page)).toHaveCount(1);
    await expect(page.locator("[data-unread]")).toContainText("1 låste breve");
    expect(await everythingStored(page)).toContain("not known yet");
  });

  test("the cryptography is fetched when somebody is about to send, whoever the office is", async ({ page, recorder }) => {
    await comeBack(page, profileFile(laura), "./?office=demo-lille#/profile");
    await expect(page.locator("[data-segment]")).toBeVisible();
    const pieces = () => recorder.requests().filter((it) => it.includes("split_sending"));
    expect(pieces()).toEqual([]);
    await page.evaluate(() => { location.hash = "#/send"; });
    await expect(page.locator(".send__ways")).toBeVisible();
    await expect.poll(() => pieces().length).toBe(1);
    await expect(page.locator(".sealed")).toHaveCount(0);
  });
});

test.describe("devices and lines that refuse:", () => {
  test.use({ expectedErrors: /Failed to load resource|net::ERR/ });

  test("one that stores no more is tried now and then, not a thousand times a second", async ({ page }) => {
    await page.route("**/v1/**", (route) => route.abort());
    await ready(page);
    await send(page);
    await expect.poll(() => state(page)).toBe("waiting");
    await page.evaluate(() => {
      window.tries = 0;
      IDBObjectStore.prototype.put = () => { window.tries += 1; throw new DOMException("full", "QuotaExceededError"); };
      // in the same moment: a try of its own may come before a click from outside and take the button away
      document.querySelector("[data-action=try-now]")?.click();
    });
    await expect.poll(() => page.evaluate(() => window.tries)).toBeGreaterThan(0);
    await page.waitForTimeout(1_500);
    expect(await page.evaluate(() => window.tries)).toBeLessThan(20);
  });

  test("a letter whose office cannot be asked after holds up no other", async ({ page }) => {
    const problem = { type: "urn:vaekstspejl:problem:no-such-mailbox", title: "none", status: 404, retry: "config" };
    let first = null;
    await page.route("**/v1/**", (route) => {
      first ??= route.request().url();
      if (route.request().url() !== first) return route.continue();
      return route.fulfill({ status: 404, contentType: "application/problem+json", body: JSON.stringify(problem) });
    });
    await ready(page);
    await page.route((url) => url.pathname === "/", (route) => route.abort()); // the page's own host is away
    await send(page);
    await expect.poll(() => state(page)).toBe("waiting");
    await page.locator("[data-action=again]").click();
    await send(page);
    await expect(page.locator("[data-state=received]")).toHaveCount(1);
    await expect(page.locator("[data-state=waiting]")).toHaveCount(1);
  });

  test("a letter taken back on a shared one is taken back, also when its sender has left", async ({ page, baseURL }) => {
    await arrive(page, "./?office=demo-stor&shared=1#/test/selvtest");
    const { takeTest } = await import("./person.mjs");
    await takeTest(page, laura.answers);
    await page.evaluate(() => { location.hash = "#/send"; });
    await hidden(page);
    await page.locator("[data-part=contact]").check();
    await expect(page.locator("#sealed-field-mail")).toHaveAttribute("autocomplete", "off");
    await page.locator("[data-part=contact]").uncheck();
    await send(page);
    await expect.poll(() => state(page)).toBe("received");
    const [sid] = await sids(page);
    await page.route("**/v1/**", (route) => route.abort());
    await page.locator("[data-action=withdraw]").click();
    await page.locator("[data-action=withdraw-yes]").click();
    await expect.poll(() => state(page)).toBe("withdrawing");
    await page.locator("[data-action=finish]").click();
    await page.unroute("**/v1/**");
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect.poll(() => atTheOffice(baseURL, [sid])).toEqual({ [sid]: ["deleted"] });
    await page.evaluate(() => { location.hash = "#/send"; });
    await expect(letters(page)).toHaveCount(0); // whoever comes next sees nothing of it
  });
});

/** Everything this page has stored, as text. */
function everythingStored(page) {
  return page.evaluate(async () => {
    const all = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const opened = await new Promise((go) => { const asked = indexedDB.open(name); asked.onsuccess = () => go(asked.result); });
      for (const table of opened.objectStoreNames) {
        const asked = opened.transaction(table).objectStore(table).getAll();
        all.push(JSON.stringify(await new Promise((go) => { asked.onsuccess = () => go(asked.result); })));
      }
      opened.close();
    }
    return all.join("\n");
  });
}

/** The first 50 bits in Crockford's base32, five and five: by the rule, not by the program. */
function crockford(hash) {
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letter = (place) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Number.parseInt(bits.slice(place * 5, place * 5 + 5), 2)];
  const code = Array.from({ length: 10 }, (_, place) => letter(place)).join("");
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}
