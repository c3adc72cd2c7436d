// What a lesson costs, and how little: its words to read, data saved by a choice that stays, a page to print.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import jsqr from "jsqr";
import { startMade } from "./made.mjs";
import { startBrowser, startFirefox } from "./start.mjs";
import { expectNoSidewaysScrolling, follow, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const limits = { timeout: 60_000 };
let server;
let browser;
let firefox;

before(async () => {
  await mkdir(output, { recursive: true });
  server = await startMade();
  [browser, firefox] = await Promise.all([startBrowser(), startFirefox()]);
});

after(async () => {
  await Promise.all([browser?.close(), firefox?.close()]);
  if (server) assert.equal(await server.stop(), 0, server.log());
});

const pageOf = (rest = "") => `${server.url}/az/l/${server.lesson.code}${rest}`;

test("a sentence of the text leads to its moment, without JavaScript", limits, async () => {
  const { context, page, troubles } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(pageOf());
  await follow(page, /\/transcript$/);
  const sentence = page.locator(".transcript a", { hasText: "Ümumi şəkildə" });
  await sentence.click();
  await page.waitForURL((url) => url.search === "?t=23");
  assert.match(await page.locator("video > source").first().getAttribute("src"), /#t=23$/);
  assert.deepEqual(troubles, []);
  await context.close();
});

/** What is chosen, and what stands first among the ways to take the lesson. */
const chosen = (page) =>
  page.evaluate(() => ({
    quality: document.querySelector(".choice a[aria-current] b").textContent,
    source: new URL(document.querySelector("video > source").src).search,
    play: document.querySelector(".start span").textContent,
    price: document.querySelector(".choice a[aria-current] .cost").textContent,
    first: document.querySelector(".ways a").getAttribute("href"),
    poster: document.querySelector("video").getAttribute("poster"),
    pressed: [...document.querySelectorAll(".saver button")].map((b) => b.getAttribute("aria-pressed")),
  }));

/** As `openPage`, in Firefox: of scripts, what goes wrong. */
async function openFirefoxPage() {
  const context = await firefox.createBrowserContext();
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`script: ${error}`));
  return { context, page, troubles };
}

for (const name of ["Chromium", "Firefox"]) {
  test(`${name}: who saves data gets the lowest quality and slides first, on every page until it is undone`, limits, async () => {
    const isChromium = name === "Chromium";
    const { context, page, troubles } = isChromium ? await openPage(browser) : await openFirefoxPage();
    const saves = () => page.waitForSelector(".saver button[aria-pressed=true]");
    await page.goto(pageOf());
    await page.waitForSelector(".saver button");
    const before = await chosen(page);
    assert.deepEqual(before.pressed, ["false", "false"]);
    assert.equal(before.play, before.price);
    await page.click(".saver button");
    const saving = await chosen(page);
    assert.equal(saving.quality, "240p");
    assert.equal(saving.source, "?q=240&form=fragmented");
    assert.equal(saving.play, saving.price);
    assert.match(saving.first, /\/slides$/);
    assert.deepEqual([saving.poster, saving.pressed], [null, ["true", "true"]]);
    // A page that was never seen, in another language.
    await page.goto(`${server.url}/ru/l/${server.lesson.code}?t=20`);
    await saves();
    assert.equal((await chosen(page)).quality, "240p");
    assert.equal(await page.evaluate(() => new URL(document.querySelector("video > source").src).hash), "#t=20");
    // Who asks for a quality gets it all the same.
    await page.goto(pageOf("?q=360"));
    await saves();
    assert.equal((await chosen(page)).quality, "360p");
    await page.goto(pageOf());
    await saves();
    await page.click(".saver button");
    assert.deepEqual(await chosen(page), { ...before });
    assert.equal(await page.evaluate(() => localStorage.getItem("teledars.saver")), "off");
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("the browser's own wish to save data counts where nothing was chosen", limits, async () => {
  const { context, page } = await openPage(browser);
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "connection", { value: { saveData: true } });
  });
  await page.goto(pageOf());
  await page.locator(".saver button[aria-pressed=true]").first().waitFor();
  assert.equal((await chosen(page)).quality, "240p");
  await page.evaluate(() => localStorage.setItem("teledars.saver", "off"));
  await page.goto(pageOf());
  await page.locator(".saver button[aria-pressed=false]").first().waitFor();
  await context.close();
});

test("a page that Back leads to shows what was chosen on another one meanwhile", limits, async () => {
  const { context, page, troubles } = await openPage(browser);
  await page.goto(pageOf());
  await page.locator(".saver button[aria-pressed=false]").first().waitFor();
  const before = await chosen(page);
  // The browsers of tests keep no pages: told as by one that does.
  const comeBack = (choice) =>
    page.evaluate((choice) => {
      localStorage.setItem("teledars.saver", choice);
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    }, choice);
  await comeBack("on");
  const saving = await chosen(page);
  assert.deepEqual(saving.pressed, ["true", "true"]);
  assert.deepEqual([saving.quality, saving.play, saving.poster], ["240p", saving.price, null]);
  await comeBack("on");
  assert.deepEqual(await chosen(page), saving);
  await comeBack("off");
  assert.deepEqual(await chosen(page), before);
  assert.deepEqual(troubles, []);
  await context.close();
});

/** What a telephone reads in `png`. */
async function readCode(page, png) {
  const { data, width, height } = await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
    const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    drawing.drawImage(bitmap, 0, 0);
    const { data, width, height } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
    return { data: [...data], width, height };
  }, [...png]);
  return jsqr(Uint8ClampedArray.from(data), width, height)?.data;
}

test("a print has what the lesson is and a code that leads there, and nothing to press", limits, async () => {
  const { context, page, troubles } = await openPage(browser, { colorScheme: "dark" });
  await page.goto(pageOf());
  assert.ok(await page.locator(".printed").isHidden());
  await writeFile(new URL("lesson.pdf", output), await page.pdf({ format: "A4" }));
  await page.emulateMedia({ media: "print" });
  for (const gone of ["video", ".ways", ".start", ".saver", ".crumbs", "footer"]) {
    assert.ok(await page.locator(gone).first().isHidden(), gone);
  }
  assert.equal(await page.locator(":is(button, input, select, textarea, audio):visible").count(), 0);
  for (const there of ["h1", ".facts", ".printed p"]) assert.ok(await page.locator(there).isVisible(), there);
  const address = `${server.url}/l/${server.lesson.code}`;
  assert.equal(await page.locator(".printed p").textContent(), address);
  assert.equal(await readCode(page, await page.locator(".printed svg").screenshot()), address);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("the code alone is a picture that a telephone reads", limits, async () => {
  const { context, page, troubles } = await openPage(browser, { viewport: { width: 300, height: 300 } });
  await page.goto(`${server.url}/l/${server.lesson.code}/qr.svg`);
  assert.equal(await readCode(page, await page.screenshot()), `${server.url}/l/${server.lesson.code}`);
  assert.deepEqual(troubles, []);
  await context.close();
});

for (const width of [320, 360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the text and the prices fit into ${width} px, ${colorScheme}`, limits, async () => {
      const viewport = { width, height: width < 1000 ? 740 : 900 };
      const { context, page, troubles } = await openPage(browser, { colorScheme, viewport });
      for (const [name, rest] of [["afford", ""], ["transcript", "/transcript"]]) {
        await page.goto(pageOf(rest));
        await page.waitForLoadState("networkidle");
        const path = new URL(`${name}-${width}-${colorScheme}.png`, output);
        await page.screenshot({ path: path.pathname, fullPage: true });
        await expectNoSidewaysScrolling(page, width);
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}
