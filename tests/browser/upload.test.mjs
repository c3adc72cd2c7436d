// Uploads as tus-js-client makes them, over a link that breaks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Upload } from "tus-js-client";
import { startCuttingProxy } from "./cutting.mjs";
import { MIB, recording, sha256 } from "./recording.mjs";
import { makeToken, startServer } from "./start.mjs";

/** Uploads `bytes`; settles when all is acknowledged. */
function send(bytes, endpoint, token, options = {}) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: "Kəsr.mp4" },
      retryDelays: Array(40).fill(50),
      onError: reject,
      onSuccess: () => resolve(upload.url),
      ...options,
    });
    upload.start();
  });
}

/** The bytes of the recording that an upload became. */
async function watched(server, url, token) {
  const headers = { Authorization: `Bearer ${token}` };
  const id = url.split("/").at(-1);
  const state = await (await fetch(`${server.url}/api/v1/uploads/${id}`, { headers })).json();
  assert.equal(state.state, "done", JSON.stringify(state));
  const lesson = await (await fetch(`${server.url}/api/v1/lessons/${state.lesson}`, { headers })).json();
  const { pathname } = new URL(lesson.files.find((file) => file.role === "source").url);
  const answer = await fetch(server.url + pathname, { headers });
  return Buffer.from(await answer.arrayBuffer());
}

test("over a link that is cut every few megabytes no acknowledged byte is sent again", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  const link = await startCuttingProxy(server.url, 6 * MIB, 8);
  t.after(() => link.stop());
  const bytes = await recording(64 * MIB);

  const url = await send(bytes, `${link.url}/uploads`, token);

  assert.equal(sha256(await watched(server, url, token)), sha256(bytes));
  assert.equal(link.cut(), 8);
  let acknowledged = 0;
  let requests = 0;
  for (const { from, text } of link.seen) {
    const offset = Number(/^upload-offset: *(\d+)/im.exec(text)?.[1] ?? 0);
    if (from === "server" && /^HTTP\/1\.1 20[0-9]/.test(text)) acknowledged = Math.max(acknowledged, offset);
    if (from === "client" && text.startsWith("PATCH")) {
      requests += 1;
      assert.ok(offset >= acknowledged, `sent from ${offset}, ${acknowledged} were acknowledged`);
    }
  }
  assert.ok(requests >= 9, `${requests} requests`);
  assert.equal(acknowledged, bytes.length);
});

test("what is sent in parallel parts becomes one recording", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const token = await makeToken(server.data, "Aygün");
  const bytes = await recording(8 * MIB);
  const url = await send(bytes, `${server.url}/uploads`, token, { parallelUploads: 3, chunkSize: MIB });
  assert.equal(sha256(await watched(server, url, token)), sha256(bytes));
});
