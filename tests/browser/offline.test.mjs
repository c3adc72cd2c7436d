// A lesson that is saved on a student's device plays there without a network.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { complaints } from "./axe.mjs";
import { eventually, FIRST, kept, press, save, state, student, WHOLE, workers } from "./device.mjs";
import { startMade } from "./made.mjs";
import { installPlayback } from "./playback.mjs";
import { startArchive, startBrowser, startFirefox } from "./start.mjs";
import { startValve } from "./valve.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const limits = { timeout: 120_000 };
let server;
let chromium;
let firefox;

before(async () => {
  await mkdir(output, { recursive: true });
  server = await startMade();
  chromium = await startBrowser();
  firefox = await startFirefox();
});

after(async () => {
  await Promise.all([chromium?.close(), firefox?.close()]);
  if (server) assert.equal(await server.stop(), 0, server.log());
});

const pathOf = (rest = "") => `/az/l/${server.lesson.code}${rest}`;

/** Plays the page's video from its middle on, with its captions, once the page has seen that it is saved. */
async function watchMiddle(page) {
  await eventually(() => page.evaluate(() => !document.querySelector("video source").src.includes("form=")));
  await page.evaluate(installPlayback);
  return page.evaluate(async () => {
    const { play, seek } = playback;
    const video = document.querySelector("video");
    const [track] = video.textTracks;
    track.mode = "showing";
    await play(video, 0);
    const goal = video.duration / 2;
    const at = await seek(video, goal);
    const { to } = await play(video);
    const element = video.querySelector("track");
    if (element.readyState < 2) await new Promise((resolve) => element.addEventListener("load", resolve));
    const { src } = video.querySelector("source");
    const part = await fetch(src, { headers: { Range: "bytes=100-199" } });
    const whole = await fetch(src);
    return {
      goal,
      at,
      to,
      width: video.videoWidth,
      height: video.videoHeight,
      cues: track.cues.length,
      poster: await fetch(video.poster).then(({ ok }) => ok),
      part: [part.status, part.headers.get("Content-Range"), (await part.blob()).size],
      whole: [whole.status, (await whole.blob()).size],
    };
  });
}

