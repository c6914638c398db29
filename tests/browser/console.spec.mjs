// The office's app against a real relay: keys, letters, and everything that can be wrong.
import { createHash, randomBytes } from "node:crypto";
import { copyFileSync } from "node:fs";
import { arrive, chooseKey, createKey, expect, fetchLetters, idle, listed, saved, test, unlock } from "./office.mjs";
import { post, seal, submission, withdraw } from "./sealed.mjs";

const contact = { name: "Mette Sørensen", mail: "mette@frisoer.dk", phone: "+45 12 34 56 78", company: "Frisør Mette" };
const short = (name, more = {}) => submission("erik-toemrer-vil-saelge", { answers: false, contact: { name }, ...more });

/** An office with a key, its mailbox open, and letters with these payloads fetched. */
async function officeWith(page, relay, payloads = []) {
  const office = await createKey(page, relay);
  await idle(page);
  if (payloads.length === 0) return { ...office, letters: [] };
  const letters = await post(office.box, seal(office.box, payloads));
  await fetchLetters(page);
  return { ...office, letters };
}

/** The same mailbox on another machine. */
async function colleague(browser, relay, office) {
  const context = await browser.newContext({ locale: "da-DK" });
  const page = await context.newPage();
  await arrive(page, relay);
  await unlock(page, { file: office.file, words: office.words });
  await expect(page).toHaveURL(/#\/inbox$/);
  await idle(page);
  return page;
}

const go = (page, route) => page.evaluate((route) => { location.hash = route; }, route);

/** Everything this origin has on the device, as text. */
function onDevice(page) {
  return page.evaluate(async () => {
    const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
    for (const { name } of await indexedDB.databases()) {
      const opened = await new Promise((go, fail) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => go(asked.result);
        asked.onerror = fail;
      });
      for (const table of opened.objectStoreNames) {
        const store = opened.transaction(table).objectStore(table);
        for (const what of ["getAllKeys", "getAll"]) {
          found.push(JSON.stringify(await new Promise((go) => { const asked = store[what](); asked.onsuccess = () => go(asked.result); })));
        }
      }
      opened.close();
    }
    return found.join("\n");
  });
}

