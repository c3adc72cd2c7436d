// The player: it comes once the video plays, and everything it does can be done by keyboard.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { get } from "node:http";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { FIRST, save } from "./device.mjs";
import { CHAPTERS, NEXT, startMade } from "./made.mjs";
import { installPlayback } from "./playback.mjs";
import { startSlowLine } from "./slow_line.mjs";
import { startBrowser, startDevice, startFirefox } from "./start.mjs";
import { startValve } from "./valve.mjs";
import { expectNoSidewaysScrolling } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const limits = { timeout: 90_000 };
const browsers = {};
let server;

/** Bytes that may come over the wire when play is pressed, and what plays streams. */
const PLAYER = 60_000;
const ENGINE = 125_000;

before(async () => {
  await mkdir(output, { recursive: true });
  server = await startMade();
  browsers.Chromium = await startBrowser();
  browsers.Firefox = await startFirefox();
});

after(async () => {
  await Promise.all([browsers.Chromium?.close(), browsers.Firefox?.close()]);
  // Connections of the browsers are gone, so the server has nothing to wait for.
  if (server) assert.equal(await server.stop(), 0, server.log());
});

const pathOf = (rest = "") => `/az/l/${server.lesson.code}${rest}`;

/** The lesson's page in a browser that has been nowhere before; `act` gets it, a Playwright or Puppeteer one. */
async function visit(name, act, { rest = "", origin = server.url, options = {} } = {}) {
  const browser = browsers[name];
  const isChromium = name === "Chromium";
  const context = isChromium ? await browser.newContext({ locale: "az-AZ", ...options }) : await browser.createBrowserContext();
  const page = await context.newPage();
  try {
    await arrive(page, origin + pathOf(rest));
    return await act(page, context);
  } finally {
    await context.close();
  }
}

async function arrive(page, url) {
  await page.goto(url);
  await page.evaluate(installPlayback);
}

/** Plays until there is a picture and the player has its controls on it; `seconds` is where it is sought to then. */
async function play(page, seconds) {
  await page.evaluate(async () => {
    const video = document.querySelector("video");
    video.muted = true;
    // Where it has to be loaded anew, the player does that.
    await video.play().catch(() => {});
  });
  await page.waitForSelector(".dressed .bar");
  if (seconds === undefined) return;
  await page.evaluate((seconds) => {
    document.querySelector("video").currentTime = seconds;
  }, seconds);
  await until(page, (seconds) => {
    const { currentTime, seeking } = document.querySelector("video");
    return currentTime > seconds + 0.1 && !seeking;
  }, seconds);
}

/** What the video says of itself. */
const state = (page) =>
  page.evaluate(() => {
    const { currentSrc, currentTime, duration, muted, paused, playbackRate } = document.querySelector("video");
    return { currentSrc, at: currentTime, duration, muted, paused, speed: playbackRate };
  });

/** Addresses that were asked for, without the origin. */
const asked = (page) =>
  page.evaluate(() => performance.getEntriesByType("resource").map(({ name, startTime }) => [new URL(name).pathname, startTime]));

const focus = (page, selector) => page.evaluate((selector) => document.querySelector(selector).focus(), selector);

/** Asks the page again and again until `good` holds there; the test's own time limit ends it. */
async function until(page, good, argument) {
  for (;;) {
    const found = await page.evaluate(good, argument);
    if (found) return found;
  }
}

/** Presses a key, and waits until `good` holds in the page. */
async function press(page, key, good, argument) {
  await page.keyboard.press(key);
  return until(page, good, argument);
}

/** Presses what is called `name` in the player, as a finger or a mouse would. */
const click = (page, name) =>
  page.evaluate((name) => {
    const all = [...document.querySelectorAll(".dressed button, .dressed label, .dressed a")];
    const found = all.find((one) => !one.closest("[hidden]") && (one.getAttribute("aria-label") ?? one.textContent).startsWith(name));
    if (!found) throw new Error(`nothing is called ${name}`);
    found.click();
  }, name);

/** Bytes of an answer as they come over the wire. */
function weigh(path, encoding) {
  return new Promise((resolve, reject) => {
    get(server.url + path, { headers: { "Accept-Encoding": encoding } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk) => {
        bytes += chunk.length;
      });
      answer.on("end", () => resolve({ bytes, status: answer.statusCode, encoding: answer.headers["content-encoding"] }));
    }).on("error", reject);
  });
}

