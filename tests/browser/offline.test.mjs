// A lesson is saved on a student's device, and plays there when there is no network.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startMade } from "./made.mjs";
import { installPlayback } from "./playback.mjs";
import { startArchive, startBrowser, startDevice, startFirefox } from "./start.mjs";
import { startValve } from "./valve.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const limits = { timeout: 120_000 };
const browsers = {};
let server;

before(async () => {
  await mkdir(output, { recursive: true });
  server = await startMade();
  browsers.Chromium = await startBrowser();
  browsers.Firefox = await startFirefox();
});

after(async () => {
  await Promise.all([browsers.Chromium?.close(), browsers.Firefox?.close()]);
  if (server) assert.equal(await server.stop(), 0, server.log());
});

const pathOf = (rest = "") => `/az/l/${server.lesson.code}${rest}`;

/** A student with a device of their own; what is used of the page, Playwright and Puppeteer have alike. */
async function student(t, browser) {
  if (browser === "Firefox") {
    const context = await browsers.Firefox.createBrowserContext();
    t.after(() => context.close());
    return context.newPage();
  }
  const { context, close } = await startDevice();
  t.after(close);
  return context.newPage();
}

const FIRST = "#keep .first";
/** Shown when it is saved to the end. */
const WHOLE = ".saved [data-state=whole]";
const state = (name) => `.saved [data-state=${name}]`;

/** Presses the button of the way whose name is `name`; the first one saves the lowest quality. */
const press = (page, name) =>
  page.evaluate((name) => {
    const buttons = [...document.querySelectorAll("#keep button")];
    const button = name ? buttons.find(({ textContent }) => textContent.includes(name)) : buttons[0];
    document.querySelector("#keep details")?.setAttribute("open", "");
    button.click();
  }, name);

/** What the device's database has; of pieces their `sizes`, or how many there are. */
const ask = (page, what) =>
  page.evaluate(
    (what) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("teledars-saved");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const asking = db.transaction(["saved", "pieces", "files"]);
          const saved = asking.objectStore("saved").getAll();
          const files = asking.objectStore("files").getAllKeys();
          const pieces = asking.objectStore("pieces")[what === "sizes" ? "getAll" : "getAllKeys"]();
          asking.oncomplete = () => {
            db.close();
            const sizes = what === "sizes" ? pieces.result.map(({ id, body }) => [id, body.size]) : [];
            resolve({ saved: saved.result, files: files.result, pieces: pieces.result.length, sizes });
          };
        };
      }),
    what,
  );

/** What the device has of the video that is saved, and all its small files. */
async function kept(page) {
  const { saved, files, pieces } = await ask(page, "keys");
  const one = saved.find(({ form }) => form === "video");
  return { ...one?.media, state: one?.state, weight: one?.weight, all: saved.length, files, pieces };
}

/** Bytes of all pieces of it. Whoever reads them keeps Chromium from giving their room back for a while. */
async function bytesKept(page) {
  const { saved, sizes } = await ask(page, "sizes");
  const one = saved.find(({ form }) => form === "video");
  return sizes.filter(([id]) => id === one?.id).reduce((sum, [, size]) => sum + size, 0);
}

/** How many workers this device has for the site. */
const workers = (page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

/** Asks until it is so. */
async function eventually(ask) {
  while (!(await ask()));
}

/** Resolves once so many bytes of the video are here, as its bar shows them. */
async function arrived(page, bytes) {
  const { weight } = await kept(page);
  await page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (document.querySelector(".saved progress")?.value >= wanted) resolve();
        };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
        look();
      }),
    weight + bytes,
  );
}

