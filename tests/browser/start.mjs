// What a browser test is given: a server of the sample lessons, and browsers.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import puppeteer from "puppeteer-core";

/** The repository's top folder, as a URL. */
export const repository = new URL("../../", import.meta.url);
const folder = fileURLToPath(repository);
/** The program that is tested. */
export const binary = process.env.TELEDARS_BIN || join(folder, "target/debug/teledars");

/** Variables of whoever runs the tests set nothing here, and TELEDARS_BIN is no setting of the program. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TELEDARS_"))),
  // Lessons stay as they are, unless a test is about that: `--jobs 1` counts before this.
  TELEDARS_JOBS: "0",
};

/** How long anything that is waited for may take on a slow and busy machine, in milliseconds. */
export const PATIENCE = 60_000;

/** Runs the program; its output is kept for when something goes wrong. */
function start(...args) {
  const child = spawn(binary, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
  // Who does not read it is not to be waited for.
  child.stdin.on("error", () => {}).end();
  const said = [];
  child.stderr.on("data", (text) => said.push(text));
  return { child, said: () => Buffer.concat(said).toString() };
}

async function withinPatience(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} takes more than ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A server of an archive with the sample lessons and those of more `sheets`, in a folder of its own: its `url`,
 * and `stop()`, which ends it and gives its exit status.
 */
export function startServer(...sheets) {
  return startArchive({ sheets: [join(folder, "media/samples/lessons.csv"), ...sheets] });
}

/**
 * A server of an archive with the lessons of `sheets`, started with more `flags`. Besides what `startServer` gives:
 * `kill()` ends it as a power cut would, `again()` starts it at the same address, with more flags, and `end()` is `stop()`
 * that leaves the folder `data`. `from`: such a folder, of which it begins with a copy.
 */
export async function startArchive({ sheets = [], flags = [], from } = {}) {
  const data = await mkdtemp(join(tmpdir(), "teledars-browser-"));
  let server;
  const serve = async (listen, ...more) => {
    const started = start("serve", "--data", data, "--listen", listen, ...flags, ...more);
    server = started;
    const lines = createInterface({ input: started.child.stdout });
    const silent = once(started.child, "close").then(([status]) => {
      throw new Error(`the server ended with ${status}\n${started.said()}`);
    });
    const [first] = await withinPatience("the server's start", Promise.race([once(lines, "line"), silent]));
    silent.catch(() => {}); // It ends at the end, of course.
    const url = /^listening on (http:\/\/\S+)$/.exec(first)?.[1];
    if (!url) throw new Error(`not an address: ${first}`);
    return url;
  };
  const kill = async () => {
    const ended = once(server.child, "exit");
    server.child.kill("SIGKILL");
    await ended;
  };
  const end = async () => {
    let status = null;
    if (server && server.child.exitCode === null && server.child.signalCode === null) {
      const ended = once(server.child, "exit");
      server.child.kill("SIGTERM");
      try {
        [status] = await withinPatience("the server's stop", ended);
      } catch (late) {
        server.child.kill("SIGKILL");
        throw new Error(`${late.message}\n${server.said()}`);
      }
    }
    return status;
  };
  const stop = async () => {
    const status = await end();
    await rm(data, { recursive: true });
    return status;
  };
  try {
    if (from) await cp(from, data, { recursive: true, preserveTimestamps: true });
    for (const sheet of sheets) {
      const imported = start("import", "--data", data, sheet);
      imported.child.stdout.resume();
      const [status] = await once(imported.child, "close");
      if (status !== 0) throw new Error(`the import ended with ${status}\n${imported.said()}`);
    }

    const url = await serve("127.0.0.1:0");
    const again = (...more) => serve(new URL(url).host, ...more);
    return { url, data, stop, end, kill, again, log: () => server.said() };
  } catch (trouble) {
    await stop();
    throw trouble;
  }
}

/** The lessons that `server` shows everybody, by their titles, as its API describes them. */
export async function lessonsOf(server) {
  const answer = await fetch(`${server.url}/api/v1/lessons?limit=200`);
  const { lessons } = await answer.json();
  return new Map(lessons.map((lesson) => [lesson.title, lesson]));
}

/** A new person who signs in with `password`. */
export async function addPerson(data, name, role, password) {
  const added = spawn(binary, ["user", "add", name, "--role", role, "--data", data], { env: environment });
  added.stdin.end(`${password}\n`);
  const said = [];
  for (const output of [added.stdout, added.stderr]) output.on("data", (text) => said.push(text));
  const [status] = await once(added, "close");
  if (status !== 0) throw new Error(`user add ended with ${status}\n${Buffer.concat(said)}`);
}

/** A new token of the teacher `name`. */
export function makeToken(data, name) {
  return run(data, "token", "create", name, "--role", "teacher");
}

/** Runs a command of the program on the archive in the folder `data`; gives what it prints. */
export async function run(data, ...command) {
  const { child, said } = start(...command, "--data", data);
  const printed = [];
  child.stdout.on("data", (text) => printed.push(text));
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}\n${said()}`);
  return Buffer.concat(printed).toString().trim();
}

/** The first program of `names` that the PATH leads to. */
function find(what, variable, names) {
  if (process.env[variable]) return process.env[variable];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  throw new Error(`no ${what} here: run scripts/setup test, or set ${variable} to its path`);
}

/** How Chromium is started, so that it talks to nobody but the pages' own server; `more` are flags of its. */
function chromiumOptions(more) {
  const flags = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    ...more,
  ];
  // The sandbox does not work for root.
  if (process.getuid?.() === 0) flags.push("--no-sandbox");
  const executablePath = find("Chromium", "CHROMIUM", ["chromium", "chromium-browser", "google-chrome"]);
  return { executablePath, headless: true, args: flags, timeout: PATIENCE };
}

/** A headless Chromium. */
export function startBrowser(...more) {
  return chromium.launch(chromiumOptions(more));
}

/**
 * A Chromium of one person, which keeps on disk what pages keep, as on a device of theirs; other contexts are like private
 * windows. Closing it removes that.
 */
export async function startDevice(options = {}) {
  const folder = await mkdtemp(join(tmpdir(), "teledars-device-"));
  const context = await chromium.launchPersistentContext(folder, { ...chromiumOptions([]), locale: "az-AZ", ...options });
  const close = async () => {
    await context.close();
    await rm(folder, { recursive: true });
  };
  return { context, close };
}

/** A headless Firefox, with more preferences; its pages are Puppeteer's. */
export function startFirefox(preferences = {}) {
  return puppeteer.launch({
    browser: "firefox",
    timeout: PATIENCE,
    executablePath: find("Firefox", "FIREFOX", ["firefox-esr", "firefox"]),
    headless: true,
    extraPrefsFirefox: {
      "media.autoplay.default": 0,
      // Codecs come from the system's libavcodec, not from the network.
      "media.gmp-manager.updateEnabled": false,
      ...preferences,
    },
  });
}