const near = (found, wanted, within, what) =>
  assert.ok(Math.abs(found - wanted) <= within, `${what}: ${found}, not ${wanted}, ${within} allowed`);

for (const browser of ["Chromium", "Firefox"]) {
  /** What plays in 240p: for a moment far off, Firefox gets the file that it can seek in. */
  const FILE = browser === "Firefox" ? "q=240(&form=fragmented)?$" : "q=240&form=fragmented$";

  test(`${browser}: the video starts by itself, and the player comes to it without touching it`, limits, async () => {
    await visit(browser, async (page) => {
      const before = (await asked(page)).map(([path]) => path);
      assert.deepEqual(before.filter((path) => /player|engine|mp4|storyboard/.test(path)), []);
      await page.evaluate(() => {
        const video = document.querySelector("video");
        globalThis.seen = { video, events: [], playing: NaN };
        for (const name of ["emptied", "seeking", "pause", "waiting", "error"]) {
          video.addEventListener(name, () => seen.events.push(name));
        }
        // On its way down, so before the page's own script hears of it.
        addEventListener("playing", () => {
          seen.playing = performance.now();
          seen.events.length = 0;
        }, { once: true, capture: true });
      });
      await play(page);
      const found = await page.evaluate(async () => {
        const video = document.querySelector("video");
        const at = video.currentTime;
        await playback.until(video, "timeupdate", () => video.currentTime > at + 0.3);
        const { events, playing } = seen;
        return { events, playing, same: seen.video === video, controls: video.controls, parent: video.parentElement.className };
      });
      assert.deepEqual(found.events, []);
      assert.ok(found.same && !found.controls, JSON.stringify(found));
      const parts = (await asked(page)).filter(([path]) => /\/assets\/player/.test(path));
      assert.equal(parts.length, 3, JSON.stringify(parts));
      for (const [path, start] of parts) assert.ok(start >= found.playing - 1, `${path} was asked for before the picture`);
      // A quality that was asked for stays: no stream takes its place.
    }, { rest: "?q=240" });
  });

  test(`${browser}: everything can be done by keyboard, and says what it is`, limits, async () => {
    await visit(browser, async (page) => {
      await play(page, 12);
      await focus(page, ".screen");
      await press(page, "k", () => document.querySelector("video").paused);
      const { at, duration } = await state(page);
      const arrives = async (key, wanted) => {
        await page.keyboard.press(key);
        await until(page, (wanted) => Math.abs(document.querySelector("video").currentTime - wanted) < 0.1, wanted);
      };
      await arrives("ArrowRight", at + 5);
      await arrives("l", at + 15);
      await arrives("j", at + 5);
      await arrives("ArrowLeft", at);
      await arrives("5", duration / 2);
      await arrives("0", 0);
      await press(page, "m", () => !document.querySelector("video").muted);
      await press(page, "m", () => document.querySelector("video").muted);
      await press(page, ">", () => document.querySelector("video").playbackRate === 1.25);
      await press(page, "<", () => document.querySelector("video").playbackRate === 1);
      await press(page, "c", () => document.querySelector('.bar [aria-label="Subtitrlər"]').getAttribute("aria-pressed") === "true");
      await press(page, "?", () => document.activeElement.closest(".panel")?.textContent.includes("Boşluq"));
      await press(page, "Escape", () => document.querySelector(".panel").hidden && document.activeElement.getAttribute("aria-label") === "Ayarlar");
      await focus(page, ".screen");
      // The button says so when the browser does.
      await press(page, " ", () => !document.querySelector("video").paused && !!document.querySelector('.bar [aria-label="Dayandır"]'));

      // Step by step through the controls: each has a name, and the focus never gets lost.
      await focus(page, ".screen");
      const names = [];
      for (;;) {
        await page.keyboard.press("Tab");
        const name = await page.evaluate(() => {
          const { activeElement: now } = document;
          return now.closest(".bar") && (now.getAttribute("aria-label") ?? "");
        });
        if (typeof name !== "string") break;
        names.push(name);
      }
      for (const name of ["Dərsin gedişi", "Dayandır", "Səssiz", "Dərsin hissələri", "Subtitrlər", "Ayarlar", "Tam ekran"]) {
        assert.ok(names.includes(name), `${name} is not among ${names}`);
      }
      assert.ok(!names.includes(""), "something has no name");
      await page.evaluate(() => {
        document.querySelector("video").currentTime = 41;
      });
      await focus(page, ".screen");
      await press(page, "k", () => document.querySelector("video").paused && !document.querySelector("video").seeking);
      const value = await page.evaluate(() => document.querySelector(".seek input").getAttribute("aria-valuetext"));
      assert.equal(value, `41 saniyə, cəmi ${Math.floor(duration)} saniyə, Məsələ`);
    });
  });

  test(`${browser}: captions are shown, stay on and keep their size`, limits, async () => {
    await visit(browser, async (page) => {
      const shown = () => {
        const track = document.querySelector("video").textTracks[0];
        const cue = track.activeCues?.[0];
        const drawn = document.querySelector(".cues");
        return cue && drawn.textContent === cue.getCueAsHTML().textContent && drawn.className;
      };
      await play(page, 14);
      assert.equal(await page.evaluate(() => document.querySelector(".cues").textContent), "");
      await focus(page, ".screen");
      await page.keyboard.press("c");
      assert.equal(await until(page, shown), "cues normal");
      await click(page, "Ayarlar");
      await click(page, "çox iri");
      await arrive(page, server.url + pathOf());
      await play(page, 14);
      assert.equal(await until(page, shown), "cues huge");
    });
  });

  test(`${browser}: another quality, then the stream, keep the moment and the speed; the choice stays`, limits, async () => {
    await visit(browser, async (page) => {
      await play(page, 20);
      await focus(page, ".screen");
      await press(page, ">", () => document.querySelector("video").playbackRate === 1.25);
      // The moment at which what played was left, and the one at which what was chosen came, however long that took.
      const goesOn = async (name, pattern) => {
        await page.evaluate((pattern) => {
          const video = document.querySelector("video");
          const before = video.currentSrc;
          globalThis.moments = {};
          const look = () => {
            const { currentSrc, currentTime, readyState, seeking } = video;
            if (readyState > 1 && currentTime > 0 && !seeking) {
              if (currentSrc === before) moments.left = currentTime;
              else if (new RegExp(pattern).test(currentSrc)) moments.came = currentTime;
            }
            if (moments.came === undefined) requestAnimationFrame(look);
          };
          look();
        }, pattern);
        await click(page, name);
        const { left, came, ...found } = await until(page, () => {
          const { currentTime, paused, playbackRate, videoHeight } = document.querySelector("video");
          const isThere = currentTime > moments.came + 0.3 && !paused;
          return isThere && { ...moments, speed: playbackRate, height: videoHeight };
        });
        near(came, left, 3, `the moment in ${name}`);
        return found;
      };
      await click(page, "Ayarlar");
      assert.deepEqual(await goesOn("240p", FILE), { speed: 1.25, height: 240 });
      assert.equal((await goesOn("avtomatik", "^blob:")).speed, 1.25);
      assert.equal((await goesOn("240p", FILE)).speed, 1.25);

      await arrive(page, server.url + pathOf());
      assert.match(await page.evaluate(() => document.querySelector("video > source").src), new RegExp(FILE));
      assert.equal(await page.evaluate(() => document.querySelector(".choice [aria-current] b").textContent), "240p");
    });
  });

  test(`${browser}: a lesson goes on where it stopped, and forgets that when it is told to`, limits, async () => {
    await visit(browser, async (page) => {
      const chip = () => {
        const stopped = document.querySelector(".stopped");
        return stopped.hidden ? null : stopped.querySelector(".clock").textContent;
      };
      assert.equal(await page.evaluate(chip), null);
      await play(page, 31);
      await arrive(page, server.url + pathOf());
      assert.match(await page.evaluate(chip), /^0:3[1-4]$/);
      await play(page);
      const from = await until(page, () => {
        const { currentTime, paused, readyState, seeking } = document.querySelector("video");
        return currentTime > 0 && readyState > 2 && !paused && !seeking && { at: currentTime };
      });
      assert.ok(from.at >= 31, `began at ${from.at}`);
      assert.equal(await page.evaluate(chip), null);

      await arrive(page, server.url + pathOf());
      await page.evaluate(() => document.querySelector(".stopped button").click());
      await page.waitForSelector(".dressed .bar");
      assert.ok((await state(page)).at < 10);
      await click(page, "Ayarlar");
      await click(page, "Dərslərdə harada");
      assert.equal(await page.evaluate(() => localStorage.getItem("teledars.resume")), null);
      // A link to a moment leads there, whatever was remembered.
      await page.evaluate((code) => localStorage.setItem("teledars.resume", JSON.stringify({ [code]: [30, 1] })), server.lesson.code);
      await arrive(page, `${server.url}${pathOf("?t=15")}`);
      assert.equal(await page.evaluate(chip), null);
    });
  });

  for (const [lost, lose, find] of [
    ["lost", (line) => line.cut(), (line) => line.mend()],
    // As in a tunnel: nobody says that it is lost.
    ["silent", (line) => line.allow(0), (line) => line.allow(Infinity)],
  ]) {
    test(`${browser}: a ${lost} line keeps the place, says so, and the lesson goes on by itself`, limits, async (t) => {
      const line = await startSlowLine(server.url, { bitsPerSecond: 600_000, roundTrip: 2 });
      t.after(() => line.stop());
      await visit(browser, async (page) => {
        await play(page, 15);
        lose(line);
        await page.evaluate(() => {
          document.querySelector("video").currentTime = 45;
        });
        await until(page, () => document.querySelector(".message[role=alert]").textContent.includes("Əlaqə kəsildi"));
        await focus(page, ".message[role=alert] button");
        find(line);
        const at = await until(page, () => {
          const video = document.querySelector("video");
          return document.querySelector(".message[role=alert]").hidden && !video.paused && video.readyState > 2 && video.currentTime;
        });
        near(at, 45, 5, "goes on");
        // The button that had the focus is gone; the player's keys are not.
        assert.ok(await page.evaluate(() => document.activeElement.matches(".screen")), "the focus is lost");
        await press(page, "k", () => document.querySelector("video").paused);
      }, { origin: line.url, rest: "?q=480" });
    });
  }
}

