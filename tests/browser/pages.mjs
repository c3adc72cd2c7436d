// Every page that the server has, as a list: who looks at it, where it is, what there is to see. Tests of all pages and the
// pictures of docs/pages.md go by it, and a test compares it with the routes: a new page is added here.

import { PASSWORD, PEOPLE } from "./school.mjs";

export const LANGUAGES = ["az", "ru", "en"];

/** Routes below a language that are read and are no pages: they lead elsewhere, or are files. */
export const NO_PAGES = ["/{lang}", "/{lang}/manifest.webmanifest", "/{lang}/teach/sheet.csv", "/{lang}/grades/{grade}/{subject}/cartridge.imscc"];

const MISTAKEN = `WEBVTT

00:00.500 --> 00:02.000
Salam, uşaqlar!

00:03.000 --> 00:0x.000
Bu gün kəsrləri toplayırıq.
`;

/** Clicks `button` of a page and waits for the page that answers. */
async function press(page, selector) {
  await Promise.all([page.waitForEvent("domcontentloaded"), page.locator(selector).first().click()]);
}

async function choose(page, selector, name, content) {
  const file = { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
  await page.locator(selector).first().setInputFiles(file);
}

/**
 * The pages of `school` (see school.mjs). Each has a `name`, what it is `about` in a line, its `path` behind the language
 * and, where the path is not the route's own, the `route`; `as` is somebody of `PEOPLE`, else nobody is signed in;
 * `status` is 200 unless said; `framed`: it is made for a frame in another site's page; `arrive(page)` does what leads from the path to what is looked at. `shown: false` keeps it
 * out of the documents.
 */
export function pagesOf({ lessons, person, shelf, course, links }) {
  const lesson = (code) => `/l/${code}`;
  const desk = (code, rest = "") => `/teach/lessons/${code}${rest}`;
  return [
    // Students
    { name: "home", about: "The first page: which grade are you in?", path: "/" },
    { name: "home-section", about: "The first page of the Russian section", path: "/?section=ru" },
    { name: "grade", about: "The subjects of a grade, each with its colour, its sign and what a lesson costs", path: "/grades/7", route: "/{lang}/grades/{grade}" },
    { name: "grade-section", about: "A grade's subjects in the other section", path: "/grades/7?section=ru", route: "/{lang}/grades/{grade}", shown: false },
    { name: "grade-empty", about: "A grade of which nothing is recorded yet", path: "/grades/4", route: "/{lang}/grades/{grade}" },
    { name: "week", about: "All lessons of a grade's week, for who missed it", path: "/grades/7?week=2020-W14", route: "/{lang}/grades/{grade}" },
    { name: "week-empty", about: "A week of which nothing is recorded", path: "/grades/4?week=2020-W14", route: "/{lang}/grades/{grade}", shown: false },
    { name: "week-refused", about: "What is no week", path: "/grades/7?week=yay", route: "/{lang}/grades/{grade}", status: 400, shown: false },
    { name: "shelf", about: "Fifty lessons of a subject, by the units of the programme", path: shelf, route: "/{lang}/grades/{grade}/{subject}" },
    { name: "shelf-filtered", about: "The same, only some of its lessons", path: `${shelf}?kind=revision`, route: "/{lang}/grades/{grade}/{subject}" },
    { name: "shelf-filtered-none", about: "None of a shelf's lessons are so", path: `${shelf}?kind=revision&signed=1&year=1999/00`, route: "/{lang}/grades/{grade}/{subject}", shown: false },
    { name: "shelf-section", about: "A shelf in another language than the page's", path: "/grades/7/mathematics?section=ru", route: "/{lang}/grades/{grade}/{subject}", shown: false },
    { name: "shelf-empty", about: "A subject of which nothing is recorded yet", path: "/grades/7/chemistry", route: "/{lang}/grades/{grade}/{subject}", shown: false },
    { name: "codes", about: "The codes of a subject's lessons, to print and to cut out", path: `${shelf}/codes`, route: "/{lang}/grades/{grade}/{subject}/codes" },
    { name: "lesson", about: "A lesson: the video, the ways to take it with their prices, chapters, what comes next", path: lesson(lessons.full), route: "/{lang}/l/{code}" },
    { name: "lesson-quality", about: "The same in a chosen quality, from a moment on", path: `${lesson(lessons.full)}?q=240&t=14`, route: "/{lang}/l/{code}", shown: false },
    { name: "lesson-signed", about: "A lesson with an interpreter for the deaf", path: lesson(lessons.signed), route: "/{lang}/l/{code}", shown: false },
    { name: "lesson-russian", about: "A lesson in another language than the page's", path: lesson(lessons.russian), route: "/{lang}/l/{code}" },
    { name: "lesson-arabic", about: "A lesson whose words run from right to left", path: lesson(lessons.arabic), route: "/{lang}/l/{code}" },
    { name: "lesson-silent", about: "A lesson without sound, whose words are captions", path: lesson(lessons.silent), route: "/{lang}/l/{code}", shown: false },
    { name: "lesson-sound", about: "A lesson that is only heard", path: lesson(lessons.sound), route: "/{lang}/l/{code}" },
    { name: "lesson-unplayable", about: "A recording that no browser plays yet", path: lesson(lessons.unplayable), route: "/{lang}/l/{code}" },
    { name: "lesson-announced", about: "A lesson that is not recorded yet: when it is on television", path: lesson(lessons.announced), route: "/{lang}/l/{code}" },
    { name: "lesson-announced-plain", about: "A lesson that is not recorded yet, nobody says when", path: lesson(lessons.announcedPlain), route: "/{lang}/l/{code}", shown: false },
    { name: "lesson-withdrawn", about: "A lesson that was taken back, and why", path: lesson(lessons.withdrawn), route: "/{lang}/l/{code}", status: 410 },
    { name: "lesson-draft", about: "A draft as its teacher sees it", path: lesson(lessons.draft), route: "/{lang}/l/{code}", as: "admin", shown: false },
    { name: "shared", about: "A draft by a link that ends, for whoever has it", path: links.shared, route: "/{lang}/s/{grant}/l/{code}" },
    { name: "shared-transcript", about: "What is said in it", path: `${links.shared}/transcript`, route: "/{lang}/s/{grant}/l/{code}/transcript", shown: false },
    { name: "shared-slides", about: "It has no slides", path: `${links.shared}/slides`, route: "/{lang}/s/{grant}/l/{code}/slides", status: 404, shown: false },
    { name: "shared-ended", about: "A link that has ended", path: links.ended, route: "/{lang}/s/{grant}/l/{code}", status: 410, shown: false },
    { name: "shared-never", about: "A link that never was", path: links.shared.replace("/s/", "/s/A"), route: "/{lang}/s/{grant}/l/{code}", status: 404, shown: false },
    { name: "embed", about: "A lesson in a frame of another site's page", path: `/embed/${lessons.full}`, route: "/{lang}/embed/{code}", framed: true },
    { name: "embed-sound", about: "A lesson that is only heard, in a frame", path: `/embed/${lessons.sound}`, route: "/{lang}/embed/{code}", framed: true, shown: false },
    { name: "embed-arabic", about: "A lesson whose words run from right to left, in a frame", path: `/embed/${lessons.arabic}`, route: "/{lang}/embed/{code}", framed: true, shown: false },
    { name: "embed-unplayable", about: "A recording that no browser plays yet, in a frame", path: `/embed/${lessons.unplayable}`, route: "/{lang}/embed/{code}", framed: true, shown: false },
    { name: "embed-announced", about: "A lesson that is not recorded yet, in a frame", path: `/embed/${lessons.announced}`, route: "/{lang}/embed/{code}", framed: true, shown: false },
    { name: "embed-withdrawn", about: "What a frame shows of a lesson that was taken back", path: `/embed/${lessons.withdrawn}`, route: "/{lang}/embed/{code}", framed: true, status: 410, shown: false },
    { name: "embed-list", about: "A subject's lessons in a frame", path: `/embed${shelf}`, route: "/{lang}/embed/grades/{grade}/{subject}", framed: true },
    // In a learning platform's course
    { name: "lti-watch", about: "A lesson in a course of a learning platform", path: course.watch, route: "/{lang}/lti/watch/{ticket}", framed: true, shown: false },
    { name: "lti-watch-withdrawn", about: "A lesson in a course that was taken back", path: course.watchWithdrawn, route: "/{lang}/lti/watch/{ticket}", framed: true, status: 410, shown: false },
    { name: "lti-pick", about: "A teacher chooses a lesson for a course of a learning platform", path: course.pick, route: "/{lang}/lti/pick/{ticket}", framed: true },
    { name: "lti-pick-grade", about: "The subjects of a grade, to choose from", path: `${course.pick}?grade=7`, route: "/{lang}/lti/pick/{ticket}", framed: true, shown: false },
    { name: "lti-pick-shelf", about: "A subject's lessons, to tick", path: `${course.pick}?grade=9&subject=chemistry`, route: "/{lang}/lti/pick/{ticket}", framed: true },
    { name: "lti-pick-found", about: "Lessons that were found, to tick", path: `${course.pick}?q=kəsr`, route: "/{lang}/lti/pick/{ticket}", framed: true, shown: false },
    { name: "lti-pick-none", about: "Nothing is found", path: `${course.pick}?q=zzyzx`, route: "/{lang}/lti/pick/{ticket}", framed: true, shown: false },
    { name: "lti-preview", about: "A lesson before a teacher chooses it, and where it shall begin", path: `${course.pick}/l/${lessons.full}?t=0:14`, route: "/{lang}/lti/pick/{ticket}/l/{code}", framed: true },
    { name: "lti-preview-wrong", about: "A beginning that is none", path: `${course.pick}/l/${lessons.full}?t=yay`, route: "/{lang}/lti/pick/{ticket}/l/{code}", framed: true, status: 400, shown: false },
    { name: "lti-preview-announced", about: "A lesson that is not recorded yet, to choose", path: `${course.pick}/l/${lessons.announced}`, route: "/{lang}/lti/pick/{ticket}/l/{code}", framed: true, shown: false },
    { name: "lti-chosen", about: "Several lessons on their way into a course", path: `${course.pick}/chosen?code=${lessons.full}&code=${lessons.signed}`, route: "/{lang}/lti/pick/{ticket}/chosen", framed: true, shown: false },
    { name: "lti-chosen-none", about: "Nothing was ticked", path: `${course.pick}/chosen`, route: "/{lang}/lti/pick/{ticket}/chosen", framed: true, status: 400, shown: false },
    { name: "lti-over", about: "An address of a teacher's that was not copied whole", path: "/lti/pick/nothing", route: "/{lang}/lti/pick/{ticket}", framed: true, status: 404, shown: false },
    { name: "slides", about: "A lesson as its slides, in step with its sound", path: `${lesson(lessons.full)}/slides`, route: "/{lang}/l/{code}/slides" },
    { name: "transcript", about: "What is said in a lesson, to read, to search and to print", path: `${lesson(lessons.full)}/transcript`, route: "/{lang}/l/{code}/transcript" },
    { name: "timetable", about: "What is on television today, or on the nearest day that has something", path: "/timetable", shown: false },
    { name: "timetable-day", about: "What is on television on a day", path: "/timetable?date=2020-03-30", route: "/{lang}/timetable" },
    { name: "timetable-week", about: "What is on television in a week", path: "/timetable?week=2020-W14", route: "/{lang}/timetable", shown: false },
    { name: "timetable-none", about: "A day on which nothing is on television", path: "/timetable?date=2020-08-02&grade=7", route: "/{lang}/timetable", shown: false },
    { name: "search", about: "Lessons by their words, those that are said in them too", path: "/search?q=kəsr", route: "/{lang}/search" },
    { name: "search-empty", about: "Before anything is looked for", path: "/search", shown: false },
    { name: "search-filtered", about: "A search in one grade", path: "/search?q=kəsr&grade=7&captioned=1", route: "/{lang}/search", shown: false },
    { name: "search-none", about: "Nothing is found, and what else there is", path: "/search?q=zzyzx", route: "/{lang}/search" },
    { name: "saved", about: "The lessons that are saved on one's device", path: "/saved" },
    { name: "api", about: "What programs can ask for", path: "/api" },
    { name: "api-part", about: "A part of it: what each question takes and gives", path: "/api/lessons", route: "/{lang}/api/{part}" },
    { name: "api-desk", about: "The longest part", path: "/api/desk", route: "/{lang}/api/{part}", shown: false },
    { name: "missing-page", about: "An address where nothing is", path: "/nowhere/at/all", route: null, status: 404 },
    { name: "missing-grade", about: "A grade that is not", path: "/grades/77", route: "/{lang}/grades/{grade}", status: 404, shown: false },
    { name: "missing-lesson", about: "A code that nobody has", path: lesson("2222AA"), route: "/{lang}/l/{code}", status: 404, shown: false },
    { name: "missing-transcript", about: "A lesson without captions", path: `${lesson(lessons.signed)}/transcript`, route: "/{lang}/l/{code}/transcript", status: 404, shown: false },
    { name: "missing-slides", about: "A lesson without slides", path: `${lesson(lessons.russian)}/slides`, route: "/{lang}/l/{code}/slides", status: 404, shown: false },

    // Those who make lessons
    { name: "sign-in", about: "Signing in, for those who make lessons", path: "/teach/sign-in" },
    {
      name: "sign-in-wrong", about: "A wrong password", path: "/teach/sign-in", shown: false, status: 401,
      async arrive(page) {
        await page.locator("[name=user]").fill("Nobody");
        await page.locator("[name=password]").fill("wrong");
        await press(page, ".form .button");
      },
    },
    { name: "welcome-over", about: "A link that was used before", path: "/teach/welcome?key=nothing", route: "/{lang}/teach/welcome", status: 410, shown: false },
    {
      name: "welcome", about: "What a new person's link leads to: a name and a password", path: `/teach/people/${person}`, route: "/{lang}/teach/password", as: "admin",
      async arrive(page) {
        await press(page, "form[action$='/link'] button");
        const { pathname, search } = new URL(await page.locator(".secret").innerText());
        await page.goto(new URL(pathname + search, page.url()).href);
      },
    },
    { name: "desk", about: "The desk: the lessons that one makes", path: "/teach/", as: "admin", query: "?whose=all" },
    { name: "desk-teacher", about: "The desk of a teacher", path: "/teach/", as: "teacher", shown: false },
    { name: "desk-none", about: "Nothing fits the filters", path: "/teach/?q=yoxdur", route: "/{lang}/teach/", as: "admin", shown: false },
    { name: "new-lesson", about: "A new lesson", path: "/teach/lessons/new", as: "teacher" },
    {
      name: "new-lesson-wrong", about: "What was written cannot be", path: "/teach/lessons/new", as: "teacher", shown: false, status: 422,
      async arrive(page) {
        await page.locator("[name=title]").fill("");
        await press(page, ".save .button");
      },
    },
    { name: "edit", about: "A lesson at the desk: what it says of itself, and where it stands", path: desk(lessons.full), route: "/{lang}/teach/lessons/{code}", as: "admin" },
    {
      name: "edit-wrong", about: "Values that cannot be, told one by one beside what was written", path: desk(lessons.leylas), route: "/{lang}/teach/lessons/{code}", as: "teacher", status: 422,
      async arrive(page) {
        for (const folded of await page.locator("summary").all()) await folded.click();
        await page.locator("#chapters").fill("0:00 Giriş\n2 dəqiqə Misal");
        await page.locator("#textbook").fill("123:4");
        await page.locator("#title").fill("");
        await press(page, ".save .button");
      },
    },
    { name: "edit-folded-out", about: "The whole form", path: desk(lessons.leylas), route: "/{lang}/teach/lessons/{code}", as: "teacher", shown: false, async arrive(page) {
      for (const folded of await page.locator("summary").all()) await folded.click();
    } },
    { name: "edit-working", about: "A lesson of whose recording something is being made", path: desk(lessons.working), route: "/{lang}/teach/lessons/{code}", as: "admin", shown: false },
    { name: "edit-failing", about: "A lesson of whose recording something could not be made", path: desk(lessons.failing), route: "/{lang}/teach/lessons/{code}", as: "admin", shown: false },
    { name: "edit-withdrawn", about: "A withdrawn lesson at the desk", path: desk(lessons.withdrawn), route: "/{lang}/teach/lessons/{code}", as: "admin", shown: false },
    { name: "edit-unseen", about: "A draft of somebody else", path: desk(lessons.draft), route: "/{lang}/teach/lessons/{code}", as: "teacher", status: 404, shown: false },
    { name: "withdraw", about: "Taking a lesson back, with a reason", path: desk(lessons.full, "/withdraw"), route: "/{lang}/teach/lessons/{code}/withdraw", as: "admin" },
    { name: "delete", about: "Deleting a draft", path: desk(lessons.leylas, "/delete"), route: "/{lang}/teach/lessons/{code}/delete", as: "teacher", shown: false },
    { name: "files", about: "A lesson's captions, attachments and recordings", path: desk(lessons.full, "/files"), route: "/{lang}/teach/lessons/{code}/files", as: "admin" },
    { name: "files-none", about: "The same of a lesson without a recording", path: desk(lessons.leylas, "/files"), route: "/{lang}/teach/lessons/{code}/files", as: "teacher", shown: false },
    { name: "captions", about: "Captions are mended", path: desk(lessons.full, "/captions?language=az"), route: "/{lang}/teach/lessons/{code}/captions", as: "admin" },
    {
      name: "captions-seen", about: "Captions with a mistake, before they are saved", path: desk(lessons.full, "/captions"), route: "/{lang}/teach/lessons/{code}/captions/look", as: "admin",
      async arrive(page) {
        await page.locator("[name=text]").fill(MISTAKEN);
        await press(page, ".buttons .button");
      },
    },
    { name: "history", about: "What was done to a lesson, to be undone", path: desk(lessons.full, "/history"), route: "/{lang}/teach/lessons/{code}/history", as: "admin" },
    { name: "links", about: "Links that end, by which a draft is shown to some", path: desk(lessons.shared, "/links"), route: "/{lang}/teach/lessons/{code}/links", as: "admin" },
    {
      name: "links-wrong", about: "A link that would hardly ever end", path: desk(lessons.shared, "/links"), route: "/{lang}/teach/lessons/{code}/links", as: "admin", status: 422, shown: false,
      async arrive(page) {
        await page.locator("[name=days]").evaluate((field) => field.removeAttribute("max"));
        await page.locator("[name=days]").fill("401");
        await press(page, ".form .button");
      },
    },
    { name: "links-none", about: "A published lesson needs none", path: desk(lessons.full, "/links"), route: "/{lang}/teach/lessons/{code}/links", as: "admin", shown: false },
    { name: "prune-lesson", about: "Giving up a lesson's earlier recordings", path: desk(lessons.full, "/editions/prune"), route: "/{lang}/teach/lessons/{code}/editions/prune", as: "admin", shown: false },
    { name: "upload", about: "Recordings come in", path: "/teach/upload", as: "teacher" },
    { name: "upload-edition", about: "A new recording of a lesson", path: `/teach/upload?lesson=${lessons.full}`, route: "/{lang}/teach/upload", as: "admin", shown: false },
    { name: "sheet", about: "Many lessons at once, by a spreadsheet", path: "/teach/sheet", as: "admin" },
    {
      name: "differences", about: "What a sheet would change", path: "/teach/sheet", as: "admin",
      async arrive(page) {
        const rows = ["code;title;grades;subject;section;topic", `${lessons.leylas};Yeni ad;7;mathematics;az;Onluq kəsrlər`, ";Təzə dərs;8;physics;az;", ";Səhv dərs;7;mathematic;az;"];
        await choose(page, "input[type=file]", "dərslər.csv", rows.join("\n"));
        await press(page, "form[enctype] button");
      },
    },
    { name: "jobs", about: "What is made of recordings", path: "/teach/jobs", as: "admin" },
    { name: "jobs-lesson", about: "What is made of one lesson's recording", path: `/teach/jobs?lesson=${lessons.failing}`, route: "/{lang}/teach/jobs", as: "admin", shown: false },
    { name: "jobs-none", about: "Nothing is made of a teacher's recordings", path: "/teach/jobs?state=failed", route: "/{lang}/teach/jobs", as: "teacher", shown: false },
    { name: "account", about: "One's password, sessions and tokens", path: "/teach/account", as: "teacher" },
    {
      name: "account-wrong", about: "The old password was wrong", path: "/teach/account", as: "teacher", status: 400, shown: false,
      async arrive(page) {
        await page.locator("[name=old]").fill("səhv parol");
        for (const field of ["password", "again"]) await page.locator(`[name=${field}]`).fill("başqa bir parol");
        await press(page, "form[action$='/password'] .button");
      },
    },
    { name: "people", about: "Everybody who makes lessons, for administrators", path: "/teach/people", as: "admin" },
    { name: "person", about: "One of them", path: `/teach/people/${person}`, route: "/{lang}/teach/people/{id}", as: "admin" },
    { name: "log", about: "Who did what", path: "/teach/log", as: "admin" },
    { name: "disk", about: "What everybody's lessons take", path: "/teach/disk", as: "admin" },
    { name: "prune-all", about: "Giving up what is not shown", path: "/teach/disk/prune", as: "admin", shown: false },
    { name: "forbidden", about: "A page of administrators, asked for by a teacher", path: "/teach/people", as: "teacher", status: 403, shown: false },
  ].map((page) => ({
    status: 200,
    shown: true,
    ...page,
    route: page.route === undefined ? `/{lang}${page.path.split("?")[0]}` : page.route,
    path: page.path + (page.query ?? ""),
  }));
}

/** Goes to a page of the list, in a context of whoever it is for. Gives the last answer. */
export async function arriveAt(page, server, entry, language) {
  let last;
  const remember = (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) last = response;
  };
  page.on("response", remember);
  await page.goto(`${server.url}/${language}${entry.path}`);
  await entry.arrive?.(page);
  page.off("response", remember);
  return last;
}

/** The cookies of everybody who makes lessons. */
export async function signIn(browser, server) {
  const cookies = {};
  for (const [role, name] of Object.entries(PEOPLE)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/az/teach/sign-in`);
    await page.locator("[name=user]").fill(name);
    await page.locator("[name=password]").fill(PASSWORD);
    await Promise.all([page.waitForURL(/\/teach\/$/), page.locator(".form button").click()]);
    cookies[role] = await context.cookies();
    await context.close();
  }
  return cookies;
}
