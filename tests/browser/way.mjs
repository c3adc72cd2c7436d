// The way of a student through the pages, and what is looked at on each.

import assert from "node:assert/strict";
import { PATIENCE } from "./start.mjs";

/** Clicks the first link whose path is `path` (a string, or a pattern) and waits for the page behind it. */
export async function follow(page, path) {
  const links = await page.locator("a[href]").all();
  for (const link of links) {
    const target = new URL(await link.getAttribute("href"), page.url());
    const fits = typeof path === "string" ? target.pathname === path : path.test(target.pathname);
    if (target.origin === new URL(page.url()).origin && fits) {
      await link.click();
      await page.waitForURL((url) => url.pathname === target.pathname);
      return;
    }
  }
  assert.fail(`${page.url()} has no link to ${path}`);
}

/** From the first page to a lesson, by its links alone; `look(name)` is called on each page. */
export async function walkToLesson(page, origin, look = async () => {}) {
  await page.goto(`${origin}/`);
  await look("first");
  await follow(page, "/az/grades/7");
  await look("grade");
  await follow(page, "/az/grades/7/mathematics");
  await look("subject");
  await follow(page, /^\/az\/l\/[2-9A-Z]{6}$/);
  await look("lesson");
}

/** A page of `browser` that collects in `troubles` what a reader would call broken. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: "az-AZ", ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`script: ${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  return { context, page, troubles };
}

/** Whether the page can be read without scrolling sideways. */
export async function expectNoSidewaysScrolling(page, width) {
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
  assert.ok(wide <= width, `${page.url()} is ${wide} px wide in a window of ${width} px`);
}
