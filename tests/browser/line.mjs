// A line between a browser and a server: as slow as a phone's in a village, and it can be cut.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Transform } from "node:stream";

/** How often bytes are let through, in milliseconds. */
const BEAT = 20;

/**
 * A way to `target` that carries `kbits` thousand bits a second, all connections together, and takes half of `delay`
 * milliseconds each way: its `url`, `cut()`, `mend()`, `stop()`.
 */
export async function startLine(target, { kbits = Infinity, delay = 0 } = {}) {
  const there = new URL(target);
  const sockets = new Set();
  let isCut = false;
  let room = 0;
  const waiting = new Set();
  let last = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    // What was not used is gone, as on a real line; but a busy machine's late beat is made up for.
    room = (kbits * (now - last)) / 8;
    last = now;
    while (room >= 1 && waiting.size > 0) {
      const turn = Math.ceil(room / waiting.size);
      for (const go of [...waiting]) go(turn);
    }
  }, BEAT);

  /** Lets through what the line has room for, in turns. */
  const throttle = () => {
    let rest;
    let done;
    const go = (turn) => {
      const part = rest.subarray(0, Math.max(0, Math.min(turn, room)));
      room -= part.length;
      rest = rest.subarray(part.length);
      if (part.length) way.push(part);
      if (rest.length > 0) return;
      waiting.delete(go);
      done();
    };
    const way = new Transform({
      transform(chunk, _, then) {
        if (kbits === Infinity) return then(null, chunk);
        [rest, done] = [chunk, then];
        waiting.add(go);
      },
    });
    way.on("close", () => waiting.delete(go));
    return way;
  };
  /** What comes later is not kept waiting by what came before. */
  const late = () =>
    new Transform({
      transform(chunk, _, done) {
        setTimeout(() => this.push(chunk), delay / 2);
        done();
      },
      flush(done) {
        setTimeout(done, delay / 2);
      },
    });

  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(there.port), there.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(late()).pipe(far);
    far.pipe(throttle()).pipe(late()).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    stop: async () => {
      clearInterval(beat);
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
