// A teacher gives captions with a mistake and mends them, undoes, and changes lessons by a sheet; with and without
// JavaScript. Every page is read on a phone and on a screen, light and dark.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { addPerson, lessonsOf, startBrowser, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const PASSWORD = "uzun bir parol";
const MISTAKEN = `WEBVTT

00:00.500 --> 00:02.000
Salam, uşaqlar! <script>document.title = "captions"</script>

00:03.000 --> 00:0x.000
Bu gün kəsrləri toplayırıq.
`;
let server;
let browser;
let codes;

before(async () => {
  await mkdir(output, { recursive: true });
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  await addPerson(server.data, "Nigar", "editor", PASSWORD);
  await addPerson(server.data, "Rauf", "admin", PASSWORD);
  codes = [...(await lessonsOf(server)).values()].filter((l) => l.state === "available").map((l) => l.code);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** A page of somebody who is signed in, at `path` of the desk. */
async function atDesk(name, path, options = {}) {
  const opened = await openPage(browser, options);
  const { page } = opened;
  await page.goto(`${server.url}/az/teach/sign-in`);
  await page.locator("[name=user]").fill(name);
  await page.locator("[name=password]").fill(PASSWORD);
  await Promise.all([page.waitForURL(/\/teach\/$/), page.locator(".form button").click()]);
  await page.goto(server.url + path);
  return opened;
}

/** Presses `button` and waits for the answer. */
async function press(page, button) {
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
}

/** Chooses a file of this name and content in a field. */
async function choose(field, name, content) {
  await field.setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  const nth = javaScriptEnabled ? 0 : 1;

  test(`${how} JavaScript captions with a mistake are seen, mended, saved, watched, replaced, and put back`, { timeout: 120_000 }, async () => {
    const code = codes[nth];
    const files = `/az/teach/lessons/${code}/files`;
    const { context, page } = await atDesk("Nigar", files, { javaScriptEnabled });
    // The samples may have captions in Azerbaijani already.
    await page.getByLabel("Subtitrin dili").selectOption("tr");
    await choose(page.getByLabel("Subtitr faylı"), "dərs.vtt", MISTAKEN);
    await press(page, page.getByRole("button", { name: "Baxmaq" }));
    assert.match(await page.locator(".note.warn").innerText(), /6 nömrəli sətir: «00:03\.000 --> 00:0x\.000» vaxtı oxunmur/);
    assert.equal(await page.locator(".cues tbody tr").count(), 1);
    assert.match(await page.locator(".cues").innerText(), /Salam, uşaqlar!/);
    assert.doesNotMatch(await page.title(), /^captions/);

    // Mended right there: what was left out is still in the text.
    const text = page.getByLabel("Subtitrin mətni");
    const written = await text.inputValue();
    assert.equal(written, MISTAKEN);
    await text.fill(written.replace("00:0x.000", "00:0y.000"));
    await press(page, page.getByRole("button", { name: "Baxmaq" }));
    assert.match(await page.locator(".note.warn").innerText(), /00:0y\.000/);
    await text.fill(written.replace("00:0x.000", "00:05.000"));
    await press(page, page.getByRole("button", { name: "Subtitri saxlamaq" }));
    assert.equal(new URL(page.url()).pathname, files);
    const row = page.locator(".things li", { hasText: "türkcə" });
    assert.match(await row.innerText(), /\b2 subtitr\b/);

    // A pupil has them as a track.
    const pupil = await openPage(browser);
    await pupil.page.goto(`${server.url}/az/l/${code}`);
    const track = pupil.page.locator("track[srclang=tr]");
    const source = await track.getAttribute("src");
    const given = await (await fetch(server.url + source)).text();
    assert.match(given, /00:03\.000 --> 00:00?:?05\.000|00:00:03\.000 --> 00:00:05\.000/);
    assert.doesNotMatch(given, /<script>/);
    await pupil.context.close();

    // Replaced, and the replacement undone.
    await page.goto(`${server.url}/az/teach/lessons/${code}/captions?language=tr`);
    await page.getByLabel("Subtitrin mətni").fill("WEBVTT\n\n00:01.000 --> 00:02.000\nYeni\n");
    await press(page, page.getByRole("button", { name: "Baxmaq" }));
    await press(page, page.getByRole("button", { name: "Subtitri saxlamaq" }));
    assert.match(await (await fetch(server.url + source)).text(), /Yeni/);
    await page.goto(`${server.url}/az/teach/lessons/${code}/history`);
    await press(page, page.getByRole("button", { name: "Ləğv etmək" }).first());
    assert.match(await page.locator(".note.good").innerText(), /Yadda saxlandı/);
    assert.match(await (await fetch(server.url + source)).text(), /Salam, uşaqlar/);
    await context.close();
  });

  test(`${how} JavaScript a sheet goes out, is edited, shows what it would do, and does it`, { timeout: 120_000 }, async () => {
    const { context, page } = await atDesk("Nigar", "/az/teach/sheet", { javaScriptEnabled });
    await page.getByLabel("Dəyişə bildiyim hamısı").check();
    await page.getByLabel("Sinif").selectOption("7");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Cədvəli endirmək (CSV)" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^teledars-\d{4}-\d\d-\d\d\.csv$/);
    const sheet = await readFile(await download.path(), "utf8");
    const [header, ...rows] = sheet.trimEnd().split("\n");
    assert.match(header, /^\ufeffcode;title;/);
    const at = rows.findIndex((row) => row.startsWith(codes[nth]) || row.includes(";"));
    const [code, title, ...rest] = rows[at].split(";");
    const renamed = `Cədvəldən ${how} & <i>`;
    rows[at] = [code, renamed, ...rest].join(";");
    await choose(page.getByLabel("«CSV UTF-8» kimi saxlanmış cədvəl"), "dərslər.csv", [header, ...rows].join("\r\n"));
    await press(page, page.getByRole("button", { name: "Fərqləri göstərmək" }));
    assert.equal((await page.locator(".changes del").innerText()).replace(/^əvvəl:\s*/, ""), title);
    assert.match(await page.locator(".changes ins").innerText(), /Cədvəldən with(out)? & <i>$/);
    await press(page, page.getByRole("button", { name: "1 dərsə tətbiq etmək" }));
    assert.match(await page.locator(".note.good").innerText(), /1 dərs dəyişdirildi/);
    await press(page, page.getByRole("link", { name: renamed }));
    assert.equal(await page.locator("h1").innerText(), renamed);
    await context.close();
  });
}

test("what does not go is told where it is wrong, and pages fit every window", { timeout: 180_000 }, async () => {
  const code = codes[2];
  const { context, page } = await atDesk("Rauf", `/az/teach/lessons/${code}/files`);
  await choose(page.getByLabel("Subtitr faylı"), "bomba.vtt", "PK\x03\x04");
  await press(page, page.getByRole("button", { name: "Baxmaq" }));
  assert.match(await page.locator("#complaint").innerText(), /sıxılmış fayldır \(ZIP\)/);
  await page.goto(`${server.url}/az/teach/lessons/${code}/files`);
  await choose(page.getByLabel("Fayl əlavə etmək"), "İş vərəqi <b>.pdf", "%PDF-1.7 iş");
  await press(page, page.getByRole("button", { name: "Əlavə etmək", exact: true }));
  assert.match(await page.locator(".things").last().innerText(), /buraxılış/);
  assert.match(await page.locator("main").innerText(), /İş vərəqi <b>\.pdf/);
  const languages = { az: "Adı", ru: "Название", en: "Title" };
  await page.goto(`${server.url}/az/teach/lessons/${code}`);
  await page.getByLabel(languages.az, { exact: true }).fill("Onluq kəsrlərin toplanması və çıxılması, müqayisəsi və yuvarlaqlaşdırılması");
  await page.getByLabel("Təsviri").fill("Bu dərsdə onluq kəsrləri toplayırıq.\n".repeat(8));
  await press(page, page.getByRole("button", { name: "Yadda saxla" }));
  const cookies = await context.cookies();
  await context.close();

  const long = ["WEBVTT", ...Array.from({ length: 260 }, (_, n) => `00:${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}.000 --> 00:${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}.900\nSöz ${n}, bir az uzun cümlə, hər ekrana sığsın.`), "00:0x.000 --> 1\nx"].join("\n\n");
  const header = "code;title;grades;subject;section;topic";
  const sheet = [header, `${code};Yeni ad;7;mathematics;az;Onluq kəsrlər`, ";Təzə dərs;8;physics;az;", ";Səhv dərs;7;mathematic;az;"].join("\n");
  for (const [width, scheme] of [[320, "light"], [390, "dark"], [1280, "light"], [1280, "dark"]]) {
    const opened = await openPage(browser, { viewport: { width, height: 800 }, colorScheme: scheme });
    await opened.context.addCookies(cookies);
    const look = async (name) => {
      await expectNoSidewaysScrolling(opened.page, width);
      const path = fileURLToPath(new URL(`files-${name}-${width}-${scheme}.png`, output));
      await opened.page.screenshot({ path, fullPage: true });
    };
    const language = { 320: "az", 390: "ru", 1280: "en" }[width];
    const to = (rest) => opened.page.goto(`${server.url}/${language}/teach/${rest}`);
    await to(`lessons/${code}/files`);
    await look("files");
    const [file] = [opened.page.locator("input[type=file][name=file]").first()];
    await choose(file, "uzun.vtt", long);
    await press(opened.page, opened.page.locator("form[action$='/captions/look'] button"));
    await look("captions");
    await to(`lessons/${code}/history`);
    for (const folded of await opened.page.locator("details").all()) await folded.evaluate((d) => { d.open = true; });
    await look("history");
    await to("sheet");
    await look("sheet");
    await choose(opened.page.locator("input[type=file]"), "dərslər.csv", sheet);
    await press(opened.page, opened.page.locator("form[enctype] button"));
    await look("differences");
    await to("disk");
    await look("disk");
    await to("log");
    await look("log");
    await opened.context.close();
  }
});

test("the desk's files and sheet are reached and sent by keyboard alone", { timeout: 60_000 }, async () => {
  const code = codes[3];
  const { context, page } = await atDesk("Nigar", `/az/teach/lessons/${code}/captions`);
  await page.getByLabel("Subtitrin mətni").focus();
  await page.keyboard.type("WEBVTT\n\n00:01.000 --> 00:02.000\nSalam\n");
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
  assert.equal(await page.locator(".cues tbody tr").count(), 1);
  await page.getByLabel("Subtitrin mətni").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
  assert.match(page.url(), /\/files\?done=1$/);
  await context.close();
});
