// A link that breaks: a proxy that cuts every connection after so many bytes, and writes down what passed.

import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A proxy to `target` (a URL) that cuts a connection after `bytes` from the client, at most `cuts` times. `seen` has
 * the heads that passed: `{ from: "client" | "server", text }`.
 */
export async function startCuttingProxy(target, bytes, cuts) {
  const { hostname, port } = new URL(target);
  const seen = [];
  const open = new Set();
  let done = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    open.add(client).add(server);
    let passed = 0;
    client.on("data", (data) => {
      heads("client", data, /(?:POST|PATCH|HEAD|DELETE) \/uploads.*?\r\n\r\n/gs);
      passed += data.length;
      if (done < cuts && passed > bytes) {
        done += 1;
        client.destroy();
        server.destroy();
      } else if (!server.write(data)) {
        client.pause();
        server.once("drain", () => client.resume());
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
  return { url: `http://127.0.0.1:${proxy.address().port}`, seen, cut: () => done, stop };
}
