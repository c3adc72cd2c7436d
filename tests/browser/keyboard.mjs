// A page is gone through by the Tab key, as by somebody who has no mouse.

import assert from "node:assert/strict";

/** Installed in the page: what the Tab key should reach, and what it reaches. */
function installKeyboard() {
  const SELECTOR =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, video[controls], audio[controls], [tabindex='0'], iframe";
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const usable = (element) => !element.matches(":disabled") && element.tabIndex >= 0 && seen(element);
  // Of radio buttons of one name, the chosen one is reached, else the first.
  const ofGroup = (element, all) => {
    if (element.type !== "radio") return true;
    const group = all.filter((other) => other.type === "radio" && other.name === element.name && other.form === element.form);
    return element === (group.find(({ checked }) => checked) ?? group[0]);
  };
  const described = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const drawn = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  globalThis.keyboard = {
    expected: () => {
      const all = [...document.querySelectorAll(SELECTOR)].filter(usable);
      globalThis.keyboard.reachable = all.filter((element) => ofGroup(element, all));
      return globalThis.keyboard.reachable.map(described);
    },
    /** Where the focus is among what is expected: -1 nowhere, -2 somewhere else. */
    at: () => {
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) return { index: -1 };
      const index = globalThis.keyboard.reachable.indexOf(element);
      // A box that is drawn by what stands beside it shows its focus there.
      const beside = element.nextElementSibling;
      const shown = drawn(element) || (getComputedStyle(element).opacity === "0" && beside && drawn(beside));
      // The first line of a link that runs over several: what is between their ends belongs to others.
      const box = element.getClientRects()[0];
      const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, Math.max(box.top, 0) + Math.min(box.height, 20) / 2];
      const top = document.elementFromPoint(Math.min(Math.max(x, 0), innerWidth - 1), Math.min(Math.max(y, 0), innerHeight - 1));
      const covered = box.bottom < 0 || box.top > innerHeight || (top && !element.contains(top) && !top.contains(element) && !top.closest("label")?.contains(element));
      return { index: index < 0 ? -2 : index, shown, covered: covered ? top && described(top) : null, what: described(element) };
    },
    /** Whether something stays where it is while the page is scrolled. */
    staysOnTop: () => [...document.body.querySelectorAll("*")].some((element) => /sticky|fixed/.test(getComputedStyle(element).position)),
    /** Neighbours of one group of which the later lies before the earlier. */
    disorder: () => {
      const rtl = getComputedStyle(document.documentElement).direction === "rtl";
      const wrong = [];
      const group = (element) => element.closest("ul, ol, nav, form, fieldset, .buttons, .pages, section, main");
      globalThis.keyboard.reachable.forEach((later, n, all) => {
        const earlier = all[n - 1];
        if (!earlier || group(earlier) !== group(later)) return;
        const [a, b] = [earlier.getBoundingClientRect(), later.getBoundingClientRect()];
        const above = b.bottom <= a.top + 1;
        const before = rtl ? b.left >= a.right - 1 : b.right <= a.left + 1;
        const sameRow = b.top < a.bottom - 1 && a.top < b.bottom - 1;
        if ((above && !(rtl ? b.right <= a.left + 1 : b.left >= a.right - 1)) || (sameRow && before)) wrong.push(`${described(earlier)} before ${described(later)}`);
      });
      return wrong;
    },
  };
}

/** In the page: the next Tab is the first one. A focus that is only taken away is still where the next Tab begins. */
function toTheTop() {
  document.body.tabIndex = -1;
  document.body.focus({ preventScroll: true });
  document.body.removeAttribute("tabindex");
  document.activeElement?.blur();
  scrollTo(0, 0);
}

/** Asserts that all of `page` is reached by the Tab key alone, in the order of reading, seen where the focus is, and left. */
export async function expectKeyboard(page, name) {
  await page.evaluate(installKeyboard);
  await page.evaluate(toTheTop);
  const expected = await page.evaluate(() => keyboard.expected());
  assert.deepEqual(await page.evaluate(() => keyboard.disorder()), [], `${name}: the order of the page is not that of reading`);
  const reached = [];
  for (let presses = 0; ; presses += 1) {
    // A film's own buttons are reached one by one and are all the film.
    assert.ok(presses <= expected.length * 2 + 60, `${name}: the focus never leaves after ${reached.at(-1)}`);
    await page.keyboard.press("Tab");
    const { index, shown, covered, what } = await page.evaluate(() => keyboard.at());
    if (index === -1) {
      if (reached.length > 0) break;
      continue;
    }
    if (reached.length > 0 && index === 0 && reached.at(-1) !== 0) break;
    assert.notEqual(index, -2, `${name}: the focus is on what nobody can use: ${what}`);
    assert.ok(shown || /^<(video|audio)/.test(what), `${name}: nobody sees that the focus is on ${what}`);
    assert.equal(covered, null, `${name}: the focus is covered on ${what}`);
    if (reached.at(-1) !== index) reached.push(index);
  }
  const order = expected.map((_, n) => n);
  assert.deepEqual(reached.map((n) => expected[n]), order.map((n) => expected[n]), `${name}: what is reached`);
  if (await page.evaluate(() => keyboard.staysOnTop())) await expectNothingCoveredBackwards(page, name);
}

/** The same way back: what stays on top covers what is reached from below, where the page does not move for it. */
async function expectNothingCoveredBackwards(page, name) {
  await page.evaluate(() => keyboard.reachable.at(-1).focus());
  for (let presses = 0; ; presses += 1) {
    const { index, covered, what } = await page.evaluate(() => keyboard.at());
    if (index <= 0) break;
    assert.equal(covered, null, `${name}: on the way back the focus is covered on ${what}`);
    assert.ok(presses <= (await page.evaluate(() => keyboard.reachable.length)) * 2 + 60, `${name}: the way back does not end`);
    await page.keyboard.press("Shift+Tab");
  }
  await page.evaluate(toTheTop);
}

/** Asserts that the first Tab and Enter skip what is the same on every page. */
export async function expectSkipLink(page, name) {
  await page.evaluate(toTheTop);
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => {
    const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
    return { href: document.activeElement.getAttribute("href"), seen: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight };
  });
  assert.deepEqual(skip, { href: "#content", seen: true }, name);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content", name);
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("main, footer") !== null);
  assert.ok(inside, `${name}: the skip link does not skip`);
}
