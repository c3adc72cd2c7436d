// Uploads as tus-js-client makes them, over a link that breaks and with a server that dies. UPLOADS=full has them at
// their full size, as `make soak` does.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Upload } from "tus-js-client";
import { nothingTwice, startCuttingProxy } from "./cutting.mjs";
import { makeToken, repository, startServer } from "./start.mjs";

const MIB = 1 << 20;
const full = process.env.UPLOADS === "full";

/** A recording of so many bytes: behind a sample stands a box that players skip. */
async function recording(bytes) {
  const sample = await readFile(new URL("media/samples/7-mathematics-az-1.mp4", repository));
  const whole = Buffer.alloc(bytes);
  sample.copy(whole);
  whole.writeUInt32BE(bytes - sample.length, sample.length);
  whole.write("free", sample.length + 4);
  // Different everywhere, so that a piece in the wrong place is noticed.
  for (let at = sample.length + 8; at + 4 <= bytes; at += 4) whole.writeUInt32LE(at, at);
  return whole;
}

/** Uploads `bytes`; settles when all is acknowledged, and tells `begun` where before that. */
function send(bytes, endpoint, token, { begun = () => {}, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: "Kəsr.mp4" },
      retryDelays: Array(40).fill(50),
      onUploadUrlAvailable: () => begun(upload.url),
      onError: reject,
      onSuccess: () => resolve(upload.url),
      ...options,
    });
    upload.start();
  });
}

/** The recording that an upload became, piece by piece. */
async function watched(server, url, token) {
  const headers = { Authorization: `Bearer ${token}` };
  const id = url.split("/").at(-1);
  const state = await (await fetch(`${server.url}/api/v1/uploads/${id}`, { headers })).json();
  assert.equal(state.state, "done", JSON.stringify(state));
  const lesson = await (await fetch(`${server.url}/api/v1/lessons/${state.lesson}`, { headers })).json();
  const { pathname } = new URL(lesson.files.find((file) => file.role === "source").url);
  const answer = await fetch(server.url + pathname, { headers });
  return answer.body;
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The SHA-256 of the recording that an upload became. */
async function hashed(server, url, token) {
  const hash = createHash("sha256");
  for await (const piece of await watched(server, url, token)) hash.update(piece);
  return hash.digest("hex");
}

test("a whole recording goes up in one go", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  const bytes = await recording((full ? 1024 : 64) * MIB);
  const url = await send(bytes, `${server.url}/uploads`, token);
  assert.equal(await hashed(server, url, token), sha256(bytes));
});

test("over a link that is cut again and again no acknowledged byte is sent twice", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  // In full: every two or three seconds.
  const [size, cuts] = full ? [200 * MIB, 9] : [64 * MIB, 8];
  const way = full ? { bytes: 20 * MIB, rate: 8 * MIB } : { bytes: 6 * MIB };
  const link = await startCuttingProxy(server.url, { ...way, cuts });
  t.after(() => link.stop());
  const bytes = await recording(size);

  const url = await send(bytes, `${link.url}/uploads`, token);

  assert.equal(await hashed(server, url, token), sha256(bytes));
  assert.equal(link.cut(), cuts);
  const { acknowledged, requests } = nothingTwice(link.seen);
  assert.ok(requests > cuts, `${requests} requests`);
  assert.equal(acknowledged, bytes.length);
});

test("a server that is killed during an upload loses nothing that it acknowledged", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  const kills = full ? 50 : 5;
  const bytes = await recording(8 * (kills + 1) * MIB);
  const link = await startCuttingProxy(server.url);
  t.after(() => link.stop());
  let done = false;
  const sent = send(bytes, `${link.url}/uploads`, token, {
    chunkSize: 2 * MIB,
    retryDelays: Array(1000).fill(20),
  }).finally(() => (done = true));
  for (let killed = 0; killed < kills; killed += 1) {
    // Each time at another place of a request.
    const until = link.passed() + 5 * MIB + ((killed * 7919 * 1024) % (2 * MIB));
    while (link.passed() < until) {
      assert.ok(!done, `the upload ended after ${killed} kills`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.kill();
    await server.again();
  }
  const url = await sent;

  assert.equal(await hashed(server, url, token), sha256(bytes));
  assert.equal(nothingTwice(link.seen).acknowledged, bytes.length);
});

test("two tabs that send the same upload end with one recording", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  const bytes = await recording((full ? 256 : 16) * MIB);
  // Both want it all, and each takes over from the other.
  const tab = (endpoint, wait, options) =>
    send(bytes, endpoint, token, { chunkSize: MIB, retryDelays: Array(1000).fill(wait), ...options });
  let first;
  const url = await new Promise((resolve) => {
    first = tab(`${server.url}/uploads`, 60, { begun: resolve });
  });
  const second = tab(null, 90, { uploadUrl: url });
  const [one, other] = await Promise.all([first, second]);
  assert.equal(one, other);
  assert.equal(await hashed(server, one, token), sha256(bytes));
});

test("what is sent in parallel parts becomes one recording", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  const bytes = await recording(8 * MIB);
  const url = await send(bytes, `${server.url}/uploads`, token, { parallelUploads: 3, chunkSize: MIB });
  assert.equal(await hashed(server, url, token), sha256(bytes));
});
