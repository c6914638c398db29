// A workshop's room on the phone: going in, giving, changing, leaving; without net, on a shared
// device, in two tabs; and that nothing of the answers leaves before the person's own yes.
import { readFileSync } from "node:fs";
import { stickingOut, violations } from "./everybody.mjs";
import { persona, profileFile } from "./native.mjs";
import { arrive, comeBack, profileDrawn, stored } from "./person.mjs";
import { expect, test as base, watch } from "./recorder.mjs";
import { startRelay } from "./relay.mjs";
import { openRoom } from "./room.mjs";

const birgit = persona("birgit-boghandel");
const words = readFileSync(new URL("../../content/passphrase/da.txt", import.meta.url), "utf8").trim().split("\n");

const test = base.extend({
  relay: async ({}, use) => {
    const relay = await startRelay();
    await use(relay);
    await relay.stop();
  },
  // The app is the relay's own: a page of one origin, as at a small office.
  baseURL: async ({ relay }, use) => use(`${relay.url}/`),
  sends: true,
  room: async ({ relay }, use) => use(await openRoom(relay)),
});

// A relay that does not answer is a line in the console, and what no relay has yet is another.
test.use({ expectedErrors: /Failed to load resource/ });

const shown = (page, name) => page.locator(`[data-room=${name}]`);
const status = (page) => page.locator("[data-room=in] [data-status]").first();
const whats = async (room) => (await room.letters()).map((it) => it.what);

/** Goes in by the link. The answer: the name. */
async function enter(page, room, address = "./") {
  await arrive(page, `${address}#/join/${room.fragment}`);
  const name = (await page.locator("[data-pseudonym]").textContent()).trim();
  await page.locator("[data-action=enter]").click();
  await expect(shown(page, "in")).toContainText(name);
  return name;
}

/** Goes in with a profile that is kept on this device, and waits until the room knows. */
async function enterWithProfile(page, room) {
  await comeBack(page, profileFile(birgit), `./#/join/${room.fragment}`);
  await page.locator("[data-action=enter]").click();
  await expect(status(page)).toHaveAttribute("data-status", "received");
}

/** What a person gives, as the room reads it. */
const coarse = ({ levels = {}, needs = {}, stage, wish }) => ({ levels, needs, stage, wish });

