// A lesson of which jobs have made everything: qualities, sound, pictures, slides.

import { createHash } from "node:crypto";
import { access, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ffmpeg } from "./footage.mjs";
import { binary, lessonsOf, repository, startArchive } from "./start.mjs";

const output = fileURLToPath(new URL("./output/", import.meta.url));
const TITLE = "Düz mütənasiblik: y = kx";
/** Where its parts begin, in seconds. */
export const CHAPTERS = [
  [0, "Giriş"],
  [20, "Nümunə"],
  [40, "Məsələ"],
];
/** What comes after it on its shelf: announced, and not recorded yet. */
export const NEXT = "Tərs mütənasiblik";
const FOOTAGE = "media/samples/7-mathematics-az-2";
// As a camera leaves it: larger than what is made of it, or there would be nothing to choose.
const AS_RECORDED = ["-vf", "scale=854:480", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "copy"];
const MADE = ["rendition 240", "rendition 360", "audio 24", "poster", "storyboard", "slide"];
/** How long all jobs may take on a slow and busy machine, in milliseconds. */
const PATIENCE = 300_000;

/**
 * A server with that lesson: what `startArchive` gives, and the `lesson` as its API describes it. Making it takes long, so
 * that is done once for all tests of one build of the program, and each gets a copy.
 */
export async function startMade() {
  const key = createHash("sha256").update(await readFile(fileURLToPath(import.meta.url)));
  const { mtimeMs, size } = await stat(binary);
  const name = `made-${key.update(`${mtimeMs} ${size}`).digest("hex").slice(0, 16)}`;
  const from = join(output, name);
  if (!(await isThere(from))) await make(from);
  const server = await startArchive({ from, flags: ["--jobs", "1"] });
  try {
    return { ...server, lesson: await made(server) };
  } catch (trouble) {
    await server.stop();
    throw trouble;
  }
}

const isThere = (path) => access(path).then(() => true, () => false);

/** Makes everything of the lesson, and keeps the archive in the folder `kept`, in place of other builds' ones. */
async function make(kept) {
  await mkdir(output, { recursive: true });
  const folder = await mkdtemp(join(output, "making-"));
  try {
    const path = fileURLToPath(new URL(FOOTAGE, repository));
    const sheet = join(folder, "lesson.csv");
    const columns = "file,title,grades,subject,section,lesson_number,captions,chapters,visibility";
    const chapters = CHAPTERS.map(([at, title]) => `00:${String(at).padStart(2, "0")} ${title}`).join(";");
    await ffmpeg("ffmpeg", "-i", `${path}.mp4`, ...AS_RECORDED, join(folder, "lesson.mp4"));
    const rows = [
      `lesson.mp4,${TITLE},7,mathematics,az,1,az:${path}.vtt,${chapters},public`,
      `,${NEXT},7,mathematics,az,2,,,public`,
    ];
    await writeFile(sheet, [columns, ...rows, ""].join("\n"));
    const server = await startArchive({ sheets: [sheet], flags: ["--jobs", "1"] });
    try {
      await made(server);
      await server.end();
      await cp(server.data, join(folder, "data"), { recursive: true, preserveTimestamps: true });
    } finally {
      await server.stop();
    }
    for (const old of await readdir(output)) {
      if (old.startsWith("made-") && old !== basename(kept)) await rm(join(output, old), { recursive: true, force: true });
    }
    // Only once it is whole is it there at all; another test may have been quicker.
    await rename(join(folder, "data"), kept).catch(async (trouble) => {
      if (!(await isThere(kept))) throw trouble;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function made(server) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const lesson = (await lessonsOf(server)).get(TITLE);
    const there = new Set(lesson.files.map(({ role, quality }) => (quality ? `${role} ${quality}` : role)));
    const missing = MADE.filter((file) => !there.has(file));
    if (missing.length === 0) return lesson;
    if (Date.now() > deadline) throw new Error(`never made: ${missing}\n${server.log()}`);
    await setTimeout(250);
  }
}
