// Everybody can use every page: axe-core finds nothing in any language and colour scheme, on a phone and on a screen; the
// keyboard reaches everything; nothing breaks where one writes from right to left. The pages are those of pages.mjs: all of
// them on a phone in the first language, one of each kind in the rest; all in everything with TELEDARS_SOAK=1
// (`make soak-access`).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { complaints } from "./axe.mjs";
import { expectKeyboard, expectSkipLink } from "./keyboard.mjs";
import { arriveAt, LANGUAGES, NO_PAGES, pagesOf, signIn } from "./pages.mjs";
import { startSchool } from "./school.mjs";
import { repository, startBrowser, startFirefox } from "./start.mjs";
import { expectNoSidewaysScrolling } from "./way.mjs";

/** Every page in every language, window and colour scheme; else what is seldom wrong by itself is looked at on some. */
const ALL = process.env.TELEDARS_SOAK === "1";
/** What depends on the colour scheme or on the window alone. */
const OF_LOOK = ["color-contrast", "target-size"];
/** Pages that are built like all others, one of each kind. */
const KINDS = [
  "home", "grade", "week", "shelf-filtered", "lesson", "transcript", "timetable-day", "search", "saved", "missing-page",
  "desk", "edit-wrong", "upload", "jobs", "embed", "embed-list",
];
/** Windows, colour schemes, and which rules are asked for, all where none are named. */
const LOOKS = ALL
  ? {
      az: [[320, "light"], [1280, "dark"], [320, "dark", OF_LOOK], [1280, "light", OF_LOOK]],
      ru: [[320, "dark"]],
      en: [[1280, "light"]],
    }
  : { az: [[320, "light"], [360, "dark", OF_LOOK]], ru: [[320, "dark"]], en: [[1280, "dark"]] };
/** Of the languages but the first the pages differ in their words alone. */
const WHERE = { az: () => true, ru: some, en: some };

let server;
let browser;
let cookies;
let pages;

