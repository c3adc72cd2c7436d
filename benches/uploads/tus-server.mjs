// @tus/server with its file store, as its documentation starts it: node tus-server.mjs PEERS PORT FOLDER.

import { createRequire } from "node:module";
import { join } from "node:path";

const [peers, port, folder] = process.argv.slice(2);
const require = createRequire(join(peers, "node_modules/"));
const { Server } = await import(require.resolve("@tus/server"));
const { FileStore } = await import(require.resolve("@tus/file-store"));

new Server({ path: "/files", datastore: new FileStore({ directory: folder }) }).listen({ host: "127.0.0.1", port });
