// Lighthouse's view of every screen: a phone, a slow line, a slow processor, as Lighthouse simulates
// them. `cargo xtask bench` serves the app and calls
//   node tests/bench/lighthouse.mjs <address> <profile file> <runs> <result>
// The profile file is what somebody has kept on the device, so that the screens have something to show.
import { readFileSync, writeFileSync } from "node:fs";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";
import { launchOptions } from "../browser/chromium.mjs";

const [address, profileFile, runs, file] = process.argv.slice(2);
if (!file) throw new Error("usage: lighthouse.mjs <address> <profile> <runs> <file>");
const kept = readFileSync(profileFile, "utf8");

const SCREENS = {
  "start": { at: "#/" },
  "start in English": { at: "?lang=en#/" },
  "an office's start": { at: "?office=demo-stor#/" },
  "a question": { at: "#/test/selvtest" },
  "profile": { at: "#/profile", kept },
  "plan": { at: "#/plan", kept },
  "send": { at: "#/send", kept },
  "open": { at: "#/open" },
  "about": { at: "#/about" },
  "in a frame": { at: "embed.html#/" },
};
const CATEGORIES = ["performance", "accessibility", "best-practices"];

/** One look at a screen with a fresh browser. */
async function look({ at, kept }) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? launchOptions.executablePath,
    args: launchOptions.args,
    headless: true,
  });
  try {
    const page = await browser.newPage();
    if (kept) {
      await page.evaluateOnNewDocument((text) => {
        if (location.origin !== "null") localStorage.setItem("vaekstspejl", text);
      }, kept);
    }
    const flags = { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: "error", output: "json" };
    const { lhr } = await lighthouse(new URL(at, address).href, flags, undefined, page);
    const scores = CATEGORIES.map((it) => Math.round(lhr.categories[it].score * 100));
    const failed = Object.values(lhr.audits)
      .filter((it) => it.score !== null && it.score < 0.9 && it.scoreDisplayMode !== "informative")
      .map((it) => it.id);
    const value = (id) => lhr.audits[id]?.numericValue ?? null;
    return {
      scores,
      failed,
      shift: value("cumulative-layout-shift"),
      paint: value("first-contentful-paint"),
      largest: value("largest-contentful-paint"),
      blocking: value("total-blocking-time"),
    };
  } finally {
    await browser.close();
  }
}

const result = {};
for (const [name, screen] of Object.entries(SCREENS)) {
  result[name] = [];
  for (let run = 1; run <= Number(runs); run += 1) {
    const seen = await look(screen);
    result[name].push(seen);
    console.log(`${name}: ${seen.scores.join(" ")}, shift ${seen.shift}, largest ${seen.largest?.toFixed(0)} ms, blocking ${seen.blocking?.toFixed(0)} ms ${seen.failed.join(" ")}`);
  }
}
writeFileSync(file, JSON.stringify(result, null, 2));