test("an office makes a key, takes letters and reads them", async ({ page, relay }) => {
  const office = await createKey(page, relay);
  expect(office.words.split(" ")).toHaveLength(6);
  expect(office.file.name).toMatch(/^vaekstspejl-erhverv-testby-.{11}\.vsk$/);
  await idle(page);
  await expect(page.getByText("Her er ingen breve endnu")).toBeVisible();

  await post(office.box, seal(office.box, [
    submission("erik-toemrer-vil-saelge", { contact, note: "Ring helst om formiddagen.\nTak!" }),
    submission("mette-frisoer-under-pres", { answers: false }),
  ]));
  await fetchLetters(page);
  expect((await listed(page)).map((it) => it.who).sort()).toEqual(["Frisør Mette, Mette Sørensen", "Uden navn"]);

  await page.getByRole("link", { name: "Frisør Mette, Mette Sørensen" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Frisør Mette, Mette Sørensen");
  await expect(page.locator(".dossier__words")).toHaveText("Ring helst om formiddagen.\nTak!");
  await expect(page.getByRole("link", { name: contact.mail })).toHaveAttribute("href", /^mailto:mette@frisoer\.dk\?subject=/);
  await expect(page.getByRole("link", { name: contact.phone })).toHaveAttribute("href", "tel:+4512345678");
  await expect(page.locator(".briefing__questions li").first()).not.toBeEmpty();
  await page.locator("[data-action=show-profile]").click();
  await expect(page.locator("[data-segment=succession]")).toBeVisible();
  // It is somebody else's profile: nothing leads into the test, and there is no plan.
  await expect(page.locator("a[href^='#/test'], a[href='#/plan'], [data-action=plan-step], [data-action=plan-offer]")).toHaveCount(0);
  await page.locator("[data-action=show-answers]").click();
  await expect(page.locator(".answers tbody tr")).not.toHaveCount(0);
});

test.describe("with a token that is refused", () => {
  test.use({ expectedErrors: /status of 404/ });
  test("a key is done only when the file was opened again and there is a second copy", async ({ page, relay }) => {
    await arrive(page, relay, { at: "#/create" });
    await page.locator("[data-action=next]").click();
    await expect(page.locator("[data-notice]")).toContainText("Skriv kontorets navn");
    await page.getByLabel("Kontorets navn").fill("Erhverv Testby");
    await page.getByLabel("Postkassens adresse").fill("http://post.example.dk");
    await page.locator("[data-action=next]").click();
    await expect(page.locator("[data-notice]")).toContainText("https://");
    await page.getByLabel("Postkassens adresse").fill(relay.url);
    await page.locator("[data-action=next]").click();
    const words = await page.locator("[data-words] li").allTextContents();
    await page.locator("[data-action=written]").click();
    await page.locator("#rehearse").fill(words.slice(0, 5).join(" "));
    await page.locator("[data-action=check]").click();
    await expect(page.locator("[data-notice]")).toContainText("ikke helt de samme");
    // As people type: capitals, an å in two pieces, too many blanks.
    await page.locator("#rehearse").fill(`  ${words.join("   ").toUpperCase().normalize("NFD")} `);
    await page.locator("[data-action=check]").click();
    const next = page.locator("[data-action=next]");
    await expect(next).toBeDisabled({ timeout: 20_000 });
    const file = await saved(page, page.locator("[data-action=save-key]"));
    expect(file.text).not.toContain(words[0]);
    await page.locator("#second").check();
    await expect(next).toBeDisabled();
    await page.locator("#reopen").setInputFiles({ name: "other.vsk", mimeType: "text/plain", buffer: Buffer.from(file.text.replace(/.{8}\n-----END/, "AAAAAAAA\n-----END")) });
    await expect(page.locator("[data-notice]")).toContainText("beskadiget");
    await page.locator("#reopen").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: Buffer.from(file.text) });
    await expect(next).toBeEnabled({ timeout: 20_000 });
    await page.locator("#second").uncheck();
    await expect(next).toBeDisabled();
    await page.locator("#second").check();
    // Another language in the middle of it loses nothing.
    await page.locator("[data-lang=en]").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Save the file in two places");
    await expect(next).toBeEnabled();
    await next.click();
    await page.locator("#token").fill("vmb1_a_no");
    await page.locator("[data-action=create-mailbox]").click();
    await expect(page.locator("[data-notice]")).toContainText("not a creation code");
    await page.locator("#token").fill(`vmb1_a_${randomBytes(32).toString("base64url")}`);
    await page.locator("[data-action=create-mailbox]").click();
    await expect(page.locator("[data-notice]")).toContainText("did not accept");
    await page.locator("#token").fill(relay.adminToken);
    await page.locator("[data-action=create-mailbox]").click();
    await expect(page.locator(".console__lines")).toContainText("[mailbox]");
    expect(await onDevice(page)).not.toContain(words[0]);
  });
});

