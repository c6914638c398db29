// A workshop's room at the facilitator, with a real relay and sealed letters of real form.
import { execFileSync } from "node:child_process";
import { stickingOut, violations } from "./everybody.mjs";
import { arrive, expect, test } from "./office.mjs";
import { codes, isThere, phone, place, roomOf, says, send } from "./phones.mjs";

const GIVES = { levels: { start_finance: 4, opportunity: 2 }, needs: { finance: 4 } };

const go = async (page, route) => {
  await page.evaluate((route) => { location.hash = route; }, route);
  await expect(page.locator("#app h1")).toBeVisible();
};

/** Opens a room as a facilitator does the first time. The answer: what the link says. */
async function openRoom(page, relay, { keep = false, hours } = {}) {
  await arrive(page, relay, { at: "#/room" });
  await page.locator("#room-grant").fill(relay.grant);
  if (keep) await page.locator("#room-keep").check();
  if (hours) await page.locator("#room-hours").selectOption(hours);
  await page.locator("[data-action=open-room]").click();
  return opened(page, relay);
}

async function opened(page, relay) {
  const address = await page.locator("[data-address]").textContent();
  await expect(page.locator("[data-line=good]")).toHaveText("Lytter");
  return { ...roomOf(address, relay.url), address };
}

async function rehearse(page, relay, { lang = "da" } = {}) {
  await arrive(page, relay, { lang, at: "#/room" });
  await page.locator("[data-action=rehearse]").click();
  await page.locator("[data-action=all-come]").click();
  await expect(page.locator("[data-here]")).toHaveAttribute("data-here", "40", { timeout: 30_000 });
}

const here = (page, n) => expect(page.locator("[data-here]")).toHaveAttribute("data-here", String(n), { timeout: 4_000 });

/** Everything this origin has on the device, as text. */
function onDevice(page) {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((it) => it.name);
    return JSON.stringify([names, localStorage, sessionStorage, document.cookie]);
  });
}

// The browser tells of it when a question that was still waiting is answered after the room is gone.
test.use({ expectedErrors: /status of 404|was preloaded using link preload/ });

test("a room is opened without a key file, and what phones send is there within the long poll", async ({ page, relay }) => {
  await arrive(page, relay);
  await page.getByRole("link", { name: "Gå til workshoppen" }).click();
  await expect(page.locator("#room-relay")).toHaveValue(relay.url);
  const room = await openRoom(page, relay);
  expect(room.address).toMatch(new RegExp(`^${relay.url}/#/join/1`));
  await expect(page.locator("[data-check] li")).toHaveCount(3);
  await expect(page.locator("svg.qr")).toBeVisible();
  await here(page, 0);

  const [one, other] = [phone(1), phone(2)];
  await send(room, [says(one, { what: "here" })]);
  await here(page, 1);
  await expect(page.locator("[data-given]")).toHaveCount(0);
  const gives = says({ ...one, turn: 2 }, GIVES);
  await send(room, [gives, says(other, GIVES)]);
  await here(page, 2);
  await expect(page.locator("[data-given]")).toHaveAttribute("data-given", "2");

  // The same again, and an old word that comes late, are nobody new.
  await send(room, [gives, says(one, { what: "here" })]);
  await send(room, [says(phone(3), GIVES)]);
  await here(page, 3);

  // What cannot be read is told and stops nothing.
  await send(room, ["ikke et svar", JSON.stringify({ v: 9 })]);
  await expect(page.locator("[data-unread]")).toHaveAttribute("data-unread", "2", { timeout: 4_000 });
  await send(room, [says(phone(4), GIVES)]);
  await here(page, 4);

  // A reload finds everything, and nothing is taken twice.
  await page.reload();
  await here(page, 4);
  await expect(page.locator("[data-unread]")).toHaveAttribute("data-unread", "2");
  await expect(page.locator("[data-line=good]")).toHaveText("Lytter");
  await send(room, [says(phone(5), GIVES)]);
  await here(page, 5);
});

