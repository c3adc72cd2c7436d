// The rules of HTTP Live Streaming (RFC 8216) that a lesson's playlists keep, held against them by a parser of others and
// by ffprobe; every address in them is asked for.

import assert from "node:assert/strict";
import HLS from "hls-parser";
import { ffmpeg } from "./footage.mjs";

HLS.setOptions({ strictMode: true });

/** The playlist at `url`, and where what it names lies. */
export async function playlist(url) {
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
async function mediaPlaylist(url, type) {
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
    const body = await bytes(place(uri), type);
    parts.push({ duration, bits: body.length * 8 });
  }
  return { list, init: await bytes(init, type), parts };
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

/** Holds all playlists of `lesson`, whose main one is at `url`, against the rules; gives its variants, without I-frames. */
export async function expectRules(url, lesson) {
  const { list, place } = await playlist(url);
  assert.ok(list.isMasterPlaylist && list.independentSegments);
  const playable = list.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  const stills = list.variants.filter(({ isIFrameOnly }) => isIFrameOnly);
  const seen = playable.filter(({ resolution }) => resolution);
  assert.ok(seen.length > 0 && stills.length === seen.length, lesson.title);
  // The narrowest first; sound alone behind all that can be seen.
  assert.deepEqual(playable.slice(0, seen.length), seen);
  const rates = seen.map(({ bandwidth }) => bandwidth);
  assert.deepEqual(rates, [...rates].sort((a, b) => a - b));
  const files = lesson.files.filter(({ role }) => ["source", "rendition", "audio"].includes(role));
  const nameOf = (file) => file.url.slice(file.url.lastIndexOf("/"));
  const fileOf = ({ uri }) => files.find((file) => uri.includes(`${nameOf(file)}/`));

  const source = lesson.files.find(({ role }) => role === "source");
  const durations = [];
  const cuts = [];
  for (const variant of playable) {
    const url = place(variant.uri);
    const type = variant.resolution ? /^video\/(mp4|iso\.segment)$/ : /^audio\/mp4$/;
    const { list, init, parts } = await mediaPlaylist(url, type);
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
    const pictures = variant.resolution ? [pictureCodec(init)] : [];
    assert.deepEqual(variant.codecs.split(","), [...pictures, ...sounds.map(() => "mp4a.40.2")], lesson.title);
    assert.equal(list.isIFrame ?? false, false);
    // A sound begins with a frame that only its decoder hears, and ends with a whole one: two of 1024 samples, which at
    // the 22,050 Hz of the narrowest sound last 93 ms.
    const more = seconds * 1000 - source.duration_ms;
    assert.ok(Math.abs(more) < 100, `${variant.uri} lasts ${more} ms more than its recording`);
    if (!variant.resolution) continue;

    // What INDEPENDENT-SEGMENTS promises: a keyframe where each begins.
    let begin = 0;
    for (const { duration } of parts) {
      assert.ok(keyframes.some((time) => Math.abs(time - begin) < 0.001), `no keyframe at ${begin} s of ${url}`);
      begin += duration;
    }
    const { width, height } = streams.find(({ codec_type }) => codec_type === "video");
    assert.deepEqual(variant.resolution, { width, height });
    if (fileOf(variant)?.role === "rendition") cuts.push(parts.map(({ duration }) => duration));
  }
  // A player may go from one quality that was made to another at any cut. The last part ends where each one's sound does.
  for (const cut of cuts) assert.deepEqual(cut.slice(0, -1), cuts[0].slice(0, -1), lesson.title);

  for (const variant of stills) {
    const { list, init, parts } = await mediaPlaylist(place(variant.uri), /^video\/(mp4|iso\.segment)$/);
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
  return playable;
}
