// A student finds a lesson, plays it and seeks in it; with and without JavaScript.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { installPlayback } from "./playback.mjs";
import { startBrowser, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage, walkToLesson } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
let server;
let browser;

before(async () => {
  await mkdir(output, { recursive: true });
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  // Connections of the browser are gone, so the server has nothing to wait for.
  if (server) assert.equal(await server.stop(), 0, server.log());
});

test("a student goes from the first page to a lesson, plays it, and seeks", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await openPage(browser);
  await walkToLesson(page, server.url);
  const video = page.locator("video").first();
  await page.evaluate(installPlayback);
  const played = await video.evaluate(async (video) => {
    const { play, seek } = playback;
    await play(video, 0);
    const goal = video.duration * 0.75;
    const at = await seek(video, goal);
    const { to } = await play(video);
    return { goal, at, now: to, duration: video.duration, width: video.videoWidth };
  });
  assert.ok(played.duration > 1 && played.width > 0, JSON.stringify(played));
  assert.ok(Math.abs(played.at - played.goal) < 0.5, `asked for ${played.goal}, got ${played.at}`);
  assert.ok(played.now > played.at, JSON.stringify(played));
  assert.deepEqual(troubles, []);
  await context.close();
});

test("without JavaScript the same way leads to a video that can be sought in", { timeout: 60_000 }, async () => {
  const { context, page, troubles } = await openPage(browser, { javaScriptEnabled: false });
  await walkToLesson(page, server.url);
  const sources = page.locator("video[src], video > source[src]");
  assert.ok((await sources.count()) > 0, "no <video> with a source");
  const source = new URL(await sources.first().getAttribute("src"), page.url());
  const part = await context.request.get(source.href, { headers: { Range: "bytes=0-99" } });
  assert.equal(part.status(), 206);
  assert.match(part.headers()["content-range"], /^bytes 0-99\/\d+$/);
  assert.equal((await part.body()).length, 100);
  assert.deepEqual(troubles, []);
  await context.close();
});

for (const width of [320, 390, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the pages fit into ${width} px, ${colorScheme}`, { timeout: 60_000 }, async () => {
      const { context, page, troubles } = await openPage(browser, {
        colorScheme,
        viewport: { width, height: width < 1000 ? 800 : 900 },
      });
      await walkToLesson(page, server.url, async (name) => {
        const path = new URL(`${name}-${width}-${colorScheme}.png`, output);
        await page.screenshot({ path: path.pathname, fullPage: true });
        await expectNoSidewaysScrolling(page, width);
      });
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}

test("every page fits into 320 px in every language", { timeout: 60_000 }, async () => {
  const { context, page, troubles } = await openPage(browser, { viewport: { width: 320, height: 640 } });
  const paths = [];
  await walkToLesson(page, server.url, async () => paths.push(new URL(page.url()).pathname));
  for (const language of ["az", "ru", "en"]) {
    for (const path of paths) {
      await page.goto(server.url + path.replace(/^\/az(?=\/|$)/, `/${language}`));
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      await expectNoSidewaysScrolling(page, 320);
    }
  }
  assert.deepEqual(troubles, []);
  await context.close();
});