test("a code is the same person as a letter, and every bad line says what is wrong", async ({ page, relay }) => {
  test.setTimeout(180_000);
  const room = await openRoom(page, relay);
  const one = phone(7);
  const said = says(one, GIVES);
  await send(room, [said]);
  await here(page, 1);
  const [same, changed, fresh] = codes([said, says({ ...one, turn: 3 }, { levels: { start_finance: 5 } }), says(phone(9), { needs: { finance: 2 } })]);
  await go(page, "#/room/people");
  await expect(page.locator("[data-count]")).toHaveAttribute("data-count", "1");
  await page.locator("#codes").fill([same, `${relay.url}/#/${changed.toUpperCase()}`, fresh.replace(/(.{4})/g, "$1 "), `${fresh.slice(0, -1)}${fresh.endsWith("q") ? "p" : "q"}`, "hej", `${fresh}b`].join("\n"));
  await page.locator("[data-action=read-codes]").click();
  const told = page.locator(".room__outcomes li");
  await expect(told).toHaveText([/var der allerede/, /siger noget andet nu/, /er kommet med/, /mangler eller er forkert/, /begynder med vr1/, /»b« findes ikke|for mange tegn/]);
  await expect(page.locator("[data-count]")).toHaveAttribute("data-count", "2");
  await expect(page.locator("#codes")).toHaveValue("");

  // Left, and here after all.
  const mark = page.locator("[data-action=mark]").first();
  await mark.click();
  await expect(page.locator("tbody tr").first()).toHaveClass(/room__gone/);
  await expect(mark).toBeFocused();
  await mark.click();
  await expect(page.locator("tbody tr").first()).not.toHaveClass(/room__gone/);
});

test("paper is keyed in by keyboard; the same answers are asked about; the form is one page", async ({ page, relay }, info) => {
  await openRoom(page, relay);
  await go(page, "#/room/people");
  const keyIn = async () => {
    await page.locator("#paper-0").focus();
    for (const digit of ["3", "4"]) {
      await page.keyboard.type(digit);
      await page.keyboard.press("Tab");
    }
    await page.locator("#paper-need-0").focus();
    await page.keyboard.press("Space");
    await page.locator("[data-action=add-paper]").focus();
    await page.keyboard.press("Enter");
  };
  await page.locator("[data-action=add-paper]").click();
  await expect(page.locator("[data-notice]")).toContainText("ikke tastet noget ind");
  await keyIn();
  await expect(page.locator("[data-paper-told]")).toContainText("er kommet med");
  await expect(page.locator("#paper-0")).toBeFocused();
  await keyIn();
  await page.locator("[data-action=same-yes]").click();
  await expect(page.locator("[data-count]")).toHaveAttribute("data-count", "1");
  await keyIn();
  await page.locator("[data-action=same-no]").click();
  await expect(page.locator("[data-count]")).toHaveAttribute("data-count", "2");
  await page.locator("#paper-0").fill("7");
  await page.locator("[data-action=add-paper]").click();
  await expect(page.locator("[data-notice]")).toContainText("fra 1 til 5");

  await page.locator("[data-action=show-paper]").click();
  const file = info.outputPath("paper.pdf");
  await page.pdf({ path: file, preferCSSPageSize: true });
  const tool = (name, ...args) => execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  expect(tool("pdfinfo", file)).toMatch(/Pages:\s+1\n/);
  const text = tool("pdftotext", "-raw", file, "-");
  expect(text).toContain("Hvor står du?");
  expect(text).not.toContain("Koder fra telefoner");
});

