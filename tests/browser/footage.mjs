// Lessons whose picture and sound tell their own time, in files as good and as bad as recorders leave them.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Seconds, and frames a second; a keyframe comes every KEYFRAMES frames. */
export const SECONDS = 60;
export const RATE = 25;
export const KEYFRAMES = 50;

// Sixteen bars: the bits of the frame's number, the lowest on the left. A sound that rises by 200 Hz a second
// from 500 Hz, and anew every ten seconds.
const PICTURE =
  `nullsrc=s=16x2:r=${RATE}:d=${SECONDS},format=yuv420p,` +
  "geq=lum='if(mod(floor(N/pow(2,X)),2),235,16)':cb=128:cr=128,scale=320:180:flags=neighbor,setsar=1";
const SOUND = `aevalsrc='0.5*sin(2*PI*(500*mod(t,10)+100*mod(t,10)*mod(t,10)))':s=48000:d=${SECONDS}`;
const CODING =
  `-c:v libx264 -preset ultrafast -bf 2 -g ${KEYFRAMES} -keyint_min ${KEYFRAMES} -sc_threshold 0 ` +
  "-c:a aac -b:a 64k";

/** The titles of the lessons. All have the same samples at the same times. */
export const USUAL = "As ffmpeg writes it: the index behind";
export const CHUNKS = "Chunks of 1.7 seconds";
export const LAGGING = "The sound lies two seconds behind the picture";
export const FLAT = "All of the picture, then all of the sound";
export const BADLY_INTERLEAVED = [CHUNKS, LAGGING, FLAT];

/** Runs ffmpeg or ffprobe, and gives what it writes; any complaint is an error. */
export async function ffmpeg(program, ...args) {
  const limits = { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
  const { stdout, stderr } = await promisify(execFile)(program, ["-v", "error", ...args], limits);
  if (stderr) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/**
 * Makes them, in a folder of their own: the `sheet` that describes them, the `path` of the one with the usual
 * order, and `remove()`.
 */
export async function clockedFootage() {
  const folder = await mkdtemp(join(tmpdir(), "teledars-footage-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    const [path, chunks, lagging, flat] = ["usual", "chunks", "lagging", "flat"].map((name) =>
      join(folder, `${name}.mp4`),
    );
    const inputs = ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND];
    await ffmpeg("ffmpeg", ...inputs, ...CODING.split(" "), path);
    const copied = ["-i", path, "-c", "copy"];
    await ffmpeg("ffmpeg", ...copied, "-chunk_duration", "1700000", chunks);
    await ffmpeg("ffmpeg", ...copied, "-chunk_duration", "1000000000", "-max_interleave_delta", "0", flat);
    // Written as if it were heard two seconds later; then what says so is taken out.
    const late = ["-i", path, "-itsoffset", "2", "-i", path, "-map", "0:v", "-map", "1:a", "-c", "copy"];
    await ffmpeg("ffmpeg", ...late, lagging);
    const bytes = await readFile(lagging);
    bytes.write("free", bytes.lastIndexOf("edts"), "latin1");
    await writeFile(lagging, bytes);

    const sheet = join(folder, "lessons.csv");
    const lessons = [
      ["usual", USUAL],
      ["chunks", CHUNKS],
      ["lagging", LAGGING],
      ["flat", FLAT],
    ].map(([name, title]) => `${name}.mp4,"${title}",7,physics,az,public`);
    await writeFile(sheet, ["file,title,grades,subject,section,visibility", ...lessons, ""].join("\n"));
    return { sheet, path, remove };
  } catch (trouble) {
    await remove();
    throw trouble;
  }
}
