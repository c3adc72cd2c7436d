// What a student's page costs before anything is seen, on a slow line and an old phone: bytes as they are sent, requests,
// elements; and that nothing jumps while it comes in. The pages are those of pages.mjs that need no signing in.

import assert from "node:assert/strict";
import { get } from "node:http";
import { after, before, test } from "node:test";
import { LANGUAGES, pagesOf } from "./pages.mjs";
import { startSchool } from "./school.mjs";
import { startBrowser } from "./start.mjs";

/** HTML and style, compressed: what fits into the first round trip of a TCP connection. */
const FIRST_ROUND_TRIP = 14 * 1024;
/** What a page may cost before somebody asks for more: all but the recording and its pictures, scripts included. */
const WITHOUT_MEDIA = 40 * 1024;
/** Requests of the first view without JavaScript, besides pictures: the page and two sheets. */
const REQUESTS = 3;
/** Elements of a page, and how deep they lie in each other. */
const ELEMENTS = 800;
const DEPTH = 20;
/** The smallest letters, in pixels. */
const LETTERS = 12;
/** The pages that weigh most, or are seen most: in each language. */
const HEAVY = ["home", "grade", "week", "shelf", "shelf-filtered", "lesson", "transcript", "timetable-day", "search"];

let server;
let browser;
let pages;

before(async () => {
  [server, browser] = await Promise.all([startSchool(), startBrowser()]);
  pages = pagesOf(server).filter(({ as, arrive, path }) => !as && !arrive && !path.startsWith("/teach"));
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** What comes over the network from others; a browser's own pictures do not. */
const elsewhere = (requests) => requests.map(({ url }) => url).filter((url) => url.startsWith("http") && !url.startsWith(`${server.url}/`));
const address = (language, { path }) => `${server.url}/${language}${path}`;

/** Everything that a page of `context` fetches: its address, kind, and length with headers, as sent. */
async function fetched(context, page) {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const all = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, request, type }) => all.set(requestId, { url: request.url, type, bytes: 0 }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (all.has(requestId)) all.get(requestId).bytes = encodedDataLength;
  });
  return () => [...all.values()];
}

/** The length of what `url` answers who offers `coding`, as it is sent: with headers. */
function sent(url, coding) {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: { "Accept-Encoding": coding, Accept: "text/html" } }, (answer) => {
      assert.equal(answer.headers["content-encoding"], coding, url);
      const lines = answer.rawHeaders.map((part) => Buffer.byteLength(part) + 2);
      let bytes = "HTTP/1.1 200 OK\r\n\r\n".length + lines.reduce((a, b) => a + b);
      answer.on("data", (data) => (bytes += data.length));
      answer.on("end", () => resolve(bytes));
    });
    asked.on("error", reject);
  });
}

/** Pages on which scripts go on after the page is there. */
const goesOn = ({ name }) => /^(lesson|slides|saved|transcript)/.test(name);
const waitUntil = (entry) => (goesOn(entry) ? "networkidle" : "load");

test("every page and its style fit into the first round trip, without a script in the way", { timeout: 300_000 }, async (t) => {
  const heavy = [];
  for (const language of LANGUAGES) {
    for (const entry of pages) {
      if (language !== LANGUAGES[0] && !HEAVY.includes(entry.name)) continue;
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
      const page = await context.newPage();
      const requests = await fetched(context, page);
      await page.goto(address(language, entry));
      const all = requests();
      const needed = all.filter(({ type }) => type === "Document" || type === "Stylesheet").map(({ url }) => url);
      // Over https browsers offer brotli, which is smaller; here gzip counts.
      const sizes = {};
      for (const coding of ["gzip", "br"]) sizes[coding] = await Promise.all(needed.map((url) => sent(url, coding)));
      const [gzip, brotli] = Object.values(sizes).map((all) => all.reduce((a, b) => a + b));
      t.diagnostic(`${entry.name}, ${language}: ${sizes.gzip.join(" + ")} = ${gzip} by gzip, ${brotli} by brotli`);
      if (gzip > FIRST_ROUND_TRIP) heavy.push(`${entry.name}, ${language}: ${gzip} bytes`);
      assert.ok(brotli < gzip, `${entry.name}: ${brotli} by brotli, ${gzip} by gzip`);
      // Captions come with the page where its address asks for them.
      const first = all.filter(({ type, url }) => type !== "Image" && !url.endsWith(".vtt")).map(({ url }) => url);
      assert.ok(first.length <= REQUESTS, `${entry.name}: ${first}`);
      assert.deepEqual(elsewhere(all), [], `${entry.name} fetches from elsewhere`);
      assert.deepEqual(all.filter(({ type }) => type === "Font" || type === "Script"), [], entry.name);
      await context.close();
    }
  }
  assert.deepEqual(heavy, []);
});