test("every kind of damage to a key file has its own words", async ({ page, relay }) => {
  const { file, words } = await createKey(page, relay);
  await page.locator("[data-action=lock]").click();
  const notice = page.locator("[data-notice]");
  await page.locator("[data-action=unlock]").click();
  await expect(notice).toContainText("Vælg nøglefilen først");
  await chooseKey(page, file);
  await expect(page.locator(".console__chosen")).toContainText("Erhverv Testby");
  await page.locator("[data-action=unlock]").click();
  await expect(notice).toContainText("Skriv adgangssætningen");
  await page.locator("#phrase").fill("seks helt andre ord end dem");
  await page.locator("[data-action=unlock]").click();
  await expect(notice).toContainText("passer ikke", { timeout: 20_000 });

  const [head, body, tail] = file.text.split(/\n\n|\n(?=-----END)/);
  const bytes = Buffer.from(body.replaceAll("\n", ""), "base64");
  const rewritten = (change) => {
    const inner = Buffer.from(bytes.subarray(0, -32));
    change(inner);
    const whole = Buffer.concat([inner, createHash("sha256").update(inner).digest()]);
    return `${head}\n\n${whole.toString("base64")}\n${tail}\n`;
  };
  for (const [what, text, said] of [
    ["another file", "Kære kontor, her er nøglen", "ikke en nøglefil"],
    ["cut off", file.text.slice(0, 300), "beskadiget"],
    ["one letter changed", `${head}\n\n${body.replace(/[A-Z]/, (it) => (it === "A" ? "B" : "A"))}\n${tail}\n`, "beskadiget"],
    ["a newer version", rewritten((it) => { it[3] = "2".charCodeAt(0); }), "nyere udgave"],
    ["a cost that would take hours", rewritten((it) => it.writeUInt32BE(1 << 30, 5)), "beskadiget"],
    ["far too long", "x".repeat(2_000_000), "for stor"],
  ]) {
    await chooseKey(page, { text });
    await page.locator("#phrase").fill(words);
    await page.locator("[data-action=unlock]").click();
    await expect(notice, what).toContainText(said, { timeout: 20_000 });
  }
  // What a mail program does to a file is no damage.
  await chooseKey(page, { text: `\ufeff\r\n> ${file.text.replaceAll("\n", "\r\n> ")}` });
  await page.locator("#phrase").fill(words);
  await page.locator("[data-action=unlock]").click();
  await expect(page).toHaveURL(/#\/inbox$/, { timeout: 20_000 });
});

test("letters lie sealed on the device, marks are remembered, and a locked page shows nothing", async ({ page, relay }) => {
  const office = await officeWith(page, relay, [
    submission("erik-toemrer-vil-saelge", { contact, note: "KANARIEFUGL" }),
    short("Anden Person"),
  ]);
  await page.getByRole("link", { name: "Anden Person" }).click();
  await page.locator("[data-action=handled]").click();
  await expect(page.locator("[data-action=handled]")).toHaveText("Markér som nyt");
  await page.locator("[data-action=lock]").click();
  await expect(page.locator("#app")).not.toContainText("Mette");
  await go(page, "#/inbox");
  await expect(page.locator(".console__closed")).toContainText("åbne postkassen");

  await page.reload();
  const device = await onDevice(page);
  expect(device).toContain(office.letters[0].sid);
  for (const secret of ["KANARIEFUGL", "Mette", "frisoer", ...office.words.split(" "), office.file.text.slice(200, 240)]) {
    expect(device, secret).not.toContain(secret);
  }
  // Nothing is asked of the relay for the letters that are here.
  await unlock(page, office);
  await idle(page);
  expect((await listed(page)).map(({ who, handled }) => [who, handled]).sort()).toEqual([
    ["Anden Person", true],
    ["Frisør Mette, Mette Sørensen", false],
  ]);
  await page.locator("#state").selectOption("new");
  await expect(page.locator("[data-count]")).toHaveText("1 af 2 breve");
});

test("nobody there: the mailbox is locked", async ({ page, relay }) => {
  await page.clock.install();
  await officeWith(page, relay);
  await page.clock.fastForward("14:00");
  await expect(page.locator("[data-action=fetch]")).toBeVisible();
  await page.clock.fastForward("01:30");
  await expect(page.locator(".console__closed")).toContainText("15 minutter");
});

test("what the sender withdraws vanishes, with a word about it", async ({ page, relay }) => {
  const office = await officeWith(page, relay, [short("Ane"), short("Bo")]);
  await withdraw(office.box, office.letters[0]);
  await fetchLetters(page);
  const gone = office.letters[0].sid;
  expect((await listed(page)).map((it) => it.sid)).toEqual([office.letters[1].sid]);
  await expect(page.locator(".console__news")).toContainText("Ét brev er trukket tilbage");
  await page.locator("[data-action=seen]").click();
  await expect(page.locator(".console__news")).not.toContainText("trukket tilbage");
  expect(await onDevice(page)).not.toContain(`letter/${gone}`);
});

test("a deleted letter is gone here, in the mailbox and at a colleague's", async ({ page, relay, browser }) => {
  const office = await officeWith(page, relay, [short("Ane"), short("Bo")]);
  const other = await colleague(browser, relay, office);
  expect(await listed(other)).toHaveLength(2);
  await page.getByRole("link", { name: "Ane" }).click();
  await page.locator("[data-action=delete]").click();
  await expect(page.locator(".console__notice")).toContainText("hos kolleger");
  await page.locator("[data-action=delete-yes]").click();
  await expect(page).toHaveURL(/#\/inbox$/);
  expect((await listed(page)).map((it) => it.who)).toEqual(["Bo"]);
  await fetchLetters(page);
  await expect(page.locator(".console__news")).not.toContainText("trukket");
  await fetchLetters(other);
  expect((await listed(other)).map((it) => it.who)).toEqual(["Bo"]);
  await other.context().close();
});

test("an emptied mailbox has nothing for others; here everything stays", async ({ page, relay, browser }) => {
  const office = await officeWith(page, relay, [short("Ane"), short("Bo")]);
  await page.locator(".console__tidy summary").click();
  await page.locator("[data-action=empty]").click();
  const copy = await saved(page, page.locator("[data-action=backup]"));
  expect(Object.keys(JSON.parse(copy.text).letters).sort()).toEqual(office.letters.map((it) => it.sid).sort());
  await page.locator("[data-action=empty-yes]").click();
  await expect(page.locator(".console__progress")).toContainText("2 breve findes nu kun her");
  expect(await listed(page)).toHaveLength(2);
  const other = await colleague(browser, relay, office);
  expect(await listed(other)).toHaveLength(0);
  await other.context().close();
});

test("a new key opens the old letters too; an old file shows new ones as locked", async ({ page, relay, browser }) => {
  const office = await officeWith(page, relay, [short("Gammel")]);
  await go(page, "#/key");
  await page.locator("[data-action=rotate]").click();
  await page.locator("#now").fill("ikke de rigtige ord");
  await page.locator("[data-action=rotate-yes]").click();
  await expect(page.locator("[data-notice]")).toContainText("passer ikke", { timeout: 20_000 });
  await page.locator("#now").fill(office.words);
  await page.locator("[data-action=rotate-yes]").click();
  const file = await saved(page, page.locator("[data-action=save-key]"));
  await page.locator("#reopen").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: Buffer.from(file.text) });
  await expect(page.locator(".console__works")).not.toBeEmpty({ timeout: 20_000 });
  await page.locator("#second").check();
  await page.locator("[data-action=next]").click();
  const box = { ...office.box, key: (await page.locator(".console__lines").textContent()).match(/key = "(.*)"/)[1] };
  expect(box.key).not.toBe(office.box.key);
  await page.locator("[data-action=use]").click();
  await idle(page);
  await post(box, seal(box, [short("Ny")]));
  await fetchLetters(page);
  expect((await listed(page)).map((it) => it.who).sort()).toEqual(["Gammel", "Ny"]);

  const other = await colleague(browser, relay, office);
  expect((await listed(other)).map((it) => it.who)).toEqual(["Gammel"]);
  await expect(other.locator("[data-notice]")).toContainText("Ét brev er låst");
  // With the new file it opens, and nothing was lost.
  await other.locator("[data-action=lock]").click();
  await unlock(other, { file, words: office.words });
  await idle(other);
  expect(await listed(other)).toHaveLength(2);
  await other.context().close();
});

