// A whole workshop, from the phone in the hand to groups and slots: a facilitator's page, twelve
// phones with pages of their own, one real relay between them.
import { arrive as atTheDesk, expect, test } from "./office.mjs";
import { persona, profileFile } from "./native.mjs";
import { comeBack } from "./person.mjs";

test.setTimeout(180_000);
// The long poll that was waiting when the room was deleted is answered that there is none.
test.use({ expectedErrors: /status of 404/ });

const PHONES = [
  "birgit-boghandel", "ahmed-koerer-egne-penge-ind", "clara-klima-startup-2014", "flemming-fabrik-2014",
  "freja-stor-ide", "grethe-opfinder-i-vejle-2010", "hanne-eksport-2014", "karin-hotel-mangler-folk",
  "karsten-ledig-vil-starte", "laura-ide-til-bageri", "bodil-offentlige-kunder-2010", "kirsten-raadgiver-2010",
];

const go = async (page, route) => {
  await page.evaluate((route) => { location.hash = route; }, route);
  await expect(page.locator("#app h1")).toBeVisible();
};

test("twelve phones: in, given, shown, grouped, told, moved by a newcomer, advised, and over", async ({ page, relay, browser }) => {
  await atTheDesk(page, relay, { at: "#/room" });
  await page.locator("#room-grant").fill(relay.grant);
  await page.locator("[data-action=open-room]").click();
  const link = await page.locator("[data-address]").textContent();
  const words = await page.locator("[data-check] li").allTextContents();

  const wrong = [];
  const phone = async (who) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, serviceWorkers: "block" });
    const phone = await context.newPage();
    phone.on("pageerror", (error) => wrong.push(`${who}: ${error.message}`));
    await comeBack(phone, profileFile(persona(who)), link);
    await expect(phone.locator("[data-check-words]")).toHaveText(words.join(" "));
    return phone;
  };
  const join = async (phone) => {
    await phone.locator("[data-action=enter]").click();
    await expect(phone.locator("[data-room=in] [data-status]").first()).toHaveAttribute("data-status", "received");
  };
  const give = async (phone) => {
    await phone.locator("#room [data-action=give-room]").click();
    await expect(phone.locator("[data-given] [data-status]")).toHaveAttribute("data-status", "received");
  };

  const phones = [];
  for (const who of PHONES) phones.push(await phone(who));
  await Promise.all(phones.map(join));
  await expect(page.locator("[data-here]")).toHaveAttribute("data-here", "12");
  await expect(page.locator("[data-given]")).toHaveCount(0);
  await Promise.all(phones.map(give));
  await expect(page.locator("[data-given]")).toHaveAttribute("data-given", "12");

  // Every third phone is loaded again: nobody is lost, nobody is there twice.
  for (const phone of phones.filter((_, n) => n % 3 === 0)) {
    await phone.reload();
    await expect(phone.locator("[data-given] [data-status]")).toHaveAttribute("data-status", "received");
  }
  await expect(page.locator("[data-here]")).toHaveAttribute("data-here", "12");

  await go(page, "#/room/picture");
  await expect(page.locator("[data-picture]")).toHaveCount(0);
  await page.locator("[data-action=show-picture]").click();
  await expect(page.locator("[data-picture]")).toHaveAttribute("data-picture", "1");

  await go(page, "#/room/groups");
  await page.locator("#smallest").fill("3");
  await page.locator("#largest").fill("5");
  await page.locator("[data-action=make]").click();
  const groupOf = async (phone) => {
    const place = phone.locator(".room__place");
    await expect(place).toContainText(/Gruppe \d/, { timeout: 40_000 });
    return (await place.textContent()).match(/Gruppe (\d)/)[1];
  };
  const told = await Promise.all(phones.map(groupOf));
  expect(new Set(told).size).toBeGreaterThan(1);

  // Each phone is told what the facilitator sees of it.
  await page.locator("[data-action=wall]").click();
  const wall = page.locator(".room-wall .room-plan__group");
  for (const [n, phone] of phones.entries()) {
    const name = (await phone.locator("[data-room=in]").textContent()).match(/[A-ZÆØÅ][a-zæøå]+ \d{1,2}/)[0];
    await expect(wall.filter({ hasText: new RegExp(`Gruppe ${told[n]}(?!\\d)`) }), name).toContainText(name);
  }
  await page.locator("[data-action=desk]").click();

  // Somebody comes late: offered, shown, taken, undone and taken again.
  const late = await phone("line-ensom-soeger-medstifter");
  await join(late);
  await give(late);
  await expect(page.locator("[data-news]")).toBeVisible();
  await page.locator("[data-action=repair]").click();
  await expect(page.locator("[data-preview]")).toBeVisible();
  await page.locator("[data-action=do]").click();
  await groupOf(late);
  expect(await Promise.all(phones.map(groupOf)), "nobody else moves").toEqual(told);

  await go(page, "#/room/slots");
  await page.locator("[data-action=six]").click();
  await page.locator("[data-action=make]").click();
  await expect(page.locator("[data-adviser]").first()).toBeVisible();
  const places = phones.concat(late).map((phone) => phone.locator(".room__place"));
  for (const place of places) await expect(place).toContainText(/Kl\. \d{2}\.\d{2}|venteliste/, { timeout: 40_000 });

  // Left: the room hears it.
  await late.locator("#leave-button").click();
  await late.locator("#leave-question [data-action=leave-room-yes]").click();
  await go(page, "#/room");
  await expect(page.locator("[data-here]")).toHaveAttribute("data-here", "12");

  await page.locator("[data-action=close-room]").click();
  await page.locator("[data-action=delete-room]").click();
  await page.locator("[data-action=delete-yes]").click();
  await expect(page.locator("[data-farewell]")).toBeVisible();
  // The phones forget the room by themselves.
  for (const phone of phones) {
    await expect(phone.locator("[data-room=in]")).toHaveCount(0, { timeout: 60_000 });
    expect(await phone.evaluate(() => Object.keys(localStorage).filter((name) => name.includes("room")))).toEqual([]);
  }
  expect(wrong).toEqual([]);
  for (const phone of phones.concat(late)) await phone.context().close();
});
