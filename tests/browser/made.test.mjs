// What a student gets once everything has been made of a lesson: qualities with their prices, and the lesson as slides in
// step with its sound; with and without JavaScript.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { expectKeyboard } from "./keyboard.mjs";
import { startMade } from "./made.mjs";
import { installPlayback } from "./playback.mjs";
import { expectRules } from "./rfc8216.mjs";
import { enterStage, startStage } from "./stage.mjs";
import { startBrowser, startFirefox } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const limits = { timeout: 120_000 };
const browsers = {};
let server;

before(async () => {
  await mkdir(output, { recursive: true });
  server = await startMade();
  browsers.Chromium = await startBrowser();
  browsers.Firefox = await startFirefox();
});

after(async () => {
  await Promise.all([browsers.Chromium?.close(), browsers.Firefox?.close()]);
  // Connections of the browsers are gone, so the server has nothing to wait for.
  if (server) assert.equal(await server.stop(), 0, server.log());
});

const pageOf = (rest = "") => `${server.url}/az/l/${server.lesson.code}${rest}`;
const main = () => `${server.url}/l/${server.lesson.code}/hls/main.m3u8`;

/** Seconds at which slides begin, as their addresses say them. */
const starts = () =>
  [...new Set(server.lesson.files.filter(({ role }) => role === "slide").map((file) => Math.floor(file.start_ms / 1000)))]
    .sort((a, b) => a - b);

