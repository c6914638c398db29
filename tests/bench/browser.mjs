// The browser measures of design §5, on the release build and, in the same run and on the same
// harness, on the page of a common survey library with the same questions: a mid-range phone on a
// slow 4G line, cold cache, every measure repeated, the two in turn. `cargo xtask bench` serves both and
// calls
//   node tests/bench/browser.mjs <ours> <peer's address> <peer's folder> <questions.json> <runs> <result>
// The result holds every single value; which of them count is not decided here.
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { launchOptions } from "../browser/chromium.mjs";
import { buildPeer } from "./peer.mjs";

const [address, peerAddress, peerFolder, questionsFile, runs, file] = process.argv.slice(2);
if (!file) throw new Error("usage: browser.mjs <ours> <peer> <folder> <questions> <runs> <file>");

const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const CPU_SLOWDOWN = 4;
const PATIENCE = 30_000;
/** More questions than any path may have. */
const MOST_QUESTIONS = 100;
/** Longer work than this holds up a tap (milliseconds). */
const LONG = 50;

/** How each page shows a question, and the way on. */
const OURS = {
  start: `${address}#/test/selvtest`,
  question: "[data-question]",
  id: "question",
  next: "[data-action=next]",
  end: "[data-segment]",
};
const PEER = {
  start: peerAddress,
  question: "[data-name].sd-question",
  id: "name",
  next: ".sd-navigation__next-btn, .sd-navigation__complete-btn",
  end: ".sd-completedpage",
};

/** A browser that has never seen the page, on the slow line. */
async function phone(browser, which, slow = true) {
  // every context has a cache of its own, empty at first
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "da-DK" });
  await context.addInitScript(stopwatch, which);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  const bytes = [];
  cdp.on("Network.loadingFinished", (it) => bytes.push({ at: it.timestamp, bytes: it.encodedDataLength }));
  if (slow) {
    await cdp.send("Network.emulateNetworkConditions", SLOW_4G);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  }
  return { context, page, bytes };
}

/** Runs inside the page, before anything else: what is on the screen, and since when. */
function stopwatch(which) {
  const watch = { answerable: null, input: null, question: null, steps: [], end: null, long: [] };
  globalThis.__stopwatch = watch;
  globalThis.__which = which;
  const painted = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(null);
    });
  for (const kind of ["click", "change"]) {
    addEventListener(kind, (event) => { watch.input = event.timeStamp; }, { capture: true });
  }
  new PerformanceObserver((list) => {
    for (const it of list.getEntries()) watch.long.push({ at: it.startTime, ms: it.duration });
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const question = document.querySelector(which.question);
    const id = question?.dataset[which.id] ?? null;
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
    if (watch.end === null && document.querySelector(which.end)) {
      const from = watch.input ?? 0;
      watch.end = 0;
      painted((now) => { watch.end = now - from; });
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

async function firstPaint(browser, which, start) {
  const { context, page } = await phone(browser, which);
  await page.goto(start);
  const time = await until(page, () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime, "first contentful paint");
  await context.close();
  return time;
}

/** When the first question can be answered, and how many bytes had come by then. */
async function firstQuestion(browser, which) {
  const { context, page, bytes } = await phone(browser, which);
  await page.goto(which.start, { waitUntil: "commit" });
  const time = await until(page, () => globalThis.__stopwatch.answerable, "first question answerable");
  const come = bytes.reduce((sum, it) => sum + it.bytes, 0);
  await context.close();
  return { time, bytes: come };
}

/** Inside the page: answers the question on the screen; whether there was one. */
function answer() {
  const question = document.querySelector(globalThis.__which.question);
  if (!question) return false;
  const choices = [...question.querySelectorAll("input[type=radio], input[type=checkbox]")].filter((input) => !input.disabled);
  const list = question.querySelector("select:enabled");
  if (list) {
    list.value = [...list.options].find((option) => option.value !== "")?.value ?? "";
    list.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (choices.length > 0) {
    // somebody with a young company: the longest way
    const wanted = question.dataset[globalThis.__which.id] === "stage" ? 3 : 1;
    choices[Math.min(wanted, choices.length - 1)].click();
  }
  return true;
}

/** The whole path: every step's time, the way to its end, and the work that held up taps. */
async function wholePath(browser, which, slow = true) {
  const { context, page } = await phone(browser, which, slow);
  await page.goto(which.start);
  await until(page, () => globalThis.__stopwatch.answerable, "first question answerable");
  // the rest is fetched while a person reads the first question
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(200);
  const loaded = await page.evaluate(() => performance.now());
  const seen = [];
  const state = () => page.evaluate(() => ({ ...globalThis.__stopwatch, steps: globalThis.__stopwatch.steps.length }));
  for (let asked = 0; asked < MOST_QUESTIONS; asked += 1) {
    const before = await state();
    if (before.end !== null) break;
    if (!seen.includes(before.question)) seen.push(before.question);
    await page.evaluate(answer);
    await page.waitForTimeout(60);
    const clicked = await page.evaluate(() => {
      const on = document.querySelector(globalThis.__which.next);
      on?.click();
      return Boolean(on);
    });
    if (!clicked) throw new Error(`no way on from ${page.url()}, question ${before.question}`);
    await page.waitForTimeout(120);
  }
  const end = await until(page, () => globalThis.__stopwatch.end, "the end of the path");
  await page.waitForTimeout(500);
  const { steps, long } = await page.evaluate(() => globalThis.__stopwatch);
  await context.close();
  if (steps.length < 5) throw new Error(`only ${steps.length} questions were seen`);
  const work = (from, to) => long.filter((it) => it.at >= from && it.at < to).map((it) => it.ms);
  return { end, steps, seen, loading: work(0, loaded), afterwards: work(loaded, Infinity) };
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const longest = (values) => Math.max(0, ...values);

const browser = await chromium.launch({ ...launchOptions, executablePath: process.env.CHROMIUM ?? launchOptions.executablePath });
const empty = () => ({ paint: [], question: [], bytes: [], step: [], end: [], loading: [], afterwards: [] });
const result = { chromium: browser.version(), questions: 0, ours: empty(), peer: empty() };
try {
  // which questions somebody is asked who answers as we do here: the peer asks the same
  const { seen } = await wholePath(browser, OURS, false);
  const all = JSON.parse(readFileSync(questionsFile, "utf8")).flatMap((test) => test.items);
  result.questions = seen.length;
  result.peer.weight = buildPeer(seen.map((id) => all.find((item) => item.id === id)), peerFolder);
  for (let run = 1; run <= Number(runs); run += 1) {
    for (const [name, which, start] of [["ours", OURS, address], ["peer", PEER, peerAddress]]) {
      const measured = result[name];
      measured.paint.push(await firstPaint(browser, which, start));
      const question = await firstQuestion(browser, which);
      measured.question.push(question.time);
      measured.bytes.push(question.bytes);
      const path = await wholePath(browser, which);
      if (path.seen.length !== seen.length) throw new Error(`${name} asked ${path.seen.length} questions, not ${seen.length}`);
      // one value per run: the median step, and the longest piece of work
      measured.step.push(middle(path.steps));
      measured.end.push(path.end);
      measured.loading.push(longest(path.loading));
      measured.afterwards.push(longest(path.afterwards.filter((it) => it > LONG)));
      const last = (key) => `${key} ${measured[key].at(-1).toFixed(0)}`;
      console.log(`run ${run} of ${runs}, ${name}: ${["paint", "question", "bytes", "step", "end", "loading", "afterwards"].map(last).join(", ")}`);
    }
  }
} finally {
  await browser.close();
}
writeFileSync(file, JSON.stringify(result, null, 2));
