// A student with a device of their own, and what is saved on it.

import { startDevice } from "./start.mjs";

/**
 * A page on a device on which nothing is saved: Chromium's, or one of `firefox`. What is used of it, Playwright and Puppeteer
 * have alike.
 */
export async function student(t, firefox) {
  if (firefox) {
    const context = await firefox.createBrowserContext();
    t.after(() => context.close());
    return context.newPage();
  }
  const { context, close } = await startDevice();
  t.after(close);
  return context.newPage();
}

/** The button of the way that costs least. */
export const FIRST = "#keep .first";
/** Shown when it is saved to the end. */
export const WHOLE = ".saved [data-state=whole]";
/** A row that stands so. */
export const state = (name) => `.saved [data-state=${name}]`;

/** Presses the button of the way whose name is `name`; the first one saves the lowest quality. */
export const press = (page, name) =>
  page.evaluate((name) => {
    const buttons = [...document.querySelectorAll("#keep button")];
    const button = name ? buttons.find(({ textContent }) => textContent.includes(name)) : buttons[0];
    document.querySelector("#keep details")?.setAttribute("open", "");
    button.click();
  }, name);

/** The same, and waits until it is saved to the end. */
export async function save(page, name) {
  await press(page, name);
  await page.waitForSelector(WHOLE);
}

/** What the device's database has; of pieces their `sizes`, or how many there are. */
const ask = (page, what) =>
  page.evaluate(
    (what) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("teledars-saved");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const asking = db.transaction(["saved", "pieces", "files"]);
          const saved = asking.objectStore("saved").getAll();
          const files = asking.objectStore("files").getAllKeys();
          const pieces = asking.objectStore("pieces")[what === "sizes" ? "getAll" : "getAllKeys"]();
          asking.oncomplete = () => {
            db.close();
            const sizes = what === "sizes" ? pieces.result.map(({ id, body }) => [id, body.size]) : [];
            resolve({ saved: saved.result, files: files.result, pieces: pieces.result.length, sizes });
          };
        };
      }),
    what,
  );

/** What the device has of the video that is saved, and all its small files. */
export async function kept(page) {
  const { saved, files, pieces } = await ask(page, "keys");
  const one = saved.find(({ form }) => form === "video");
  const { state, weight, fresh, files: own } = one ?? {};
  return { ...one?.media, state, weight, fresh, own, all: saved.length, files, pieces };
}

/** Bytes of all pieces of it. Whoever reads them keeps Chromium from giving their room back for a while. */
export async function bytesKept(page) {
  const { saved, sizes } = await ask(page, "sizes");
  const one = saved.find(({ form }) => form === "video");
  // Those of a newer edition have a name of their own.
  return sizes.filter(([id]) => id === one?.id || id === `${one?.id}+`).reduce((sum, [, size]) => sum + size, 0);
}

/** How many workers this device has for the site. */
export const workers = (page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

/** Asks until it is so. */
export async function eventually(ask) {
  while (!(await ask()));
}

/** Resolves once so many bytes of the video are here, as its bar shows them. */
export async function arrived(page, bytes) {
  const { weight } = await kept(page);
  await page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (document.querySelector(".saved progress")?.value >= wanted) resolve();
        };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
        look();
      }),
    weight + bytes,
  );
}

