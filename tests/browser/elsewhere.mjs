// Another worker than the server: it takes jobs and makes nothing of them, so that their states stand still while pages
// are looked at.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Node 20 speaks no SQLite. Like every writer, one transaction, and the lock from its beginning on. */
const SCRIPT = `
import json, sqlite3, sys
catalogue = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
catalogue.execute("BEGIN IMMEDIATE")
changed = catalogue.execute(sys.argv[2], json.loads(sys.argv[3])).rowcount
catalogue.execute("COMMIT")
sys.exit(0 if changed == 1 else "no such row")
`;

async function write(data, sql, values) {
  const python = spawn("python3", ["-c", SCRIPT, join(data, "catalogue.sqlite"), sql, JSON.stringify(values)]);
  const said = [];
  python.stderr.on("data", (text) => said.push(text));
  const [status] = await once(python, "close");
  if (status !== 0) throw new Error(`python3 ended with ${status}\n${Buffer.concat(said)}`);
}

/** Lets the days of a link pass. */
export const endLink = (data, id) =>
  write(data, "UPDATE lesson_links SET made_at = made_at - ends_at + :now - 1000, ends_at = :now - 1000 WHERE id = :id", { id, now: Date.now() });

/** The worker of the archive in the folder `data`. */
export function startElsewhere(data) {
  const change = (id, set, values = {}) =>
    write(data, `UPDATE jobs SET ${set}, updated_at = :now WHERE id = :id`, { ...values, id, now: Date.now() });
  return {
    /** Takes the job, whosever turn it is. */
    takes: (id) =>
      change(
        id,
        `state = 'running', attempts = attempts + 1, worker = 'elsewhere', lease = '${"0".repeat(32)}',
         leased_until_at = :now + 3600000, begun_at = :now`,
      ),
    /** Says how far it is, in thousandths. */
    reaches: (id, thousandths) => change(id, "progress = :thousandths", { thousandths }),
    /** Gives it up. */
    fails: (id, error) =>
      change(id, "state = 'failed', progress = 0, lease = NULL, leased_until_at = NULL, error = :error", { error }),
    /** Ends it. */
    finishes: (id) => change(id, "state = 'done', progress = 1000, lease = NULL, leased_until_at = NULL"),
  };
}