test("another quality goes on at the same moment, and is what is saved", limits, async () => {
  const { context, page, troubles } = await openPage(browsers.Chromium);
  await page.goto(pageOf());
  await page.evaluate(installPlayback);
  const links = page.locator(".choice a");
  assert.ok((await links.count()) > 1, "no choice of qualities");
  const other = page.locator(".choice a:not([aria-current])").first();
  const [q, price] = [(await other.locator("b").textContent()).replace("p", ""), await other.locator(".cost").textContent()];
  const video = page.locator("video");
  await video.evaluate((video) => playback.play(video, 0));
  await page.locator(".dressed .bar").waitFor();
  // Whatever the browser makes of the file, the player goes on at the moment; that is waited for.
  const plays = (from) =>
    video.evaluate(async (video, from) => {
      while (video.paused || !(video.currentTime > from)) await new Promise(requestAnimationFrame);
    }, from);
  await video.evaluate((video) => {
    video.currentTime = 20;
  });
  await plays(20.2);
  await other.click();
  await plays(20.5);
  const went = await video.evaluate((video) => {
    return { at: video.currentTime, src: video.currentSrc, paused: video.paused };
  });
  assert.ok(went.at < 25 && !went.paused, JSON.stringify(went));
  assert.equal(new URL(went.src).searchParams.get("q"), q);
  assert.equal(new URL(page.url()).search, `?q=${q}`);
  assert.equal(await page.locator(".choice [aria-current] b").textContent(), `${q}p`);
  const save = page.locator("a[download]").first();
  const saved = await save.evaluate(({ pathname, search }) => pathname + search);
  assert.equal(saved, `/l/${server.lesson.code}/video.mp4?q=${q}&download`);
  assert.equal(await save.locator(".cost").textContent(), price);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("without JavaScript a quality is a link, and so is each slide", limits, async () => {
  const { context, page, troubles } = await openPage(browsers.Chromium, { javaScriptEnabled: false });
  await page.goto(pageOf());
  const other = page.locator(".choice a:not([aria-current])").first();
  const q = (await other.locator("b").textContent()).replace("p", "");
  await other.click();
  await page.waitForURL((url) => url.searchParams.get("q") === q);
  assert.match(await page.locator("video > source").getAttribute("src"), new RegExp(`\\?q=${q}&form=fragmented$`));

  await page.locator(`a[href$="/slides"]`).click();
  await page.waitForURL((url) => url.pathname.endsWith("/slides"));
  const second = starts()[1];
  await page.locator(`.slides li >> nth=1`).locator("a.slide").click();
  await page.waitForURL((url) => url.hash === `#t=${second}`);
  assert.match(await page.locator("audio").getAttribute("src"), new RegExp(`/audio\\.m4a\\?q=24#t=${second}$`));
  assert.equal(await page.locator(".slides [aria-current]").getAttribute("id"), `t=${second}`);
  assert.ok(await page.locator(".now").isHidden());
  assert.deepEqual(troubles, []);
  await context.close();
});

for (const browser of ["Chromium", "Firefox"]) {
  test(`${browser} keeps the slides in step with the sound, and a slide leads to its moment`, limits, async () => {
    const page = await browsers[browser].newPage();
    await page.goto(pageOf("/slides"));
    await page.evaluate(installPlayback);
    const found = await page.evaluate(async (starts) => {
      const { until } = playback;
      const sound = document.querySelector("audio");
      sound.muted = true;
      const shown = () => ({
        marked: [...document.querySelectorAll(".slides [aria-current]")].map(({ id }) => id),
        large: document.querySelector(".now img")?.getAttribute("src"),
      });
      const slides = [...document.querySelectorAll(".slides li")];
      const pictures = slides.map((slide) => slide.querySelector("img").getAttribute("src"));
      const first = shown();
      // It begins a second before the third slide, and is waited for until that is there.
      slides[1].querySelector("a").click();
      await until(sound, "timeupdate", () => sound.currentTime > starts[1]);
      const pressed = { ...shown(), playing: !sound.paused, hash: location.hash };
      sound.currentTime = starts[2] - 1;
      await until(sound, "timeupdate", () => sound.currentTime > starts[2] + 0.2);
      const passed = shown();
      sound.pause();
      // It comes later than the slide's turn; what cannot be shown is an error here.
      const large = document.querySelector(".now img");
      await large.decode();
      return { pictures, first, pressed, passed, loaded: large.naturalWidth };
    }, starts());
    const nth = (n) => ({ marked: [`t=${starts()[n]}`], large: found.pictures[n] });
    assert.deepEqual(found.first, nth(0));
    assert.deepEqual(found.pressed, { ...nth(1), playing: true, hash: `#t=${starts()[1]}` });
    assert.deepEqual(found.passed, nth(2));
    assert.ok(found.loaded > 0, "the large picture is not there");
    await page.close();
  });
}

test("a link to a moment of the slides begins there, and plays nothing by itself", limits, async () => {
  const { context, page, troubles } = await openPage(browsers.Chromium);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const second = starts()[1];
  await page.goto(pageOf(`/slides#t=${second}`));
  await page.locator(".now img").waitFor();
  assert.equal(await page.locator(".slides [aria-current]").getAttribute("id"), `t=${second}`);
  assert.equal(await page.locator("audio").evaluate((sound) => sound.currentTime), second);
  assert.deepEqual(asked.filter((path) => path.endsWith(".m4a")), []);
  // Of every picture the small type only.
  assert.deepEqual(asked.filter((path) => path.endsWith(".jpg")), []);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("what stays on top of the slides covers nothing that the keyboard reaches", limits, async () => {
  for (const viewport of [{ width: 360, height: 640 }, { width: 768, height: 700 }]) {
    const { context, page } = await openPage(browsers.Chromium, { viewport });
    await page.goto(pageOf("/slides"));
    await page.locator(".now img").waitFor();
    await expectKeyboard(page, `${viewport.width} px`);
    await context.close();
  }
});

test("the stream of all qualities keeps the rules", limits, async () => {
  const variants = await expectRules(main(), server.lesson);
  const made = server.lesson.files.filter(({ role }) => ["source", "rendition", "audio"].includes(role));
  // Of two files of one height the smaller one goes.
  const kinds = new Set(made.map(({ role, quality, height }) => (role === "audio" ? role : (quality ?? height))));
  assert.equal(variants.length, kinds.size);
});

test("hls.js and Shaka Player play it, and neither begins with sound alone", limits, async () => {
  const stage = await startStage();
  const page = await browsers.Chromium.newPage();
  try {
    for (const open of ["openHlsJs", "openShaka"]) {
      await enterStage(page, stage);
      const argument = { src: main(), open };
      const found = await page.evaluate(async ({ src, open }) => {
        const { video, problems } = await playback[open](src);
        await playback.play(video);
        return { width: video.videoWidth, problems };
      }, argument);
      assert.ok(found.width > 0, open);
      assert.deepEqual(found.problems, [], open);
    }
  } finally {
    await page.close();
    await stage.stop();
  }
});

for (const width of [320, 360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`both pages fit into ${width} px, ${colorScheme}`, limits, async () => {
      const { context, page, troubles } = await openPage(browsers.Chromium, {
        colorScheme,
        viewport: { width, height: width < 1000 ? 740 : 900 },
      });
      for (const [name, rest] of [
        ["qualities", ""],
        ["slides", "/slides"],
      ]) {
        await page.goto(pageOf(rest));
        await page.waitForLoadState("networkidle");
        const path = new URL(`${name}-${width}-${colorScheme}.png`, output);
        await page.screenshot({ path: path.pathname });
        await expectNoSidewaysScrolling(page, width);
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}