for (const browser of ["Chromium", "Firefox"]) {
  test(`${browser}: another language keeps the moment and the quality`, limits, async () => {
    await visit(browser, async (page) => {
      await page.click("a[hreflang=ru]");
      await page.waitForSelector("html[lang=ru]");
      const found = await page.evaluate(() => ({
        path: location.pathname + location.search,
        said: document.querySelector(".start a").textContent,
      }));
      assert.equal(found.path, `/ru/l/${server.lesson.code}?q=240&t=15`);
      assert.match(found.said, /^Смотреть/);
      assert.equal(await page.evaluate(() => document.querySelector("video").currentTime), 15);
    }, { rest: "?q=240&t=15" });
  });

  test(`${browser}: who begins at the start by keyboard has the player's keys`, limits, async () => {
    await visit(browser, async (page) => {
      await page.evaluate((code) => localStorage.setItem("teledars.resume", JSON.stringify({ [code]: [30, 1] })), server.lesson.code);
      await arrive(page, server.url + pathOf());
      await focus(page, ".stopped button");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".dressed .bar");
      assert.ok(await page.evaluate(() => document.querySelector(".stopped").hidden));
      assert.ok(await page.evaluate(() => document.activeElement.matches(".bar button")), "the focus is lost");
      await press(page, "k", () => document.querySelector("video").paused);
    });
  });

  test(`${browser}: a press on the picture closes what is open and lets the film be`, limits, async () => {
    await visit(browser, async (page) => {
      await play(page, 5);
      await click(page, "Ayarlar");
      const { x, y } = await page.evaluate(() => {
        const video = document.querySelector("video");
        video.scrollIntoView();
        const { left, top } = video.getBoundingClientRect();
        return { x: left + 20, y: top + 20 };
      });
      const after = () => page.evaluate(() => [document.querySelector(".panel").hidden, document.querySelector("video").paused]);
      await page.mouse.click(x, y);
      assert.deepEqual(await after(), [true, false]);
      await page.mouse.click(x, y);
      assert.deepEqual(await after(), [true, true]);
    });
  });
}