for (const browser of ["Chromium", "Firefox"]) {
  test(`${browser} plays a saved lesson without a network, seeks in it, and shows its captions`, limits, async (t) => {
    const page = await student(t, browser === "Firefox" ? firefox : undefined);
    await page.goto(server.url + pathOf());
    await page.waitForSelector(FIRST);
    assert.equal(await workers(page), 0, "who saves nothing has no worker");
    await save(page);
    assert.equal(await workers(page), 1);
    await server.kill();
    try {
      await page.reload();
      assert.ok((await page.title()).includes(server.lesson.title));
      const found = await watchMiddle(page);
      assert.ok(Math.abs(found.at - found.goal) < 0.5 && found.to > found.at, JSON.stringify(found));
      assert.equal(found.height, 240, "it is the lowest quality");
      assert.ok(found.cues > 0 && found.poster, JSON.stringify(found));
      const { length } = await kept(page);
      assert.deepEqual(found.part, [206, `bytes 100-199/${length}`, 100]);
      assert.deepEqual(found.whole, [200, length]);

      // Other addresses of the same lesson lead there, and what is not saved to the list of what is.
      for (const path of [`/l/${server.lesson.code}`, `/ru/l/${server.lesson.code}`]) {
        await page.goto(server.url + path);
        assert.equal(new URL(await page.url()).pathname, pathOf());
      }
      for (const path of ["/az/grades/7", "/az/", "/", "/az/saved"]) {
        await page.goto(server.url + path);
        await page.waitForSelector(WHOLE);
        const told = await page.evaluate(() => document.querySelector("#saved .note").hidden);
        assert.equal(told, path === "/az/saved", `${path}: whether it says that the page is not saved`);
      }
      for (const colorScheme of browser === "Chromium" ? ["light", "dark"] : []) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await complaints(page), [], `axe-core on a list that holds something, ${colorScheme}`);
      }
      // A link from there plays.
      await page.click(".saved .name");
      await page.waitForSelector("video");
      // What was begun before the page knew of what is saved goes on with the saved file, too.
      const early = await page.evaluate(async (path) => {
        const answers = [];
        for (const range of ["bytes=0-", "bytes=1000-1999"]) {
          const answer = await fetch(path, { headers: { Range: range } }).catch(() => undefined);
          answers.push(answer?.headers.get("Content-Range"));
        }
        return answers;
      }, `/l/${server.lesson.code}/video.mp4?q=480&form=fragmented`);
      assert.deepEqual(early, [`bytes 0-${length - 1}/${length}`, `bytes 1000-1999/${length}`]);
    } finally {
      await server.again();
    }
  });

  test(`${browser} plays saved slides and a saved sound without a network`, limits, async (t) => {
    const page = await student(t, browser === "Firefox" ? firefox : undefined);
    await page.goto(server.url + pathOf());
    await page.waitForSelector(FIRST);
    await save(page, "Slaydlar");
    await server.kill();
    try {
      await page.goto(server.url + pathOf("/slides"));
      await page.evaluate(installPlayback);
      const found = await page.evaluate(async () => {
        const sound = document.querySelector("audio");
        const pictures = [...document.querySelectorAll(".slides img")];
        for (const picture of pictures) picture.loading = "eager";
        await Promise.all(pictures.map((picture) => picture.decode()));
        await playback.play(sound, 0);
        const at = await playback.seek(sound, sound.duration / 2);
        const { to } = await playback.play(sound);
        return { pictures: pictures.length, half: sound.duration / 2, at, to };
      });
      assert.ok(found.pictures > 1 && found.to > found.half, JSON.stringify(found));
      const [, second] = await page.evaluate(() => [...document.querySelectorAll(".slides li")].map(({ id }) => id));
      await page.goto(`${server.url}${pathOf("/slides")}?${second}`);
      const begun = await page.evaluate(() => {
        const { id } = document.querySelector(".slides [aria-current]");
        return [id, `t=${document.querySelector("audio").currentTime}`];
      });
      assert.deepEqual(begun, [second, second], "a link to a moment leads there");
    } finally {
      await server.again();
    }

    await page.goto(`${server.url}/az/saved`);
    await page.waitForSelector(WHOLE);
    await page.click(".saved [data-act] + button");
    await page.waitForSelector(`${WHOLE}`, { hidden: true, state: "detached" });
    await page.goto(server.url + pathOf());
    await save(page, "Yalnız səs");
    await server.kill();
    try {
      await page.reload();
      await page.waitForSelector(WHOLE);
      await page.evaluate(installPlayback);
      const heard = await page.evaluate(async () => {
        const sound = document.querySelector(".saved audio");
        const name = sound.getAttribute("aria-label");
        await playback.play(sound, 0);
        await playback.seek(sound, sound.duration / 2);
        return { ...(await playback.play(sound)), name };
      });
      assert.equal(heard.name, `${server.lesson.title}, Yalnız səs`);
      assert.ok(heard.to > heard.from, JSON.stringify(heard));
    } finally {
      await server.again();
    }
  });
}

test("a mistake in captions that was mended is mended in what is saved, within a day", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + pathOf());
  await save(page);
  const captions = `/l/${server.lesson.code}/captions/az.vtt`;
  const mended = "WEBVTT\n\n00:00.000 --> 00:10.000\nmended\n";
  valve.instead.set(captions, { status: 200, type: "text/vtt", body: mended });
  // A day passes, in which the site got another script, too.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("teledars-saved");
        opening.onsuccess = () => {
          const db = opening.result;
          const changing = db.transaction("saved", "readwrite");
          const saved = changing.objectStore("saved");
          saved.getAll().onsuccess = ({ target }) => {
            for (const one of target.result) saved.put({ ...one, fresh: 0, files: [...one.files, "/assets/old.js"] });
          };
          changing.oncomplete = () => {
            db.close();
            resolve();
          };
        };
      }),
  );
  await page.reload();
  const text = () => page.evaluate(async (url) => (await fetch(url)).text(), captions);
  await eventually(async () => (await text()) === mended);
  await eventually(async () => (await kept(page)).fresh > 0);
  assert.ok(!(await kept(page)).own.includes("/assets/old.js"), "what nothing needs any more is kept");
  await valve.close();
  await page.reload();
  assert.equal(await text(), mended);
});

