// A slow line: a proxy that carries so many bits a second, so late, to all who use it together. It counts what it carries,
// and can be made to carry no more than so many bytes, so that a test says what a page needs without looking at a clock.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { connect, createServer } from "node:net";

/** What a packet carries, and what it weighs besides (IPv4 and TCP). */
const PACKET = 1400;
const HEADERS = 40;
/** What waits before the line for each connection, as in a modem: what is sent and not wanted any more is carried all the same. */
const WAITING = 32 * 1024;

/** One direction of the line. Connections take turns, packet by packet. */
class Way {
  constructor(bitsPerSecond, late, news) {
    Object.assign(this, { bitsPerSecond, late, news, queues: [], free: 0, carried: 0, most: Infinity, timer: undefined });
    Object.assign(this, { underWay: [], arrival: undefined });
  }

  /** A queue for one connection: `arrive(data)` gets what comes out, `drained()` is called when there is room again. */
  open(arrive, drained, notBefore) {
    const queue = { packets: [], bytes: 0, arrive, drained, notBefore, ended: undefined, closed: false };
    this.queues.push(queue);
    return queue;
  }

  /** Whether there is still room. */
  put(queue, data) {
    for (let at = 0; at < data.length; at += PACKET) queue.packets.push(data.subarray(at, at + PACKET));
    queue.bytes += data.length;
    this.pump();
    return queue.bytes < WAITING;
  }

  /** `then` is called behind everything. */
  end(queue, then) {
    queue.ended = then;
    this.pump();
  }

  close(queue) {
    queue.closed = true;
    this.queues = this.queues.filter((other) => other !== queue);
  }

  /** `arrive` is called when what has been put on the line so far has come through it: in that order, which timers of their
      own would not keep on a busy machine. */
  send(queue, arrive) {
    this.underWay.push({ at: this.free + this.late, queue, arrive });
    this.deliver();
  }

  deliver() {
    if (this.arrival) return;
    while (this.underWay[0]?.at <= performance.now()) {
      const { queue, arrive } = this.underWay.shift();
      if (!queue.closed) arrive();
    }
    if (this.underWay.length === 0) return;
    this.arrival = setTimeout(() => {
      this.arrival = undefined;
      this.deliver();
    }, Math.max(1, this.underWay[0].at - performance.now()));
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.arrival);
  }

  pump() {
    if (this.timer) return;
    const now = performance.now();
    this.free = Math.max(this.free, now);
    let soonest = Infinity;
    // What fits into the next milliseconds is planned now: a timer for each packet would be late at each.
    while (this.free < now + 8) {
      const queue = this.queues.find(({ packets, ended }) => packets.length > 0 || ended);
      const ready = this.queues.find((one) => (one.packets.length > 0 || one.ended) && one.notBefore <= now);
      if (!queue) return;
      if (!ready) {
        soonest = Math.min(...this.queues.filter((one) => one.packets.length > 0 || one.ended).map((one) => one.notBefore));
        break;
      }
      // Its turn comes again behind the others'.
      this.queues = [...this.queues.filter((other) => other !== ready), ready];
      const packet = ready.packets[0];
      if (!packet) {
        const then = ready.ended;
        ready.ended = undefined;
        this.send(ready, then);
        continue;
      }
      if (this.carried + packet.length > this.most) {
        this.news.emit("dry");
        return;
      }
      ready.packets.shift();
      this.carried += packet.length;
      this.free += ((packet.length + HEADERS) * 8 * 1000) / this.bitsPerSecond;
      this.send(ready, () => ready.arrive(packet));
      ready.bytes -= packet.length;
      if (ready.bytes < WAITING / 2) ready.drained();
      this.news.emit("carried");
    }
    const wait = Math.min(soonest, this.free) - now;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, Math.max(1, wait));
  }
}

/**
 * A line to `target` (a URL) of `bitsPerSecond` either way, on which a byte and the answer to it take `roundTrip`
 * milliseconds.
 */
export async function startSlowLine(target, { bitsPerSecond, roundTrip }) {
  const { hostname, port } = new URL(target);
  const news = new EventEmitter().setMaxListeners(0);
  const [up, down] = [0, 1].map(() => new Way(bitsPerSecond, roundTrip / 2, news));
  const sockets = new Set();
  const requests = [];
  let connections = 0;
  let isCut = false;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) return client.destroy();
    connections += 1;
    const server = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    // Connecting took a round trip before anything could be sent.
    const begins = performance.now() + roundTrip;
    const there = up.open((data) => server.write(data), () => client.resume(), begins);
    const back = down.open((data) => client.write(data), () => server.resume(), 0);
    for (const [socket, way, queue, other] of [
      [client, up, there, server],
      [server, down, back, client],
    ]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("data", (data) => {
        if (socket === client) {
          for (const [line] of data.toString("latin1").matchAll(/^(?:GET|HEAD|POST) [^\r\n]+ HTTP\/1\.1\r\n(?:.+\r\n)*/gm)) {
            requests.push(line);
          }
        }
        if (!way.put(queue, data)) socket.pause();
      });
      socket.on("end", () => way.end(queue, () => other.end()));
      socket.on("error", () => other.destroy());
      socket.on("close", (broken) => {
        sockets.delete(socket);
        if (broken || socket === client) {
          up.close(there);
          down.close(back);
          other.destroy();
        }
      });
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    /** Bytes that came down the line. */
    carried: () => down.carried,
    /** Connections that were opened. */
    connections: () => connections,
    /** Heads of the requests that went up. */
    requests,
    /** From now on nothing comes down after so many more bytes: with none, as in a tunnel. */
    allow(bytes) {
      down.most = down.carried + bytes;
      down.pump();
    },
    /** What `enough` comes to; that so many more bytes are too many for it ends the test. */
    async within(bytes, enough) {
      const dry = once(news, "dry").then(() => assert.fail(`${bytes} bytes were not enough:\n${requests.join("\n")}`));
      this.allow(bytes);
      try {
        return await Promise.race([enough(), dry]);
      } finally {
        this.allow(Infinity);
        dry.catch(() => undefined);
      }
    },
    /** Everybody is cut off, and nobody gets through. */
    cut,
    mend() {
      isCut = false;
    },
    /** Another line from now on. */
    become({ bitsPerSecond }) {
      up.bitsPerSecond = down.bitsPerSecond = bitsPerSecond;
    },
    async stop() {
      cut();
      proxy.close();
      await once(proxy, "close");
      up.stop();
      down.stop();
    },
  };
}