test("Firefox: a video that fails before the player has come goes on where it was sought", limits, async () => {
  const valve = await startValve(server.url);
  try {
    const file = `/l/${server.lesson.code}/video.mp4`;
    const bytes = Number((await fetch(`${server.url}${file}?q=240`, { method: "HEAD" })).headers.get("content-length"));
    const html = await (await fetch(server.url + pathOf())).text();
    // All but the end comes, and no player yet.
    valve.instead.set(/data-script="([^"]+)"/.exec(html)[1], { status: 503 });
    const most = Math.floor(bytes * 0.7);
    valve.allow(most);
    await visit("Firefox", async (page) => {
      await page.evaluate(() => {
        const video = document.querySelector("video");
        video.muted = true;
        video.play().catch(() => {});
      });
      await until(page, () => {
        const { currentTime, readyState } = document.querySelector("video");
        return currentTime > 30 && readyState > 2;
      });
      await valve.reached(most);
      await page.evaluate(() => {
        document.querySelector("video").currentTime = 50;
      });
      await until(page, () => document.querySelector("video").seeking);
      // The line breaks, and what comes instead is no film: a portal's page, for one.
      valve.instead.set(file, { status: 200, type: "video/mp4", body: "x".repeat(bytes) });
      valve.cut();
      await until(page, () => {
        const { error, networkState, NETWORK_NO_SOURCE } = document.querySelector("video");
        return error || networkState === NETWORK_NO_SOURCE;
      });
      assert.equal((await state(page)).at, 0, "Firefox knows it by itself");
      valve.instead.clear();
      valve.allow(Infinity);
      const at = await until(page, () => {
        const { currentTime, paused, readyState, seeking } = document.querySelector("video");
        return document.querySelector(".dressed") && readyState > 2 && !paused && !seeking && currentTime;
      });
      near(at, 50, 5, "goes on");
    }, { origin: valve.url, rest: "?q=240#t=30" });
  } finally {
    await valve.stop();
  }
});

