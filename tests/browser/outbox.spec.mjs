// The hardest day of the outbox, again and again: twenty letters are queued offline, the browser is
// killed at a random moment (SIGKILL, the whole of it), and started again online. Every letter the
// person has seen on the list arrives exactly once, and nothing arrives that was not sent.
//
//   VAEKST_OUTBOX_CYCLES=50 cargo xtask test --only browser -- outbox     the long mode
import { chromium } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { launchOptions } from "./chromium.mjs";
import { persona, profileFile } from "./native.mjs";

const CYCLES = Number(process.env.VAEKST_OUTBOX_CYCLES ?? 3);
const LETTERS = 20;
/** The latest moment of the kill after the first letter was begun (milliseconds). */
const LONGEST = 6_000;
const laura = profileFile(persona("laura-ide-til-bageri"));

test.skip(() => !process.env.VAEKST_MAILBOX, "needs the demonstration: cargo xtask test");

/** What the mailbox holds, by asking as the office: how often each letter. */
async function held(baseURL) {
  const found = new Map();
  for (let after = 0, more = true; more;) {
    const address = new URL(`/v1/mailboxes/${process.env.VAEKST_MAILBOX}/messages?after=${after}&limit=100`, baseURL);
    const answer = await fetch(address, { headers: { authorization: `Bearer ${process.env.VAEKST_OWNER}` } });
    const page = await answer.json();
    for (const row of page.rows) {
      after = row.seq;
      if (row.state === "stored") found.set(row.sid, (found.get(row.sid) ?? 0) + 1);
    }
    more = page.more;
  }
  return found;
}

const open = (folder, baseURL) => chromium.launchPersistentContext(folder, { ...launchOptions, baseURL, locale: "da-DK" });

/** The same numbers for the same cycle: a failure can be had again. */
const random = (cycle) => ((cycle * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;

/** Queues letters offline until the browser is killed; the answer: the letters seen on the list. */
async function queueUntilKilled(folder, baseURL, moment) {
  const context = await open(folder, baseURL);
  const page = await context.newPage();
  await page.addInitScript((text) => {
    if (location.origin !== "null" && !localStorage.getItem("vaekstspejl")) localStorage.setItem("vaekstspejl", text);
  }, laura);
  await page.goto("./?office=demo-stor#/send");
  await page.locator(".sealed").waitFor();
  await context.setOffline(true);
  const seen = new Set();
  let begun = 0;
  let killed = false;
  const kill = setTimeout(() => {
    killed = true;
    execFileSync("pkill", ["-KILL", "-f", `user-data-dir=${folder}`]);
  }, moment);
  try {
    for (; begun < LETTERS; begun += 1) {
      if (begun > 0) await page.locator("[data-action=again]").click({ timeout: 5_000 });
      await page.locator("[data-action=agree]").check({ timeout: 5_000 });
      await page.locator("[data-action=send-now]").click({ timeout: 5_000 });
      await expect(page.locator("[data-letter]")).toHaveCount(seen.size + 1, { timeout: 5_000 });
      for (const sid of await page.locator("[data-letter]").evaluateAll((rows) => rows.map((row) => row.dataset.letter))) seen.add(sid);
    }
    await page.waitForTimeout(LONGEST); // all are queued; the kill is still to come
  } catch (error) {
    if (!killed) throw error;
  }
  clearTimeout(kill);
  await context.close().catch(() => {});
  return { seen, begun: begun + 1 };
}

for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
  test(`queued offline, killed, started again online: each letter once (${cycle})`, async ({ baseURL }) => {
    test.setTimeout(120_000);
    const folder = mkdtempSync(path.join(tmpdir(), "vaekst-outbox-"));
    const moment = 500 + Math.round(random(cycle) * LONGEST);
    const { seen, begun } = await queueUntilKilled(folder, baseURL, moment);
    expect(seen.size, `killed after ${moment} ms: nothing was queued`).toBeGreaterThan(0);

    const context = await open(folder, baseURL);
    const page = await context.newPage();
    await page.goto("./?office=demo-stor#/");
    const arrived = async () => {
      const all = await held(baseURL);
      return [...seen].filter((sid) => all.get(sid) === 1).length;
    };
    await expect.poll(arrived, { timeout: 60_000 }).toBe(seen.size);
    await page.evaluate(() => { location.hash = "#/send"; });
    const list = page.locator("[data-letter]");
    await expect(page.locator("[data-letter][data-state=received]")).toHaveCount(await list.count(), { timeout: 30_000 });
    // A letter may have been stored just before the kill without being seen; more than were begun cannot be.
    const stored = await list.evaluateAll((rows) => rows.map((row) => row.dataset.letter));
    expect(stored.length).toBeLessThanOrEqual(begun);
    const all = await held(baseURL);
    for (const sid of stored) expect(all.get(sid), sid).toBe(1);
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });
}
