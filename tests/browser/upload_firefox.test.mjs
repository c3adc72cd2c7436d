// The upload page in Firefox, which remembers no files: a short story.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MIB, recording } from "./recording.mjs";
import { PATIENCE, startFirefox } from "./start.mjs";
import { PASSWORD, startDesk } from "./teaching.mjs";

/** Drops a file on the page, as a hand would. */
async function drop(page, name, bytes) {
  await page.evaluate(
    (name, base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name, { type: "video/mp4", lastModified: 1_583_312_400_000 }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    name,
    bytes.toString("base64"),
  );
}

test("in Firefox a dropped recording goes on after the page was opened again", async (t) => {
  const { gate, cut } = await startDesk(t);
  const firefox = await startFirefox();
  t.after(() => firefox.close());
  const page = await firefox.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${gate.url}/en/teach/sign-in`);
  await page.type("[name=user]", "leyla");
  await page.type("[name=password]", PASSWORD);
  await Promise.all([page.waitForNavigation(), page.click("main form .button")]);

  const whole = await recording(3 * MIB);
  const open = async () => {
    await page.goto(`${gate.url}/en/teach/upload`);
    await page.waitForSelector(".dropzone");
  };
  await open();
  await page.click(".grades label:nth-of-type(8)");
  await page.select("[name=subject]", "mathematics");
  await page.select("[name=section]", "az");
  gate.allow(MIB);
  await drop(page, "Kəsr.mp4", whole);
  await gate.reached(MIB);
  await page.waitForSelector("[data-state=moving]");
  page.on("dialog", (dialog) => void dialog.accept());
  const left = page.goto("about:blank");
  await left.catch(() => {});
  await cut();
  gate.allow(Infinity);

  await open();
  await page.waitForSelector("[data-state=needsFile]");
  await drop(page, "Kəsr.mp4", whole);
  await page.waitForSelector("[data-state=ready]");
  gate.expectNothingSentTwice();
  const codes = await page.$$eval(".upload-row .name a", (links) => links.map((link) => link.href));
  assert.equal(codes.length, 1);
});
