// A lesson is saved on a student's device over a line that breaks, into room that runs out, in more than one window.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arrived, bytesKept, eventually, FIRST, kept, press, save, state, student, WHOLE, workers } from "./device.mjs";
import { lessonsOf, startFirefox, startServer } from "./start.mjs";
import { startValve } from "./valve.mjs";

const limits = { timeout: 120_000 };
let server;
let firefox;
/** The lesson's page, and the address and length of its video. */
let lesson;
let video;
let bytes;

before(async () => {
  [server, firefox] = await Promise.all([startServer(), startFirefox()]);
  const lessons = [...(await lessonsOf(server)).values()];
  const { code } = lessons.find(({ files }) => files.some(({ role }) => role === "captions"));
  [lesson, video] = [`/az/l/${code}`, `/l/${code}/video.mp4`];
  bytes = Number((await fetch(server.url + video, { method: "HEAD" })).headers.get("Content-Length"));
});

after(async () => {
  await firefox?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

test("a line that falls silent is called down, and what is missing comes when it speaks again", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  const third = Math.floor(bytes / 3);
  valve.allow(third);
  await press(page);
  await valve.reached(third);
  await page.waitForSelector(state("waiting"));
  assert.equal((await kept(page)).have, third, "all that arrived is kept");
  valve.allow(Infinity);
  await page.waitForSelector(WHOLE);
});

for (const browser of ["Chromium", "Firefox"]) {
  test(`${browser} goes on with what a broken line left, and with what a closed page left`, limits, async (t) => {
    const valve = await startValve(server.url);
    t.after(() => valve.stop());
    const page = await student(t, browser === "Firefox" ? firefox : undefined);
    await page.goto(valve.url + lesson);
    await page.waitForSelector(FIRST);
    const third = Math.floor(bytes / 3);
    valve.allow(third);
    await press(page);
    await valve.reached(third);
    await arrived(page, third);
    // The server is gone, in the middle, and comes again at the same address.
    await valve.close();
    await page.waitForSelector(state("waiting"));
    const broken = await kept(page);
    assert.deepEqual([broken.have, await bytesKept(page)], [third, third], "all that arrived is kept");
    assert.equal(broken.state, "going");
    valve.allow(2 * third);
    await valve.open();
    await valve.reached(2 * third);
    const second = valve.media().at(-1);
    assert.deepEqual([second.range, second.condition, second.status], [`bytes=${broken.have}-`, broken.etag, 206]);

    // The page is closed and opened again: it goes on by itself.
    await page.goto("about:blank");
    valve.allow(Infinity);
    await page.goto(valve.url + lesson);
    await page.waitForSelector(WHOLE);
    const whole = await kept(page);
    assert.deepEqual([whole.have, await bytesKept(page), whole.length], [bytes, bytes, bytes]);
    const last = valve.media().at(-1);
    const from = Number(/^bytes=(\d+)-$/.exec(last.range)[1]);
    assert.ok(from >= broken.have, `${from} before ${broken.have}`);
    assert.equal(last.bytes, bytes - from, "only what was missing");

    // And what is here is the file.
    const same = await page.evaluate(async (url) => {
      const sum = async (url) => {
        const bytes = await (await fetch(url)).arrayBuffer();
        return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
      };
      return (await sum(url)) === (await sum(`${url}?download`));
    }, video);
    assert.ok(same, "the bytes are others");
  });
}

test("when a new edition comes out in the middle, saving begins anew and says so", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  await page.waitForSelector(FIRST);
  valve.allow(50_000);
  await press(page);
  await valve.reached(50_000);
  await arrived(page, 50_000);
  await valve.close();
  await page.waitForSelector(state("waiting"));
  assert.ok((await kept(page)).have > 0);
  valve.renew('"another"');
  valve.allow(100_000);
  await valve.open();
  await valve.reached(100_000);
  await page.locator(".saved .state", { hasText: "yeni yazısı çıxdı" }).waitFor();
  valve.allow(Infinity);
  await page.waitForSelector(WHOLE);
  const found = await kept(page);
  assert.deepEqual([found.etag, await bytesKept(page)], ['"another"', found.length]);

  // A saved one says that there is a newer one, and is exchanged when somebody wants that.
  valve.renew('"third"');
  await page.reload();
  await page.locator(`${state("newer")} [data-act=again]`).click();
  await page.waitForSelector(WHOLE);
  assert.equal((await kept(page)).etag, '"third"');
});

