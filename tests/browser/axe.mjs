// What axe-core finds wrong with a page, in a few lines each.

import { readFile } from "node:fs/promises";

const source = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Everything that axe-core finds on the page as it is; empty when it finds nothing. `rules` asks only for these. */
export async function complaints(page, rules) {
  // Evaluated, and not added as an element: pages allow scripts of their own server alone.
  await page.evaluate(`globalThis.axe || (() => { ${source} })()`);
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: RULES };
  const found = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }),
    runOnly,
  );
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html}\n    ${failureSummary.replaceAll("\n", "\n    ")}`),
  );
}
