// A student remembers a word of a lesson, and lands on the second at which it is said.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startFirefox, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

let server;
let browser;
let firefox;

before(async () => {
  [server, browser, firefox] = await Promise.all([startServer(), startBrowser(), startFirefox()]);
});

after(async () => {
  await Promise.all([browser?.close(), firefox?.close()]);
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** Asks the page, a Playwright or Puppeteer one, again and again until `good` holds there. */
async function until(page, good) {
  for (;;) {
    const found = await page.evaluate(good);
    if (found) return found;
  }
}

/** Presses play on a lesson's page, and wants the word to be said and shown in the caption that comes at the moment `seconds`. */
async function expectSaid(page, seconds, javaScriptEnabled = true) {
  await page.evaluate(() => {
    document.querySelector("video").muted = true;
  });
  if (javaScriptEnabled) {
    await page.click(".start a");
    await page.waitForSelector(".dressed .bar");
    await page.focus(".screen");
    await page.keyboard.press("c");
  } else {
    // The browser's own controls.
    await page.focus("video");
    await page.keyboard.press(" ");
    await page.evaluate(() => {
      document.querySelector("video").textTracks[0].mode = "showing";
    });
  }
  const { at, text } = await until(page, () => {
    const { currentTime, paused, readyState, textTracks } = document.querySelector("video");
    const drawn = document.querySelector(".cues");
    const cue = textTracks[0].activeCues?.[0];
    const text = drawn ? drawn.textContent : cue?.text;
    return !paused && readyState > 2 && text && { at: currentTime, text };
  });
  assert.ok(at >= seconds && at < Number(seconds) + 4, `said at ${at}, not ${seconds}`);
  assert.match(text.toLowerCase(), /rübə/);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  test(`a spoken word leads to its second, ${how} JavaScript, on 320 px`, { timeout: 60_000 }, async () => {
    const viewport = { width: 320, height: 640 };
    const { context, page, troubles } = await openPage(browser, { javaScriptEnabled, viewport });
    await page.goto(`${server.url}/az/grades/7?section=az`);
    await page.getByRole("search").getByRole("searchbox").fill("RUBE");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/az/search");
    assert.equal(new URL(page.url()).searchParams.get("section"), "az");
    const moment = page.locator(".moments a").first();
    assert.match((await moment.locator("mark").first().textContent()).toLowerCase(), /^rübə/);
    const seconds = new URL(await moment.getAttribute("href"), page.url()).searchParams.get("t");
    await expectNoSidewaysScrolling(page, viewport.width);

    // Where a filter is set they stand open, to be folded in and out. One is set by the form and taken away by a link.
    await page.locator("summary").click();
    await page.locator("select[name=grade]").waitFor({ state: "hidden" });
    await page.locator("summary").click();
    await page.locator("select[name=grade]").selectOption("7");
    await page.getByRole("main").getByRole("button").click();
    await page.waitForURL((url) => url.searchParams.get("grade") === "7");
    await expectNoSidewaysScrolling(page, viewport.width);
    await page.locator(".chosen a").first().click();
    await page.waitForURL((url) => !url.searchParams.has("grade"));

    await page.locator(".moments a").first().click();
    await page.waitForURL((url) => /^\/az\/l\//.test(url.pathname) && url.searchParams.get("t") === seconds);
    const source = await page.locator("video[src], video > source[src]").first().getAttribute("src");
    assert.match(source, new RegExp(`#t=${seconds}$`));
    await expectSaid(page, seconds, javaScriptEnabled);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("Firefox: a spoken word leads to its second", { timeout: 60_000 }, async () => {
  const context = await firefox.createBrowserContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/az/grades/7?section=az`);
  await page.type("[role=search] [type=search]", "RUBE");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  const href = await page.$eval(".moments a", (link) => link.href);
  await Promise.all([page.waitForNavigation(), page.click(".moments a")]);
  assert.equal(page.url(), href);
  await expectSaid(page, new URL(href).searchParams.get("t"));
  await context.close();
});
