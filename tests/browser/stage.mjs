// A page of another site, on which players that others wrote play lessons: hls.js and Shaka Player.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { installPlayback } from "./playback.mjs";

const page = `<!doctype html><title>Stage</title><link rel="icon" href="data:,">
<script src="/hls.js"></script><script src="/shaka-player.js"></script><body>`;

const installed = (path) => readFile(fileURLToPath(new URL(`node_modules/${path}`, import.meta.url)));

/** The page's own server: its `url`, and `stop()`. */
export async function startStage() {
  const contents = new Map([
    ["/", ["text/html", page]],
    ["/hls.js", ["text/javascript", await installed("hls.js/dist/hls.min.js")]],
    ["/shaka-player.js", ["text/javascript", await installed("shaka-player/dist/shaka-player.compiled.js")]],
  ]);
  const server = createServer((request, response) => {
    const [type, body] = contents.get(request.url) ?? [];
    response.writeHead(body ? 200 : 404, { "Content-Type": `${type ?? "text/plain"}; charset=utf-8` });
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, stop };
}

/** Opens the stage in `page`, a Playwright or Puppeteer one; its scripts find `playback` there. */
export async function enterStage(page, stage) {
  await page.goto(stage.url);
  await page.evaluate(installPlayback);
}