test("the older edition plays until the newer one is whole, whatever comes between", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  await save(page);
  const { etag } = await kept(page);
  const played = () =>
    page.evaluate(async (url) => {
      const answer = await fetch(url).catch(() => undefined);
      return answer && [answer.status, answer.headers.get("ETag"), (await answer.blob()).size];
    }, video);
  const older = [200, etag, bytes];
  valve.renew('"newer"');
  await page.reload();
  valve.allow(valve.passed() + 50_000);
  await page.locator(`${state("newer")} [data-act=again]`).click();
  await page.waitForSelector(state("moving"));
  await arrived(page, 50_000);
  await valve.close();
  await page.waitForSelector(state("waiting"));
  assert.deepEqual(await played(), older, "on a broken line");
  assert.equal(await bytesKept(page), bytes + 50_000);

  // Whoever gives it up has the older one, and room for another.
  await page.locator(`${state("waiting")} .deeds button:last-child`).click();
  await page.waitForSelector(state("newer"));
  assert.equal(await bytesKept(page), bytes);
  await valve.open();
  valve.instead.set(video, { status: 404 });
  await page.locator("[data-act=again]").click();
  await page.waitForSelector(state("gone"));
  assert.deepEqual(await played(), older, "once the recording is gone");
  valve.instead.delete(video);
  valve.allow(Infinity);
  await page.locator("[data-act=goOn]").click();
  await page.waitForSelector(WHOLE);
  await valve.close();
  await eventually(async () => (await played())?.[1] === '"newer"');
  assert.deepEqual(await played(), [200, '"newer"', bytes]);
  assert.equal(await bytesKept(page), bytes);
});

test("what came only in part is gone on with, and is whole only then", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  valve.allow(50_000);
  await press(page);
  await valve.reached(50_000);
  await arrived(page, 50_000);
  await valve.close();
  await page.waitForSelector(state("waiting"));
  // A server may send less than the rest (RFC 9110, 15.3.7).
  const slice = Math.ceil((bytes - 50_000) / 2);
  valve.slice(slice);
  valve.allow(Infinity);
  await valve.open();
  await page.waitForSelector(WHOLE);
  const { have, length } = await kept(page);
  assert.deepEqual([have, length, await bytesKept(page)], [bytes, bytes, bytes]);
  assert.deepEqual(
    valve.media().slice(-2).map(({ range }) => range),
    [`bytes=50000-`, `bytes=${50_000 + slice}-`],
  );
});

test("a pause stops it until somebody goes on; what is given up takes no room", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  valve.allow(50_000);
  await press(page);
  await valve.reached(50_000);
  await arrived(page, 50_000);
  await page.locator(`${state("moving")} [data-act=pause]`).click();
  await page.waitForSelector(state("paused"));
  assert.equal((await kept(page)).state, "paused");
  valve.allow(Infinity);
  const asked = valve.media().length;
  await page.reload();
  await page.waitForSelector(state("paused"));
  assert.equal(valve.media().length, asked, "it went on by itself");
  await page.locator("[data-act=goOn]").click();
  await page.waitForSelector(WHOLE);

  const { length } = await kept(page);
  await page.goto(`${valve.url}/az/saved`);
  await page.waitForSelector(WHOLE);
  const used = () => page.evaluate(async () => (await navigator.storage.estimate()).usage);
  const before = await used();
  assert.match(await page.locator("#saved .room").textContent(), /Saxlanılıb: \S+\s[KM]B · .*daha .* yer var/);
  await page.locator(".saved .deeds button:last-child").click();
  await page.waitForSelector(WHOLE, { state: "detached" });
  const after = await kept(page);
  assert.deepEqual([after.all, after.pieces, after.files], [0, 0, []]);
  // Chromium gives it back a moment later.
  await eventually(async () => (await used()) <= before - length * 0.9);
});