test("no picture under five, and from five on", async ({ page, relay }) => {
  const room = await openRoom(page, relay);
  await send(room, [1, 2, 3, 4].map((n) => says(phone(n), GIVES)));
  await here(page, 4);
  await go(page, "#/room/picture");
  await expect(page.locator("[data-come]")).toHaveAttribute("data-come", "4");
  await page.locator("[data-action=show-picture]").click();
  await expect(page.locator("[data-waiting]")).toContainText("mindst fem");
  await expect(page.locator("[data-picture]")).toHaveCount(0);
  await send(room, [5, 6, 7].map((n) => says(phone(n), { levels: { start_finance: 4 } })));
  await expect(page.locator("[data-come]")).toHaveAttribute("data-come", "7", { timeout: 4_000 });
  // Nothing of it is shown before the facilitator wishes.
  await expect(page.locator("[data-picture]")).toHaveCount(0);
  await page.locator("[data-action=show-picture]").click();
  await expect(page.locator("[data-picture='1']")).toBeVisible();
  await expect(page.locator(".wall__of").first()).toHaveText("4 af 7");
  await send(room, [says(phone(8), GIVES)]);
  await page.locator("[data-action=show-picture]").click();
  await expect(page.locator("[data-waiting]")).toContainText("mindst tre");
  await expect(page.locator("[data-picture='1']")).toBeVisible();
  await page.locator("[data-action=as-table]").click();
  await expect(page.locator(".wall__tables")).toContainText("4 af 7");
  await page.reload();
  await expect(page.locator("[data-picture='1']")).toBeVisible();
});

test("phones are told when the room closes, and deleting leaves nothing", async ({ page, relay }) => {
  const room = await openRoom(page, relay, { keep: true });
  const [one, other] = [phone(21), phone(22)];
  await send(room, [says(one, GIVES)]);
  await here(page, 1);
  await expect.poll(() => place(room, one).then((it) => it?.number)).toBeGreaterThan(0);
  await page.locator("[data-action=close-room]").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Rummet er lukket");
  await expect.poll(() => place(room, one).then((it) => it?.closed), { timeout: 8_000 }).toBe(true);
  await expect(send(room, [says(other, GIVES)])).rejects.toThrow();
  await page.locator("[data-action=delete-room]").click();
  await page.locator("[data-action=delete-yes]").click();
  await expect(page.locator("[data-farewell]")).toContainText("både her og i postkassen");
  expect(await isThere(room)).toBe(false);
  const left = await onDevice(page);
  expect(left).not.toContain("vaekst-room");
  // Only what was asked to be kept; and then the next room is one click.
  expect(left).toContain(relay.grant);
  await page.locator("[data-action=open-room]").click();
  await opened(page, relay);
  await page.locator("[data-action=close-room]").click();
  await page.locator("[data-action=delete-room]").click();
  await page.locator("[data-action=delete-yes]").click();
  await page.locator("[data-action=forget-grant]").click();
  await expect(page.locator("#room-grant")).toBeVisible();
  expect(await onDevice(page)).toBe('[[],{},{},""]');
});

