// Uppy, the uploader that others wrote, in a browser against /uploads.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { MIB, recording, sha256 } from "./recording.mjs";
import { startBrowser } from "./start.mjs";
import { startDesk } from "./teaching.mjs";

const PAGE = `<!doctype html><title>Uppy</title><link rel="icon" href="data:,"><input type="file"><script src="/uppy.js"></script>`;
const SCRIPT = `
  import Uppy from "@uppy/core";
  import Tus from "@uppy/tus";
  globalThis.begin = (token, file) => {
    const uppy = new Uppy();
    uppy.use(Tus, { endpoint: "/uploads", headers: { Authorization: "Bearer " + token }, retryDelays: [0, 50, 100, 500, 1000, 3000, 9000] });
    globalThis.uppy = uppy;
    globalThis.moved = 0;
    uppy.on("upload-progress", (_, { bytesUploaded }) => (globalThis.moved = bytesUploaded));
    uppy.addFile({ name: file.name, type: file.type, data: file });
    globalThis.result = uppy.upload();
  };`;

/** Uppy as a page of the archive's own host would have it, with a file. */
async function startUppy(t, gate, token, name, bytes) {
  const bundled = await build({
    stdin: { contents: SCRIPT, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  const browser = await startBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.route("**/uppy.html", (route) => route.fulfill({ contentType: "text/html", body: PAGE }));
  const script = { contentType: "text/javascript", body: bundled.outputFiles[0].text };
  await page.route("**/uppy.js", (route) => route.fulfill(script));
  await page.goto(`${gate.url}/uppy.html`);
  await page.locator("input").setInputFiles({ name, mimeType: "video/mp4", buffer: bytes });
  await page.evaluate((token) => globalThis.begin(token, document.querySelector("input").files[0]), token);
  return page;
}

test("Uppy uploads, pauses and goes on, and the recording is what was sent", async (t) => {
  const { server, gate, token, cut } = await startDesk(t);
  const whole = await recording(12 * MIB);
  gate.allow(3 * MIB);
  const page = await startUppy(t, gate, token, "Kəsr.mp4", whole);
  await gate.reached(3 * MIB);
  const pauseOrGoOn = () => page.evaluate(() => globalThis.uppy.pauseResume(globalThis.uppy.getFiles()[0].id));
  assert.equal(await pauseOrGoOn(), true);
  await cut();
  gate.allow(Infinity);
  assert.equal(await pauseOrGoOn(), false);
  const { failed, successful } = await page.evaluate(async () => {
    const { failed, successful } = await globalThis.result;
    return { failed: failed.length, successful: successful.map((file) => file.uploadURL) };
  });
  assert.equal(failed, 0);
  gate.expectNothingSentTwice();

  const headers = { Authorization: `Bearer ${token}` };
  const told = async (path) => (await fetch(server.url + path, { headers })).json();
  const upload = await told(`/api/v1/uploads/${successful[0].split("/").at(-1)}`);
  assert.deepEqual([upload.state, upload.filename], ["done", "Kəsr.mp4"]);
  const { files } = await told(`/api/v1/lessons/${upload.lesson}`);
  const { pathname } = new URL(files.find((file) => file.role === "source").url);
  const bytes = Buffer.from(await (await fetch(server.url + pathname, { headers })).arrayBuffer());
  assert.equal(sha256(bytes), sha256(whole));
});
