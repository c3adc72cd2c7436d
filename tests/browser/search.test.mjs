// A student remembers a word of a lesson, and lands on the second at which it is said.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

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

    // A filter is set by the form and taken away by a link.
    await page.locator("summary").click({ trial: true });
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
    assert.deepEqual(troubles, []);
    await context.close();
  });
}
