// Chromium 80, of early 2020, spoken to by hand: today's drivers do not know it any more. `OLD_CHROMIUM` is the path of
// its headless shell; without it the tests that need it are left out (see `make test-old-browser`).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import WebSocket from "ws";

export const OLD_CHROMIUM = process.env.OLD_CHROMIUM;

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--disable-dev-shm-usage",
  "--hide-scrollbars", "--remote-debugging-port=0",
];

/** The browser with one page: `goto(url)`, `evaluate(expression)` and `pressSpace()`, `errors` of scripts, `stop()`. */
export async function startOldBrowser() {
  const child = spawn(OLD_CHROMIUM, [...FLAGS, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const lines = createInterface({ input: child.stderr });
  let address;
  for await (const line of lines) {
    address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address) break;
  }
  if (!address) throw new Error(`${OLD_CHROMIUM} does not start`);
  child.stderr.resume();
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await once(socket, "open");
  const waiting = new Map();
  const errors = [];
  let loaded = () => {};
  let last = 0;
  socket.on("message", (data) => {
    const { id, method, params, result, error } = JSON.parse(data);
    if (method === "Page.loadEventFired") loaded();
    if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (!waiting.has(id)) return;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  });
  const ask = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      waiting.set((last += 1), { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, sessionId }));
    });
  const { targetInfos } = await ask("Target.getTargets");
  const { targetId } = targetInfos.find(({ type }) => type === "page");
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  const tell = (method, params) => ask(method, params, sessionId);
  for (const domain of ["Page", "Runtime", "Network"]) await tell(`${domain}.enable`);
  return {
    errors,
    version: async () => (await ask("Browser.getVersion")).product,
    resize: (width, height) => tell("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false }),
    /** As `name` set it, of another browser. */
    cookie: ({ name, value }, url) => tell("Network.setCookie", { name, value, url }),
    forget: () => tell("Network.clearBrowserCookies"),
    async goto(url) {
      const load = new Promise((resolve) => (loaded = resolve));
      await tell("Page.navigate", { url });
      await load;
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await tell("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    /** Presses the space bar where the focus is. */
    async pressSpace() {
      const key = { key: " ", code: "Space", windowsVirtualKeyCode: 32 };
      await tell("Input.dispatchKeyEvent", { type: "keyDown", text: " ", ...key });
      await tell("Input.dispatchKeyEvent", { type: "keyUp", ...key });
    },
    async stop() {
      socket.close();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