test("a player that does not come is asked for again after a while, not at every moment of the film", limits, async () => {
  await visit("Chromium", async (page) => {
    let asked = 0;
    let comes = false;
    await page.route(/\/assets\/player[^/]*\.js(\?|$)/, (route) => {
      asked += 1;
      return comes ? route.continue() : route.abort();
    });
    await page.clock.install({ time: 0 });
    await arrive(page, server.url + pathOf());
    await page.clock.pauseAt(3_600_000);
    await page.evaluate(() => {
      const video = document.querySelector("video");
      video.muted = true;
      return video.play();
    });
    await until(page, () => document.querySelector("video").currentTime > 4);
    assert.equal(asked, 1);
    comes = true;
    await page.clock.fastForward(60_000);
    await page.waitForSelector(".dressed .bar");
    assert.equal(asked, 2);
  });
});

test("a saved lesson plays from the device: how quick it comes brings no stream, but its reader may", limits, async (t) => {
  const { context, close } = await startDevice({ deviceScaleFactor: 3, viewport: { width: 1280, height: 900 } });
  t.after(close);
  const page = await context.newPage();
  await arrive(page, server.url + pathOf());
  await page.waitForSelector(FIRST);
  await save(page);
  await arrive(page, server.url + pathOf());
  await until(page, () => !document.querySelector("video source").src.includes("form="));
  await play(page, 30);
  assert.deepEqual((await asked(page)).filter(([path]) => /engine|hls/.test(path)), []);
  await click(page, "Ayarlar");
  await click(page, "avtomatik");
  await until(page, () => document.querySelector("video").currentSrc.startsWith("blob:"));
});

test("what the player says is announced: where it says that is there before", limits, async () => {
  await visit("Chromium", async (page, context) => {
    await play(page, 2);
    const devtools = await context.newCDPSession(page);
    const { root } = await devtools.send("DOM.getDocument");
    const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector: ".said" });
    const { nodes } = await devtools.send("Accessibility.queryAXTree", { nodeId, role: "status" });
    assert.deepEqual(nodes.map(({ ignored, role }) => [ignored, role.value]), [[false, "status"]]);
    assert.deepEqual(await page.evaluate(() => [document.querySelector(".said").textContent, document.querySelector(".said").offsetHeight]), ["", 0]);
  });
});

