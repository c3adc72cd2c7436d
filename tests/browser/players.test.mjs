// Lessons in the forms that are computed from one MP4, played and sought in by the browsers and by players that
// others wrote.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BADLY_INTERLEAVED, FLAT, KEYFRAMES, RATE, SECONDS, USUAL, clockedFootage } from "./footage.mjs";
import { enterStage, startStage } from "./stage.mjs";
import { lessonsOf, startBrowser, startFirefox, startServer } from "./start.mjs";

const limits = { timeout: 120_000 };
const browsers = {};
let footage;
let server;
let stage;
let lessons;

before(async () => {
  footage = await clockedFootage();
  stage = await startStage();
  browsers.Chromium = await startBrowser();
  browsers.Firefox = await startFirefox();
  server = await startServer(footage.sheet);
  lessons = await lessonsOf(server);
});

after(async () => {
  await Promise.all([browsers.Chromium?.close(), browsers.Firefox?.close(), stage?.stop(), footage?.remove()]);
  // Connections of the browsers are gone, so the server has nothing to wait for.
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** Where the lesson called `title` has `file`. */
const address = (title, file) => `${server.url}/l/${lessons.get(title).code}/${file}`;

/** What `act(argument)`, run on a stage in `browser`, gives. */
async function onStage(browser, argument, act) {
  const page = await browsers[browser].newPage();
  try {
    await enterStage(page, stage);
    return await page.evaluate(act, argument);
  } finally {
    await page.close();
  }
}

function near(found, wanted, within, what) {
  assert.ok(Math.abs(found - wanted) <= within, `${what}: ${found}, not ${wanted}, ${within} allowed`);
}

/** The moments were reached, and show what belongs there; `from`: where in the footage the media begin. */
function assertFound(moments, within, from = 0) {
  for (const { time, at, frame } of moments) {
    near(at, time, 0.05, `sought ${time} s`);
    near(frame / RATE - from, at, within, `the picture at ${at} s`);
  }
}

/** Two frames: the one that is shown began up to one before, and the next may be there already. */
const EXACTLY = 2 / RATE;

for (const browser of ["Chromium", "Firefox"]) {
  for (const [form, title, file] of [
    ["the index brought to the front", USUAL, "video.mp4"],
    ["the index brought to the front of a flat file", FLAT, "video.mp4"],
    ["fragments", USUAL, "video.mp4?form=fragmented"],
    ["fragments of a flat file", FLAT, "video.mp4?form=fragmented"],
  ]) {
    test(`${browser} plays ${form} and seeks`, limits, async () => {
      const found = await onStage(browser, address(title, file), async (src) => {
        const { openPlain, play, seekAndLook } = playback;
        const video = await openPlain("video", src);
        const began = await play(video);
        const moments = [];
        for (const time of [41.3, 7.5, 58.9]) moments.push(await seekAndLook(video, time));
        const went = await play(video);
        return { began, moments, went, duration: video.duration };
      });
      near(found.duration, SECONDS, 0.05, "duration");
      assert.equal(found.began.from, 0);
      assertFound(found.moments, EXACTLY);
      near(found.went.from, 58.9, 0.05, "played on");
    });
  }

  test(`${browser} plays the sound alone and seeks`, limits, async () => {
    const found = await onStage(browser, address(USUAL, "audio.m4a"), async (src) => {
      const { openPlain, play, seek } = playback;
      const audio = await openPlain("audio", src);
      const began = await play(audio);
      const places = [await seek(audio, 41.3), await seek(audio, 7.5)];
      const went = await play(audio);
      return { began, places, went, duration: audio.duration };
    });
    near(found.duration, SECONDS, 0.05, "duration");
    assert.equal(found.began.from, 0);
    near(found.places[0], 41.3, 0.05, "sought");
    near(found.places[1], 7.5, 0.05, "sought");
    near(found.went.from, 7.5, 0.05, "played on");
  });

  test(`hls.js in ${browser} plays, and shows after a seek what the playlist has there`, limits, async () => {
    const found = await onStage(browser, address(USUAL, "hls/main.m3u8"), async (src) => {
      const { openHlsJs, play, seekAndLook } = playback;
      const { video, player, problems } = await openHlsJs(src);
      const began = await play(video);
      const moments = [];
      for (const time of [31.3, 58.7, 3.1]) moments.push(await seekAndLook(video, time));
      const went = await play(video);
      const total = player.levels[0].details.totalduration;
      return { began, moments, went, total, duration: video.duration, problems };
    });
    near(found.duration, SECONDS, 0.1, "duration");
    near(found.total, SECONDS, 0.1, "the playlist's duration");
    near(found.began.from, 0, 0.1, "began");
    assertFound(found.moments, 0.1);
    assert.deepEqual(found.problems, []);
  });
}

/** Moments all over the footage, to and fro: what comes before a fragment is read after it as well. */
const TO_AND_FRO = Array.from({ length: 50 }, (_, n) => ((n * 23.3) % (SECONDS - 2)) + 0.5);

for (const browser of ["Chromium", "Firefox"]) {
  for (const title of [USUAL, FLAT]) {
    test(`${browser} seeks to and fro in fragments: ${title}`, limits, async () => {
      const src = address(title, "video.mp4?form=fragmented");
      const found = await onStage(browser, { src, times: TO_AND_FRO }, async ({ src, times }) => {
        const { openPlain, seekAndLook } = playback;
        const video = await openPlain("video", src);
        const moments = [];
        for (const time of times) moments.push(await seekAndLook(video, time));
        return moments;
      });
      assertFound(found, EXACTLY);
    });
  }
}

const CLIP = { from: 12.36, to: 20.5 };

test("Chromium shows a clip from the frame that was asked for to the one asked for", limits, async () => {
  const src = address(USUAL, `clip.mp4?from=${CLIP.from}&to=${CLIP.to}`);
  const found = await onStage("Chromium", src, async (src) => {
    const { frameShown, openPlain, play, seekAndLook, soundOff } = playback;
    const video = await openPlain("video", src);
    const first = { at: video.currentTime, frame: frameShown(video) };
    const began = await play(video);
    const moments = [];
    for (const time of [4.02, 0.5, 7.9]) moments.push(await seekAndLook(video, time));
    await seekAndLook(video, 1);
    return { first, began, moments, off: await soundOff(video), duration: video.duration };
  });
  assert.deepEqual(found.first, { at: 0, frame: CLIP.from * RATE });
  near(found.duration, CLIP.to - CLIP.from, 1 / RATE, "duration");
  assertFound(found.moments, EXACTLY, CLIP.from);
  near(found.off, CLIP.from - 10, 0.25, "the sound's distance");
});

// Firefox may show what lies between the keyframe and the frame that was asked for, too. If so, it is the whole
// clip that begins earlier.
test("Firefox plays a clip, from the keyframe before it at the earliest, and seeks", limits, async () => {
  const src = address(USUAL, `clip.mp4?from=${CLIP.from}&to=${CLIP.to}`);
  const found = await onStage("Firefox", src, async (src) => {
    const { openPlain, play, seekAndLook } = playback;
    const video = await openPlain("video", src);
    const began = await play(video);
    const moments = [];
    for (const time of [4.02, 0.5, 7.9]) moments.push(await seekAndLook(video, time));
    return { began, moments, duration: video.duration };
  });
  const lead = CLIP.from % (KEYFRAMES / RATE);
  const [{ at, frame }] = found.moments;
  const begins = frame / RATE - at;
  near(begins, CLIP.from - lead / 2, lead / 2 + EXACTLY, "the clip's beginning");
  near(found.duration, CLIP.to - CLIP.from + lead / 2, lead / 2 + EXACTLY, "duration");
  assertFound(found.moments, EXACTLY, begins);
  near(found.began.from, 0, 0.05, "began");
});

// Only in Chromium: Firefox lets no page hear anything where no device for sound is.
test("Chromium plays the sound of every form when it is due", limits, async () => {
  for (const [name, file] of [
    ["video", "video.mp4"],
    ["video", "video.mp4?form=fragmented"],
    ["audio", "audio.m4a"],
  ]) {
    const off = await onStage("Chromium", [name, address(FLAT, file)], async ([name, src]) => {
      const { openPlain, seek, soundOff } = playback;
      const media = await openPlain(name, src);
      await seek(media, 24);
      return soundOff(media);
    });
    near(off, 0, 0.25, `the sound's distance in ${file}`);
  }
});

for (const title of [USUAL, ...BADLY_INTERLEAVED]) {
  test(`opened in the middle, hls.js shows and plays what the playlist has there: ${title}`, limits, async () => {
    const found = await onStage("Chromium", address(title, "hls/main.m3u8"), async (src) => {
      const { frameShown, openHlsJs, seekAndLook, soundOff } = playback;
      const { video, problems } = await openHlsJs(src, 24);
      const opened = { time: 24, at: video.currentTime, frame: frameShown(video) };
      const off = await soundOff(video);
      const moments = [opened, await seekAndLook(video, 43.7)];
      return { moments, off, problems };
    });
    assertFound(found.moments, 0.1);
    near(found.off, 0, 0.25, "the sound's distance");
    assert.deepEqual(found.problems, []);
  });
}

test("Shaka Player plays, and shows after a seek what the playlist has there", limits, async () => {
  const found = await onStage("Chromium", address(USUAL, "hls/main.m3u8"), async (src) => {
    const { openShaka, play, seekAndLook, soundOff } = playback;
    const { video, problems } = await openShaka(src);
    const began = await play(video);
    const moments = [];
    for (const time of [31.3, 58.7, 3.1]) moments.push(await seekAndLook(video, time));
    return { began, moments, off: await soundOff(video), duration: video.duration, problems };
  });
  near(found.duration, SECONDS, 0.1, "duration");
  near(found.began.from, 0, 0.1, "began");
  assertFound(found.moments, 0.1);
  near(found.off, 0, 0.25, "the sound's distance");
  assert.deepEqual(found.problems, []);
});

/** A sample lesson with captions, and when its first ones are shown. */
const CAPTIONED = { title: "Düz mütənasiblik: y = kx", first: 0.4 };

test("hls.js offers the captions of a lesson, and shows them when they are due", limits, async () => {
  const found = await onStage("Chromium", address(CAPTIONED.title, "hls/main.m3u8"), async (src) => {
    const { openHlsJs, play, until } = playback;
    const { video, player, problems } = await openHlsJs(src);
    const offered = player.subtitleTracks.map(({ name, lang }) => ({ name, language: lang }));
    const there = until(video, "timeupdate", () => [...video.textTracks].some(({ cues }) => cues?.length));
    player.subtitleTrack = 0;
    await play(video);
    await there;
    const { cues } = [...video.textTracks].find(({ cues }) => cues?.length);
    return { offered, count: cues.length, first: cues[0].startTime, text: cues[0].text, problems };
  });
  await assertCaptions(found);
});

test("Shaka Player offers the captions of a lesson, and shows them when they are due", limits, async () => {
  const found = await onStage("Chromium", address(CAPTIONED.title, "hls/main.m3u8"), async (src) => {
    const { openShaka, play, until } = playback;
    const { video, player, problems } = await openShaka(src);
    const tracks = player.getTextTracks();
    const offered = tracks.map(({ label, language }) => ({ name: label, language }));
    const there = until(video, "timeupdate", () => [...video.textTracks].some(({ cues }) => cues?.length));
    player.selectTextTrack(tracks[0]);
    await play(video);
    await there;
    const { cues } = [...video.textTracks].find(({ cues }) => cues?.length);
    return { offered, count: cues.length, first: cues[0].startTime, text: cues[0].text, problems };
  });
  await assertCaptions(found);
});

async function assertCaptions(found) {
  assert.deepEqual(found.offered, [{ name: "Azərbaycanca", language: "az" }]);
  const file = await (await fetch(address(CAPTIONED.title, "captions/az.vtt"))).text();
  assert.equal(found.count, file.split("-->").length - 1);
  near(found.first, CAPTIONED.first, 0.1, "the first captions");
  assert.ok(file.includes(found.text.split("\n")[0]), found.text);
  assert.deepEqual(found.problems, []);
}
