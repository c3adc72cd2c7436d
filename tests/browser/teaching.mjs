// A teacher at the upload page.

import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { sha256 } from "./recording.mjs";
import { addPerson, makeToken, PATIENCE, startArchive } from "./start.mjs";
import { startGate } from "./gate.mjs";

export const PASSWORD = "bir neçə uzun söz";

/** An empty archive with the teacher `leyla`, behind a gate; `stop()` ends both. */
export async function startDesk(t, flags = []) {
  const server = await startArchive({ flags });
  t.after(() => server.stop());
  await addPerson(server.data, "leyla", "teacher", PASSWORD);
  const gate = await startGate(server.url);
  t.after(() => gate.stop());
  const token = await makeToken(server.data, "leyla");
  /** Bytes of all uploads that are kept. */
  const kept = async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const { uploads } = await (await fetch(`${server.url}/api/v1/uploads`, { headers })).json();
    return uploads.reduce((sum, upload) => sum + upload.offset, 0);
  };
  /** Cuts the line, and waits until all that had passed is kept. */
  const cut = async () => {
    const passed = gate.passed();
    gate.cut();
    const deadline = Date.now() + PATIENCE;
    for (let now = await kept(); now !== passed; now = await kept()) {
      if (Date.now() > deadline) throw new Error(`of ${passed} bytes that passed ${now} are kept`);
      await setTimeout(20);
    }
  };
  return { server, gate, token, kept, cut };
}

/** A page of `browser` on which `leyla` is signed in; troubles are collected as readers would see them. */
export async function signIn(t, browser, url, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  t.after(() => context.close());
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`script: ${error}`));
  await enter(page, url);
  return { context, page, troubles };
}

/** Signs `leyla` in. */
export async function enter(page, url) {
  await page.goto(`${url}/en/teach/sign-in`);
  await page.locator("[name=user]").fill("leyla");
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("main form .button").click();
  await page.waitForURL(/\/en\/teach\/$/);
}

/** Opens the upload page; files are chosen by an input, as in browsers that remember none. */
export async function openUploads(page, url, query = "") {
  await page.addInitScript(() => delete globalThis.showOpenFilePicker);
  await page.goto(`${url}/en/teach/upload${query}`);
}

/** What new drafts are for. */
export async function tellWhatFor(page) {
  await page.locator("[name=grades][value='7']").check({ force: true });
  await page.locator("[name=subject]").selectOption("mathematics");
  await page.locator("[name=section]").selectOption("az");
}

/** Chooses files by `button`. */
export async function chooseFiles(page, button, paths) {
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
  await chooser.setFiles(paths);
}

/** The row of the upload of the file `name`. */
export function rowOf(page, name) {
  const row = page.locator(".upload-row").filter({ hasText: name });
  return {
    element: row,
    /** Waits until it is in this state. */
    async is(state) {
      await page.locator(`.upload-row[data-state="${state}"]`).filter({ hasText: name }).waitFor();
    },
    /** What it says of itself, as soon as that is as hoped. */
    says: (pattern) => row.locator("> .status").filter({ hasText: pattern }).waitFor(),
    complaint: row.locator(".note"),
    button: (label) => row.getByRole("button", { name: new RegExp(`^${label}:`) }),
    /** The code of its lesson. */
    async lesson() {
      return (await row.locator(".name a").getAttribute("href")).split("/").at(-1);
    },
  };
}

/** Asserts that a lesson has just these bytes. */
export async function expectRecording(page, code, bytes) {
  const { request } = page.context();
  const { origin } = new URL(page.url());
  const lesson = await (await request.get(`${origin}/api/v1/lessons/${code}`)).json();
  const { pathname } = new URL(lesson.files.find((file) => file.role === "source").url);
  const answer = await request.get(origin + pathname);
  assert.equal(sha256(await answer.body()), sha256(bytes));
  return lesson;
}

/** Closes the page, although uploads are under way. */
export async function leave(page) {
  const closed = once(page, "close", { signal: AbortSignal.timeout(PATIENCE) });
  page.on("dialog", (dialog) => void dialog.accept());
  await page.close({ runBeforeUnload: true });
  await closed;
}
