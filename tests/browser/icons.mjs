// Draws the icons of the installed app from assets/icon.svg, in Chromium:
//
//   node tests/browser/icons.mjs            writes them into assets/
//
// The one that systems cut into their own shapes (maskable) fills its square, and the drawing
// stands in the middle, where no shape cuts. That the files are what this draws is a test
// (offline.spec.mjs).
import { chromium } from "@playwright/test";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launchOptions } from "./chromium.mjs";

const assets = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../assets");

/** How much of a maskable icon the drawing takes: its corners must lie in a circle of 80 %. */
const SAFE = 0.8;

export const icons = {
  "icon-192.png": { size: 192 },
  "icon-512.png": { size: 512 },
  "icon-maskable-512.png": { size: 512, maskable: true },
};

/** The bytes of an icon. */
export async function drawn(page, { size, maskable }) {
  let svg = readFileSync(path.join(assets, "icon.svg"), "utf8");
  if (maskable) {
    const aside = (512 * (1 - SAFE)) / 2;
    svg = svg
      .replace(' rx="112"', "")
      .replace(/(<rect[^>]*\/>)([^]*)<\/svg>/, `$1<g transform="translate(${aside} ${aside}) scale(${SAFE})">$2</g></svg>`);
  }
  await page.setViewportSize({ width: size, height: size });
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  await page.setContent(`<body style="margin:0;background:transparent"><img src="${image}" width="${size}" height="${size}" style="display:block">`);
  await page.locator("img").evaluate((element) => element.decode());
  return page.screenshot({ omitBackground: !maskable });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const browser = await chromium.launch(launchOptions);
  const page = await browser.newPage();
  for (const [name, icon] of Object.entries(icons)) writeFileSync(path.join(assets, name), await drawn(page, icon));
  await browser.close();
}
