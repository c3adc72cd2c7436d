// A lesson in another site's page: across sites, with that site's visitors' third-party cookies blocked, without JavaScript;
// who may have it there, and what the code to copy does.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startMade } from "./made.mjs";
import { installPlayback } from "./playback.mjs";
import { lessonsOf, PATIENCE, repository, startArchive, startBrowser, startFirefox } from "./start.mjs";
import { openPage } from "./way.mjs";

const limits = { timeout: 120_000 };
const samples = fileURLToPath(new URL("media/samples/lessons.csv", repository));
let server;
let browser;
let school;

before(async () => {
  server = await startMade();
  browser = await startBrowser("--test-third-party-cookie-phaseout");
  school = await startSite();
});

after(async () => {
  await Promise.all([browser?.close(), school?.stop()]);
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** Another site, not only another origin: a page of it has what `shows` was told last. */
async function startSite() {
  let content = "";
  const site = createServer((request, response) => {
    response.writeHead(request.url === "/" ? 200 : 404, { "Content-Type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="en"><title>School</title><link rel="icon" href="data:,"><h1>School</h1>${content}`);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return {
    url: `http://localhost:${site.address().port}/`,
    shows: (html) => (content = html),
    async stop() {
      site.closeAllConnections();
      site.close();
      await once(site, "close");
    },
  };
}

const address = (query = "", path = `/az/embed/${server.lesson.code}`) => `${server.url}${path}${query}`;
const frameOf = (src, more = "") => `<iframe src="${src}" title="Lesson" width="640" height="431" allowfullscreen ${more}></iframe>`;

/** Opens the other site's page with `html` in it: the frame there, and what went wrong. */
async function visit(html, options, cookies = []) {
  school.shows(html);
  const { context, page, troubles } = await openPage(browser, options);
  await context.addCookies(cookies);
  const asked = [];
  page.on("request", (request) => request.url().startsWith(server.url) && asked.push(request));
  await page.goto(school.url);
  const frame = page.frames().find((frame) => frame.parentFrame());
  return { context, page, frame, troubles, asked };
}

/** Plays what the frame shows: where it was when it began, where later, and what is written under the picture. */
async function playIn(frame) {
  await frame.evaluate(installPlayback);
  return frame.evaluate(async () => {
    const video = document.querySelector("video");
    // Nothing of it is loaded before it is played, its beginning neither.
    const { to: began } = await playback.play(video, 0);
    const { to } = await playback.play(video, 0.3);
    const track = document.querySelector("track[default]");
    if (track && track.readyState < 2) {
      await new Promise((resolve, reject) => {
        track.addEventListener("load", resolve, { once: true });
        track.addEventListener("error", () => reject(new Error("no captions")), { once: true });
      });
    }
    const shown = [...video.textTracks].filter(({ mode }) => mode === "showing");
    const said = shown.flatMap(({ cues }) => [...cues].map(({ text }) => text));
    return { began, to, width: video.videoWidth, languages: shown.map(({ language }) => language), cues: said.length };
  });
}

function isAt23(played) {
  assert.ok(played.began >= 22.7 && played.began < 24 && played.to > played.began && played.width > 0, JSON.stringify(played));
}

test("in another site's page a lesson plays from its moment, with captions, without cookies or scripts", limits, async () => {
  // One that the archive's own pages would be sent, and its frames elsewhere, too, were it not blocked.
  const cookie = { name: "known", value: "1", domain: "127.0.0.1", path: "/", sameSite: "None", secure: true };
  const { context, page, frame, troubles, asked } = await visit(frameOf(address("?t=23&captions=az&q=240")), {}, [cookie]);
  const played = await playIn(frame);
  isAt23(played);
  assert.deepEqual(played.languages, ["az"]);
  assert.ok(played.cues > 3, JSON.stringify(played));
  assert.equal(await frame.locator("video").evaluate((video) => new URL(video.currentSrc).searchParams.get("q")), "240");
  assert.deepEqual((await context.cookies()).map(({ name }) => name), ["known"]);
  assert.deepEqual(asked.filter((request) => request.resourceType() === "script"), []);
  for (const request of asked) {
    const headers = await request.allHeaders();
    assert.equal(headers.cookie, undefined, request.url());
    // The school's address stays its own.
    assert.ok(!(headers.referer ?? "").includes("localhost:") || request.resourceType() === "document", request.url());
  }
  const direct = await page.goto(address());
  assert.equal((await direct.request().allHeaders()).cookie, "known=1");
  assert.deepEqual(troubles, []);
  await context.close();
});

test("without JavaScript the browser's own controls play it from its moment", limits, async () => {
  const { context, frame, troubles } = await visit(frameOf(address("?t=23&captions=az")), { javaScriptEnabled: false });
  const video = frame.locator("video");
  await video.focus();
  await video.press("Space");
  const deadline = Date.now() + PATIENCE;
  let seen;
  do {
    seen = await video.evaluate((video) => ({ at: video.currentTime, paused: video.paused, mode: video.textTracks[0].mode }));
    assert.ok(Date.now() < deadline, JSON.stringify(seen));
  } while (seen.at < 23.5);
  assert.ok(seen.at < 60 && seen.mode === "showing" && !seen.paused, JSON.stringify(seen));
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a page that keeps its frames from everything but windows shows pictures and captions all the same", limits, async () => {
  const { context, frame, troubles } = await visit(frameOf(address("?captions=az"), 'sandbox="allow-popups"'));
  await frame.locator("video").focus();
  await frame.locator("video").press("Space");
  const deadline = Date.now() + PATIENCE;
  let seen;
  do {
    seen = await frame.locator("video").evaluate((video) => [video.videoWidth, video.textTracks[0].cues?.length]);
    assert.ok(Date.now() < deadline, `${seen}`);
  } while (!seen.every((number) => number > 0));
  assert.deepEqual(troubles, []);
  await context.close();
});

test("the link below the picture opens the lesson's page in a window of its own", limits, async () => {
  const { context, frame, troubles } = await visit(frameOf(address("?t=23")));
  const [opened] = await Promise.all([context.waitForEvent("page"), frame.locator(".about a").click()]);
  await opened.waitForLoadState();
  assert.equal(opened.url(), `${server.url}/az/l/${server.lesson.code}?t=23`);
  assert.equal(await opened.evaluate(() => globalThis.opener), null);
  assert.ok(!(await opened.evaluate(() => document.referrer)).includes("localhost:"));
  assert.deepEqual(troubles, []);
  await context.close();
});

test("what is copied from the lesson's page, without JavaScript, shows the lesson from the same moment", limits, async () => {
  const { context, page } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/az/l/${server.lesson.code}?q=240&t=23`);
  await page.locator(".frame summary").click();
  const code = page.locator(".frame textarea");
  assert.ok(await code.isVisible());
  const html = await code.inputValue();
  await context.close();
  const there = await visit(html);
  // It is loaded when it comes into sight.
  await there.frame.waitForURL(address("?q=240&t=23"));
  const played = await playIn(there.frame);
  isAt23(played);
  const [document] = there.asked.filter((request) => request.resourceType() === "document");
  assert.equal((await document.allHeaders()).referer, undefined);
  assert.deepEqual(there.troubles, []);
  await there.context.close();
});

test("a shelf's list in a frame opens its lessons in windows of their own", limits, async () => {
  const list = address("?lang=en", "/embed/grades/7/mathematics");
  const { context, frame, troubles } = await visit(frameOf(list));
  assert.equal(await frame.locator("html").getAttribute("lang"), "en");
  const [opened] = await Promise.all([context.waitForEvent("page"), frame.locator(".lessons a").first().click()]);
  await opened.waitForLoadState();
  assert.match(new URL(opened.url()).pathname, /^\/en\/l\/[2-9A-Z]{6}$/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a page on somebody's own disk may show a lesson as well", limits, async () => {
  const folder = await mkdtemp(join(tmpdir(), "teledars-embed-"));
  try {
    const file = join(folder, "page.html");
    await writeFile(file, `<!doctype html><title>Page</title>${frameOf(address())}`);
    const { context, page } = await openPage(browser);
    await page.goto(pathToFileURL(file).href);
    const frame = page.frames().find((frame) => frame.parentFrame());
    assert.ok((await playIn(frame)).to > 0);
    await context.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Whether Chromium keeps the frame of the other site's page from showing `src`. */
async function isKeptOut(src) {
  const { context, frame, troubles } = await visit(frameOf(src));
  const shown = frame.url() === src;
  const refused = troubles.some((trouble) => trouble.includes("frame-ancestors"));
  await context.close();
  assert.equal(refused, !shown, `${frame.url()}: ${troubles}`);
  return refused;
}

test("no other page stands in a frame", limits, async () => {
  for (const path of [`/az/l/${server.lesson.code}`, "/az/", "/az/grades/7/mathematics", "/az/teach/sign-in"]) {
    assert.ok(await isKeptOut(server.url + path), path);
  }
  assert.ok(!(await isKeptOut(address())));
});

test("where the operator names them, no other sites but these may show lessons", limits, async () => {
  for (const [origins, out] of [
    [school.url, false],
    ["https://school.example", true],
    ["", true],
  ]) {
    const strict = await startArchive({ sheets: [samples], flags: ["--frame-ancestors", origins] });
    try {
      const [{ code }] = (await lessonsOf(strict)).values();
      for (const path of [`/az/embed/${code}`, "/az/embed/grades/7/mathematics", "/az/embed/2222AA"]) {
        assert.equal(await isKeptOut(strict.url + path), out, `${path} for ${origins}`);
      }
    } finally {
      assert.equal(await strict.stop(), 0, strict.log());
    }
  }
});

test("Firefox plays it in another site's page from its moment, with captions", limits, async () => {
  // 1: nothing of third parties is kept.
  const firefox = await startFirefox({ "network.cookie.cookieBehavior": 1 });
  try {
    school.shows(frameOf(address("?t=23&captions=az")));
    const page = await firefox.newPage();
    await page.goto(school.url);
    const frame = page.frames().find((frame) => frame.parentFrame());
    const played = await playIn(frame);
    isAt23(played);
    assert.deepEqual(played.languages, ["az"]);
    assert.ok(played.cues > 3, JSON.stringify(played));
  } finally {
    await firefox.close();
  }
});
