// Draws the icon as pixels, for systems that take no SVG: node icons.mjs. The same shapes as src/icon.svg, which is small
// enough to be drawn by hand: an antenna, a set with round corners, and a triangle to play.

import { mkdirSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

const ACCENT = [0xa8, 0x12, 0x3e];
const WHITE = [0xff, 0xff, 0xff];
/** The ground of the pages, behind an icon that is cut into a shape. */
const PAPER = [0xfb, 0xf7, 0xf0];
/** Samples of a pixel in each direction. */
const SAMPLES = 4;

/** How far (x, y) is from the line between two points. */
function fromLine(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0), 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

const ANTENNA = [
  [10, 2.5],
  [16, 7.5],
  [22, 2.5],
];
/** Corners of the triangle without its rounding. */
const PLAY = [
  [13.3, 13.1],
  [13.3, 23.4],
  [21.4, 18.25],
];
const ROUND = 0.8;

function inPlay(x, y) {
  const side = ([ax, ay], [bx, by]) => (bx - ax) * (y - ay) - (by - ay) * (x - ax);
  const edges = PLAY.map((corner, at) => [corner, PLAY[(at + 1) % PLAY.length]]);
  return edges.every(([a, b]) => side(a, b) <= 0) || edges.some(([a, b]) => fromLine(x, y, a, b) <= ROUND);
}

function inSet(x, y) {
  const [dx, dy] = [Math.max(Math.abs(x - 16) - 8.5, 0), Math.max(Math.abs(y - 18.25) - 5.25, 0)];
  return Math.hypot(dx, dy) <= 6;
}

const onAntenna = (x, y) => [0, 1].some((at) => fromLine(x, y, ANTENNA[at], ANTENNA[at + 1]) <= 1.25);

/** The colour at (x, y) of the 32 by 32 drawing; `undefined`: nothing is there. */
const colour = (x, y) => (inPlay(x, y) ? WHITE : inSet(x, y) || onAntenna(x, y) ? ACCENT : undefined);

/** The colour that each corner of the pixels of a `size` by `size` picture has. */
function corners(size, place, ground) {
  const line = (row) => Array.from({ length: size + 1 }, (_, column) => colour(place(column), place(row)) ?? ground);
  return Array.from({ length: size + 1 }, (_, row) => line(row));
}

/** RGBA of `size` by `size` pixels; the drawing takes `part` of them, in the middle, on `ground` if there is one. */
function draw(size, part, ground) {
  const pixels = Buffer.alloc(size * size * 4);
  const place = (at) => (((at / size - 0.5) / part) + 0.5) * 32;
  const at = corners(size, place, ground);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const four = [at[row][column], at[row][column + 1], at[row + 1][column], at[row + 1][column + 1]];
      if (four.every((one) => one === four[0])) {
        // What is the same at all corners is the same between them, but for the last sliver of a point.
        if (four[0]) pixels.set([...four[0], 255], (row * size + column) * 4);
        continue;
      }
      const sum = [0, 0, 0, 0];
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
        const [sx, sy] = [sample % SAMPLES, Math.floor(sample / SAMPLES)].map((n) => (n + 0.5) / SAMPLES);
        const found = colour(place(column + sx), place(row + sy)) ?? ground;
        if (!found) continue;
        found.forEach((value, at) => (sum[at] += value));
        sum[3] += 1;
      }
      const pixel = (row * size + column) * 4;
      for (let n = 0; n < 3; n += 1) pixels[pixel + n] = sum[3] ? Math.round(sum[n] / sum[3]) : 0;
      pixels[pixel + 3] = Math.round((sum[3] / SAMPLES ** 2) * 255);
    }
  }
  return pixels;
}

/** ISO 3309, as PNG wants it; Node's own is newer than the Node that we ask for. */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** Pixels as PNG (RFC 2083): 8 bits, no filter; RGB where nothing is transparent, as podcast programs ask for, else RGBA. */
function png(size, rgba, opaque) {
  const channels = opaque ? 3 : 4;
  const pixels = opaque ? rgba.filter((_, at) => at % 4 < 3) : rgba;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, opaque ? 2 : 6, 0, 0, 0], 8);
  const rows = [];
  for (let row = 0; row < size; row += 1) rows.push(Buffer.from([0]), pixels.subarray(row * size * channels, (row + 1) * size * channels));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

mkdirSync('dist', { recursive: true });
for (const [name, size, part, ground] of [
  ['icon-192', 192, 1, undefined],
  ['icon-512', 512, 1, undefined],
  ['icon-maskable-512', 512, 0.6, PAPER],
  ['cover-1400', 1400, 0.7, PAPER],
]) {
  writeFileSync(`dist/${name}.png`, png(size, draw(size, part, ground), ground !== undefined));
}
