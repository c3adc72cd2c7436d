// Recordings of any length, for uploads.

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./start.mjs";

export const MIB = 1 << 20;

/** A recording of so many bytes: behind a sample stands a box that players skip. `seed` makes others of the same length. */
export async function recording(bytes, seed = 0) {
  const sample = await readFile(new URL("media/samples/7-mathematics-az-1.mp4", repository));
  const whole = Buffer.alloc(bytes);
  sample.copy(whole);
  whole.writeUInt32BE(bytes - sample.length, sample.length);
  whole.write("free", sample.length + 4);
  // Different everywhere, so that a piece in the wrong place is noticed.
  for (let at = sample.length + 8; at + 4 <= bytes; at += 4) whole.writeUInt32LE((at + seed) >>> 0, at);
  return whole;
}

/** A folder for files that are chosen: `add(name, bytes)` gives the path of one, `remove()`. */
export async function fileFolder() {
  const folder = await mkdtemp(join(tmpdir(), "teledars-files-"));
  const add = async (name, bytes) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  return { add, remove: () => rm(folder, { recursive: true }) };
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