test("the worker answers ranges as the server does", limits, async (t) => {
  const page = await student(t);
  await page.goto(server.url + pathOf());
  await save(page);
  const { length, etag } = await kept(page);
  const [first, last] = ["bytes=0-0", `bytes=${length - 1}-`];
  const ranges = [
    ...["bytes=0-", first, "bytes=100-199", last, `bytes=10-${length * 2}`, "bytes=-1", `bytes=-${length * 2}`],
    ...[`bytes=${length}-`, "bytes=-0", "bytes=5-4", "bytes=-", "bytes=", "bites=0-1", "bytes=a-b", "BYTES=3-7"],
  ].map((Range) => ({ Range }));
  const conditions = [etag, '"another"', `W/${etag}`, "Thu, 26 Mar 2020 09:00:00 GMT"];
  const asked = [{}, ...ranges, ...conditions.map((condition) => ({ Range: first, "If-Range": condition }))];
  const [here, there] = await page.evaluate(
    async ([url, asked]) => {
      const answers = async (more) => {
        const all = [];
        for (const headers of asked) {
          const answer = await fetch(url, { headers: { ...headers, ...more }, cache: "no-store" });
          const told = ["Content-Range", "Content-Type", "ETag"].map((name) => answer.headers.get(name));
          const sum = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
          const bytes = answer.ok ? [...new Uint8Array(sum)].join() : "";
          all.push([headers, answer.status, ...told.slice(0, answer.ok ? 3 : 1), bytes]);
        }
        return all;
      };
      return [await answers({}), await answers({ "Teledars-Saving": "1" })];
    },
    [`/l/${server.lesson.code}/video.mp4?q=240`, asked],
  );
  assert.deepEqual(here, there);
});

test("what is not saved streams past the worker", limits, async (t) => {
  const page = await student(t);
  await page.goto(server.url + pathOf());
  await save(page);
  const answered = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    // A look at whether there is a newer edition is a HEAD.
    if (/\.(mp4|m4a)$/.test(pathname) && response.request().method() === "GET") answered.push([pathname, response.fromServiceWorker()]);
  });
  await page.goto(server.url + pathOf("?q=360"));
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.evaluate(async (code) => {
    await fetch(`/l/${code}/audio.m4a?q=24`, { headers: { Range: "bytes=100-199" } });
    await fetch(`/l/${code}/video.mp4?q=360`, { headers: { Range: "bytes=100-199" } });
    await fetch(`/l/${code}/video.mp4?q=240`, { headers: { Range: "bytes=100-199" } });
  }, server.lesson.code);
  assert.deepEqual(
    answered.map(([path, worker]) => [path.split("/").at(-1), worker]),
    [["audio.m4a", false], ["video.mp4", false], ["video.mp4", true]],
  );
});

test("a newer worker takes over and keeps what is saved; one that is taken away ends", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + pathOf());
  await save(page);
  const script = await (await fetch(`${server.url}/sw.js`)).text();
  const newer = `${script}\nself.addEventListener("message", ({ data, source }) => data === "who" && source.postMessage("newer"));`;
  valve.instead.set("/sw.js", { status: 200, type: "text/javascript", body: newer });
  // Another window that the older one answers does not keep it.
  const other = await page.context().newPage();
  await other.goto(valve.url + pathOf());
  await page.reload();
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("message", ({ data }) => data === "newer" && resolve());
        navigator.serviceWorker.addEventListener("controllerchange", () => navigator.serviceWorker.controller.postMessage("who"));
        navigator.serviceWorker.controller.postMessage("who");
      }),
  );
  await other.close();
  await valve.close();
  await page.reload();
  const found = await watchMiddle(page);
  assert.ok(found.to > found.goal, JSON.stringify(found));
  await valve.open();

  valve.instead.set("/sw.js", { status: 404 });
  await page.reload();
  await eventually(async () => (await workers(page)) === 0);
  assert.equal((await kept(page)).state, "whole", "what is saved stays");
  // It is at work again with the next lesson that is saved, or the list.
  valve.instead.delete("/sw.js");
  await page.goto(`${valve.url}/az/saved`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await valve.close();
  await page.goto(valve.url + pathOf());
  await page.waitForSelector(WHOLE);

  // An operator who wants none has a worker sent that ends itself.
  const without = await startArchive({ flags: ["--save-in-browser", "false"] });
  t.after(() => without.stop());
  const body = await (await fetch(`${without.url}/sw.js`)).text();
  valve.instead.set("/sw.js", { status: 200, type: "text/javascript", body });
  await valve.open();
  await page.reload();
  await eventually(async () => (await workers(page)) === 0);
});

