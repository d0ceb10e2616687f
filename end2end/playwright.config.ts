import { existsSync } from "node:fs";
import { chromium, defineConfig, devices, type LaunchOptions } from "@playwright/test";

/** Chromium: the one that is named, Playwright's own, or one of the system's. */
function browser(): LaunchOptions {
  const candidates = [
    process.env["CHROMIUM_PATH"],
    chromium.executablePath(),
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const executablePath = candidates.find((path) => path !== undefined && path !== "" && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      "No Chromium found. Set CHROMIUM_PATH to one, or run `npx playwright install chromium` in end2end " +
        "(on bare Linux with --with-deps), or install the package `chromium` of your system.",
    );
  }
  // As root, Chromium refuses to start with its sandbox.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return { executablePath, args: [...root, "--disable-gpu", "--disable-background-networking"] };
}

const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 900 } };
const journeys = /story\..*\.spec\.ts/;

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  // Each worker drives a browser, a server and two stand-ins.
  workers: 2,
  forbidOnly: process.env["CI"] !== undefined,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["html", { open: "never", outputFolder: "playwright-report" }]],
  use: {
    launchOptions: browser(),
    locale: "en-GB",
    timezoneId: "Europe/Lisbon",
    actionTimeout: 15_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    { name: "desktop", use: desktop, testMatch: journeys },
    {
      name: "phone",
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, colorScheme: "dark" },
      testMatch: journeys,
      // A phone has no Tab key, and its Enter makes a new line.
      testIgnore: /story\.keyboard\.spec\.ts/,
    },
    // Each state of the app, looked at by machine; it is wide and narrow, light and dark by itself.
    { name: "states", use: desktop, testMatch: /states\.spec\.ts/ },
    // No page is opened: the JSON calls, and the process that dies.
    { name: "calls", testMatch: /(api|crash)\.spec\.ts/ },
  ],
});
