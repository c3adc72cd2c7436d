// A lesson of which jobs have made everything: qualities, sound, pictures, slides.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ffmpeg } from "./footage.mjs";
import { lessonsOf, repository, startArchive } from "./start.mjs";

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

/** A server with that lesson: what `startArchive` gives, and the `lesson` as its API describes it. */
export async function startMade() {
  const folder = await mkdtemp(join(tmpdir(), "teledars-made-"));
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
      return { ...server, lesson: await made(server) };
    } catch (trouble) {
      await server.stop();
      throw trouble;
    }
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
