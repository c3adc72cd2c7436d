// A teacher makes a lesson, mends what was wrong, publishes it, takes it back and puts it back; with and without
// JavaScript.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { addPerson, startBrowser, startServer } from "./start.mjs";
import { expectNoSidewaysScrolling, openPage } from "./way.mjs";

const output = new URL("./output/", import.meta.url);
const PASSWORD = "uzun bir parol";
let server;
let browser;

before(async () => {
  await mkdir(output, { recursive: true });
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  await addPerson(server.data, "Leyla", "teacher", PASSWORD);
  await addPerson(server.data, "Murad", "editor", PASSWORD);
});

after(async () => {
  await browser?.close();
  if (server) assert.equal(await server.stop(), 0, server.log());
});

/** A page of somebody who is signed in, at the desk in `language`. */
async function atDesk(name, language, options = {}) {
  const opened = await openPage(browser, options);
  const { page } = opened;
  await page.goto(`${server.url}/${language}/teach/sign-in`);
  await page.locator("[name=user]").fill(name);
  await page.locator("[name=password]").fill(PASSWORD);
  await Promise.all([page.waitForURL(/\/teach\/$/), page.locator(".form button").click()]);
  return opened;
}

/** Presses `button` and waits for the answer. */
async function press(page, button) {
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
}

/** Begins a lesson of this title, and gives its code. */
async function beginLesson(page, title) {
  await page.goto(`${server.url}/az/teach/lessons/new`);
  await page.getByLabel("Adı", { exact: true }).fill(title);
  await page.getByRole("checkbox", { name: "7-ci sinif" }).check();
  await page.getByLabel("Fənn", { exact: true }).selectOption("mathematics");
  await page.getByLabel("Bölmə", { exact: true }).selectOption("az");
  await press(page, page.getByRole("button", { name: "Dərsi yaratmaq" }));
  return new URL(page.url()).pathname.split("/").at(-1);
}

/** The status of the page that everybody gets at `path`, and its text. */
async function asPupil(path) {
  const { context, page } = await openPage(browser);
  const answer = await page.goto(`${server.url}${path}`);
  const seen = { status: answer.status(), text: await page.locator("main").innerText() };
  await context.close();
  return seen;
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";
  test(`${how} JavaScript a lesson is made, mended, published, taken back and put back`, { timeout: 120_000 }, async () => {
    const { context, page } = await atDesk("Leyla", "az", { javaScriptEnabled });
    const title = `Kəsrlər <b>${how}</b> & "ə"`;
    const code = await beginLesson(page, title);
    assert.match(code, /^[2-9A-Z]{6}$/);
    assert.equal(await page.locator("h1").innerText(), title);
    const upload = page.getByRole("link", { name: "Yazını yükləyin" });
    assert.equal(await upload.getAttribute("href"), `/az/teach/upload?lesson=${code}`);
    assert.equal((await asPupil(`/az/l/${code}`)).status, 404);

    // Wrong in an open and in a closed group: the page comes back with all that was written.
    await page.getByLabel("Təsviri").fill("Toplama");
    await page.locator("summary", { hasText: "Proqramda yeri" }).click();
    await page.getByLabel("Dərslik", { exact: true }).fill("123:4");
    await page.locator("summary", { hasText: "Dərsin hissələri" }).click();
    await page.getByLabel("Dərsin hissələri", { exact: true }).fill("0:00 Giriş\n2 dəqiqə Misal");
    await press(page, page.getByRole("button", { name: "Yadda saxla" }));
    assert.equal(await page.getByLabel("Təsviri").inputValue(), "Toplama");
    const wrong = page.locator("[aria-invalid=true]");
    assert.deepEqual(await wrong.evaluateAll((all) => all.map((e) => e.name)), ["textbook", "chapters"]);
    assert.equal(await page.getByLabel("Dərslik", { exact: true }).inputValue(), "123:4");
    assert.match(await page.locator("#textbook-wrong").innerText(), /«123:4» uyğun gəlmir.*ISBN/s);
    const summary = page.locator("#complaint");
    assert.match(await summary.innerText(), /2 dəyər uyğun gəlmir/);
    await summary.getByRole("link", { name: "Dərsin hissələri" }).click();
    assert.equal(new URL(page.url()).hash, "#chapters");
    assert.ok(await page.locator("#chapters").isVisible());

    await page.getByLabel("Dərslik", { exact: true }).fill("978-9952-34567-4:34");
    await page.getByLabel("Dərsin hissələri", { exact: true }).fill("0:00 Giriş\n2:00 Misal");
    await press(page, page.getByRole("button", { name: "Yadda saxla" }));
    assert.match(await page.getByRole("status").innerText(), /Yadda saxlandı/);
    assert.equal(await page.locator("#textbook").inputValue(), "9789952345674:34");
    assert.equal(await page.locator("#chapters").inputValue(), "00:00 Giriş\n02:00 Misal");

    await press(page, page.getByRole("button", { name: "Dərc etmək" }));
    assert.match(await page.getByRole("status").innerText(), /Dərc olundu/);
    const seen = await asPupil(`/az/l/${code}`);
    assert.equal(seen.status, 200);
    assert.ok(seen.text.includes(title) && seen.text.includes("Toplama"), seen.text);

    await press(page, page.getByRole("link", { name: /Dərsi geri götürmək/ }));
    await page.getByLabel(/^Səbəb/).fill("Səhv var: <i>məxrəc</i>");
    await press(page, page.getByRole("button", { name: "Dərsi geri götürmək" }));
    const gone = await asPupil(`/az/l/${code}`);
    assert.equal(gone.status, 410);
    assert.ok(gone.text.includes("Səhv var: <i>məxrəc</i>"), gone.text);
    await press(page, page.getByRole("button", { name: "Qaytarmaq" }));
    assert.equal((await asPupil(`/az/l/${code}`)).status, 200);
    await context.close();
  });
}