test("new words: the old ones do not open the new file", async ({ page, relay }) => {
  const office = await officeWith(page, relay, [short("Ane")]);
  await go(page, "#/key");
  await page.locator("[data-action=new-words]").click();
  const words = (await page.locator("[data-words] li").allTextContents()).join(" ");
  expect(words).not.toBe(office.words);
  await page.locator("[data-action=written]").click();
  await page.locator("#rehearse").fill(words);
  await page.locator("[data-action=check]").click();
  const save = page.locator("[data-action=save-key]");
  await save.waitFor({ timeout: 20_000 });
  const file = await saved(page, save);
  await page.locator("#reopen").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: Buffer.from(file.text) });
  await expect(page.locator(".console__works")).not.toBeEmpty({ timeout: 20_000 });
  await page.locator("#second").check();
  await page.locator("[data-action=next]").click();
  await page.locator("[data-action=use]").click();
  await idle(page);
  expect(await listed(page)).toHaveLength(1);
  await page.locator("[data-action=lock]").click();
  await unlock(page, { file, words: office.words });
  await expect(page.locator("[data-notice]")).toContainText("passer ikke", { timeout: 20_000 });
});

test("a hostile letter is only text, and blocks nothing", async ({ page, relay }) => {
  const marks = "e" + "\u0301".repeat(200);
  const hostile = {
    name: "<img src=x onerror=alert(1)>",
    company: "=HYPERLINK(\"http://evil\";\"x\")",
    mail: "a@b.dk?bcc=c@d.dk&body=<x>",
    phone: "*21*12345678#",
  };
  const bad = [{ a: 1 }, "ikke json", { ...short("x"), v: "2.0" }, { ...short("x"), created: "0000-99-99" }];
  const office = await officeWith(page, relay, [
    short("x", { contact: hostile, note: `\u202Eevil\u202C <script>alert(1)</script> ${marks}\n${"[x](javascript:alert(1)) ".repeat(5)}` }),
    short("Rolig"),
    ...bad,
  ]);
  // Bytes that have a letter's head and nothing else of it, posted by somebody who has the code.
  const [real] = seal(office.box, [short("x")]);
  await post(office.box, [{ ...real, bytes: Buffer.concat([real.bytes.subarray(0, 48), randomBytes(4048)]) }]);
  await fetchLetters(page);
  expect(await listed(page)).toHaveLength(2);
  await expect(page.locator(".console__news")).toContainText("4 breve kan ikke læses");
  await expect(page.locator(".console__news")).toContainText("Ét brev er lavet med en nyere udgave");
  await page.locator("[data-letter] a", { hasText: "img" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<img src=x onerror=alert(1)>");
  await expect(page.locator(".dossier__words")).toContainText("<script>alert(1)</script>");
  expect(await page.locator(".dossier__words").textContent()).not.toMatch(/[\u202A-\u202E]|\u0301{4}/);
  expect(await page.locator("#main a[href^='javascript'], #main img, #main script").count()).toBe(0);
  // Neither is one address or one number.
  await expect(page.locator("a[href^='mailto'], a[href^='tel']")).toHaveCount(0);

  await go(page, "#/export");
  const { text } = await saved(page, page.locator("[data-action=save-csv]"));
  expect(text.startsWith("\ufeff")).toBe(true);
  for (const cell of text.split(/\r\n|;/)) expect(cell.replace(/^\ufeff?"?/, "")).not.toMatch(/^[=+@\t]/);
  const { text: json } = await saved(page, page.locator("[data-action=save-json]"));
  const file = JSON.parse(json);
  expect(file.format).toBe("vaekstspejl-inbox");
  expect(file.letters).toHaveLength(7);

  await go(page, "#/inbox");
  await page.locator(".console__news summary").click();
  await page.locator(".console__news li a").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Brevet kan ikke læses");
  await page.locator("[data-action=delete]").click();
  await page.locator("[data-action=delete-yes]").click();
  await expect(page.locator(".console__news")).toContainText("3 breve kan ikke læses");
});

test.describe("when the line is down", () => {
  test.use({ expectedErrors: /Failed to load resource|ERR_/ });

  test("what was fetched can be read without the relay, and the page says so", async ({ page, relay }) => {
    const office = await officeWith(page, relay, [short("Ane")]);
    await page.locator("[data-action=lock]").click();
    await relay.halt();
    await unlock(page, office);
    await idle(page);
    expect((await listed(page)).map((it) => it.who)).toEqual(["Ane"]);
    await expect(page.locator("[data-notice]")).toContainText("Vi kan ikke få fat i postkassen");
    await page.getByRole("link", { name: "Ane" }).click();
    await page.locator("[data-action=delete]").click();
    await page.locator("[data-action=delete-yes]").click();
    await expect(page.locator(".dossier__delete")).toContainText("ligger her stadig");
    await relay.restart();
    await go(page, "#/inbox");
    await fetchLetters(page);
    await expect(page.locator("[data-notice]")).toHaveCount(0);
    expect(await listed(page)).toHaveLength(1);
  });

  test("a page that a network puts in between is not believed", async ({ page, relay }) => {
    await officeWith(page, relay, [short("Ane")]);
    await page.route("**/v1/**", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Log in</h1>" }));
    await fetchLetters(page);
    await expect(page.locator("[data-notice]")).toContainText("ikke fra en postkasse");
    expect(await listed(page)).toHaveLength(1);
  });

  test("a mailbox that is not there is told, and made later", async ({ page, relay }) => {
    await arrive(page, relay, { at: "#/create" });
    await page.getByLabel("Kontorets navn").fill("Erhverv Testby");
    await page.locator("[data-action=next]").click();
    const words = await page.locator("[data-words] li").allTextContents();
    await page.locator("[data-action=written]").click();
    await page.locator("#rehearse").fill(words.join(" "));
    await page.locator("[data-action=check]").click();
    const save = page.locator("[data-action=save-key]");
    await save.waitFor({ timeout: 20_000 });
    const file = await saved(page, save);
    await page.locator("#reopen").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: Buffer.from(file.text) });
    await page.locator("#second").check();
    await page.locator("[data-action=next]:enabled").click({ timeout: 20_000 });
    await page.locator("[data-action=later]").click();
    await idle(page);
    await expect(page.locator("[data-notice]")).toContainText("kender ikke jeres nøgle");
    await go(page, "#/key");
    await page.locator("[data-action=check-mailbox]").click();
    await page.locator("#token").fill(relay.adminToken);
    await page.locator("[data-action=create-mailbox]").click();
    await expect(page.getByText("Postkassen er åben. Der ligger 0 breve i den.")).toBeVisible();
  });
});

test("a mailbox that was set back is noticed, and nothing fetched is lost", async ({ page, relay }) => {
  const office = await officeWith(page, relay, [short("Ane")]);
  await relay.halt();
  copyFileSync(relay.database, `${relay.database}.old`);
  await relay.restart();
  await post(office.box, seal(office.box, [short("Bo")]));
  await fetchLetters(page);
  expect(await listed(page)).toHaveLength(2);
  await relay.halt();
  copyFileSync(`${relay.database}.old`, relay.database);
  await relay.restart();
  await fetchLetters(page);
  await expect(page.locator("[data-notice]")).toContainText("historik passer ikke");
  expect(await listed(page)).toHaveLength(2);
});

test("a device that stores nothing still shows the letters, and says so", async ({ page, relay }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "indexedDB", { get: () => { throw new DOMException("no", "SecurityError"); } });
  });
  const office = await officeWith(page, relay, [short("Ane")]);
  expect(await listed(page)).toHaveLength(1);
  await expect(page.locator("[data-notice]")).toContainText("vil ikke gemme");
  await fetchLetters(page);
  expect(await listed(page)).toHaveLength(1);
  await page.locator("[data-action=lock]").click();
  await unlock(page, office);
  await idle(page);
  expect(await listed(page)).toHaveLength(1);
});