test.describe("going in:", () => {
  test("three words, a name, one button; the room hears that somebody is here and nothing else", async ({ page, room, recorder }) => {
    await arrive(page, `./#/join/${room.fragment}`);
    await expect(page.locator("[data-check-words]")).toHaveText(/^[a-zæøå]+ [a-zæøå]+ [a-zæøå]+$/);
    for (const word of (await page.locator("[data-check-words]").textContent()).split(" ")) expect(words).toContain(word);
    const first = await page.locator("[data-pseudonym]").textContent();
    expect(first).toMatch(/^[A-ZÆØÅ][a-zæøå]+ \d{1,2}$/);
    await expect.poll(async () => {
      await page.locator("[data-action=another-name]").click();
      return page.locator("[data-pseudonym]").textContent();
    }).not.toBe(first);
    expect(recorder.sent().filter((it) => it.method !== "GET")).toEqual([]);
    await page.locator("[data-action=enter]").click();
    await expect(status(page)).toHaveAttribute("data-status", "received");
    expect(page.url()).toMatch(/#\/join$/);
    const [letter, ...more] = await room.letters();
    expect(more).toEqual([]);
    expect(Object.keys(letter).sort()).toEqual(["name", "person", "turn", "v", "what"]);
    expect(letter.what).toBe("here");
    // Nobody is asked for anything: the way is told.
    await expect(page.locator(".room__order a[href='#/test/selvtest']")).toBeVisible();
  });

  test("a reload, and the same link again, are the same person and no second letter", async ({ page, room }) => {
    const name = await enter(page, room);
    await expect(status(page)).toHaveAttribute("data-status", "received");
    for (const address of ["./#/join", `./#/join/${room.fragment}`, `./#/join/${room.fragment}`]) {
      await arrive(page, address);
      await expect(shown(page, "in")).toContainText(name);
    }
    await page.waitForTimeout(500);
    expect(await whats(room)).toEqual(["here"]);
  });

  test("is said on the other screens, with a way back", async ({ page, room }) => {
    const name = await enter(page, room);
    await page.evaluate(() => { location.hash = "#/"; });
    await expect(page.locator("[data-notice=room]")).toContainText(name);
    await page.locator("[data-notice=room] a").click();
    await expect(shown(page, "in")).toBeVisible();
  });

  test("in English too the name is the Danish word, with what it means", async ({ page, room }) => {
    await arrive(page, `./?lang=en#/join/${room.fragment}`);
    await expect(page.locator("[data-pseudonym]")).toHaveText(/^[A-ZÆØÅ][a-zæøå]+ \d{1,2} \([a-z ]+\)$/);
    await expect(page.locator("[data-check-words]")).toHaveAttribute("lang", "da");
  });

  test("works by the keyboard alone", async ({ page, room }) => {
    await arrive(page, `./#/join/${room.fragment}`);
    await page.locator("[data-action=another-name]").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect(page.locator("[data-action=enter]")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(shown(page, "in")).toBeVisible();
    await expect(page.locator("#app h1")).toBeFocused();
  });

  test("a room at another relay is asked there and nowhere else", async ({ page, room, recorder, relay }) => {
    const host = new URL(relay.url).host;
    await arrive(page, `./#/join/${room.fragment}/${host}`);
    await page.locator("[data-action=enter]").click();
    await expect(status(page)).toHaveAttribute("data-status", "received");
    expect(recorder.sent().length).toBeGreaterThan(1);
    expect(await whats(room)).toEqual(["here"]);
  });
});

test.describe("giving:", () => {
  test("nothing before the yes; then exactly what stood there; changed, taken back, left", async ({ page, room, recorder }) => {
    await enterWithProfile(page, room);
    const card = page.locator("#room");
    await expect(card.locator("[data-gives]")).toContainText("af 5");
    await page.evaluate(() => { location.hash = "#/profile"; });
    await profileDrawn(page);
    await expect(card).toBeVisible();
    expect(recorder.sent().filter((it) => it.method === "PUT")).toHaveLength(1);
    expect(await whats(room)).toEqual(["here"]);

    await card.locator("select").selectOption({ index: 1 });
    const lines = await card.locator("[data-gives] li").allTextContents();
    await card.locator("[data-action=give-room]").click();
    await expect(page.locator("[data-given] [data-status]")).toHaveAttribute("data-status", "received");
    const [here, gives, ...more] = await room.letters();
    expect(more).toEqual([]);
    expect([here.turn, gives.turn, gives.person]).toEqual([1, 2, here.person]);
    expect(Object.keys(gives).sort()).toEqual(["levels", "name", "needs", "person", "stage", "turn", "v", "what", "wish"].filter((it) => it in gives));
    const { levels, needs, wish } = coarse(gives);
    expect(Object.values(levels).every((it) => [1, 2, 3, 4, 5].includes(it))).toBe(true);
    expect(lines).toHaveLength(Object.keys(levels).length + Math.max(1, Object.keys(needs).length) + 1);
    expect(Object.keys(needs)).toContain(wish);
    expect(levels.economy).toBe(5); // every item at its highest step

    // Another answer: what the room has is older, and says so until the person corrects it.
    await page.evaluate(() => { location.hash = "#/test/vaekstscreening/economy_core"; });
    const asked = page.locator("[data-question]");
    await asked.locator("input").first().check();
    await page.evaluate(() => { location.hash = "#/join"; });
    await expect(page.locator("[data-changed]")).toBeVisible();
    expect(await whats(room)).toEqual(["here", "gives"]);
    await page.locator("[data-action=give-again]").click();
    await expect(page.locator("[data-changed]")).toHaveCount(0);
    await expect.poll(() => whats(room)).toEqual(["here", "gives", "gives"]);
    expect((await room.letters())[2].levels.economy).toBeLessThan(5);

    await page.locator("[data-action=take-back]").click();
    await expect.poll(() => whats(room)).toEqual(["here", "gives", "gives", "here"]);
    await expect(page.locator("[data-action=give-room]")).toBeVisible();
    await page.locator("[data-action=leave-room]").click();
    await page.locator("[data-action=leave-room-yes]").click();
    await expect(shown(page, "none")).toBeVisible();
    await expect.poll(() => whats(room)).toEqual(["here", "gives", "gives", "here", "leaves"]);
    await expect.poll(async () => (await stored(page)).local).toEqual(["vaekstspejl"]);
  });

  test("without net it waits, a code is offered, and it goes once when there is net again", async ({ page, room, context }) => {
    await enterWithProfile(page, room);
    await context.setOffline(true);
    await page.locator("[data-action=give-room]").click();
    await expect(page.locator("[data-given] [data-status]")).toHaveAttribute("data-status", "waiting");
    await page.locator("[data-action=room-code]").click();
    const code = await page.locator("[data-room-code]").getAttribute("data-room-code");
    expect(code).toMatch(/^vr1[02-9ac-hj-np-z]+$/);
    expect(code.length).toBeLessThanOrEqual(90);
    await expect(page.locator(".room__qr")).toBeVisible();
    await page.locator("[data-action=room-code]").click();
    await expect(page.locator("[data-room-code]")).toHaveCount(0);
    await context.setOffline(false);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.locator("[data-given] [data-status]")).toHaveAttribute("data-status", "received");
    expect(await whats(room)).toEqual(["here", "gives"]);
    await expect(page.locator("[data-action=room-code]")).toHaveCount(0);
  });

  test("a word that waits for ten seconds offers the code by itself", async ({ page, room, context }) => {
    await enterWithProfile(page, room);
    await context.setOffline(true);
    await page.locator("[data-action=give-room]").click();
    await expect(page.locator("[data-room-code]")).toBeVisible({ timeout: 20_000 });
  });

  test("a later word replaces one that waits", async ({ page, room, context }) => {
    await enterWithProfile(page, room);
    await context.setOffline(true);
    await page.locator("[data-action=give-room]").click();
    await page.locator("[data-action=take-back]").click();
    await page.locator("[data-action=give-room]").click();
    await context.setOffline(false);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect.poll(() => whats(room)).toEqual(["here", "gives"]);
    expect((await room.letters())[1].turn).toBe(4);
  });
});

test.describe("the room's own word:", () => {
  test("group, time and waiting list stand there, large, and stay without net", async ({ page, room, context }) => {
    const told = [];
    await page.route(/\/places\//, (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(told.at(-1) ?? { number: 0 }) }));
    await enter(page, room);
    await expect(status(page)).toHaveAttribute("data-status", "received");
    const [{ person }] = await room.letters();
    const look = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    const place = (number, more) => told.push(room.piece(person, { v: 1, number, ...more }, number));
    place(2, { rounds: [3, 1], slots: [{ from: 990, to: 1010, adviser: "Lokal 2, Ane" }] });
    await expect(async () => {
      await look();
      await expect(page.locator(".room__place")).toContainText("Gruppe 3", { timeout: 500 });
    }).toPass();
    await expect(page.locator(".room__place")).toContainText("Kl. 16.30–16.50: Lokal 2, Ane");
    // An older word is not believed.
    place(1, { rounds: [9] });
    await look();
    await page.waitForTimeout(500);
    await expect(page.locator(".room__place")).toContainText("Gruppe 3");
    await context.setOffline(true);
    await page.evaluate(() => { location.hash = "#/"; });
    await page.evaluate(() => { location.hash = "#/join"; });
    await expect(page.locator(".room__place")).toContainText("Gruppe 3");
    await context.setOffline(false);
    place(3, { closed: true });
    await expect(async () => {
      await look();
      await expect(shown(page, "over")).toBeVisible({ timeout: 500 });
    }).toPass();
    expect((await stored(page)).local).toEqual([]);
  });
});

test.describe("what can be wrong:", () => {
  test("a damaged link is told, each way", async ({ page, room }) => {
    const it = room.fragment;
    const wrong = `${it.slice(0, 40)}${it[40] === "A" ? "B" : "A"}${it.slice(41)}`;
    for (const [fragment, said] of [
      [it.slice(0, -3), "mangler"],
      [wrong, "forkert tegn"],
      [`${it.slice(0, 20)}%${it.slice(21)}`, "ikke hører til"],
      [`2${it.slice(1)}`, "nyere udgave"],
      [`${it}/not a host`, "sidste stykke"],
    ]) {
      await arrive(page, `./#/join/${fragment}`);
      await expect(shown(page, "broken"), said).toContainText(said);
    }
  });

  test("a closed room takes nobody; one that is gone ends for those who are in it", async ({ page, room, relay }) => {
    await enter(page, room);
    await expect(status(page)).toHaveAttribute("data-status", "received");
    await room.remove();
    await expect(async () => {
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await expect(shown(page, "over")).toBeVisible({ timeout: 1_000 });
    }).toPass();
    expect((await stored(page)).local).toEqual([]);
    const other = await openRoom(relay);
    await other.close();
    await arrive(page, `./#/join/${other.fragment}`);
    await expect(shown(page, "closed")).toBeVisible();
  });

  test("whoever is in a room is asked before they go into another", async ({ page, room, relay }) => {
    const name = await enter(page, room);
    await expect(status(page)).toHaveAttribute("data-status", "received");
    const other = await openRoom(relay);
    await arrive(page, `./#/join/${other.fragment}`);
    await expect(shown(page, "other")).toContainText(name);
    await page.locator("[data-action=other-stay]").click();
    await expect(shown(page, "in")).toContainText(name);
    await arrive(page, `./#/join/${other.fragment}`);
    await page.locator("[data-action=other-leave]").click();
    await page.locator("[data-action=enter]").click();
    await expect(shown(page, "in")).toBeVisible();
    await expect.poll(() => whats(room)).toEqual(["here", "leaves"]);
    await expect.poll(() => whats(other)).toEqual(["here"]);
  });

  test("a record of a newer program is left alone", async ({ page }) => {
    await page.addInitScript(() => {
      if (location.origin !== "null") localStorage.setItem("vaekstspejl-room", '{"v":2,"more":"to come"}');
    });
    await arrive(page, "./#/join");
    await expect(shown(page, "unread")).toBeVisible();
    expect(await page.evaluate(() => localStorage.getItem("vaekstspejl-room"))).toBe('{"v":2,"more":"to come"}');
  });

  test("a log-in page of a network is no room", async ({ page, room }) => {
    await page.route(/\/v1\/mailboxes\//, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Log in</h1>" }));
    await enter(page, room);
    await expect(shown(page, "in")).toContainText("logge på nettet");
    await page.unroute(/\/v1\/mailboxes\//);
    await page.locator("[data-action=try-now]").click();
    await expect(status(page)).toHaveAttribute("data-status", "received");
    expect(await whats(room)).toEqual(["here"]);
  });
});

test.describe("what is kept:", () => {
  test("a shared device keeps nothing, and finishing leaves the room", async ({ page, room }) => {
    await enter(page, room, "./?shared");
    await expect(status(page)).toHaveAttribute("data-status", "received");
    await expect(page.locator("[data-room=in] [data-memory-only]")).toBeVisible();
    expect(await stored(page)).toMatchObject({ local: [], session: [], databases: [] });
    await page.locator("[data-action=finish]").first().click();
    await expect(page.locator(".start")).toBeVisible();
    await expect(page.locator("[data-notice=room]")).toHaveCount(0);
    await expect.poll(() => whats(room)).toEqual(["here", "leaves"]);
  });

  test("one record while in the room; forgetting everything leaves it and removes the record", async ({ page, room }) => {
    await enter(page, room);
    await expect(status(page)).toHaveAttribute("data-status", "received");
    expect((await stored(page)).local).toEqual(["vaekstspejl-room"]);
    await page.locator(".footer [data-action=forget]").click();
    await page.locator("#forget-footer-question [data-action=forget-yes]").click();
    await expect(page.locator(".start")).toBeVisible();
    expect((await stored(page)).local).toEqual([]);
    await expect.poll(() => whats(room)).toEqual(["here", "leaves"]);
  });

  test("two tabs are one person, and follow each other", async ({ page, room, context, baseURL }) => {
    const name = await enter(page, room);
    const second = await context.newPage();
    await arrive(second, `${baseURL}#/join/${room.fragment}`);
    await expect(shown(second, "in")).toContainText(name);
    await expect.poll(() => whats(room)).toEqual(["here"]);
    await second.locator("[data-action=leave-room]").click();
    await second.locator("[data-action=leave-room-yes]").click();
    await expect(shown(page, "none")).toBeVisible();
    await expect.poll(() => whats(room)).toEqual(["here", "leaves"]);
  });
});

test("every state: axe finds nothing at 320 px, and nothing sticks out", async ({ page, room, context }) => {
  test.slow();
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  const look = async (state) => {
    expect.soft(await violations(page), state).toEqual([]);
    expect.soft(await stickingOut(page), state).toEqual([]);
  };
  await arrive(page, "./#/join");
  await look("none");
  await arrive(page, "./#/join/1abc");
  await look("broken");
  await comeBack(page, profileFile(birgit), `./#/join/${room.fragment}`);
  await expect(page.locator("[data-check-words]")).toBeVisible();
  await look("enter");
  await page.locator("[data-action=enter]").click();
  await expect(status(page)).toHaveAttribute("data-status", "received");
  await look("in");
  await page.locator("[data-action=leave-room]").click();
  await look("leaving");
  await page.locator("[data-action=leave-room-no]").click();
  await context.setOffline(true);
  await page.locator("[data-action=give-room]").click();
  await page.locator("[data-action=room-code]").click();
  await expect(page.locator("[data-room-code]")).toBeVisible();
  await look("code");
  await context.setOffline(false);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.locator("[data-given] [data-status]")).toHaveAttribute("data-status", "received");
  await look("given");
  await page.evaluate(() => { location.hash = "#/"; });
  await expect(page.locator("[data-notice=room]")).toBeVisible();
  await look("notice");
});

test("two people in a room who answer differently ask for the same before their yes", async ({ browser, relay }) => {
  const asked = [];
  for (const id of ["ahmed-koerer-egne-penge-ind", "laura-ide-til-bageri"]) {
    const room = await openRoom(relay);
    const context = await browser.newContext({ baseURL: `${relay.url}/`, serviceWorkers: "block" });
    const recorder = await watch(context, relay.url, /Failed to load resource/, true);
    const page = await context.newPage();
    await enterWithProfile(page, room);
    await page.evaluate(() => { location.hash = "#/profile"; });
    await profileDrawn(page);
    const sent = recorder.sent().filter((it) => it.method === "PUT");
    asked.push({ files: recorder.requests(), letters: sent.map((it) => it.body.length) });
    expect(await whats(room), id).toEqual(["here"]);
    await context.close();
  }
  expect(asked[0]).toEqual(asked[1]);
});
