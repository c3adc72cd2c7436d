// A link with a gate: a proxy that lets so many bytes of uploads through and holds the rest until it is opened further,
// so that a test can act in the middle of one. It counts what passed.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connect, createServer } from "node:net";
import { PATIENCE } from "./start.mjs";

const HEAD_END = Buffer.from("\r\n\r\n");

/** A proxy to `target` (a URL). */
export async function startGate(target) {
  const { hostname, port } = new URL(target);
  const lanes = new Set();
  const news = new EventEmitter().setMaxListeners(0);
  const heads = [];
  let allowed = Infinity;
  let passed = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    const lane = { client, server, held: Buffer.alloc(0), body: 0, counts: false, full: false };
    lanes.add(lane);
    client.on("data", (data) => {
      lane.held = Buffer.concat([lane.held, data]);
      push(lane);
    });
    server.on("data", (data) => {
      // A head comes in one piece here: it is written at once, over the loopback.
      for (const [text] of data.toString("latin1").matchAll(/HTTP\/1\.1 \d{3}.*?\r\n\r\n/gs)) {
        heads.push({ from: "server", text });
      }
      client.write(data);
    });
    // A browser that goes resets its connection: what had passed before arrives all the same.
    for (const name of ["error", "close"]) {
      client.on(name, () => {
        lanes.delete(lane);
        server.end();
      });
      server.on(name, () => {
        lanes.delete(lane);
        client.destroy();
      });
    }
  });

  /** Sends on what may go of a lane's bytes. */
  function push(lane) {
    while (lane.held.length > 0 && !lane.full) {
      if (lane.body === 0) {
        const end = lane.held.indexOf(HEAD_END);
        if (end < 0) return;
        const text = lane.held.toString("latin1", 0, end + 4);
        lane.body = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
        lane.counts = text.startsWith("PATCH /uploads/");
        if (/^\w+ \/uploads/.test(text)) heads.push({ from: "client", text });
        forward(lane, end + 4);
        continue;
      }
      const may = lane.counts ? allowed - passed : Infinity;
      const bytes = Math.min(lane.held.length, lane.body, may);
      if (bytes <= 0) {
        lane.client.pause();
        return;
      }
      lane.body -= bytes;
      if (lane.counts) passed += bytes;
      forward(lane, bytes);
      news.emit("passed");
    }
    if (!lane.full) lane.client.resume();
  }

  function forward(lane, bytes) {
    if (!lane.server.write(lane.held.subarray(0, bytes))) {
      lane.full = true;
      lane.client.pause();
      lane.server.once("drain", () => {
        lane.full = false;
        push(lane);
      });
    }
    lane.held = lane.held.subarray(bytes);
  }

  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    /** Bytes of uploads that went to the server. */
    passed: () => passed,
    /** Lets uploads send until so many bytes have passed in all. */
    allow(bytes) {
      allowed = bytes;
      for (const lane of lanes) push(lane);
    },
    /** Waits until so many bytes of uploads have passed. */
    async reached(bytes) {
      const signal = AbortSignal.timeout(PATIENCE);
      try {
        while (passed < bytes) await once(news, "passed", { signal });
      } catch {
        const told = heads.map(({ from, text }) => `${from}: ${text.split("\r\n", 1)}`);
        throw new Error(`${passed} of ${bytes} bytes passed in ${PATIENCE} ms\n${told.join("\n")}`);
      }
    },
    /** Cuts every connection: what has passed arrives, what is held is lost. */
    cut() {
      for (const lane of lanes) {
        lane.held = Buffer.alloc(0);
        lane.client.destroy();
        lane.server.end();
      }
    },
    /**
     * Complains about every request that sends what was acknowledged before. For one upload. Bytes are not counted:
     * Chromium repeats a request by itself when a connection that it used before breaks without an answer, also one of a
     * page that is being closed, and the archive refuses that with 409.
     */
    expectNothingSentTwice() {
      let acknowledged = 0;
      for (const { from, text } of heads) {
        const offset = Number(/^upload-offset: *(\d+)/im.exec(text)?.[1] ?? 0);
        if (from === "server" && /^HTTP\/1\.1 20[0-9]/.test(text)) acknowledged = Math.max(acknowledged, offset);
        if (from === "client" && text.startsWith("PATCH")) {
          assert.ok(offset >= acknowledged, `sent from ${offset}, ${acknowledged} were acknowledged`);
        }
      }
    },
    async stop() {
      for (const { client, server } of lanes) {
        client.destroy();
        server.destroy();
      }
      proxy.close();
      await once(proxy, "close");
    },
  };
}
