// The browser tests: real Chromium on the release build. `cargo xtask test` serves it and
// gives the address in VAEKST_URL; by hand: `cargo xtask run`, then `npx playwright test`.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./tests/browser/chromium.mjs";

export default defineConfig({
  testDir: "tests/browser",
  outputDir: "test-results/browser",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 }, // a busy machine draws late; what is wrong stays wrong
  reporter: [["line"], ["json", { outputFile: "test-results/browser.json" }]],
  use: {
    baseURL: process.env.VAEKST_URL ?? "http://127.0.0.1:8080/",
    launchOptions,
    locale: "da-DK",
    timezoneId: "Europe/Copenhagen",
    serviceWorkers: "block",
    // A trace of every step costs about a quarter more time; TRACE=1 keeps those of what fails.
    trace: process.env.TRACE ? "retain-on-failure" : "off",
  },
});
