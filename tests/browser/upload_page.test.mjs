// Teachers upload in a browser: many files, over lines that break, from closed laptops, without a script.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileFolder, MIB, recording } from "./recording.mjs";
import { startBrowser } from "./start.mjs";
import {
  chooseFiles, enter, expectRecording, leave, openUploads, rowOf, signIn, startDesk, tellWhatFor,
} from "./teaching.mjs";

let browser;
let files;
before(async () => {
  [browser, files] = await Promise.all([startBrowser(), fileFolder()]);
});
after(async () => {
  await browser?.close();
  await files?.remove();
});

const pick = (page) => page.locator(".dropzone .button");

/** A desk with one recording that is held in the middle. */
async function halfway(t, name, { bytes = 6 * MIB, held = 2 * MIB, seed = 0 } = {}) {
  const { server, gate, kept, cut } = await startDesk(t);
  const whole = await recording(bytes, seed);
  const path = await files.add(name, whole);
  const { context, page, troubles } = await signIn(t, browser, gate.url);
  await openUploads(page, gate.url);
  await tellWhatFor(page);
  gate.allow(held);
  await chooseFiles(page, pick(page), [path]);
  await gate.reached(held);
  const row = rowOf(page, name);
  await row.is("moving");
  return { server, gate, kept, cut, whole, path, context, page, troubles, row };
}

test("two files at once are drafts at once, whose words are written while they move", async (t) => {
  const { server, gate } = await startDesk(t);
  const { context, page, troubles } = await signIn(t, browser, gate.url);
  await openUploads(page, gate.url);
  const contents = await Promise.all([recording(3 * MIB, 1), recording(4 * MIB, 2)]);
  const paths = await Promise.all(["Kəsr 1.mp4", "Kəsr 2.mp4"].map((name, n) => files.add(name, contents[n])));
  gate.allow(MIB);
  await chooseFiles(page, pick(page), paths);
  // Nobody knows yet what they are for.
  await page.getByText("Choose grade, subject and section").waitFor();
  assert.equal(await page.locator(".upload-row").count(), 0);
  await tellWhatFor(page);
  const rows = ["Kəsr 1.mp4", "Kəsr 2.mp4"].map((name) => rowOf(page, name));
  await Promise.all(rows.map((row) => row.is("moving")));
  await gate.reached(MIB);

  const code = await rows[0].lesson();
  const [form] = await Promise.all([context.waitForEvent("page"), rows[0].element.locator(".name a").click()]);
  await form.waitForLoadState();
  assert.equal(new URL(form.url()).pathname, `/en/teach/lessons/${code}`);
  await form.locator("[name=title]").fill("Adi kəsrlər");

  // The recording arrives while its words are still being written.
  gate.allow(Infinity);
  await Promise.all(rows.map((row) => row.is("ready")));
  await form.locator(".save .button").click();
  await form.getByText("Saved.").waitFor();
  const lesson = await expectRecording(page, code, contents[0]);
  assert.equal(lesson.title, "Adi kəsrlər");
  assert.deepEqual([lesson.grades, lesson.subject, lesson.visibility], [["7"], "mathematics", "draft"]);
  await expectRecording(page, await rows[1].lesson(), contents[1]);
  assert.equal(gate.passed(), 7 * MIB);
  assert.deepEqual(troubles, [], server.log());
});

test("what is paused does not move, and goes on where it was", async (t) => {
  const { gate, whole, page, row } = await halfway(t, "Fasilə.mp4");
  await row.button("Pause").click();
  await row.is("paused");
  // What has arrived counts, not what was on its way.
  await row.says(/Paused · 3[0-9]% · 2\.\d\sMB of 6\.3\sMB/);
  gate.allow(Infinity);
  const before = gate.passed();
  await row.button("Continue").click();
  await row.is("ready");
  await expectRecording(page, await row.lesson(), whole);
  assert.ok(before < whole.length);
  gate.expectNothingSentTwice();
});

test("a server that is killed in the middle costs nothing that it had acknowledged", async (t) => {
  const { server, gate, whole, page, row } = await halfway(t, "Söndü.mp4");
  await server.kill();
  await row.is("noLine");
  await row.says("No connection");
  gate.allow(Infinity);
  await server.again();
  await row.button("Try again").click();
  await row.is("ready");
  await expectRecording(page, await row.lesson(), whole);
  gate.expectNothingSentTwice();
});

