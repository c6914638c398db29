// The browser measures of design §5, on the release build: a mid-range phone on a slow 4G
// line, cold cache, every measure repeated. `cargo xtask bench` serves the app and calls
//   node tests/browser/bench.mjs <address> <runs> <file for the result>
// The result holds every single value; which of them count is not decided here.
import { writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { launchOptions } from "./chromium.mjs";

const [address, runs, file] = process.argv.slice(2);
if (!file) throw new Error("usage: bench.mjs <address> <runs> <file>");

const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const CPU_SLOWDOWN = 4;
const PATIENCE = 30_000;
/** More questions than any path may have. */
const MOST_QUESTIONS = 100;

/** A browser that has never seen the app, on the slow line. */
async function phone(browser) {
  // every context has a cache of its own, empty at first
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "da-DK" });
  await context.addInitScript(stopwatch);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", SLOW_4G);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  return { context, page };
}

/** Runs inside the page, before anything else: what is on the screen, and since when. */
function stopwatch() {
  const watch = { answerable: null, input: null, question: null, steps: [], profile: null };
  globalThis.__stopwatch = watch;
  const painted = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(null);
    });
  for (const kind of ["click", "change"]) {
    addEventListener(kind, (event) => { watch.input = event.timeStamp; }, { capture: true });
  }
  const look = () => {
    const question = document.querySelector("[data-question]");
    const id = question?.dataset.question ?? null;
    if (watch.answerable === null && question?.querySelector("input:enabled, select:enabled")) {
      watch.answerable = 0;
      painted((now) => { watch.answerable = now; });
    }
    if (id !== watch.question) {
      const from = watch.input;
      const counts = id !== null && watch.question !== null && from !== null;
      watch.question = id;
      if (counts) painted((now) => watch.steps.push(now - from));
    }
    if (watch.profile === null && document.querySelector("[data-segment]") && document.querySelector("[data-offer]")) {
      const from = watch.input ?? 0;
      watch.profile = 0;
      painted((now) => { watch.profile = now - from; });
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

/** Waits until `look`, run inside the page, gives something. */
async function until(page, look, what) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const found = await page.evaluate(look);
    if (found) return found;
    await page.waitForTimeout(20);
  }
  throw new Error(`${what}: not within ${PATIENCE / 1000} s at ${page.url()}`);
}

async function firstPaint(browser) {
  const { context, page } = await phone(browser);
  await page.goto(address);
  const time = await until(
    page,
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    "first contentful paint",
  );
  await context.close();
  return time;
}

async function firstQuestion(browser) {
  const { context, page } = await phone(browser);
  await page.goto(`${address}#/test/selvtest`);
  const time = await until(page, () => globalThis.__stopwatch.answerable, "first question answerable");
  await context.close();
  return time;
}

/** Inside the page: answers the question on the screen; whether there was one. */
function answer() {
  const question = document.querySelector("[data-question]");
  if (!question) return false;
  const choices = [...question.querySelectorAll("input[type=radio], input[type=checkbox]")].filter((input) => !input.disabled);
  const list = question.querySelector("select:enabled");
  if (list) {
    list.value = [...list.options].find((option) => option.value !== "")?.value ?? "";
    list.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (choices.length > 0) {
    choices[Math.min(1, choices.length - 1)].click();
  }
  return true;
}

/** The whole core path of the self-test: every step's time, and the way to the profile. */
async function wholePath(browser) {
  const { context, page } = await phone(browser);
  await page.goto(`${address}#/test/selvtest`);
  await until(page, () => globalThis.__stopwatch.answerable, "first question answerable");
  // the second part of the content is fetched while a person reads the first question
  await page.waitForLoadState("networkidle");
  const state = () => page.evaluate(() => ({ ...globalThis.__stopwatch, steps: globalThis.__stopwatch.steps.length }));
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const before = await state();
    if (before.profile !== null) break;
    await page.evaluate(answer);
    await page.waitForTimeout(60);
    const after = await state();
    if (after.question === before.question && after.profile === null) {
      const clicked = await page.evaluate(() => {
        const on = document.querySelector("[data-action=next]:not(:disabled)") ?? document.querySelector("main a[href='#/profile']");
        on?.click();
        return Boolean(on);
      });
      if (!clicked) throw new Error(`no way on from ${page.url()}, question ${before.question}`);
      await page.waitForTimeout(120);
    }
  }
  const profile = await until(page, () => globalThis.__stopwatch.profile, "profile with recommendations");
  const steps = await page.evaluate(() => globalThis.__stopwatch.steps);
  await context.close();
  if (steps.length < 5) throw new Error(`only ${steps.length} questions were seen`);
  return { profile, steps };
}

const browser = await chromium.launch({ ...launchOptions, executablePath: process.env.CHROMIUM ?? launchOptions.executablePath });
const result = { chromium: browser.version(), paint: [], question: [], step: [], questions: 0, profile: [] };
try {
  for (let run = 1; run <= Number(runs); run += 1) {
    process.stdout.write(`run ${run} of ${runs} `);
    result.paint.push(await firstPaint(browser));
    result.question.push(await firstQuestion(browser));
    const path = await wholePath(browser);
    // one value per run: the median step of that run
    path.steps.sort((a, b) => a - b);
    result.step.push(path.steps[Math.floor(path.steps.length / 2)]);
    result.questions = path.steps.length + 1;
    result.profile.push(path.profile);
    const last = (values) => `${values.at(-1).toFixed(0)} ms`;
    console.log(`paint ${last(result.paint)}, question ${last(result.question)}, step ${last(result.step)}, profile ${last(result.profile)}`);
  }
} finally {
  await browser.close();
}
writeFileSync(file, JSON.stringify(result, null, 2));