test.describe("when something is wrong", () => {
  test.use({ expectedErrors: /Failed to load resource|status of 404/ });

  test("each trouble with opening has its words", async ({ page, relay }) => {
    await arrive(page, relay, { at: "#/room" });
    const tell = page.locator("[data-notice]");
    const open = page.locator("[data-action=open-room]");
    await open.click();
    await expect(tell).toContainText("vmb1_g_");
    await page.locator("#room-grant").fill(`vmb1_g_${"A".repeat(43)}`);
    await page.locator("#room-relay").fill("ikke en adresse");
    await open.click();
    await expect(tell).toContainText("https://");
    await page.locator("#room-relay").fill(relay.url);
    await open.click();
    await expect(tell).toContainText("kender ikke koden");
    expect(await onDevice(page)).toBe('[[],{},{},""]');
    await page.route("**/v1/mailboxes/**", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Log in</h1>" }));
    await open.click();
    await expect(tell).toContainText("ikke fra postkassen");
    await page.unroute("**/v1/mailboxes/**");
    await page.route("**/v1/mailboxes/**", (route) => route.abort());
    await open.click();
    await expect(tell).toContainText("svarer ikke");
    expect(await onDevice(page)).toBe('[[],{},{},""]');
  });

  test("without a line nothing is lost, and deleting says honestly what is left", async ({ page, relay }) => {
    const room = await openRoom(page, relay);
    await send(room, [says(phone(1), GIVES)]);
    await here(page, 1);
    await page.route("**/v1/mailboxes/**", (route) => route.abort());
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.locator("[data-line=bad]")).toContainText("Ingen forbindelse", { timeout: 10_000 });
    await page.reload();
    await here(page, 1);
    await page.unroute("**/v1/mailboxes/**");
    await send(room, [says(phone(2), GIVES)]);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await here(page, 2);
    await page.route("**/v1/mailboxes/**", (route) => route.abort());
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.locator("[data-line=bad]")).toBeVisible({ timeout: 10_000 });
    await page.locator("[data-action=close-room]").click();
    await page.locator("[data-action=delete-room]").click();
    await page.locator("[data-action=delete-yes]").click();
    await expect(page.locator("[data-farewell]")).toContainText(/Postkassen svarede ikke.*kl\. \d\d\.\d\d/);
    expect(await onDevice(page)).toBe('[[],{},{},""]');
  });
});

test("two windows have the same room; one collects, and no deed is lost", async ({ page, relay, context }) => {
  const room = await openRoom(page, relay);
  const other = await context.newPage();
  await other.goto(`${relay.url}/console/?lang=da#/room/people`);
  await expect(other.locator("[data-count]")).toHaveAttribute("data-count", "0");
  await send(room, [says(phone(1), GIVES)]);
  await here(page, 1);
  await expect(other.locator("[data-count]")).toHaveAttribute("data-count", "1");
  await other.locator("[data-action=mark]").click();
  await here(page, 0);
  await send(room, [says(phone(2), GIVES)]);
  await expect(other.locator("[data-count]")).toHaveAttribute("data-count", "2");
  // The one that collected is closed; the other takes over.
  await page.close();
  await send(room, [says(phone(3), GIVES)]);
  await expect(other.locator("[data-count]")).toHaveAttribute("data-count", "3", { timeout: 15_000 });
});

test("what a newer program has left is told and not touched", async ({ page, relay }) => {
  await openRoom(page, relay);
  await page.evaluate(() => new Promise((done) => {
    const asked = indexedDB.open("vaekst-room");
    asked.onsuccess = () => {
      const table = asked.result.transaction("records", "readwrite").objectStore("records");
      table.put(JSON.stringify({ v: 2, mere: true }), "room").onsuccess = done;
    };
  }));
  await page.reload();
  await expect(page.locator("[data-notice]")).toContainText("nyere udgave");
  expect(await onDevice(page)).toContain("vaekst-room");
  await page.locator("[data-action=remove-room]").click();
  await expect(page.locator("[data-notice]")).toHaveCount(0);
});

test("a rehearsal reaches forty, says on every screen what it is, and asks nobody", async ({ page, relay }) => {
  const asked = [];
  page.on("request", (request) => { if (request.url().includes("/v1/")) asked.push(request.url()); });
  await arrive(page, relay, { at: "#/room" });
  await page.locator("[data-action=rehearse]").click();
  // They come one after the other.
  await expect(page.locator("[data-here]")).not.toHaveAttribute("data-here", "0");
  await expect(page.locator("[data-here]")).not.toHaveAttribute("data-here", "40");
  await page.locator("[data-action=all-come]").click();
  await here(page, 40);
  for (const route of ["", "/people", "/picture", "/groups", "/timer", "/slots", "/sheet", "/guide"]) {
    await go(page, `#/room${route}`);
    await expect(page.locator(".room__rehearsal")).toHaveText("Øvelse: deltagerne er opdigtede");
  }
  await go(page, "#/room/picture");
  await page.locator("[data-action=show-picture]").click();
  await expect(page.locator("[data-picture='1']")).toBeVisible();
  await page.reload();
  await expect(page.locator("[data-picture='1']")).toBeVisible();
  await go(page, "#/room");
  await page.locator("[data-action=close-room]").click();
  await page.locator("[data-action=delete-room]").click();
  await page.locator("[data-action=delete-yes]").click();
  await expect(page.locator("[data-farewell]")).toContainText("kun været på denne computer");
  expect(asked).toEqual([]);
  expect(await onDevice(page)).toBe('[[],{},{},""]');
});

