// A learning platform's course on another site, with its visitors' third-party cookies blocked, with and without JavaScript:
// pupils watch a lesson in it, teachers choose lessons for it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints } from "./axe.mjs";
import { startLearningPlatform } from "./learning_platform.mjs";
import { startMade } from "./made.mjs";
import { installPlayback } from "./playback.mjs";
import { run, startBrowser } from "./start.mjs";
import { openPage } from "./way.mjs";

const limits = { timeout: 120_000 };
let server;
let browser;
let platform;

before(async () => {
  server = await startMade();
  platform = await startLearningPlatform(server);
  browser = await startBrowser("--test-third-party-cookie-phaseout");
});

after(async () => {
  await Promise.all([browser?.close(), platform?.stop()]);
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** Opens the course's page with an activity in it: the frame, once it shows a page of the archive's that `path` names. */
async function open(activity, path, options = {}) {
  const { context, page, troubles } = await openPage(browser, options);
  // What an administrator of the archive would have: nothing of it may reach a frame.
  await context.addCookies([{ name: "session", value: "1", domain: "127.0.0.1", path: "/", sameSite: "None", secure: true }]);
  const asked = [];
  page.on("request", (request) => request.url().startsWith(server.url) && asked.push(request));
  await page.goto(platform.course(activity));
  const [, frame] = page.frames();
  if (activity.manual) await frame.locator("button").click();
  await frame.waitForURL(path);
  return { context, page, frame, troubles, asked };
}

async function closes({ context, troubles, asked }) {
  for (const request of asked) assert.equal((await request.allHeaders()).cookie, undefined, request.url());
  assert.deepEqual((await context.cookies()).map(({ name }) => name), ["session"]);
  assert.deepEqual(troubles, []);
  await context.close();
}

const WATCH = /\/az\/lti\/watch\/[\w.-]+$/;
const PICK = /\/az\/lti\/pick\/[\w.-]+$/;

test("a pupil watches the activity's lesson from its moment, and after the page is loaded again", limits, async () => {
  const code = server.lesson.code;
  for (const activity of [{ custom: { code, start: "23" } }, { target: `${server.url}/l/${code}?t=23` }]) {
    const opened = await open(activity, WATCH);
    const { frame } = opened;
    for (let time = 0; time < 2; time += 1) {
      await frame.evaluate(installPlayback);
      const { to } = await frame.evaluate(() => playback.play(document.querySelector("video"), 0.3));
      assert.ok(to >= 23 && to < 26, `${to}`);
      await Promise.all([frame.waitForNavigation(), frame.evaluate(() => location.reload())]);
    }
    await closes(opened);
  }
});

/** From grade to subject to lesson, a beginning, and into the course. */
async function choose(frame) {
  const go = (locator) => Promise.all([frame.waitForNavigation(), locator.click()]);
  await go(frame.locator(".keys a").first());
  await go(frame.locator(".shelves a").first());
  await go(frame.locator(".lessons .name a").first());
  await frame.locator("[name=t]").fill("0:23");
  await go(frame.locator(".begin button"));
  assert.match(await frame.locator("video source").first().getAttribute("src"), /#t=23$/);
  await go(frame.locator(".add button"));
  assert.equal(await frame.locator("h1").innerText(), "1 chosen");
}

for (const javaScriptEnabled of [true, false]) {
  test(`a teacher brings a lesson into the course${javaScriptEnabled ? "" : " without JavaScript"}`, limits, async () => {
    const opened = await open({ choosing: true, manual: !javaScriptEnabled }, PICK, { javaScriptEnabled });
    await choose(opened.frame);
    const [item] = platform.chosen.at(-1);
    const code = server.lesson.code;
    assert.deepEqual([item.type, item.custom, item.url], ["ltiResourceLink", { code, start: "23" }, `${server.url}/l/${code}?t=23`]);
    assert.equal((await fetch(item.thumbnail.url)).headers.get("content-type"), "image/jpeg");
    await closes(opened);
    const again = await open({ custom: item.custom, target: item.url, manual: !javaScriptEnabled }, WATCH, { javaScriptEnabled });
    assert.match(await again.frame.locator("video source").first().getAttribute("src"), /#t=23$/);
    await closes(again);
  });
}

test("a teacher ticks several lessons that were found and takes them together, or goes back without any", limits, async () => {
  const opened = await open({ choosing: true }, PICK);
  const { frame } = opened;
  const go = (locator) => Promise.all([frame.waitForNavigation(), locator.click()]);
  await frame.locator(".find [name=grade]").selectOption("7");
  await frame.locator(".find [name=subject]").selectOption("mathematics");
  await go(frame.locator(".find button"));
  const boxes = frame.locator("[name=code]");
  assert.ok((await boxes.count()) > 1);
  for (const at of [0, 1]) await boxes.nth(at).check();
  await go(frame.locator(".stays button"));
  assert.equal(await frame.locator(".lessons li").count(), 2);
  await go(frame.locator(".add button"));
  assert.equal(platform.chosen.at(-1).length, 2);
  await closes(opened);
  const other = await open({ choosing: true }, PICK);
  await Promise.all([other.frame.waitForNavigation(), other.frame.locator(".bar button").click()]);
  assert.deepEqual(platform.chosen.at(-1), []);
  await closes(other);
});

test("a page of another site than the platform's cannot show the choice in a frame", limits, async () => {
  const path = await platform.arrival({ choosing: true });
  const stranger = await startLearningPlatform(server, { name: "Başqa" });
  const { context, page, troubles } = await openPage(browser);
  await page.goto(`${stranger.url}/nothing`);
  await page.evaluate((src) => {
    const frame = document.createElement("iframe");
    frame.src = src;
    document.body.append(frame);
    return new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  }, server.url + path);
  assert.ok(troubles.some((trouble) => trouble.includes("frame-ancestors")), `${troubles}`);
  await context.close();
  await stranger.stop();
});

test("what a teacher sees who is not let in can be read by everybody, narrow and wide, light and dark", limits, async () => {
  const { context, page } = await openPage(browser);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 900]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 700 });
      await page.goto(`${server.url}/lti/login?iss=https://nobody.example&login_hint=1&target_link_uri=${server.url}/lti/launch`);
      assert.deepEqual(await complaints(page), []);
      await page.goto(`${server.url}/lti/register/abc`);
      assert.deepEqual(await complaints(page), []);
    }
  }
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? ", and its window is told that it may close" : " without JavaScript";
  test(`an administrator connects a platform with one button${how}`, limits, async () => {
    const said = await run(server.data, "platform", "invite", "--base-url", server.url);
    const [invite] = /http:\S+\/lti\/register\/\S+/.exec(said);
    // One that is not connected yet.
    const other = await startLearningPlatform(server, { name: `Lisey ${javaScriptEnabled}` });
    const { context, page, troubles } = await openPage(browser, { javaScriptEnabled });
    await page.goto(other.administration(invite));
    const [, frame] = page.frames();
    assert.deepEqual(other.registered, []);
    assert.deepEqual(await frame.evaluate(() => [...document.forms[0].elements].map(({ name }) => name).filter(Boolean)), [
      "openid_configuration",
      "registration_token",
    ]);
    await Promise.all([frame.waitForNavigation(), frame.locator(".add button").click()]);
    assert.equal(await frame.locator("h1").innerText(), "Qoşuldu");
    assert.equal(other.registered.length, 1);
    if (javaScriptEnabled) await page.locator("h1", { hasText: "org.imsglobal.lti.close" }).waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
    await other.stop();
  });
}