for (const width of [360, 1280]) {
  test(`nothing jumps while a page comes in, ${width} px`, { timeout: 300_000 }, async () => {
    for (const entry of pages) {
      const context = await browser.newContext({ viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.addInitScript(() => {
        globalThis.shifts = [];
        new PerformanceObserver((list) => {
          for (const { value, sources } of list.getEntries()) {
            // Buttons of the browser's own player are nobody's element.
            const moved = sources.filter(({ node, previousRect: was, currentRect: is }) => node && (was.x !== is.x || was.y !== is.y));
            if (moved.length > 0) shifts.push({ value, what: moved.map(({ node }) => (node.outerHTML ?? node.textContent).slice(0, 120)) });
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      // Pictures come after the first look at the page, as over a slow line.
      let release;
      const looked = new Promise((resolve) => (release = resolve));
      await page.route(/\.(jpg|webp|png)(\?|$)/, async (route) => {
        await looked;
        await route.continue();
      });
      await page.goto(address("az", entry), { waitUntil: "domcontentloaded" });
      const painted = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await painted();
      release();
      await page.waitForLoadState(waitUntil(entry));
      await page.evaluate(() => Promise.all([...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight).map((image) => image.decode().catch(() => undefined))));
      await painted();
      assert.deepEqual(await page.evaluate(() => shifts), [], entry.name);
      await context.close();
    }
  });
}

test("every page keeps the budgets of an old phone", { timeout: 300_000 }, async () => {
  const descriptions = new Map();
  const troubles = [];
  for (const entry of pages) {
    const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
    const page = await context.newPage();
    const requests = await fetched(context, page);
    await page.goto(address("az", entry), { waitUntil: waitUntil(entry) });
    const expect = (right, what) => right || troubles.push(`${entry.name}: ${what}`);
    const own = requests().filter(({ type }) => !["Image", "Media"].includes(type));
    const bytes = own.reduce((sum, request) => sum + request.bytes, 0);
    expect(bytes <= WITHOUT_MEDIA, `${bytes} bytes without media`);
    expect(elsewhere(requests()).length === 0, `fetches ${elsewhere(requests())}`);
    const seen = await page.evaluate(() => {
      const depth = (element) => (element ? 1 + depth(element.parentElement) : 0);
      const all = [...document.querySelectorAll("*")];
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const small = new Set();
      while (texts.nextNode()) {
        const { parentElement, data } = texts.currentNode;
        const size = parseFloat(getComputedStyle(parentElement).fontSize);
        if (data.trim()) small.add(size);
      }
      const said = (selector, name) => document.querySelector(selector)?.getAttribute(name);
      return {
        elements: all.length,
        depth: Math.max(...all.map(depth)),
        letters: Math.min(...small),
        fonts: document.fonts.size,
        unsized: [...document.querySelectorAll("img, video")].filter((e) => !(e.hasAttribute("width") && e.hasAttribute("height")) && !e.matches(".sound")).map((e) => e.outerHTML.slice(0, 120)),
        blocking: document.querySelectorAll("script:not([type=module]):not([defer]):not([async]):not([type='application/ld+json'])").length,
        viewport: said("meta[name=viewport]", "content"),
        lang: document.documentElement.lang,
        title: document.title,
        headings: document.querySelectorAll("h1").length,
        description: said("meta[name=description]", "content"),
        doctype: document.compatMode,
      };
    });
    // Programmers read about the API, and not on an old phone.
    expect(seen.elements <= ELEMENTS || entry.name.startsWith("api"), `${seen.elements} elements`);
    expect(seen.depth <= DEPTH, `elements ${seen.depth} deep`);
    expect(seen.letters >= LETTERS, `letters of ${seen.letters} px`);
    expect(seen.fonts === 0, "fonts to be fetched");
    expect(seen.unsized.length === 0, `no size: ${seen.unsized}`);
    expect(seen.blocking === 0, "a script in the way");
    expect(seen.viewport === "width=device-width, initial-scale=1", `viewport ${seen.viewport}`);
    expect(seen.lang === "az" && seen.title && seen.headings === 1 && seen.doctype === "CSS1Compat", JSON.stringify(seen));
    // Behind a question mark is the same page in another form; an error or a frame has nothing to be found by.
    if (entry.status === 200 && !entry.path.includes("?") && !entry.framed) {
      expect(!descriptions.has(seen.description), `described as ${descriptions.get(seen.description)} is: ${seen.description}`);
      descriptions.set(seen.description, entry.name);
    }
    await context.close();
  }
  assert.deepEqual(troubles, []);
});
