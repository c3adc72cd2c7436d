// Every playlist of the lessons as they came in: it keeps the rules, is sent compressed, and ffmpeg plays all of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BADLY_INTERLEAVED, RATE, SECONDS, USUAL, clockedFootage, ffmpeg } from "./footage.mjs";
import { expectRules, playlist } from "./rfc8216.mjs";
import { lessonsOf, startServer } from "./start.mjs";

const limits = { timeout: 180_000 };
let footage;
let server;
let lessons;

before(async () => {
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

test("all playlists of all lessons keep the rules, and what they name is there", limits, async () => {
  assert.ok(streamed().length > 15);
  for (const lesson of streamed()) await expectRules(main(lesson), lesson);
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
