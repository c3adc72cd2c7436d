// Makes the pictures of the README: node tests/browser/screenshots.mjs

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startBrowser, startServer } from "./start.mjs";
import { openPage } from "./way.mjs";

const docs = new URL("../../docs/", import.meta.url);
await mkdir(docs, { recursive: true });
const [server, browser] = await Promise.all([startServer(), startBrowser()]);
try {
  const { page } = await openPage(browser, { colorScheme: "light", viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.url}/`);
  const path = fileURLToPath(new URL("first-page.png", docs));
  await page.screenshot({ path });
  console.log(path);
} finally {
  await browser.close();
  await server.stop();
}