test("chapters are marked on the seek bar, and lead to their moments", limits, async () => {
  await visit("Chromium", async (page) => {
    await play(page, 3);
    const marks = await page.evaluate(() => [...document.querySelectorAll(".mark")].map(({ style }) => Number.parseFloat(style.left)));
    const { duration } = await state(page);
    assert.deepEqual(marks.map(Math.round), CHAPTERS.slice(1).map(([at]) => Math.round((at / duration) * 100)));
    await click(page, "Dərsin hissələri");
    assert.equal(await page.evaluate(() => document.querySelector(".panel [aria-current]").textContent), "Giriş");
    await click(page, "Məsələ");
    await until(page, () => document.querySelector("video").currentTime >= 40 && document.querySelector(".panel").hidden);
    assert.equal(new URL(page.url()).hash, "#t=40");
  });
});

test("a link to this moment leads there without scripts, too", limits, async () => {
  await visit("Chromium", async (page, context) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await play(page, 23);
    await page.evaluate(() => document.querySelector("video").pause());
    await click(page, "Ayarlar");
    await click(page, "Bu anın linkini köçür");
    await until(page, () => document.querySelector(".said").textContent === "Link köçürüldü");
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, `${server.url}${pathOf("?t=23")}`);
    const html = await (await fetch(link)).text();
    assert.match(html, /video\.mp4\?q=\d+&#38;form=fragmented#t=23"/);
  });
});

test("the seek bar shows what one would see, and fetches that only then", limits, async () => {
  await visit("Chromium", async (page) => {
    await play(page, 2);
    assert.deepEqual((await asked(page)).filter(([path]) => path.includes("storyboard")), []);
    const { x, y, width, height } = await page.locator(".rail").boundingBox();
    await page.mouse.move(x + width * 0.5, y + height / 2);
    const tile = await until(page, () => {
      const { style, offsetWidth } = document.querySelector(".tile");
      return style.backgroundImage && { url: style.backgroundImage.slice(5, -2), width: offsetWidth };
    });
    assert.ok(tile.width > 50, JSON.stringify(tile));
    const picture = await fetch(tile.url);
    assert.equal(picture.headers.get("content-type"), "image/jpeg");
    assert.match(await page.locator(".preview span").textContent(), /^0:\d\d Nümunə$/);
    await page.mouse.move(x, y - 150);
    assert.ok(await page.locator(".preview").isHidden());
  });
});

test("a large picture on a quick line gets the stream by itself; who saves data gets the lowest quality and nothing else", limits, async () => {
  const large = { options: { deviceScaleFactor: 3, viewport: { width: 1280, height: 900 } } };
  await visit("Chromium", async (page) => {
    await play(page, 2);
    const began = await until(page, () => {
      const video = document.querySelector("video");
      return video.currentSrc.startsWith("blob:") && video.currentTime > 3 && video.videoHeight;
    });
    assert.ok(began > 0);
    // Whoever begins to save data gets rid of it.
    await page.evaluate(() => document.querySelector(".saver button").click());
    await until(page, () => {
      const { currentSrc, currentTime, paused } = document.querySelector("video");
      return /q=240&form=fragmented$/.test(currentSrc) && currentTime > 3 && !paused;
    });
  }, large);
  await visit("Chromium", async (page) => {
    await page.evaluate(() => localStorage.setItem("teledars.saver", "on"));
    await arrive(page, server.url + pathOf());
    await play(page, 30);
    const { currentSrc } = await state(page);
    assert.match(currentSrc, /q=240&form=fragmented$/);
    await page.locator(".rail").boundingBox().then(({ x, y }) => page.mouse.move(x + 50, y));
    const paths = (await asked(page)).map(([path]) => path);
    assert.deepEqual(paths.filter((path) => /engine|hls|storyboard/.test(path)), []);
  }, large);
});