/** Plays the page's video from its middle on, with its captions. */
async function watchMiddle(page) {
  await page.evaluate(installPlayback);
  return page.evaluate(async () => {
    const { play, seek, until } = playback;
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
    const page = await student(t, browser);
    await page.goto(server.url + pathOf());
    await page.waitForSelector(FIRST);
    assert.equal(await workers(page), 0, "who saves nothing has no worker");
    await press(page);
    await page.waitForSelector(WHOLE);
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
      // A link from there plays.
      await page.click(".saved .name");
      await page.waitForSelector("video");
    } finally {
      await server.again();
    }
  });

  test(`${browser} plays saved slides and a saved sound without a network`, limits, async (t) => {
    const page = await student(t, browser);
    await page.goto(server.url + pathOf());
    await page.waitForSelector(FIRST);
    await press(page, "Slaydlar");
    await page.waitForSelector(WHOLE);
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
    } finally {
      await server.again();
    }

    await page.goto(`${server.url}/az/saved`);
    await page.waitForSelector(WHOLE);
    await page.click(".saved [data-act] + button");
    await page.waitForSelector(`${WHOLE}`, { hidden: true, state: "detached" });
    await page.goto(server.url + pathOf());
    await press(page, "Yalnız səs");
    await page.waitForSelector(WHOLE);
    await server.kill();
    try {
      await page.reload();
      await page.waitForSelector(WHOLE);
      await page.evaluate(installPlayback);
      const heard = await page.evaluate(async () => {
        const sound = document.querySelector(".saved audio");
        await playback.play(sound, 0);
        await playback.seek(sound, sound.duration / 2);
        return playback.play(sound);
      });
      assert.ok(heard.to > heard.from, JSON.stringify(heard));
    } finally {
      await server.again();
    }
  });

  test(`${browser} goes on with what a broken line left, and with what a closed page left`, limits, async (t) => {
    const valve = await startValve(server.url);
    t.after(() => valve.stop());
    const page = await student(t, browser);
    await page.goto(valve.url + pathOf());
    await page.waitForSelector(FIRST);
    const file = server.lesson.files.find(({ role, quality }) => role === "rendition" && quality === 240);
    const third = Math.floor(file.bytes / 3);
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
    await page.goto(valve.url + pathOf());
    await page.waitForSelector(WHOLE);
    const whole = await kept(page);
    assert.deepEqual([whole.have, await bytesKept(page), whole.length], [file.bytes, file.bytes, file.bytes]);
    const last = valve.media().at(-1);
    const from = Number(/^bytes=(\d+)-$/.exec(last.range)[1]);
    assert.ok(from >= broken.have, `${from} before ${broken.have}`);
    assert.equal(last.bytes, file.bytes - from, "only what was missing");

    // And what is here is the file.
    const same = await page.evaluate(async (url) => {
      const sum = async (url) => {
        const bytes = await (await fetch(url)).arrayBuffer();
        return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
      };
      return (await sum(url)) === (await sum(`${url}&download`));
    }, `/l/${server.lesson.code}/video.mp4?q=240`);
    assert.ok(same, "the bytes are others");
  });
}

test("when a new edition comes out in the middle, saving begins anew and says so", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t, "Chromium");
  await page.goto(valve.url + pathOf());
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

test("a pause stops it until somebody goes on; what is given up takes no room", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t, "Chromium");
  await page.goto(valve.url + pathOf());
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

test("of two windows one saves, and the other goes on when that is closed", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t, "Chromium");
  await page.goto(valve.url + pathOf());
  valve.allow(50_000);
  await press(page);
  await valve.reached(50_000);
  await arrived(page, 50_000);
  const other = await page.context().newPage();
  await other.goto(valve.url + pathOf());
  await other.waitForSelector(state("elsewhere"));
  valve.allow(Infinity);
  await page.close({ runBeforeUnload: false });
  await other.waitForSelector(WHOLE);
  assert.equal(await bytesKept(other), (await kept(other)).length);
});