test("the next lesson begins where the last one was", { timeout: 60_000 }, async () => {
  const { context, page } = await atDesk("Leyla", "az");
  await beginLesson(page, "Birinci");
  await page.getByLabel("Proqramda nömrəsi").fill("41");
  await press(page, page.getByRole("button", { name: "Yadda saxla" }));
  await page.goto(`${server.url}/az/teach/lessons/new`);
  assert.equal(await page.getByLabel("Adı", { exact: true }).inputValue(), "");
  assert.ok(await page.getByRole("checkbox", { name: "7-ci sinif" }).isChecked());
  assert.equal(await page.getByLabel("Fənn", { exact: true }).inputValue(), "mathematics");
  assert.equal(await page.getByLabel("Proqramda nömrəsi").inputValue(), "42");
  await context.close();
});

test("what two people write at once is not lost", { timeout: 60_000 }, async () => {
  const { context, page } = await atDesk("Leyla", "az", { viewport: { width: 390, height: 800 } });
  const code = await beginLesson(page, "Bölünmə");
  const murad = await atDesk("Murad", "ru");
  await murad.page.goto(`${server.url}/ru/teach/lessons/${code}`);
  await murad.page.getByLabel("Название", { exact: true }).fill("Деление");
  await press(murad.page, murad.page.getByRole("button", { name: "Сохранить" }));
  assert.match(await murad.page.getByRole("status").innerText(), /Сохранено/);

  await page.getByLabel("Təsviri").fill("Sadə ədədlər");
  await press(page, page.getByRole("button", { name: "Yadda saxla" }));
  await page.screenshot({ path: new URL("desk-conflict-390-light.png", output).pathname, fullPage: true });
  await expectNoSidewaysScrolling(page, 390);
  const told = await page.locator("#complaint").innerText();
  assert.match(told, /Murad bu arada dərsi dəyişib/);
  assert.match(told, /Adı: Деление/);
  assert.equal(await page.getByLabel("Adı", { exact: true }).inputValue(), "Bölünmə");
  assert.equal(await page.getByLabel("Təsviri").inputValue(), "Sadə ədədlər");
  assert.match(await page.locator("#title-theirs").innerText(), /Деление/);
  await page.getByLabel("Adı", { exact: true }).fill("Деление / Bölünmə");
  await press(page, page.getByRole("button", { name: "Üstündən yadda saxla" }));
  assert.equal(await page.locator("h1").innerText(), "Деление / Bölünmə");
  await murad.context.close();
  await context.close();
});

test("a draft is deleted after a question that names it", { timeout: 60_000 }, async () => {
  const { context, page } = await atDesk("Leyla", "az");
  const code = await beginLesson(page, "Artıq");
  await press(page, page.getByRole("link", { name: /Qaralamanı silmək/ }));
  assert.match(await page.locator("main").innerText(), /«Artıq» qaralaması/);
  await press(page, page.getByRole("button", { name: "Qaralamanı silmək" }));
  assert.match(await page.getByRole("status").innerText(), /Qaralama silindi/);
  const answer = await page.goto(`${server.url}/az/teach/lessons/${code}`);
  assert.equal(answer.status(), 404);
  await context.close();
});

for (const width of [320, 390, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the desk fits into ${width} px, ${colorScheme}`, { timeout: 120_000 }, async () => {
      const viewport = { width, height: width < 1000 ? 800 : 900 };
      const { context, page } = await atDesk("Murad", "az", { colorScheme, viewport });
      const look = async (name) => {
        const path = new URL(`${name}-${width}-${colorScheme}.png`, output);
        await page.screenshot({ path: path.pathname, fullPage: true });
        await expectNoSidewaysScrolling(page, width);
      };
      const code = await beginLesson(page, "Müxtəlifməxrəcli kəsrlərin müqayisəsi və toplanması");
      await look("desk-lesson");
      for (const summary of await page.locator("summary").all()) await summary.click();
      await page.locator("#chapters").fill("0:00 Giriş\n2 dəqiqə Misal");
      await page.locator("#textbook").fill("123:4");
      await page.locator("#title").fill("");
      await page.locator("#source_url").fill(`https://example.org/${"uzun".repeat(40)} x`);
      await press(page, page.getByRole("button", { name: "Yadda saxla" }));
      await look("desk-wrong");
      await page.goto(`${server.url}/az/teach/lessons/${code}/withdraw`);
      await look("desk-withdraw");
      await page.goto(`${server.url}/az/teach/lessons/new`);
      await look("desk-new");
      await page.goto(`${server.url}/az/teach/?whose=all`);
      await look("desk");
      await page.goto(`${server.url}/az/teach/?whose=all&q=yoxdur+bele`);
      await look("desk-none");
      await context.close();
    });
  }
}