test.describe("for everybody", () => {
  test.setTimeout(240_000);

  for (const lang of ["da", "en"]) {
    test(`axe finds nothing, and nothing sticks out (${lang})`, async ({ page, relay }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      const looks = lang === "da" ? ["light", "dark"] : ["light"];
      const check = async (where) => {
        for (const width of [320, 1920]) {
          await page.setViewportSize({ width, height: width === 320 ? 640 : 1080 });
          for (const colorScheme of looks) {
            await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
            expect.soft(await violations(page), `${where} ${width} ${colorScheme}`).toEqual([]);
          }
          expect.soft(await stickingOut(page), `${where} ${width}`).toEqual([]);
        }
        expect.soft(await page.locator("#app").textContent(), where).not.toMatch(/\{\w+\}/);
      };
      await arrive(page, relay, { lang, at: "#/room" });
      await check("the first time");
      await rehearse(page, relay, { lang });
      await check("a rehearsal's door");
      await go(page, "#/room/people");
      await page.locator("[data-action=show-paper]").click();
      await check("people");
      await go(page, "#/room/picture");
      await check("before the picture");
      await page.locator("[data-action=show-picture]").click();
      await check("the picture");
      await page.locator("[data-action=as-table]").click();
      await check("as a table");
      await page.locator("[data-action=colours]").click();
      await check("in the wall's own colours");
      await go(page, "#/room");
      await page.locator("[data-action=close-room]").click();
      await page.locator("[data-action=delete-room]").click();
      await check("closed");
      await page.locator("[data-action=delete-yes]").click();
      await page.locator("#room-grant").fill(relay.grant);
      await page.locator("[data-action=open-room]").click();
      await expect(page.locator("svg.qr")).toBeVisible();
      await check("the door");
    });
  }

  test("the whole way by keyboard: open, show, close, delete", async ({ page, relay }) => {
    await arrive(page, relay, { at: "#/room" });
    await page.locator("#room-grant").focus();
    await page.keyboard.type(relay.grant);
    await page.keyboard.press("Enter");
    await expect(page.locator("#app h1")).toHaveText("Kom ind i rummet");
    await expect(page.locator("#app h1")).toBeFocused();
    const room = await opened(page, relay);
    await send(room, [1, 2, 3, 4, 5].map((n) => says(phone(n), GIVES)));
    await here(page, 5);
    await page.getByRole("link", { name: "Billede" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-action=show-picture]").focus();
    await page.keyboard.press("Enter");
    await expect(page.locator("[data-picture='1']")).toBeVisible();
    await expect(page.locator("[data-action=show-picture]")).toBeFocused();
    await page.getByRole("link", { name: "Dør" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-action=close-room]").focus();
    await page.keyboard.press("Enter");
    await expect(page.locator("#app h1")).toHaveText("Rummet er lukket");
    await expect(page.locator("#app h1")).toBeFocused();
    await page.locator("[data-action=delete-room]").focus();
    await page.keyboard.press("Enter");
    await page.locator("[data-action=delete-yes]").focus();
    await page.keyboard.press("Space");
    await expect(page.locator("[data-farewell]")).toBeVisible();
    await expect(page.locator("#app h1")).toBeFocused();
  });
});