test("by keyboard the focus stays where saving is, and by ear one hears how it ends", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  await page.waitForSelector(FIRST);
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const heard = (hasText) => page.locator("#keep [role=status]", { hasText }).waitFor({ state: "attached" });
  valve.allow(50_000);
  await page.focus(FIRST);
  await page.keyboard.press("Enter");
  await valve.reached(50_000);
  await arrived(page, 50_000);
  assert.equal(await focused(), "Dayandır");
  await valve.close();
  await heard("Əlaqə yoxdur");
  valve.instead.set(video, { status: 404 });
  await valve.open();
  await heard("artıq saytda yoxdur");
  assert.equal(await focused(), "Davam et");
  valve.instead.delete(video);
  valve.allow(Infinity);
  await page.keyboard.press("Enter");
  await heard("Saxlanılıb");
  assert.equal(await focused(), "Sil");
});

test("who presses the button hears that its script did not come, and may press it again", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  await page.waitForSelector(FIRST);
  const script = await page.evaluate(() => document.getElementById("keep").dataset.engine);
  valve.instead.set(script, { status: 503 });
  await press(page);
  await page.locator("#keep [role=status].note", { hasText: "Saxlamaq alınmadı" }).waitFor();
  valve.instead.delete(script);
  await save(page);
});

test("where the browser gives no database, the button and the list say so", limits, async (t) => {
  const page = await student(t);
  await page.goto(server.url + lesson);
  await page.waitForSelector(FIRST);
  // One of a format to come does not open, and neither does any where cookies are blocked.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open("teledars-saved", 1_000).onsuccess = ({ target }) => resolve(target.result.close());
      }),
  );
  await press(page);
  const words = "saxlaya bilmir";
  await page.locator("#keep [role=status].note", { hasText: words }).waitFor();
  assert.equal(await workers(page), 0, "nothing is saved, so nobody plays it");
  await page.goto(`${server.url}/az/saved`);
  await page.locator("#saved .note", { hasText: words }).waitFor();
});

test("of two windows one saves, and the other goes on when that is closed", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + lesson);
  valve.allow(50_000);
  await press(page);
  await valve.reached(50_000);
  await arrived(page, 50_000);
  const other = await page.context().newPage();
  await other.goto(valve.url + lesson);
  await other.waitForSelector(state("elsewhere"));
  valve.allow(Infinity);
  await page.close({ runBeforeUnload: false });
  await other.waitForSelector(WHOLE);
  assert.equal(await bytesKept(other), (await kept(other)).length);
});

test("where there is no room, it says how much is missing and saves nothing that looks whole", limits, async (t) => {
  const sizes = await student(t);
  await sizes.goto(server.url + lesson);
  await press(sizes);
  await sizes.waitForSelector(WHOLE);
  const { weight, length } = await kept(sizes);

  // Too little for the small files, and too little for the video. Chromium remembers for a while how much room there was,
  // so each is a device of its own.
  for (const room of [Math.floor(weight / 2), weight + Math.floor(length / 2)]) {
    const page = await student(t);
    const devtools = await page.context().newCDPSession(page);
    const quota = (size) => devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url, ...size });
    await page.goto(server.url + lesson);
    await quota({ quotaSize: room });
    await press(page);
    await page.waitForSelector(state("noRoom"));
    const told = await page.locator(`${state("noRoom")} .state`).textContent();
    assert.match(told, /^Yer çatmır: daha \S+\s[KM]B lazımdır\. .*\s[KM]B yer tutur/);
    const found = await kept(page);
    assert.ok(found.state !== "whole" && !(found.have >= length), JSON.stringify(found));
    await page.locator(".saved .deeds button:last-child").click();
    await page.waitForSelector(".saved li", { state: "detached" });
    assert.deepEqual((await kept(page)).files, []);
  }
});