test("a clock that is years behind is noticed", async ({ page, relay }) => {
  await page.clock.setFixedTime(new Date("2020-01-01T10:00:00"));
  await officeWith(page, relay, [short("Ane")]);
  await expect(page.locator("[data-notice]")).toContainText("ur går forkert");
  await expect(page.locator("[data-notice]")).toContainText("1. januar 2020");
});

test("two windows do not get into each other's way", async ({ page, relay, context }) => {
  const office = await officeWith(page, relay);
  const second = await context.newPage();
  await arrive(second, relay);
  await unlock(second, office);
  await idle(second);
  await post(office.box, seal(office.box, Array.from({ length: 30 }, (_, n) => short(`Person ${n}`))));
  await Promise.all([fetchLetters(page), fetchLetters(second)]);
  await fetchLetters(page);
  await second.locator("[data-action=lock]").click();
  await unlock(second, office);
  await idle(second);
  expect(await listed(page)).toHaveLength(30);
  expect(await listed(second)).toHaveLength(30);
});

test("a long list comes fifty at a time and can be searched", async ({ page, relay }) => {
  const office = await officeWith(page, relay, Array.from({ length: 120 }, (_, n) => short(`Person ${n}`)));
  expect(await listed(page)).toHaveLength(50);
  await page.locator("[data-action=after]").click();
  await expect(page.getByText("Side 2 af 3")).toBeVisible();
  await page.locator("[data-action=after]").click();
  expect(await listed(page)).toHaveLength(20);
  await page.locator("#search").fill("person 77");
  await expect(page.locator("[data-count]")).toHaveText("1 af 120 breve");
  const [{ sid }] = await listed(page);
  await page.locator("[data-letter] a").click();
  const code = await page.locator(".console__code").textContent();
  const sealed = office.letters.find((it) => it.sid === sid);
  expect(code.replace("-", "")).toHaveLength(10);
  expect(sealed).toBeTruthy();
  await page.goBack();
  await page.locator("#search").fill(code);
  await expect(page.locator("[data-count]")).toHaveText("1 af 120 breve");
  await page.locator("[data-action=clear]").click();
  await expect(page.locator("[data-count]")).toHaveText("120 breve");
});

test("figures tell nothing under five", async ({ page, relay }) => {
  const office = await officeWith(page, relay, Array.from({ length: 4 }, (_, n) => short(`P ${n}`)));
  await go(page, "#/statistics");
  await expect(page.getByText("mindst fem breve")).toBeVisible();
  await post(office.box, seal(office.box, [
    ...Array.from({ length: 7 }, (_, n) => short(`Q ${n}`)),
    submission("mette-frisoer-under-pres", { answers: false }),
  ]));
  await go(page, "#/inbox");
  await fetchLetters(page);
  await go(page, "#/statistics");
  await expect(page.locator("table").first()).toBeVisible();
  const numbers = await page.locator("table td").allTextContents();
  expect(numbers.length).toBeGreaterThan(0);
  for (const number of numbers) expect(Number(number) % 5).toBe(0);
  await expect(page.locator("#main")).not.toContainText("Der er pres på lige nu");
  const { text } = await saved(page, page.locator("[data-action=save-figures]"));
  for (const row of text.trim().split("\r\n")) expect(Number(row.split(";").at(-1)) % 5).toBe(0);
});