test("a mistake in captions that was mended is mended in what is saved, within a day", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t, "Chromium");
  await page.goto(valve.url + pathOf());
  await press(page);
  await page.waitForSelector(WHOLE);
  const captions = `/l/${server.lesson.code}/captions/az.vtt`;
  const mended = "WEBVTT\n\n00:00.000 --> 00:10.000\nmended\n";
  valve.instead.set(captions, { status: 200, type: "text/vtt", body: mended });
  // A day passes.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("teledars-saved");
        opening.onsuccess = () => {
          const db = opening.result;
          const changing = db.transaction("saved", "readwrite");
          const saved = changing.objectStore("saved");
          saved.getAll().onsuccess = ({ target }) => {
            for (const one of target.result) saved.put({ ...one, fresh: 0 });
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
  await valve.close();
  await page.reload();
  assert.equal(await text(), mended);
});

test("where there is no room, it says how much is missing and saves nothing that looks whole", limits, async (t) => {
  const sizes = await student(t, "Chromium");
  await sizes.goto(server.url + pathOf());
  await press(sizes);
  await sizes.waitForSelector(WHOLE);
  const { weight, length } = await kept(sizes);

  // Too little for the small files, and too little for the video. Chromium remembers for a while how much room there was,
  // so each is a device of its own.
  for (const room of [Math.floor(weight / 2), weight + Math.floor(length / 2)]) {
    const page = await student(t, "Chromium");
    const devtools = await page.context().newCDPSession(page);
    const quota = (size) => devtools.send("Storage.overrideQuotaForOrigin", { origin: server.url, ...size });
    await page.goto(server.url + pathOf());
    await quota({ quotaSize: room });
    await press(page);
    await page.waitForSelector(state("noRoom"));
    const told = await page.locator(`${state("noRoom")} .state`).textContent();
    assert.match(told, /^Yer çatmır: daha \S+\s[KM]B lazımdır\. .* [KM]B yer tutur/);
    const found = await kept(page);
    assert.ok(found.state !== "whole" && !(found.have >= length), JSON.stringify(found));
    await page.locator(".saved .deeds button:last-child").click();
    await page.waitForSelector(".saved li", { state: "detached" });
    assert.deepEqual((await kept(page)).files, []);
  }
});

test("what is not saved streams past the worker", limits, async (t) => {
  const page = await student(t, "Chromium");
  await page.goto(server.url + pathOf());
  await press(page);
  await page.waitForSelector(WHOLE);
  const other = [...(await lessons())].find((lesson) => lesson.code !== server.lesson.code);
  assert.equal(other, undefined, "the archive has one lesson");
  const answered = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (/\.(mp4|m4a)$/.test(pathname)) answered.push([pathname, response.fromServiceWorker()]);
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

async function lessons() {
  const answer = await fetch(`${server.url}/api/v1/lessons`);
  return (await answer.json()).lessons;
}

test("a newer worker takes over and keeps what is saved; one that is taken away ends", limits, async (t) => {
  const valve = await startValve(server.url);
  t.after(() => valve.stop());
  const page = await student(t, "Chromium");
  await page.goto(valve.url + pathOf());
  await press(page);
  await page.waitForSelector(WHOLE);
  const script = await (await fetch(`${server.url}/sw.js`)).text();
  const newer = `${script}\nself.addEventListener("message", ({ data, source }) => data === "who" && source.postMessage("newer"));`;
  valve.instead.set("/sw.js", { status: 200, type: "text/javascript", body: newer });
  await page.reload();
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("message", ({ data }) => data === "newer" && resolve());
        navigator.serviceWorker.addEventListener("controllerchange", () => navigator.serviceWorker.controller.postMessage("who"));
        navigator.serviceWorker.controller.postMessage("who");
      }),
  );
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

test("the site can be installed, in each language", limits, async (t) => {
  const page = await student(t, "Chromium");
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
  const { context, page, troubles } = await openPage(browsers.Chromium, { javaScriptEnabled: false });
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
      const { context, page, troubles } = await openPage(browsers.Chromium, {
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
      await press(page, "Slaydlar");
      await page.waitForSelector(WHOLE);
      valve.allow(valve.passed() + 100_000);
      await press(page, "360p");
      await page.waitForSelector(state("moving"));
      await valve.reached(valve.passed());
      await look("lesson");
      await page.locator("[data-act=pause]").click();
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
