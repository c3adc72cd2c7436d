// A link that breaks: a proxy that cuts every connection after so many bytes, and writes down what passed.

import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A proxy to `target` (a URL) that lets `rate` bytes of a client pass in a second, and cuts a connection after `bytes`
 * of them, at most `cuts` times. `seen` has the heads that passed: `{ from: "client" | "server", text }`;
 * `passed()` counts what clients sent.
 */
export async function startCuttingProxy(target, { bytes = Infinity, cuts = Infinity, rate = Infinity } = {}) {
  const { hostname, port } = new URL(target);
  const seen = [];
  const open = new Set();
  let done = 0;
  let all = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    open.add(client).add(server);
    let passed = 0;
    const began = Date.now();
    client.on("data", (data) => {
      heads("client", data, /(?:POST|PATCH|HEAD|DELETE) \/uploads.*?\r\n\r\n/gs);
      passed += data.length;
      all += data.length;
      if (done < cuts && passed > bytes) {
        done += 1;
        client.destroy();
        server.destroy();
      } else if (!server.write(data)) {
        client.pause();
        server.once("drain", () => client.resume());
      }
      const early = (passed / rate) * 1000 - (Date.now() - began);
      if (early > 10) {
        client.pause();
        setTimeout(() => client.resume(), early);
      }
    });
    server.on("data", (data) => {
      heads("server", data, /HTTP\/1\.1 \d{3}.*?\r\n\r\n/gs);
      client.write(data);
    });
    for (const [one, other] of [[client, server], [server, client]]) {
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  // A head comes in one piece here: it is written at once, over the loopback.
  function heads(from, data, pattern) {
    for (const [text] of data.toString("latin1").matchAll(pattern)) seen.push({ from, text });
  }
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const stop = async () => {
    for (const socket of open) socket.destroy();
    proxy.close();
    await once(proxy, "close");
  };
  return { url: `http://127.0.0.1:${proxy.address().port}`, seen, cut: () => done, passed: () => all, stop };
}

/** What was acknowledged in the end, and how many PATCHes there were; fails if one began before that. */
export function nothingTwice(seen) {
  let acknowledged = 0;
  let requests = 0;
  for (const { from, text } of seen) {
    const offset = Number(/^upload-offset: *(\d+)/im.exec(text)?.[1] ?? 0);
    if (from === "server" && /^HTTP\/1\.1 20[0-9]/.test(text)) acknowledged = Math.max(acknowledged, offset);
    if (from === "client" && text.startsWith("PATCH")) {
      requests += 1;
      if (offset < acknowledged) throw new Error(`sent from ${offset}, ${acknowledged} were acknowledged`);
    }
  }
  return { acknowledged, requests };
}
