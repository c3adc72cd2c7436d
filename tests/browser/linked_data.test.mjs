// What a lesson's page tells search engines satisfies the rules of theirs for videos, chapters, broadcasts and breadcrumbs, as a
// validator knows them that others wrote.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Validator from "@adobe/structured-data-validator";
import { CHAPTERS, startMade } from "./made.mjs";
import { lessonsOf, startServer } from "./start.mjs";

/** What is recommended and is not known here: until when, where, and how often it is watched; nobody is counted. */
const UNKNOWN = ["expires", "ineligibleRegion", "regionsAllowed", "interactionStatistic", "interactionCount"];
let made;
let samples;

before(async () => {
  [made, samples] = await Promise.all([startMade(), startServer()]);
});

after(async () => {
  for (const server of [made, samples]) if (server) assert.equal(await server.stop(), 0, server.log());
});

/** The things that a page describes. */
async function described(server, path) {
  const html = await (await fetch(server.url + path)).text();
  const [, block] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html) ?? [];
  assert.ok(block, `${path} describes nothing`);
  return JSON.parse(block)["@graph"];
}

/** What the validator finds wrong with them. */
async function complaints(things) {
  const jsonld = {};
  for (const thing of things) (jsonld[[thing["@type"]].flat()[0]] ??= []).push(structuredClone(thing));
  const found = await new Validator().validate({ jsonld, microdata: {}, rdfa: {} });
  return found.map(({ severity, issueMessage, path }) => `${severity}: ${issueMessage} ${JSON.stringify(path)}`);
}

const isExpected = (complaint) => complaint.startsWith("WARNING") && UNKNOWN.some((name) => complaint.includes(`"${name}"`));

test("a lesson with picture, captions and chapters has everything that a video needs", async () => {
  for (const language of ["az", "ru", "en"]) {
    const things = await described(made, `/${language}/l/${made.lesson.code}`);
    const [work] = things;
    assert.deepEqual(work.hasPart.map(({ startOffset, name }) => [startOffset, name]), CHAPTERS);
    const found = (await complaints(things)).filter((complaint) => !isExpected(complaint));
    // This one was never broadcast.
    assert.deepEqual(found.filter((complaint) => !complaint.includes('"publication"')), [], language);
  }
});

test("every sample lesson lacks nothing but the picture that nobody has made, or its end while it is announced only", async () => {
  const lessons = await lessonsOf(samples);
  let broadcast = 0;
  for (const { code, broadcasts, files } of lessons.values()) {
    const things = await described(samples, `/az/l/${code}`);
    broadcast += broadcasts.length > 0 && files.length > 0;
    const unknown = files.length > 0 ? '"thumbnailUrl"' : '"endDate"';
    const errors = (await complaints(things)).filter((complaint) => complaint.startsWith("ERROR") && !complaint.includes(unknown));
    assert.deepEqual(errors, [], code);
  }
  assert.ok(broadcast > 0, "no sample was broadcast");
});

test("a shelf and the way to it are lists in order", async () => {
  const things = await described(samples, "/az/grades/7/mathematics");
  assert.deepEqual(things.map((thing) => thing["@type"]), ["ItemList", "BreadcrumbList"]);
  assert.deepEqual(await complaints([things[1]]), []);
});
