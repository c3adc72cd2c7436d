// Makes the pictures of docs/pages.md and that page, and the README's picture: `make screenshots`. Names of pages as
// arguments make only theirs. Every page is shown on a phone and on a screen, light and dark side by side.

import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ffmpeg } from "./footage.mjs";
import { arriveAt, pagesOf, signIn } from "./pages.mjs";
import { startSchool } from "./school.mjs";
import { repository, startBrowser } from "./start.mjs";

/** Windows, how much of a page is shown, and the width that each half of a picture is scaled to. */
const WINDOWS = [
  { width: 360, height: 740, most: 1100, scaled: 360 },
  { width: 1280, height: 800, most: 1000, scaled: 800 },
];
const SCHEMES = ["light", "dark"];
/** All pictures together, in bytes: what a clone may be asked to carry. */
const MOST = 4_000_000;

const docs = fileURLToPath(new URL("docs/", repository));
const folder = join(docs, "screenshots");
const only = process.argv.slice(2);

const [server, browser] = await Promise.all([startSchool(), startBrowser()]);
const shots = await mkdtemp(join(tmpdir(), "teledars-shots-"));
try {
  const cookies = await signIn(browser, server);
  const pages = pagesOf(server).filter(({ shown }) => shown);
  const wanted = pages.filter(({ name }) => only.length === 0 || only.includes(name));
  if (only.length === 0) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const entry of wanted) await photograph(entry, cookies);
  await describe(pages);
} finally {
  await browser.close();
  await server.stop();
  await rm(shots, { recursive: true });
}

/** The pictures of a page, one for each window. */
async function photograph(entry, cookies) {
  for (const { width, height, most, scaled } of WINDOWS) {
    const context = await browser.newContext({ locale: "az-AZ", viewport: { width, height }, reducedMotion: "reduce" });
    if (entry.as) await context.addCookies(cookies[entry.as]);
    const page = await context.newPage();
    await arriveAt(page, server, entry, "az");
    const taken = [];
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height: Math.max(height, Math.min(tall, most)) });
      await page.evaluate(pictures);
      const path = join(shots, `${colorScheme}.png`);
      await page.screenshot({ path });
      taken.push("-i", path);
      if (entry.name === "home" && width === 1280 && colorScheme === "light") {
        await page.screenshot({ path: join(docs, "first-page.png"), clip: { x: 0, y: 0, width, height } });
      }
    }
    await context.close();
    const beside = `[0][1]hstack,scale=${2 * scaled}:-2:flags=lanczos`;
    const coding = ["-c:v", "libwebp", "-preset", "drawing", "-quality", "52", "-compression_level", "6"];
    await ffmpeg("ffmpeg", "-y", ...taken, "-filter_complex", beside, ...coding, join(folder, `${entry.name}-${width}.webp`));
  }
  console.log(entry.name);
}

/** Waits, in the page, until all pictures that are in sight are there. */
function pictures() {
  const posters = [...document.querySelectorAll("video[poster]")].map(({ poster }) => Object.assign(new Image(), { src: poster }));
  const inSight = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
  return Promise.all([...posters, ...inSight].map((image) => image.decode().catch(() => undefined)));
}

/** docs/pages.md. */
async function describe(pages) {
  const parts = [
    { heading: "What students see", shown: pages.filter(({ path }) => !path.startsWith("/teach")) },
    { heading: "What those who make lessons see", shown: pages.filter(({ path }) => path.startsWith("/teach")) },
  ];
  const lines = [
    "# Every page",
    "",
    "On a phone (360 px) and on a screen (1280 px), light and dark. Made by `make screenshots` from the sample lessons and",
    "those of `tests/browser/school.mjs`; which pages there are says `tests/browser/pages.mjs`, and a test compares it with the",
    "routes.",
  ];
  for (const { heading, shown } of parts) {
    lines.push("", `## ${heading}`);
    for (const { name, about } of shown) {
      lines.push("", `${about}.`, "");
      for (const { width } of WINDOWS) lines.push(`![${about}, ${width} px, light and dark](screenshots/${name}-${width}.webp)`);
    }
  }
  await writeFile(join(docs, "pages.md"), `${lines.join("\n")}\n`.replaceAll("?.\n", "?\n"));
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${sizes.length} pictures, ${bytes} bytes`);
  if (bytes > MOST) throw new Error(`more than ${MOST} bytes of pictures: lower the quality, or show fewer pages`);
}
