// What is made of recordings, as those whose lessons they are see it: the list of jobs and a lesson's part of it, as they
// change, and with forms alone.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startElsewhere } from "./elsewhere.mjs";
import { addPerson, startBrowser, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const PASSWORD = "uzun bir parol";
let server;
let browser;
let elsewhere;

before(async () => {
  await mkdir(output, { recursive: true });
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  await addPerson(server.data, "Elxan", "admin", PASSWORD);
  elsewhere = startElsewhere(server.data);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** A page of the administrator, who is signed in. */
async function atDesk(language, options = {}) {
  const opened = await openPage(browser, options);
  const { page } = opened;
  await page.goto(`${server.url}/${language}/teach/sign-in`);
  await page.locator("[name=user]").fill("Elxan");
  await page.locator("[name=password]").fill(PASSWORD);
  await Promise.all([page.waitForURL(/\/teach\/$/), page.locator(".form button").click()]);
  const headers = { Origin: server.url };
  /** Jobs in a state, in the order of their turns. */
  const jobs = async (state) => {
    const answer = await page.request.get(`${server.url}/api/v1/jobs?state=${state}`);
    return (await answer.json()).jobs;
  };
  /** Cancels or retries a job, as somebody else would meanwhile. */
  const act = async (id, what) => {
    const answer = await page.request.post(`${server.url}/api/v1/jobs/${id}/${what}`, { headers });
    assert.equal(answer.status(), 200, await answer.text());
  };
  return { ...opened, jobs, act };
}

/** Presses `button` and waits for the answer. */
async function press(page, button) {
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
}

/** The row of a job. */
const row = (page, id, state = "") => page.locator(`.job${state}[data-job="${id}"]`);

test("the list shows how far things are as they go on, and what changes moves to its place", { timeout: 120_000 }, async () => {
  const { context, page, troubles, jobs, act } = await atDesk("en");
  const [first, second, third] = await jobs("queued");
  await elsewhere.takes(first.id);
  await elsewhere.reaches(first.id, 430);
  await page.goto(`${server.url}/en/teach/jobs`);
  await page.evaluate(() => (globalThis.sameDocument = true));
  const running = row(page, first.id, ".running");
  assert.match(await running.innerText(), /Looking into the recording: in the making 43 %/);
  assert.match(await running.innerText(), /by elsewhere · since/);
  await elsewhere.reaches(first.id, 705);
  await running.locator(".percent", { hasText: "70 %" }).waitFor();
  assert.equal(await running.locator("progress").evaluate((bar) => bar.value), 705);

  // Somebody is at a button with the keyboard while others change the queue.
  assert.match(await row(page, third.id).innerText(), /waits for its turn \(1 before it\)/);
  await row(page, third.id).getByRole("button", { name: `Cancel: Looking into the recording, ${third.title}` }).focus();
  const waiting = Number(/(\d+) wait/.exec(await page.getByRole("status").innerText())[1]);
  await act(second.id, "cancel");
  await row(page, second.id, ".cancelled").waitFor();
  await page.getByRole("status").filter({ hasText: `${waiting - 1} wait` }).waitFor();
  await row(page, third.id).filter({ hasText: "next in turn" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.act), `cancel-${third.id}`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/done=cancel/);
  assert.match(await page.locator(".note.good").innerText(), /Cancelled\./);
  await row(page, third.id, ".cancelled").waitFor();
  assert.equal(await page.evaluate(() => globalThis.sameDocument), undefined);

  await elsewhere.fails(first.id, "ffmpeg: moov atom not found");
  const failed = row(page, first.id, ".failed");
  await failed.waitFor();
  assert.match(await failed.innerText(), /failed\n*.*moov atom not found/s);
  const log = await page.request.get(new URL(await failed.getByRole("link", { name: /^Log/ }).getAttribute("href"), server.url).href);
  assert.equal(log.status(), 200);
  await failed.getByRole("button", { name: /^Try again/ }).click();
  await page.waitForURL(/done=retry/);
  await row(page, first.id, ".queued").waitFor();
  for (const id of [second.id, third.id]) await act(id, "retry");
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a lesson's page says what is being made, and counts down the queue", { timeout: 120_000 }, async () => {
  const { context, page, troubles, jobs, act } = await atDesk("ru");
  const [first, second] = await jobs("queued");
  await page.goto(`${server.url}/ru/teach/lessons/${second.lesson}`);
  const section = page.getByRole("region", { name: "Что готовится" });
  assert.match(await section.innerText(), /Осмотр записи: ждёт очереди \(перед ним: 1\)/);
  await act(first.id, "cancel");
  await row(page, second.id).filter({ hasText: "на очереди" }).waitFor();
  await elsewhere.takes(second.id);
  await row(page, second.id, ".running").waitFor();
  await elsewhere.reaches(second.id, 125);
  await row(page, second.id).locator(".percent", { hasText: "12 %" }).waitFor();
  // What somebody writes in the form beside it stays.
  await page.locator("#title").fill("Пишу");
  await elsewhere.finishes(second.id);
  await row(page, second.id, ".done").waitFor();
  await section.getByRole("status").filter({ hasText: "Всё готово" }).waitFor();
  assert.equal(await page.locator("#title").inputValue(), "Пишу");
  for (const id of [first.id, second.id]) await act(id, "retry");
  assert.deepEqual(troubles, []);
  await context.close();
});

test("a page that gets no stream says so, asks now and then, and listens again when it may", { timeout: 120_000 }, async () => {
  const { context, page, troubles, jobs, act } = await atDesk("az");
  const [first] = await jobs("queued");
  await page.clock.install();
  // As when as many are open as one person may have.
  await page.route("**/api/v1/jobs/events", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto(`${server.url}/az/teach/jobs`);
  const says = page.locator("#jobs-asks");
  await says.filter({ hasText: "30 saniyədən bir soruşur" }).waitFor();
  await act(first.id, "cancel");
  assert.equal(await row(page, first.id, ".queued").count(), 1);
  await page.clock.fastForward(30_000);
  await row(page, first.id, ".cancelled").waitFor();
  assert.ok(await says.isVisible());
  // Somebody closed a page.
  await page.unroute("**/api/v1/jobs/events");
  await page.clock.fastForward(30_000);
  await says.waitFor({ state: "hidden" });
  await act(first.id, "retry");
  await page.clock.fastForward(2_000);
  assert.deepEqual(troubles.filter((trouble) => !/503/.test(trouble)), []);
  await context.close();
});

test("without JavaScript the forms do it", { timeout: 60_000 }, async () => {
  const { context, page, jobs } = await atDesk("az", { javaScriptEnabled: false });
  const [first] = await jobs("queued");
  await page.goto(`${server.url}/az/teach/jobs?state=queued`);
  assert.equal(await page.locator(".job").count(), (await jobs("queued")).length);
  await press(page, row(page, first.id).getByRole("button", { name: /^Ləğv et/ }));
  assert.match(await page.locator(".note.good").innerText(), /Ləğv edildi/);
  await page.locator("select[name=state]").selectOption("cancelled");
  await press(page, page.getByRole("button", { name: "Göstər" }));
  await press(page, row(page, first.id, ".cancelled").getByRole("button", { name: /^Yenə də hazırla/ }));
  assert.match(await page.locator(".note.good").innerText(), /Yenidən növbəyə qoyuldu/);
  await page.goto(`${server.url}/az/teach/lessons/${first.lesson}`);
  await press(page, page.getByRole("button", { name: /^Ləğv et/ }));
  assert.equal(new URL(page.url()).pathname, `/az/teach/lessons/${first.lesson}`);
  await press(page, page.getByRole("link", { name: "Ətraflı" }));
  assert.match(await page.locator("main").innerText(), /Yalnız bu dərs:/);
  await press(page, page.getByRole("button", { name: "Hamısını yenidən hazırla" }));
  assert.equal(await row(page, first.id, ".queued").count(), 1);
  await context.close();
});

for (const width of [320, 360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the list and the lesson fit into ${width} px, ${colorScheme}`, { timeout: 120_000 }, async () => {
      const viewport = { width, height: width < 1000 ? 800 : 900 };
      const { context, page, jobs, act } = await atDesk("az", { colorScheme, viewport });
      const look = async (name) => {
        await page.screenshot({ path: new URL(`${name}-${width}-${colorScheme}.png`, output).pathname, fullPage: true });
        await expectNoSidewaysScrolling(page, width);
      };
      const [first, second, third, fourth] = await jobs("queued");
      await elsewhere.takes(first.id);
      await elsewhere.reaches(first.id, 430);
      await elsewhere.fails(second.id, `the demuxer gave up: ${"0123456789abcdef".repeat(12)}`);
      await act(third.id, "cancel");
      await elsewhere.takes(fourth.id);
      await elsewhere.finishes(fourth.id);
      await page.goto(`${server.url}/az/teach/jobs`);
      await look("jobs");
      await page.goto(`${server.url}/az/teach/jobs?lesson=${first.lesson}`);
      await look("jobs-of-one");
      await page.goto(`${server.url}/az/teach/lessons/${first.lesson}`);
      await look("jobs-lesson");
      await page.goto(`${server.url}/az/teach/lessons/${second.lesson}`);
      await look("jobs-lesson-failed");
      await act(first.id, "cancel");
      for (const job of [first, second, third, fourth]) await act(job.id, "retry");
      await context.close();
    });
  }
}
