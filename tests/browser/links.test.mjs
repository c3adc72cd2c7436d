// A teacher shows a draft by a link; whoever has it watches without an account, a cookie or a script, until it is taken back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, addPerson, run, startBrowser, startServer } from "./start.mjs";
import { openPage } from "./way.mjs";

const PASSWORD = "uzun bir parol";
const limits = { timeout: 180_000 };
let server;
let browser;
/** Of the sample lesson that is a draft, with captions. */
let code;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  await addPerson(server.data, "Leyla", "teacher", PASSWORD);
  code = (await run(server.data, "lesson", "list", "--state", "draft")).split("\t")[0];
  await run(server.data, "lesson", "owner", code, "add", "Leyla");
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

async function press(page, button) {
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
}

/** The page of links to the draft, as its teacher has it. */
async function atDesk() {
  const opened = await openPage(browser, { javaScriptEnabled: false });
  const { page } = opened;
  await page.goto(`${server.url}/az/teach/sign-in`);
  await page.locator("[name=user]").fill("Leyla");
  await page.locator("[name=password]").fill(PASSWORD);
  await press(page, page.locator(".form button"));
  await page.goto(`${server.url}/az/teach/lessons/${code}`);
  await press(page, page.locator(".tabs").getByRole("link", { name: "Keçidlər" }));
  return opened;
}

/** Makes a link with this note, and gives it. */
async function makeLink(page, note) {
  await page.locator("[name=note]").fill(note);
  assert.equal(await page.locator("[name=days]").inputValue(), "14");
  await press(page, page.locator(".form .button"));
  assert.equal(await page.locator("[role=status]").count(), 1);
  const row = page.locator(".things li").filter({ hasText: note });
  return { row, link: await row.locator(".secret").innerText() };
}

test("a teacher's link plays the draft for a stranger without a cookie or a script, until it is taken back", limits, async () => {
  const desk = await atDesk();
  const { row, link } = await makeLink(desk.page, "rəyçilər üçün");
  assert.ok(link.startsWith(`${server.url}/s/`) && link.endsWith(`/l/${code}`), link);
  assert.match(await row.innerText(), /Leyla/);

  const { context, page, troubles } = await openPage(browser, { javaScriptEnabled: false, locale: "ru-RU" });
  const asked = [];
  page.on("request", (request) => asked.push(request));
  const answer = await page.goto(link);
  assert.equal(page.url(), link.replace("/s/", "/ru/s/"), "in the reader's own language");
  assert.equal(answer.headers()["referrer-policy"], "no-referrer");
  assert.match(await page.locator(".note").first().innerText(), /не опубликован/);

  const video = page.locator("video");
  await video.evaluate((video) => {
    video.muted = true;
    video.textTracks[0].mode = "showing";
  });
  await video.focus();
  await video.press("Space");
  /** Waits until the video is at `moment`, with the captions read. */
  const reach = async (moment) => {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const seen = await video.evaluate((v) => ({ at: v.currentTime, error: v.error?.message, cues: v.textTracks[0].cues?.length ?? 0 }));
      if (seen.at > moment && seen.cues > 0) return;
      assert.ok(!seen.error && Date.now() < deadline, JSON.stringify(seen));
    }
  };
  await reach(0.3);
  const middle = await video.evaluate((v) => (v.currentTime = Math.floor(v.duration * 0.7)));
  await reach(middle + 0.2);
  await press(page, page.locator(".ways").getByRole("link", { name: /Читать/ }));
  assert.ok((await page.locator(".transcript a").count()) > 3);
  await press(page, page.locator(".transcript a").nth(2));
  assert.match(new URL(page.url()).pathname, /^\/ru\/s\//);

  const prefix = new URL(link).pathname.split("/l/")[0];
  assert.ok(asked.length > 5);
  for (const request of asked) {
    const { pathname } = new URL(request.url());
    assert.ok(pathname.startsWith("/assets/") || pathname.replace(/^\/ru/, "").startsWith(`${prefix}/`), pathname);
    const headers = await request.allHeaders();
    assert.equal(headers.cookie, undefined, pathname);
    assert.ok(!headers.referer, pathname);
  }
  assert.deepEqual(await context.cookies(), []);
  assert.deepEqual(troubles, []);

  // The same link is shown again, and taken back at once.
  await desk.page.reload();
  assert.equal(await row.locator(".secret").innerText(), link);
  await press(desk.page, row.getByRole("button"));
  assert.equal(await desk.page.locator(".things li").count(), 0);
  const gone = await page.goto(link);
  assert.equal(gone.status(), 404);
  assert.ok(!(await page.content()).includes("Nizami"));
  await context.close();
  await desk.context.close();
  assert.ok(!server.log().includes(prefix.split("/").at(-1)), "the access log has the link");
  assert.ok(server.log().includes("/s/*/l/"), server.log());
});

test("with the player the draft plays by its link in every part, and nothing of it is kept", limits, async () => {
  const desk = await atDesk();
  const { link } = await makeLink(desk.page, "7b");
  const { context, page, troubles } = await openPage(browser);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(link);
  await page.locator("video").evaluate((video) => {
    video.muted = true;
    return video.play();
  });
  await page.waitForFunction(() => document.querySelector("video").currentTime > 1);
  await page.waitForFunction(() => !document.querySelector("video").controls, undefined, { timeout: PATIENCE });
  const prefix = new URL(link).pathname.split("/l/")[0];
  const outside = asked.filter((path) => /\/(l|media)\//.test(path) && !path.replace(/^\/az/, "").startsWith(`${prefix}/`));
  assert.deepEqual(outside, []);
  assert.equal(await page.locator("#keep").count(), 0);
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker?.getRegistrations())?.length ?? 0), 0);
  assert.deepEqual(troubles, []);
  // A link from there leads away without telling where from.
  await press(page, page.locator(".logo"));
  assert.equal(await page.evaluate(() => document.referrer), "");
  await context.close();
  await desk.context.close();
});