before(async () => {
  [server, browser] = await Promise.all([startSchool(), startBrowser()]);
  cookies = await signIn(browser, server);
  pages = pagesOf(server);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** Whether a page is looked at where not every page is. */
function some({ name }) {
  return ALL || KINDS.includes(name);
}

/** A page of whoever `entry` is for. */
async function open(entry, options) {
  const context = await browser.newContext(options);
  if (entry.as) await context.addCookies(cookies[entry.as]);
  return { context, page: await context.newPage() };
}

/** Calls `look` on every page of the list for which `wanted` is true; tells of all that go wrong, not of the first one alone. */
async function onEveryPage(language, wanted, options, look) {
  const troubles = [];
  // One page for each person: what it keeps from one address to the next is emptied.
  const opened = new Map();
  for (const entry of pages.filter(wanted)) {
    if (!opened.has(entry.as)) {
      const { context, page } = await open(entry, options);
      opened.set(entry.as, { context, page, devtools: await context.newCDPSession(page) });
    }
    const { page, devtools } = opened.get(entry.as);
    try {
      await page.goto("about:blank");
      await devtools.send("Storage.clearDataForOrigin", { origin: server.url, storageTypes: "local_storage,indexeddb,service_workers,cache_storage" });
      await page.setViewportSize(options.viewport ?? { width: 360, height: 800 });
      await page.emulateMedia({ colorScheme: "light" });
      const answer = await arriveAt(page, server, entry, language);
      if (answer?.status() !== entry.status) troubles.push(`${entry.name}: ${answer?.status()} ${answer?.url()}`);
      else await look(page, entry);
    } catch (trouble) {
      troubles.push(`${entry.name}: ${trouble.message}`);
    }
  }
  for (const { context } of opened.values()) await context.close();
  assert.deepEqual(troubles, []);
}

test("every route that answers with a page is in the list of pages", async () => {
  const files = ["src/routes.rs", "src/routes/guests.rs"].map((file) => readFile(new URL(file, repository), "utf8"));
  const routes = (await Promise.all(files)).join("");
  const found = [...routes.matchAll(/\.get\(\s*\w+,\s*"(\/\{lang\}[^"]*)"/g)].map(([, route]) => route);
  assert.ok(found.length > 20, `only ${found.length} routes read`);
  const listed = new Set([...pages.map(({ route }) => route), ...NO_PAGES]);
  assert.deepEqual(found.filter((route) => !listed.has(route)), [], "add them to tests/browser/pages.mjs");
  const there = new Set(found);
  assert.deepEqual([...listed].filter((route) => route && !there.has(route)), [], "no such routes");
});

for (const language of LANGUAGES) {
  const used = language === "az" ? ", and the keyboard reaches everything in the order of reading" : "";
  test(`axe-core finds nothing on ${ALL || used ? "any page" : "pages"}, ${language}${used}`, { timeout: 600_000 }, async () => {
    await onEveryPage(language, WHERE[language], {}, async (page, entry) => {
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      const found = [];
      for (const [width, colorScheme, rules] of LOOKS[language]) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await expectNoSidewaysScrolling(page, width);
        found.push(...(await complaints(page, rules)).map((complaint) => `${width} px, ${colorScheme}: ${complaint}`));
      }
      assert.deepEqual(found, [], entry.name);
      if (!used) return;
      await page.setViewportSize({ width: 360, height: 800 });
      await expectKeyboard(page, entry.name);
      // A frame begins with what it is there for.
      if (!entry.framed) await expectSkipLink(page, entry.name);
    });
  });
}

test("pages on a screen are used by keyboard alone, in the order of reading", { timeout: 600_000 }, async () => {
  await onEveryPage("az", some, { viewport: { width: 1280, height: 800 } }, async (page, entry) => {
    await expectKeyboard(page, entry.name);
    if (!entry.framed) await expectSkipLink(page, entry.name);
  });
});

test("written from right to left pages are whole, and in the order of reading", { timeout: 600_000 }, async () => {
  await onEveryPage("en", some, {}, async (page, entry) => {
    await page.evaluate(() => (document.documentElement.dir = "rtl"));
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await expectNoSidewaysScrolling(page, width);
      const middle = await page.locator(".logo svg").evaluate((logo) => {
        const { left, right } = logo.getBoundingClientRect();
        return (left + right) / 2 / innerWidth;
      });
      assert.ok(middle > 0.5, `${entry.name}: the beginning is not on the right`);
    }
    await expectKeyboard(page, entry.name);
  });
});

test("a lesson's page with the player on its picture is for everybody, from right to left, too", { timeout: 120_000 }, async () => {
  const entry = pages.find(({ name }) => name === "lesson");
  const { context, page } = await open(entry, { viewport: { width: 360, height: 800 } });
  await arriveAt(page, server, entry, "az");
  await page.evaluate(async () => {
    const video = document.querySelector("video");
    video.muted = true;
    await video.play();
  });
  await page.waitForSelector(".dressed .bar");
  await page.evaluate(() => document.querySelector("video").pause());
  const settings = page.locator(".bar [aria-expanded]").last();
  for (const dir of ["ltr", "rtl"]) {
    await page.evaluate((dir) => (document.documentElement.dir = dir), dir);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const what = `${dir}, ${width} px`;
      for (const isOpen of [false, true]) {
        if (isOpen) await settings.click();
        await expectNoSidewaysScrolling(page, width);
        assert.deepEqual(await complaints(page), [], what);
        const outside = await page.evaluate(() =>
          [...document.querySelectorAll(".bar, .bar button, .seek, .panel:not([hidden])")]
            .filter((one) => one.offsetParent)
            .filter((one) => one.getBoundingClientRect().left < 0 || one.getBoundingClientRect().right > innerWidth)
            .map(({ outerHTML }) => outerHTML.slice(0, 160)),
        );
        assert.deepEqual(outside, [], what);
      }
      // Time runs from left to right all the same.
      const begins = await page.evaluate(() => {
        const { left } = document.querySelector(".rail").getBoundingClientRect();
        return Math.abs(document.querySelector(".played").getBoundingClientRect().left - left) < 1;
      });
      assert.ok(begins, what);
      await page.keyboard.press("Escape");
      await expectKeyboard(page, what);
    }
  }
  await context.close();
});

test("printed from a dark screen a page is dark on white", { timeout: 120_000 }, async () => {
  for (const name of ["home", "shelf", "lesson", "lesson-announced", "transcript", "slides"]) {
    const entry = pages.find((page) => page.name === name);
    const { context, page } = await open(entry, { colorScheme: "dark" });
    await arriveAt(page, server, entry, "az");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const colours = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return { backgroundColor, color };
    });
    assert.deepEqual(colours, { backgroundColor: "rgb(255, 255, 255)", color: "rgb(0, 0, 0)" }, name);
    assert.deepEqual(await complaints(page, ["color-contrast"]), [], name);
    assert.equal(await page.locator("header nav, video, .ways").filter({ visible: true }).count(), 0, name);
    await context.close();
  }
});

for (const [scheme, number] of ALL ? [["dark", 0], ["light", 1]] : [["dark", 0]]) {
  test(`Firefox: axe-core finds nothing on a student's way, ${scheme}`, { timeout: 240_000 }, async () => {
    const firefox = await startFirefox({ "layout.css.prefers-color-scheme.content-override": number });
    try {
      const page = await firefox.newPage();
      for (const name of ["home", "grade", "shelf", "lesson", "transcript", "search", "timetable-day", "saved", "missing-page", "sign-in"]) {
        const entry = pages.find((page) => page.name === name);
        await page.goto(`${server.url}/az${entry.path}`);
        assert.equal(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches), scheme === "dark");
        assert.deepEqual(await complaints(page), [], name);
      }
    } finally {
      await firefox.close();
    }
  });
}