test("after the page was closed the same file goes on, and no other", async (t) => {
  const { gate, kept, cut, whole, path, context, page, row } = await halfway(t, "Noutbuk.mp4");
  const code = await row.lesson();
  await leave(page);
  await cut();
  const before = await kept();
  gate.allow(Infinity);

  const again = await context.newPage();
  await openUploads(again, gate.url);
  const left = rowOf(again, "Noutbuk.mp4");
  await left.is("needsFile");
  assert.equal(await left.lesson(), code);
  const choose = left.button("Choose the file again");
  const other = await files.add("Başqa.mp4", whole);
  await chooseFiles(again, choose, [other]);
  await left.complaint.filter({ hasText: "That is Başqa.mp4. Choose Noutbuk.mp4 (6.3 MB)." }).waitFor();
  // The same name and length, but not the same inside.
  const different = await recording(whole.length, 9);
  await chooseFiles(again, pick(again), [await files.add("Noutbuk.mp4", different)]);
  await left.complaint.filter({ hasText: "other content" }).waitFor();
  assert.equal(await kept(), before);

  await files.add("Noutbuk.mp4", whole);
  await chooseFiles(again, pick(again), [path]);
  await left.is("ready");
  await expectRecording(again, code, whole);
  assert.equal(await again.locator(".upload-row").count(), 1);
  gate.expectNothingSentTwice();
});

test("Chromium remembers the file: one click is enough", async (t) => {
  const { gate, cut } = await startDesk(t);
  const { context, page } = await signIn(t, browser, gate.url);
  const whole = await recording(4 * MIB);
  // The page's own folder stands in for a disk, and this for the system's dialogue.
  await context.addInitScript(() => {
    globalThis.showOpenFilePicker = async () => {
      const folder = await navigator.storage.getDirectory();
      return [await folder.getFileHandle("Yaddaş.mp4")];
    };
  });
  await page.goto(`${gate.url}/en/teach/upload`);
  await page.evaluate(async (base64) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("Yaddaş.mp4", { create: true });
    const file = await handle.createWritable();
    await file.write(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
    await file.close();
  }, whole.toString("base64"));
  await tellWhatFor(page);
  gate.allow(MIB);
  await pick(page).click();
  await gate.reached(MIB);
  await rowOf(page, "Yaddaş.mp4").is("moving");
  await leave(page);
  await cut();

  gate.allow(Infinity);
  const again = await context.newPage();
  await again.goto(`${gate.url}/en/teach/upload`);
  const row = rowOf(again, "Yaddaş.mp4");
  await row.button("Continue").click();
  await row.is("ready");
  await expectRecording(again, await row.lesson(), whole);
  gate.expectNothingSentTwice();
});

test("a line that is cut again and again is gone on over by itself", async (t) => {
  const { gate, whole, page, row } = await halfway(t, "Xətt.mp4");
  for (const held of [3, 5]) {
    gate.cut();
    gate.allow(held * MIB);
    await gate.reached(held * MIB);
  }
  gate.cut();
  gate.allow(Infinity);
  await row.is("ready");
  await expectRecording(page, await row.lesson(), whole);
  gate.expectNothingSentTwice();
});

test("another tab leaves it alone, another computer may take it over", async (t) => {
  const { gate, whole, path, context, row } = await halfway(t, "İki.mp4");
  const tab = await context.newPage();
  await openUploads(tab, gate.url);
  await rowOf(tab, "İki.mp4").is("otherTab");
  const { page: elsewhere } = await signIn(t, browser, gate.url);
  await openUploads(elsewhere, gate.url);
  const there = rowOf(elsewhere, "İki.mp4");
  await there.is("needsFile");
  await chooseFiles(elsewhere, there.button("Choose the file again"), [path]);
  await row.is("elsewhere");
  gate.allow(Infinity);
  await there.is("ready");
  await expectRecording(elsewhere, await there.lesson(), whole);
  gate.expectNothingSentTwice();
});

test("who is signed out signs in in another tab, and it goes on", async (t) => {
  const { gate, whole, context, page, row } = await halfway(t, "Giriş.mp4");
  const other = await context.newPage();
  await other.goto(`${gate.url}/en/teach/account`);
  await other.getByRole("button", { name: "Sign out everywhere" }).click();
  gate.cut();
  await row.is("signedOut");
  await enter(other, gate.url);
  gate.allow(Infinity);
  await page.bringToFront();
  await row.is("ready");
  await expectRecording(page, await row.lesson(), whole);
  gate.expectNothingSentTwice();
});

