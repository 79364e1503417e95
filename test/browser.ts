import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { chromium } from "playwright-core";

/** Places of Chromium and its relatives; CHROMIUM names another one. */
const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Starts a browser; null if the machine has none. */
export async function startBrowser(): Promise<Browser | null> {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) return null;
  // Containers have no sandbox for the browser, and the pages are ours.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