test("a stream that ends leaves the file, and the page says which one that is", limits, async () => {
  const large = { options: { deviceScaleFactor: 3, viewport: { width: 1280, height: 900 } } };
  await visit("Chromium", async (page) => {
    // What comes late in the lesson is waited for, and never comes: however quick the line is, it is not there already.
    let giveUp;
    const gone = new Promise((resolve) => (giveUp = resolve));
    await page.route(/\/([6-9]|\d{2,})\.m4s$/, async (route) => {
      await gone;
      // The engine may have given it up.
      await route.fulfill({ status: 404, body: "gone" }).catch(() => undefined);
    });
    await play(page, 2);
    const marked = () => document.querySelector(".choice [aria-current] b").textContent;
    await until(page, () => document.querySelector("video").currentSrc.startsWith("blob:"));
    const risen = await until(page, () => {
      const now = document.querySelector(".choice [aria-current]");
      const file = new URL(document.querySelector("video > source").src).searchParams.get("q");
      return now.querySelector("b").textContent !== `${file}p` && now.querySelector(".cost").textContent;
    });
    assert.equal(await page.textContent(".start span"), risen, "the price is that of what plays");
    giveUp();
    await page.evaluate(() => {
      document.querySelector("video").currentTime = 55;
    });
    const file = await until(page, () => {
      const { currentSrc, paused, currentTime } = document.querySelector("video");
      return !currentSrc.startsWith("blob:") && !paused && currentTime > 55 && new URL(currentSrc).searchParams.get("q");
    });
    assert.equal(await page.evaluate(marked), `${file}p`);
    assert.notEqual(await page.textContent(".choice [aria-current] .cost"), risen);
    const cost = await page.textContent(".choice [aria-current] .cost");
    assert.equal(await page.textContent(".start span"), cost);
  }, large);
});

test("on a line that is paid for by the megabyte, nothing dearer comes unasked", limits, async () => {
  const large = { options: { deviceScaleFactor: 3, viewport: { width: 1280, height: 900 } } };
  await visit("Chromium", async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(NetworkInformation.prototype, "type", { get: () => "cellular", configurable: true });
    });
    await arrive(page, server.url + pathOf());
    await play(page, 30);
    assert.match((await state(page)).currentSrc, /form=fragmented$/);
    assert.deepEqual((await asked(page)).filter(([path]) => /engine|hls/.test(path)), []);
    // Who asks for it gets it.
    await click(page, "Ayarlar");
    await click(page, "avtomatik");
    await until(page, () => document.querySelector("video").currentSrc.startsWith("blob:"));
  }, large);
});

test("a moment beyond the end is the beginning, as it is without scripts", limits, async () => {
  await visit("Chromium", async (page) => {
    await play(page);
    await until(page, () => {
      const { currentTime, duration, seeking } = document.querySelector("video");
      return currentTime > 0.1 && currentTime < duration / 2 && !seeking;
    });
  }, { rest: "#t=9000" });
});

test("the keys of the loudness are its own", limits, async () => {
  await visit("Chromium", async (page) => {
    await play(page, 12);
    await focus(page, ".screen");
    await press(page, "k", () => document.querySelector("video").paused);
    // The slider follows the film.
    await press(page, "m", () => document.querySelector(".volume input").value === "1");
    const { at } = await state(page);
    await focus(page, ".volume input");
    await press(page, "Home", () => document.querySelector("video").volume === 0);
    await press(page, "End", () => document.querySelector("video").volume === 1);
    near((await state(page)).at, at, 0.01, "the film stays");
  });
});

test("where this quality is gone, another one goes on", limits, async () => {
  await visit("Chromium", async (page) => {
    await page.route(/video\.mp4\?q=360/, (route) => route.fulfill({ status: 404, body: "gone" }));
    await play(page, 10);
    await page.evaluate(() => document.querySelector('.choice a[href*="q=360"]').click());
    const went = await until(page, () => {
      const video = document.querySelector("video");
      return /q=240/.test(video.currentSrc) && !video.paused && video.currentTime > 10.5 && video.currentTime;
    });
    near(went, 11, 5, "goes on");
    assert.equal(await page.evaluate(() => document.querySelector(".choice [aria-current] b").textContent), "240p");
  }, { rest: "?q=480" });
});