test("what is cancelled is deleted after a question, with its draft or without", async (t) => {
  const { gate, page, row } = await halfway(t, "Ləğv.mp4");
  const code = await row.lesson();
  await row.button("Cancel").click();
  await row.element.getByRole("button", { name: "No, go on" }).click();
  await row.is("moving");
  await row.button("Cancel").click();
  await row.element.getByRole("button", { name: "Delete the draft as well" }).click();
  await row.is("deleted");
  const { request } = page.context();
  assert.equal((await request.get(`${gate.url}/api/v1/lessons/${code}`)).status(), 404);
  assert.deepEqual((await (await request.get(`${gate.url}/api/v1/uploads`)).json()).uploads, []);
});

test("a lesson's recording is replaced by one file", async (t) => {
  const { gate } = await startDesk(t);
  const { page } = await signIn(t, browser, gate.url);
  await openUploads(page, gate.url);
  await tellWhatFor(page);
  await chooseFiles(page, pick(page), [await files.add("Birinci.mp4", await recording(MIB))]);
  const first = rowOf(page, "Birinci.mp4");
  await first.is("ready");
  const code = await first.lesson();
  await openUploads(page, gate.url, `?lesson=${code}`);
  const second = await recording(2 * MIB);
  await chooseFiles(page, pick(page), [await files.add("İkinci.mp4", second)]);
  await rowOf(page, "İkinci.mp4").is("ready");
  await expectRecording(page, code, second);
});

test("what is too large, over the quota or no recording is said in plain words", async (t) => {
  const { gate } = await startDesk(t, ["--upload-max-bytes", "3000000", "--teacher-quota-bytes", "2000000"]);
  const { page } = await signIn(t, browser, gate.url);
  await openUploads(page, gate.url);
  await tellWhatFor(page);
  const [large, much, text] = await Promise.all([
    files.add("Böyük.mp4", await recording(4 * MIB)),
    files.add("Çox.mp4", await recording(2.5 * MIB)),
    files.add("Plan.docx", Buffer.from("not a recording")),
  ]);
  await chooseFiles(page, pick(page), [large, much, text]);
  await page.getByText("Böyük.mp4: The file has 4.2 MB, at most 3.0 MB are allowed (setting upload_max_bytes).").waitFor();
  await page.getByText("Plan.docx is neither video nor sound").waitFor();
  const row = rowOf(page, "Çox.mp4");
  await row.is("refused");
  await row.says("has 2.6 MB, but of your 2.0 MB (setting teacher_quota_bytes) 0 KB are used");
  assert.equal(gate.passed(), 0);

  const broken = await files.add("Xarab.mp4", Buffer.from("%PDF-1.4 is no recording"));
  await chooseFiles(page, pick(page), [broken]);
  await rowOf(page, "Xarab.mp4").is("nothing");
});

test("without a script a form takes a recording in", async (t) => {
  const { gate } = await startDesk(t);
  const { page } = await signIn(t, browser, gate.url, { javaScriptEnabled: false });
  await page.goto(`${gate.url}/en/teach/upload`);
  await tellWhatFor(page);
  await page.locator("[name=title]").fill("Adi kəsrlər");
  const whole = await recording(3 * MIB);
  await page.locator("[name=file]").setInputFiles(await files.add("Forma.mp4", whole));
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.waitForURL(/\/[2-9A-Z]{6}$/);
  const lesson = await expectRecording(page, page.url().split("/").at(-1), whole);
  assert.equal(lesson.title, "Adi kəsrlər");
});

test("without a script, too, what is too large is said at once", async (t) => {
  const { gate } = await startDesk(t, ["--upload-max-bytes", "1000000"]);
  const { page } = await signIn(t, browser, gate.url, { javaScriptEnabled: false });
  await page.goto(`${gate.url}/en/teach/upload`);
  await tellWhatFor(page);
  await page.locator("[name=file]").setInputFiles(await files.add("Nəhəng.mp4", await recording(20 * MIB)));
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByText("at most 1.0 MB are allowed (setting upload_max_bytes)").waitFor();
});
