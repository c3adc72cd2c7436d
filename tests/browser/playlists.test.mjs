// Every playlist of a lesson, read by a parser of others and held against RFC 8216; every address in it asked for.
// And ffmpeg plays all of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import HLS from "hls-parser";
import { BADLY_INTERLEAVED, RATE, SECONDS, USUAL, clockedFootage, ffmpeg } from "./footage.mjs";
import { lessonsOf, startServer } from "./start.mjs";

const limits = { timeout: 60_000 };
let footage;
let server;
let lessons;

before(async () => {
  HLS.setOptions({ strictMode: true });
  footage = await clockedFootage();
  server = await startServer(footage.sheet);
  lessons = await lessonsOf(server);
});

after(async () => {
  await footage?.remove();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

const main = (lesson) => `${server.url}/l/${lesson.code}/hls/main.m3u8`;
const streamed = () => [...lessons.values()].filter(({ files }) => files.some(({ role }) => role === "source"));

/** The playlist at `url`, and where what it names lies. */
async function playlist(url) {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  assert.equal(answer.headers.get("content-type"), "application/vnd.apple.mpegurl", url);
  const list = HLS.parse(await answer.text());
  assert.equal(list.version, 7, url);
  return { list, place: (uri) => new URL(uri, url).href };
}

/** The bytes at `url`, as many as HEAD and GET say. */
async function bytes(url, type) {
  const head = await fetch(url, { method: "HEAD" });
  const answer = await fetch(url);
  assert.equal(head.status, 200, url);
  assert.equal(answer.status, 200, url);
  assert.match(answer.headers.get("content-type"), type, url);
  const body = Buffer.from(await answer.arrayBuffer());
  for (const { headers } of [head, answer]) {
    assert.equal(Number(headers.get("content-length")), body.length, url);
  }
  return body;
}

/** A media playlist in order, with how many bits each of its parts has. */
async function mediaPlaylist(url) {
  const { list, place } = await playlist(url);
  assert.equal(list.isMasterPlaylist, false);
  assert.equal(list.playlistType, "VOD");
  assert.ok(list.endlist, `${url} does not end`);
  assert.ok(list.segments.length > 0, url);
  const init = place(list.segments[0].map.uri);
  const parts = [];
  for (const { uri, duration, map, byterange, discontinuity } of list.segments) {
    // RFC 8216 §4.3.3.1.
    assert.ok(Math.round(duration) <= list.targetDuration, `${uri} lasts ${duration} s in ${url}`);
    assert.equal(place(map.uri), init);
    assert.equal(byterange, undefined);
    assert.ok(!discontinuity);
    const body = await bytes(place(uri), /^video\/(mp4|iso\.segment)$/);
    parts.push({ duration, bits: body.length * 8 });
  }
  return { list, init: await bytes(init, /^video\/mp4$/), parts };
}

/** RFC 8216 §4.1: the most bits a second in parts that together last 0.5 to 1.5 target durations. */
function peak(parts, target) {
  let highest = 0;
  for (let from = 0; from < parts.length; from += 1) {
    let [bits, seconds] = [0, 0];
    for (const part of parts.slice(from)) {
      bits += part.bits;
      seconds += part.duration;
      if (seconds > 1.5 * target) break;
      if (seconds >= 0.5 * target) highest = Math.max(highest, bits / seconds);
    }
  }
  return highest;
}

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** The codec of the picture as RFC 6381 §3.3 writes it, from the decoder's own record (ISO/IEC 14496-15 §5.3.3.1). */
function pictureCodec(init) {
  const record = init.indexOf("avcC") + 4;
  return `avc1.${init.toString("hex", record + 1, record + 4)}`;
}

/** What is in `url` according to ffprobe: its `streams`, and the times of the `keyframes` in seconds. */
async function probe(url) {
  const entries = "stream=codec_type,codec_name,profile,width,height:packet=codec_type,pts_time,flags";
  const found = JSON.parse(await ffmpeg("ffprobe", "-show_entries", entries, "-of", "json", url));
  const keys = found.packets.filter((packet) => packet.codec_type === "video" && packet.flags.startsWith("K"));
  return { streams: found.streams, keyframes: keys.map((packet) => Number(packet.pts_time)) };
}

test("all playlists of all lessons keep the rules, and what they name is there", limits, async () => {
  assert.ok(streamed().length > 15);
  for (const lesson of streamed()) {
    const { list, place } = await playlist(main(lesson));
    assert.ok(list.isMasterPlaylist && list.independentSegments);
    const playable = list.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
    const stills = list.variants.filter(({ isIFrameOnly }) => isIFrameOnly);
    assert.ok(playable.length > 0 && stills.length === playable.length, lesson.title);

    const durations = [];
    for (const variant of playable) {
      const url = place(variant.uri);
      const { list, init, parts } = await mediaPlaylist(url);
      const seconds = sum(parts.map(({ duration }) => duration));
      durations.push(seconds);
      const average = sum(parts.map(({ bits }) => bits)) / seconds;
      const most = peak(parts, list.targetDuration);
      assert.ok(variant.bandwidth >= Math.floor(most), `${variant.bandwidth} bit/s, and ${most} at the peak`);
      assert.ok(variant.bandwidth < 1.1 * most, `${variant.bandwidth} bit/s, and ${most} at the peak`);
      assert.ok(Math.abs(variant.averageBandwidth - average) <= 0.01 * average, `${average} bit/s on average`);
      const { streams, keyframes } = await probe(url);
      const sounds = streams.filter(({ codec_type }) => codec_type === "audio");
      for (const { codec_name, profile } of sounds) assert.equal(`${codec_name} ${profile}`, "aac LC");
      const codecs = [pictureCodec(init), ...sounds.map(() => "mp4a.40.2")];
      assert.deepEqual(variant.codecs.split(","), codecs, lesson.title);
      assert.equal(list.isIFrame ?? false, false);

      // What INDEPENDENT-SEGMENTS promises: a keyframe where each begins.
      let begin = 0;
      for (const { duration } of parts) {
        assert.ok(keyframes.some((time) => Math.abs(time - begin) < 0.001), `no keyframe at ${begin} s of ${url}`);
        begin += duration;
      }
      const { width, height } = streams.find(({ codec_type }) => codec_type === "video");
      assert.deepEqual(variant.resolution, { width, height });
      const source = lesson.files.find(({ role }) => role === "source");
      assert.ok(Math.abs(seconds * 1000 - source.duration_ms) < 100, `${seconds} s of ${source.duration_ms} ms`);
    }

    for (const variant of stills) {
      const { list, init, parts } = await mediaPlaylist(place(variant.uri));
      assert.ok(list.isIFrame, variant.uri);
      assert.equal(variant.codecs, pictureCodec(init));
      assert.ok(variant.bandwidth >= Math.floor(peak(parts, list.targetDuration)), variant.uri);
      const seconds = sum(parts.map(({ duration }) => duration));
      assert.ok(durations.some((duration) => Math.abs(duration - seconds) < 0.01), `${seconds} s of stills`);
    }

    const languages = lesson.files.filter(({ role }) => role === "captions").map(({ language }) => language);
    for (const { subtitles } of playable) {
      assert.deepEqual(subtitles.map(({ language }) => language).sort(), languages.sort());
      for (const { uri } of subtitles) {
        const { list: captions, place: beside } = await playlist(place(uri));
        assert.ok(captions.endlist);
        const seconds = sum(captions.segments.map(({ duration }) => duration));
        assert.ok(seconds >= Math.max(...durations), `captions for ${seconds} s only`);
        for (const segment of captions.segments) {
          assert.ok(Math.round(segment.duration) <= captions.targetDuration);
          const text = await bytes(beside(segment.uri), /^text\/vtt/);
          assert.ok(text.toString().startsWith("WEBVTT"), segment.uri);
        }
      }
    }
  }
});

test("playlists are compressed for who can read it, and not sent again to who has them", limits, async () => {
  const url = main(lessons.get("Düz mütənasiblik: y = kx"));
  const { list, place } = await playlist(url);
  const names = [url, ...list.variants.map(({ uri }) => place(uri)), place(list.variants[0].subtitles[0].uri)];
  for (const name of names) {
    const forms = {};
    for (const coding of ["gzip", "identity"]) {
      const headers = { "Accept-Encoding": coding };
      const answer = await fetch(name, { headers });
      forms[coding] = { text: await answer.text(), tag: answer.headers.get("etag"), headers: answer.headers };
      assert.match(answer.headers.get("vary"), /accept-encoding/i);
      const again = await fetch(name, { headers: { ...headers, "If-None-Match": forms[coding].tag } });
      assert.equal(again.status, 304, `${coding} of ${name}`);
      assert.equal((await again.arrayBuffer()).byteLength, 0);
      assert.equal(again.headers.get("etag"), forms[coding].tag);
      assert.match(again.headers.get("vary"), /accept-encoding/i);
    }
    const { gzip, identity } = forms;
    assert.equal(gzip.headers.get("content-encoding"), "gzip", name);
    assert.equal(identity.headers.get("content-encoding"), null, name);
    assert.equal(gzip.text, identity.text);
    // Other bytes may have the same tag only if it is a weak one (RFC 9110 §8.8.1).
    assert.ok(gzip.tag !== identity.tag || gzip.tag.startsWith('W/"'), `${gzip.tag} for two forms of ${name}`);
    const other = await fetch(name, { headers: { "If-None-Match": '"another"' } });
    assert.equal(other.status, 200);
  }
});

/** The hashes of all pictures (`v`) or coded frames of sound (`a`) that ffmpeg gets from the `nth` of `input`. */
async function frames(input, kind, nth = 0) {
  const coding = kind === "v" ? ["-vsync", "passthrough"] : ["-c", "copy"];
  const from = ["-xerror", "-i", input, "-map", `0:${kind}:${nth}`];
  const text = await ffmpeg("ffmpeg", ...from, ...coding, "-f", "framemd5", "-");
  const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
  return lines.map((line) => line.split(",")[5].trim());
}

for (const title of [USUAL, ...BADLY_INTERLEAVED]) {
  test(`ffmpeg plays every quality over HTTP, frame for frame: ${title}`, limits, async () => {
    const { list } = await playlist(main(lessons.get(title)));
    const qualities = list.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
    for (const kind of ["v", "a"]) {
      const wanted = await frames(footage.path, kind);
      assert.ok(wanted.length >= SECONDS * RATE, `${wanted.length} frames`);
      // The first is the recording itself.
      assert.deepEqual(await frames(main(lessons.get(title)), kind), wanted);
      for (let nth = 1; nth < qualities.length; nth += 1) {
        const played = await frames(main(lessons.get(title)), kind, nth);
        assert.equal(played.length, wanted.length);
      }
    }
  });
}

test("ffmpeg reads the captions of a stream, each at its time", limits, async () => {
  const lesson = lessons.get("Düz mütənasiblik: y = kx");
  const { list, place } = await playlist(main(lesson));
  const [{ uri }] = list.variants[0].subtitles;
  const read = (input) => ffmpeg("ffmpeg", "-xerror", "-i", input, "-f", "srt", "-");
  const played = await read(place(uri));
  assert.ok(played.includes("-->"), played);
  assert.equal(played, await read(`${server.url}/l/${lesson.code}/captions/az.vtt`));
});
