// Every page in Chromium 80, of early 2020: the browser of a phone that is no longer updated. `make test-old-browser`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OLD_CHROMIUM, startOldBrowser } from "./old_browser.mjs";
import { pagesOf, signIn } from "./pages.mjs";
import { startSchool } from "./school.mjs";
import { lessonsOf, startBrowser, startServer } from "./start.mjs";

/** In the page: what is wrong with how it is laid out. */
function broken() {
  const found = [];
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth > innerWidth) found.push(`${scrollWidth} px wide in ${innerWidth} px`);
  const laidOut = { ".keys": "grid", ".shelves": "grid", ".slides": "grid", ".ways": "flex", ".lessons li": "flex", ".bench": "grid", ".top .wrap": "flex" };
  for (const [selector, display] of Object.entries(laidOut)) {
    for (const element of document.querySelectorAll(selector)) {
      if (getComputedStyle(element).display !== display) found.push(`${selector} is no ${display}`);
    }
  }
  const { top, height } = document.querySelector("h1").getBoundingClientRect();
  if (height < 10 || top < 0) found.push("no heading to be seen");
  // The focus can be seen: by a line around what has it, or around what is drawn in its place.
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    element.focus();
    if (document.activeElement !== element) continue;
    const beside = getComputedStyle(element).opacity === "0" ? element.nextElementSibling : element;
    if (getComputedStyle(beside).outlineStyle === "none") found.push(`nobody sees the focus on ${element.outerHTML.slice(0, 120)}`);
  }
  return found;
}

/** In the page: resolves once the player is there, as it is where a film cannot be had; `deeds` is what is done with that. */
async function dressed() {
  const video = document.querySelector("video");
  globalThis.deeds = [];
  video.play = () => {
    deeds.push("play");
    return Promise.resolve();
  };
  video.pause = () => deeds.push("pause");
  // This shell stands still when it plays one.
  for (const source of video.querySelectorAll("source")) source.src = "/nowhere.mp4";
  video.preload = "auto";
  video.load();
  for (let seen = false; !seen; seen = document.querySelector(".dressed .bar")) await new Promise(requestAnimationFrame);
}

/** Of every test that needs the old browser. */
const limits = { skip: !OLD_CHROMIUM && "OLD_CHROMIUM names no browser", timeout: 300_000 };

test("in Chromium 80 the space bar plays, and the focus on the seek bar is seen", limits, async () => {
  const [server, old] = await Promise.all([startServer(), startOldBrowser()]);
  try {
    const lessons = [...(await lessonsOf(server)).values()];
    await old.resize(1280, 800);
    await old.goto(`${server.url}/az/l/${lessons.find(({ files }) => files.some(({ role }) => role === "captions")).code}`);
    await old.evaluate(`(${dressed})()`);
    for (const [selector, wanted] of [[".screen", 1], [".seek input", 1], [".row button", 1], [".row [aria-pressed]", 0]]) {
      await old.evaluate(`deeds.length = 0, document.querySelector("${selector}").focus()`);
      await old.pressSpace();
      assert.equal(await old.evaluate("deeds.length"), wanted, selector);
    }
    await old.evaluate('document.querySelector(".seek input").focus()');
    assert.equal(await old.evaluate('getComputedStyle(document.querySelector(".rail")).outlineStyle'), "solid");
    assert.deepEqual(old.errors, []);
  } finally {
    await old.stop();
    await server.stop();
  }
});

test("every page is whole in Chromium 80, and no script fails", limits, async () => {
  const [server, recent, old] = await Promise.all([startSchool(), startBrowser(), startOldBrowser()]);
  try {
    assert.match(await old.version(), /Chrome\/80\./);
    const cookies = await signIn(recent, server);
    const troubles = [];
    for (const entry of pagesOf(server).filter(({ arrive }) => !arrive)) {
      await old.forget();
      for (const cookie of cookies[entry.as] ?? []) await old.cookie(cookie, server.url);
      for (const width of [320, 1280]) {
        await old.resize(width, 800);
        await old.goto(`${server.url}/az${entry.path}`);
        const found = await old.evaluate(`(${broken})()`);
        troubles.push(...[...found, ...old.errors.splice(0)].map((trouble) => `${entry.name}, ${width} px: ${trouble}`));
      }
    }
    assert.deepEqual(troubles, []);
  } finally {
    await Promise.all([old.stop(), recent.close()]);
    await server.stop();
  }
});