test("at 200 kbit/s the picture comes first, then the player, and no engine", limits, async (t) => {
  const line = await startSlowLine(server.url, { bitsPerSecond: 200_000, roundTrip: 300 });
  t.after(() => line.stop());
  await visit("Chromium", async (page) => {
    await page.evaluate(() => {
      document.querySelector("video").addEventListener("playing", () => {
        globalThis.picture = performance.now();
      }, { once: true });
    });
    await play(page);
    await page.evaluate(() => playback.until(document.querySelector("video"), "timeupdate", () => document.querySelector("video").currentTime > 8));
    const picture = await page.evaluate(() => globalThis.picture);
    const all = await asked(page);
    const scripts = all.filter(([path]) => /player|engine|hls/.test(path));
    assert.equal(scripts.length, 3, JSON.stringify(scripts));
    for (const [path, start] of scripts) assert.ok(start >= picture - 1 && path.startsWith("/assets/player"), path);
  }, { origin: line.url, rest: "?q=240", options: { deviceScaleFactor: 3 } });
});

test("at the end the next lesson is offered, and nothing plays by itself", limits, async () => {
  await visit("Chromium", async (page) => {
    await play(page);
    const { duration } = await state(page);
    await page.evaluate((end) => {
      document.querySelector("video").currentTime = end;
    }, duration - 0.4);
    const link = page.locator(".message a");
    await link.waitFor();
    assert.equal(await link.textContent(), `Növbəti dərs: ${NEXT}`);
    assert.equal(await page.evaluate(() => localStorage.getItem("teledars.resume")), "{}");
    await link.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.endsWith(server.lesson.code));
  });
});

test("script, style and words weigh little, and so does what plays streams", limits, async () => {
  const page = await (await fetch(server.url + pathOf())).text();
  const address = (name) => new RegExp(`data-${name}="([^"]+)"`).exec(page)?.[1];
  for (const encoding of ["br", "gzip"]) {
    let player = 0;
    for (const name of ["script", "look", "words"]) {
      const weighed = await weigh(address(name), encoding);
      assert.deepEqual([weighed.status, weighed.encoding], [200, encoding], name);
      player += weighed.bytes;
    }
    const engine = await weigh(address("engine"), encoding);
    assert.deepEqual([engine.status, engine.encoding], [200, encoding]);
    assert.ok(player <= PLAYER, `the player weighs ${player} bytes as ${encoding}`);
    assert.ok(engine.bytes <= ENGINE, `the engine weighs ${engine.bytes} bytes as ${encoding}`);
  }
});

test("without JavaScript the browser's own controls play the fragmented file", limits, async () => {
  await visit("Chromium", async (page) => {
    assert.match(await page.locator("video[controls] > source").getAttribute("src"), /\?q=\d+&form=fragmented$/);
    assert.ok(await page.locator(".stopped").isHidden());
  }, { options: { javaScriptEnabled: false } });
});

for (const width of [320, 360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the player fits into ${width} px, ${colorScheme}, and axe finds nothing in it`, limits, async () => {
      const options = { colorScheme, viewport: { width, height: width < 1000 ? 740 : 900 }, hasTouch: width < 1000 };
      await visit("Chromium", async (page) => {
        await play(page, 14);
        await page.evaluate(() => document.querySelector("video").pause());
        const picture = async (name) => {
          const path = new URL(`player-${name}-${width}-${colorScheme}.png`, output);
          await page.screenshot({ path: path.pathname });
          await expectNoSidewaysScrolling(page, width);
          await page.evaluate(axe.source);
          // The rest of the page is looked at elsewhere.
          const { violations } = await page.evaluate(() => globalThis.axe.run(document.querySelector(".screen")));
          assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`), [], name);
        };
        await focus(page, ".screen");
        await page.keyboard.press("c");
        await until(page, () => document.querySelector(".cues").textContent);
        await picture("captions");
        await click(page, "Ayarlar");
        await picture("settings");
        await focus(page, ".bar button");
        await page.keyboard.press("?");
        await picture("keys");
        const small = await page.evaluate(() =>
          [...document.querySelectorAll(".bar button, .panel button")]
            .filter((one) => one.offsetParent)
            .map((one) => [one.getAttribute("aria-label") ?? one.textContent, one.offsetWidth, one.offsetHeight])
            .filter(([, width, height]) => width < 44 || height < 44),
        );
        assert.deepEqual(small, []);
      }, { options });
    });
  }
}
