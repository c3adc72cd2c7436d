// A lesson of twenty minutes as a camera takes it, in the lowest quality that is made of recordings.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ffmpeg } from "./footage.mjs";

export const MINUTES = 20;
/** So much is coded, and comes again and again. */
const SECONDS = 24;

// Fractals have detail at every size, as the world has; the one before the other is never still, and there is a sensor's
// noise on both.
const ROOM = "mandelbrot=size=470x264:rate=25:start_scale=0.6:end_scale=0.3:end_pts=1500";
const HEAD =
  "mandelbrot=size=140x174:rate=25:start_x=-0.7436:start_y=0.1318:start_scale=0.05:end_scale=0.045:end_pts=800";
const PICTURE =
  "[0][1]overlay=x='166+14*sin(t*1.3)+4*sin(t*7)':y='66+5*sin(t*2.1)'," +
  "crop=426:240:'20+4*sin(t*3)':'12+4*sin(t*2.3)',noise=alls=8:allf=t,format=yuv420p[v]";
// What src/processing/ladder/ has ffmpeg make of a recording at 240p.
const CODING =
  "-c:v libx264 -profile:v main -preset medium -crf 26 -maxrate 96k -bufsize 240k -flags +cgop -sc_threshold 0 " +
  "-g 50 -keyint_min 50 -forced-idr 1 -force_key_frames expr:gte(t,n_forced*2) -c:a aac -b:a 32k -ar 32000 -ac 1";
const WRITING = "-map_metadata -1 -movflags +faststart -chunk_duration 1000000";

/** Makes it, in a folder of its own: the `sheet` that describes it as the lesson `title`, and `remove()`. */
export async function cameraFootage(title) {
  const folder = await mkdtemp(join(tmpdir(), "teledars-camera-"));
  const remove = () => rm(folder, { recursive: true });
  try {
    const once = join(folder, "once.mp4");
    const inputs = [ROOM, HEAD, `anoisesrc=c=pink:r=32000:a=0.1`].flatMap((input) => ["-f", "lavfi", "-i", input]);
    const mapped = ["-filter_complex", PICTURE, "-map", "[v]", "-map", "2:a", "-t", `${SECONDS}`];
    await ffmpeg("ffmpeg", ...inputs, ...mapped, ...CODING.split(" "), once);
    const again = ["-stream_loop", `${(MINUTES * 60) / SECONDS - 1}`, "-i", once, "-c", "copy"];
    await ffmpeg("ffmpeg", ...again, ...WRITING.split(" "), join(folder, "lesson.mp4"));
    const sheet = join(folder, "lesson.csv");
    const columns = "file,title,grades,subject,section,visibility";
    await writeFile(sheet, `${columns}\nlesson.mp4,"${title}",7,physics,az,public\n`);
    return { sheet, path: join(folder, "lesson.mp4"), remove };
  } catch (trouble) {
    await remove();
    throw trouble;
  }
}
