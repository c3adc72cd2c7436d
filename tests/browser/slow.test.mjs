// On a line of 200 kbit/s on which an answer takes 300 ms: a lesson of twenty minutes that a camera took shows its first
// picture within five seconds of pressing play. Counted in bytes, since a machine that runs tests is slow for other reasons;
// how long it took is told as well.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cameraFootage } from "./camera.mjs";
import { startSlowLine } from "./slow_line.mjs";
import { lessonsOf, startArchive, startBrowser, startFirefox } from "./start.mjs";

const TITLE = "Kamera ilə çəkilmiş dərs";
const SLOW = { bitsPerSecond: 200_000, roundTrip: 300 };
/** What the line carries in five seconds, three of its round trips left out: to connect, to ask, and one to spare. */
const FIVE_SECONDS = ((5 - 3 * 0.3) * 200_000) / 8 / (1440 / 1400);
const limits = { timeout: 120_000 };
const browsers = {};
let footage;
let server;
let lesson;

before(async () => {
  footage = await cameraFootage(TITLE);
  server = await startArchive({ sheets: [footage.sheet] });
  lesson = (await lessonsOf(server)).get(TITLE);
  browsers.Chromium = await startBrowser();
  browsers.Firefox = await startFirefox();
});

after(async () => {
  await Promise.all([browsers.Chromium?.close(), browsers.Firefox?.close()]);
  await footage?.remove();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** The lesson's page over `line`, with nothing under way any more. */
async function open(browser, line, path = "") {
  const page = await browser.newPage();
  await page.goto(`${line.url}/az/l/${lesson.code}${path}`, { waitUntil: "load" });
  return page;
}

/** In the page: presses play; how long it takes until a picture is shown, and of which moment. */
async function pressPlay({ moment = 0, seek = 0 } = {}) {
  const video = document.querySelector("video");
  video.muted = true;
  const pressed = performance.now();
  const shown = new Promise((resolve) => {
    const look = (_, { mediaTime }) => {
      if (mediaTime < moment) video.requestVideoFrameCallback(look);
      else resolve({ after: performance.now() - pressed, mediaTime });
    };
    video.requestVideoFrameCallback(look);
  });
  document.querySelector(".start a").click();
  if (seek > 0) {
    await new Promise((resolve) => video.addEventListener("timeupdate", resolve, { once: true }));
    video.currentTime = seek;
  }
  return shown;
}

for (const name of ["Chromium", "Firefox"]) {
  test(`${name} shows a picture with what five seconds carry`, limits, async (t) => {
    // Quick, but nothing more comes after so many bytes.
    const line = await startSlowLine(server.url, { bitsPerSecond: 1e8, roundTrip: 2 });
    t.after(() => line.stop());
    const page = await open(browsers[name], line);
    const asked = line.requests.length;
    const opened = line.connections();
    line.allow(FIVE_SECONDS);
    await page.evaluate(pressPlay);
    const ways = line.requests.slice(asked).filter((head) => head.includes("/video.mp4"));
    assert.equal(ways.length, 1, ways.join("\n"));
    assert.match(ways[0], /[?&]form=fragmented/);
    assert.ok(line.connections() - opened <= 1, "each connection takes a round trip");
    await page.close();
  });

  test(`${name} on a slow line, with the time it took`, limits, async (t) => {
    const line = await startSlowLine(server.url, SLOW);
    t.after(() => line.stop());
    const page = await open(browsers[name], line);
    const before = line.carried();
    const { after } = await page.evaluate(pressPlay);
    t.diagnostic(`${name}: ${Math.round(after)} ms, ${line.carried() - before} bytes; the page: ${before} bytes`);
    await page.close();
  });

  for (const [way, path, moment] of [
    ["by the page's address", "?t=900", 0],
    ["by the address of a moment", "#t=900", 0],
    ["by its own controls", "", 900],
  ]) {
    test(`${name} finds a moment far behind ${way}, without what lies before it`, limits, async (t) => {
      // Not quicker: until a browser has read the index and seeks, what it reads at the beginning is what the line carries
      // in that time, and on a busy machine that takes a second.
      const line = await startSlowLine(server.url, { bitsPerSecond: 2e6, roundTrip: 20 });
      t.after(() => line.stop());
      const page = await open(browsers[name], line, path);
      const [asked, carried] = [line.requests.length, line.carried()];
      // Fifteen minutes of it are fifteen million bytes.
      const far = { moment: 899, seek: moment };
      const { mediaTime } = await line.within(6_000_000, () => page.evaluate(pressPlay, far));
      t.diagnostic(`${name}: ${line.carried() - carried} bytes, ${line.requests.length - asked} requests`);
      assert.ok(mediaTime < 905, `${mediaTime}`);
      await page.close();
    });
  }
}