test("a link to a moment leads there without a network, whatever its address", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + pathOf());
  await save(page);
  await valve.close();
  const moment = "?t=20";
  for (const path of [pathOf(moment), `/l/${server.lesson.code}${moment}`, `/ru/l/${server.lesson.code}${moment}`]) {
    await page.goto(valve.url + path);
    assert.equal(page.url(), valve.url + pathOf(moment));
    await eventually(() => page.evaluate(() => !document.querySelector("video source").src.includes("form=")));
    const at = await page.evaluate(async () => {
      const video = document.querySelector("video");
      await video.play();
      return video.currentTime;
    });
    assert.ok(at >= 20 && at < 30, `${path}: it plays at ${at}`);
  }
});

test("without a network, a lesson goes on with what is saved of it although the worker was ended meanwhile", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + pathOf());
  await save(page);
  const { length } = await kept(page);
  await valve.close();
  const ask = (range) =>
    page.evaluate(
      async ([path, Range]) => {
        const answer = await fetch(path, { headers: { Range } }).catch(() => undefined);
        return answer?.headers.get("Content-Range");
      },
      [`/l/${server.lesson.code}/video.mp4?q=480&form=fragmented`, range],
    );
  assert.equal(await ask("bytes=0-"), `bytes 0-${length - 1}/${length}`);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.stopAllWorkers");
  assert.equal(await ask("bytes=1000-1999"), undefined, "this may be the middle of another file");
  // So the player looks whether the line is back, before it loads the file anew.
  assert.equal(await ask("bytes=0-0"), `bytes 0-0/${length}`);
  assert.equal(await ask("bytes=1000-1999"), `bytes 1000-1999/${length}`);

  // The saved page asks for nothing else to begin with.
  await page.goto(valve.url + pathOf("?q=480"));
  await page.waitForFunction(() => document.querySelector("video source").src.endsWith("?q=240"));
});

test("what was saved in one language is not offered anew in another", limits, async (t) => {
  const page = await student(t);
  await page.goto(server.url + pathOf());
  await save(page, "Yalnız səs");
  await page.goto(`${server.url}/ru/l/${server.lesson.code}`);
  await page.waitForSelector(WHOLE);
  const offered = await page.evaluate(() =>
    [...document.querySelectorAll("#keep button:not(.deeds *)")].filter(({ hidden }) => !hidden).map(({ textContent }) => textContent),
  );
  assert.ok(offered.length > 1 && !offered.some((text) => text.includes("Только звук")), JSON.stringify(offered));
});

test("by keyboard, whoever removes everything goes on from the list", limits, async (t) => {
  const page = await student(t);
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(server.url + pathOf());
  for (const name of ["Slaydlar", "Yalnız səs"]) await press(page, name);
  await page.waitForFunction((whole) => document.querySelectorAll(whole).length === 2, WHOLE);
  await page.goto(`${server.url}/az/saved`);
  await page.locator("#saved .all").focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("#saved .all", { state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.className), "saved");
});

