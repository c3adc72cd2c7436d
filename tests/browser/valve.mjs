// A line whose other end is in a test's hand: a proxy that lets so many bytes of video and sound through and holds the rest
// until it is opened further, that can be cut, and that writes down what was asked and how much of it went through.

import { EventEmitter, once } from "node:events";
import { createServer, request } from "node:http";

const MEDIA = /^\/l\/[^/]+\/(video\.mp4|audio\.m4a)/;

/** A proxy to `target` (a URL), at a port of its own. */
export async function startValve(target) {
  const news = new EventEmitter().setMaxListeners(0);
  const flows = new Set();
  const asked = [];
  const sockets = new Set();
  let allowed = Infinity;
  let passed = 0;
  let port = 0;
  let server;
  /** Answers in place of the server's, by path: `{ status, type, body }`. */
  const instead = new Map();
  /** Set: what the server sends is another edition, with this tag. */
  let edition;
  /** Set: of what is asked from a place to the end, so many bytes are sent. */
  let slice;

  function flow(record, upstream, response) {
    const one = { held: [], ended: false };
    flows.add(one);
    one.push = () => {
      while (one.held.length > 0) {
        const may = Math.min(one.held[0].length, allowed - passed);
        if (may <= 0) return void upstream.pause();
        const bytes = one.held[0].subarray(0, may);
        one.held[0] = one.held[0].subarray(may);
        if (one.held[0].length === 0) one.held.shift();
        passed += bytes.length;
        record.bytes += bytes.length;
        response.write(bytes);
        news.emit("passed");
      }
      if (one.ended) response.end();
      else upstream.resume();
    };
    upstream.on("data", (data) => {
      one.held.push(data);
      one.push();
    });
    upstream.on("end", () => {
      one.ended = true;
      one.push();
    });
    for (const stream of [upstream, response]) {
      stream.on("error", () => response.destroy());
      stream.on("close", () => {
        if (stream === response) upstream.destroy();
        else if (!one.ended) response.destroy();
        if (stream === response) flows.delete(one);
      });
    }
  }

  function handle(incoming, response) {
    const { method, url } = incoming;
    const headers = { ...incoming.headers };
    const { range } = headers;
    const record = { method, url, range, condition: headers["if-range"], bytes: 0, status: 0 };
    asked.push(record);
    const answer = instead.get(url.split("?")[0]);
    if (answer) {
      response.writeHead(answer.status, { "Content-Type": answer.type ?? "text/plain", "Cache-Control": "no-cache" });
      response.end(answer.body ?? "");
      return;
    }
    const media = MEDIA.test(url);
    if (media && edition && headers["if-range"] !== edition) {
      delete headers["if-range"];
      delete headers.range;
    }
    const [, from] = (media && slice && /^bytes=(\d+)-$/.exec(headers.range ?? "")) || [];
    if (from) headers.range = `bytes=${from}-${Number(from) + slice - 1}`;
    const outgoing = request(new URL(url, target), { method, headers }, (upstream) => {
      record.status = upstream.statusCode;
      const given = { ...upstream.headers };
      if (media && edition) given.etag = edition;
      response.writeHead(upstream.statusCode, given);
      response.flushHeaders();
      if (media && method === "GET") flow(record, upstream, response);
      else upstream.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  async function open() {
    server = createServer(handle);
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address());
  }

  async function close() {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await open();
  return {
    url: `http://127.0.0.1:${port}`,
    /** What was asked: method, URL, Range, If-Range, status, and of video and sound the bytes that went through. */
    asked,
    instead,
    /** Requests for video and sound. */
    media: () => asked.filter(({ url, method }) => method === "GET" && MEDIA.test(url)),
    /** Lets video and sound through until so many bytes have passed in all. */
    allow(bytes) {
      allowed = bytes;
      for (const one of flows) one.push();
    },
    /** Waits until so many bytes of them have passed. */
    async reached(bytes) {
      while (passed < bytes) await once(news, "passed");
    },
    passed: () => passed,
    /** From now on the recordings are others. */
    renew(tag) {
      edition = tag;
    },
    /** From now on whoever goes on with a recording gets no more than so many bytes of it at once. */
    slice(bytes) {
      slice = bytes;
    },
    /** Answers that are under way break off; who asks again is answered. */
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    /** The line is dead: nobody answers at this address. */
    close,
    /** Somebody answers there again. */
    open,
    async stop() {
      if (server.listening) await close();
    },
  };
}
