// A pupil who missed last week finds all its lessons, without JavaScript; the timetable and the filters of a shelf.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { repository, startBrowser, startFirefox, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, follow, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const DAY = 24 * 3600 * 1000;
let folder;
let server;
let browser;

/** The date of the `nth` day from Monday of the week that is `weeks` weeks from this one, at school. */
function date(weeks, nth) {
  const school = new Date(Date.now() + 4 * 3600 * 1000);
  const fromMonday = (school.getUTCDay() + 6) % 7;
  return new Date(school.getTime() + (weeks * 7 - fromMonday + nth) * DAY).toISOString().slice(0, 10);
}

/** Lessons of grade 7 in the last two weeks and this one: two a day, of which only those of the last week are watched. */
function sheet() {
  const recording = fileURLToPath(new URL("media/samples/7-mathematics-az-1.mp4", repository));
  const rows = ["file,title,grades,subject,section,programme,lesson_number,school_year,broadcasts,visibility"];
  let number = 100;
  for (const weeks of [-2, -1, 0]) {
    for (const nth of [0, 1, 2, 3, 4]) {
      for (const [subject, time, again] of [["mathematics", "10:00", "16:00"], ["physics", "11:00", null]]) {
        number += 1;
        const times = [time, again].filter(Boolean).map((t) => `medeniyyet@${date(weeks, nth)}T${t}`);
        const file = weeks === -1 && nth < 3 ? recording : "";
        const title = `${subject === "physics" ? "Fizika" : "Riyaziyyat"}: həftə ${weeks}, gün ${nth + 1}`;
        rows.push([file, `"${title}"`, "7", subject, "az", "Bu il", number, "2026/27", times.join(";"), "public"].join(","));
      }
    }
  }
  return rows.join("\n");
}

before(async () => {
  await mkdir(output, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), "teledars-week-"));
  const path = join(folder, "weeks.csv");
  await writeFile(path, sheet());
  [server, browser] = await Promise.all([startServer(path), startBrowser()]);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
  await rm(folder, { recursive: true });
});

/** What a week's page tells: its days, and the titles below each. */
const told = () =>
  [...document.querySelectorAll("main h2")].map((h2) => ({
    day: h2.querySelector("time")?.getAttribute("datetime"),
    titles: [...h2.nextElementSibling.querySelectorAll(".name a")].map((a) => a.textContent),
    repeats: h2.nextElementSibling.textContent.split("təkrar yayım").length - 1,
  }));

const lastWeek = () =>
  [0, 1, 2, 3, 4].map((nth) => ({
    day: date(-1, nth),
    titles: [`Riyaziyyat: həftə -1, gün ${nth + 1}`, `Fizika: həftə -1, gün ${nth + 1}`, `Riyaziyyat: həftə -1, gün ${nth + 1}`],
    repeats: 1,
  }));

test("who missed last week finds all its lessons, in Chromium without JavaScript", { timeout: 120_000 }, async () => {
  const { context, page, troubles } = await openPage(browser, {
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  });
  await page.goto(`${server.url}/`);
  await page.click("text=Keçən həftənin bütün dərsləri");
  assert.match(await page.textContent("h1"), /neçənci sinifdə/);
  await follow(page, "/az/grades/7");
  assert.equal(await page.textContent("h1"), "7-ci sinif: həftənin dərsləri");
  assert.deepEqual(await page.evaluate(told), lastWeek());
  // The week before is one step away, and what was to be seen there.
  const here = page.url();
  await page.click("a[rel=prev]");
  await page.waitForURL((url) => url.href !== here);
  assert.equal((await page.evaluate(told))[0].day, date(-2, 0));
  await page.click("a[rel=next]");
  await page.waitForURL(here);
  await follow(page, /^\/az\/l\/[2-9A-Z]{6}$/);
  assert.ok((await page.locator("video > source[src]").count()) > 0, "nothing to watch");
  // The grade's own page leads there too.
  await page.goto(`${server.url}/az/grades/7`);
  await page.click("text=Keçən həftənin bütün dərsləri");
  assert.deepEqual(await page.evaluate(told), lastWeek());
  assert.deepEqual(troubles, []);
  await context.close();
});

test("and in Firefox", { timeout: 120_000 }, async () => {
  const firefox = await startFirefox();
  try {
    const page = await firefox.newPage();
    const press = (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
    await page.goto(`${server.url}/az/`);
    await press(".missed a");
    await press('.keys a[href^="/az/grades/7?"]');
    assert.deepEqual(await page.evaluate(told), lastWeek());
    // The only script that could be off is that of the switch to save data, which changes no link.
    const scripts = await page.evaluate(() => [...document.scripts].map(({ src }) => new URL(src).pathname));
    assert.ok(scripts.every((path) => /^\/assets\/saver\.[0-9a-f]+\.js$/.test(path)), `${scripts}`);
  } finally {
    await firefox.close();
  }
});

test("the timetable is a form that needs no JavaScript", { timeout: 60_000 }, async () => {
  const { context, page, troubles } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/az/`);
  await follow(page, "/az/timetable");
  await page.click(".filters summary");
  await page.fill("input[name=date]", "2020-03-30");
  await page.selectOption("select[name=section]", "ru");
  await page.click(".choose button");
  await page.waitForURL(/date=2020-03-30/);
  assert.equal(await page.locator(".air li").count(), 2);
  assert.match(await page.textContent(".air"), /Координатная плоскость/);
  await page.click("a[rel=next]");
  await page.waitForURL(/date=2020-03-31&section=ru/);
  // In another language it is the same day of the same section.
  await page.click(".langs a[lang=ru]");
  await page.waitForURL(/\/ru\/timetable\?date=2020-03-31&section=ru$/);
  assert.match(await page.textContent(".lead"), /31 марта 2020, вторник/);
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a shelf is narrowed without JavaScript, and widened again", { timeout: 60_000 }, async () => {
  const { context, page, troubles } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/az/grades/7/mathematics`);
  const all = await page.locator(".lessons li").count();
  await page.click(".filters summary");
  await page.selectOption("select[name=year]", "2019/20");
  await page.click(".filters button");
  await page.waitForURL(/year=2019%2F20/);
  const some = await page.locator(".lessons li").count();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  assert.ok(await page.locator("select[name=year]").isVisible(), "what was chosen is not to be seen");
  await page.click("text=Hamısını göstər");
  await page.waitForURL(/mathematics$/);
  assert.equal(await page.locator(".lessons li").count(), all);
  assert.deepEqual(troubles, []);
  await context.close();
});

for (const width of [320, 360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`week, timetable and filters fit into ${width} px, ${colorScheme}`, { timeout: 120_000 }, async () => {
      const { context, page, troubles } = await openPage(browser, {
        colorScheme,
        viewport: { width, height: width < 1000 ? 740 : 900 },
      });
      for (const [name, path] of [
        ["home", "/az/"],
        ["home-ru", "/ru/?section=ru"],
        ["grade", "/az/grades/7"],
        ["week-keys", "/az/?week=last"],
        ["week", "/az/grades/7?week=2020-W14"],
        ["timetable", "/ru/timetable"],
        ["timetable-week", "/az/timetable?week=2020-W14"],
        ["shelf", "/az/grades/7/mathematics"],
        ["filters", "/ru/grades/7/mathematics?year=2019/20&captioned=1"],
      ]) {
        await page.goto(server.url + path);
        const file = new URL(`${name}-${width}-${colorScheme}.png`, output);
        await page.screenshot({ path: file.pathname, fullPage: true });
        await expectNoSidewaysScrolling(page, width);
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });
  }
}