test("what was saved can be removed when the operator wants no saving any more, and nothing else", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t);
  await page.goto(valve.url + pathOf());
  await save(page);
  const without = await startArchive({ flags: ["--save-in-browser", "false"] });
  t.after(() => without.stop());
  for (const [path, type] of [["/ru/saved", "text/html"], ["/sw.js", "text/javascript"]]) {
    valve.instead.set(path, { status: 200, type, body: await (await fetch(without.url + path)).text() });
  }
  await page.goto(`${valve.url}/ru/saved`);
  await page.waitForSelector(WHOLE);
  assert.match(await page.locator("main .note:visible").textContent(), /Сейчас на этом сайте/);
  const remove = page.locator(".saved .deeds button:visible");
  assert.equal(await remove.textContent(), "Удалить");
  await remove.click();
  await page.waitForSelector(".saved li", { state: "detached" });
  const { all, pieces, files } = await kept(page);
  assert.deepEqual([all, pieces, files], [0, 0, []]);
  assert.equal((await page.locator("#saved").innerText()).trim(), "", "nobody is told how to save");
});

test("the site can be installed, in each language", limits, async (t) => {
  const page = await student(t);
  const devtools = await page.context().newCDPSession(page);
  for (const language of ["az", "ru", "en"]) {
    await page.goto(`${server.url}/${language}/`);
    const { url, errors, data } = await devtools.send("Page.getAppManifest");
    assert.equal(url, `${server.url}/${language}/manifest.webmanifest`);
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data);
    assert.equal(manifest.start_url, `/${language}/`);
    assert.deepEqual(
      manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`),
      ["192x192 any", "512x512 any", "512x512 maskable", "any any"],
    );
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors, []);
  }
});

test("without https it says why nothing can be saved, and offers the file", limits, async (t) => {
  const { port } = new URL(server.url);
  const browser = await startBrowser("--host-resolver-rules=MAP lessons.example 127.0.0.1");
  t.after(() => browser.close());
  const { page, troubles } = await openPage(browser);
  await page.goto(`http://lessons.example:${port}${pathOf()}`);
  await page.locator("#keep .note", { hasText: "https" }).waitFor();
  assert.equal(await page.locator("#keep button").count(), 0);
  assert.ok((await page.locator("a[download]").count()) > 0);
  await page.goto(`http://lessons.example:${port}/az/saved`);
  await page.locator("#saved .note", { hasText: "https" }).waitFor();
  assert.deepEqual(troubles, []);
});

test("without JavaScript the list says what it needs, and the lesson can be downloaded as ever", limits, async (t) => {
  const { context, page, troubles } = await openPage(chromium, { javaScriptEnabled: false });
  t.after(() => context.close());
  await page.goto(server.url + pathOf());
  assert.ok(await page.locator("#keep").isHidden());
  assert.ok((await page.locator("a[download]").count()) > 0);
  await page.locator("footer a[href='/az/saved']").click();
  await page.locator("noscript, .note", { hasText: "JavaScript" }).first().waitFor();
  assert.deepEqual(troubles, []);
});

for (const width of [360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`what is about saving fits into ${width} px, ${colorScheme}`, limits, async (t) => {
      const valve = await startValve(server.url);
      t.after(() => valve.stop());
      const { context, page, troubles } = await openPage(chromium, {
        colorScheme,
        viewport: { width, height: width < 1000 ? 740 : 900 },
      });
      t.after(() => context.close());
      const look = async (name) => {
        const path = new URL(`saving-${name}-${width}-${colorScheme}.png`, output);
        await page.screenshot({ path: path.pathname, fullPage: true });
        await expectNoSidewaysScrolling(page, width);
      };
      await page.goto(valve.url + pathOf());
      await page.waitForSelector(FIRST);
      await page.locator("#keep summary").click();
      await look("offer");
      await save(page, "Slaydlar");
      valve.allow(valve.passed() + 100_000);
      await press(page, "360p");
      await page.waitForSelector(state("moving"));
      await valve.reached(valve.passed());
      await look("lesson");
      await page.locator("[data-act=pause]").click();
      await page.waitForSelector(state("paused"));
      await page.goto(`${valve.url}/az/saved`);
      await page.waitForSelector(state("paused"));
      await look("list");
      await valve.close();
      await page.goto(`${valve.url}/az/grades/7`);
      await page.waitForSelector(WHOLE);
      await look("away");
      assert.deepEqual(troubles.filter((trouble) => !trouble.includes("ERR_CONNECTION")), []);
    });
  }
}
