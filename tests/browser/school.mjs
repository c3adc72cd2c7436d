// An archive in which everything that pages can show is there once: lessons of every kind, people of every role, a queue
// of jobs in every state, changes, captions, attachments, a shelf of fifty lessons.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endLink, startElsewhere } from "./elsewhere.mjs";
import { startLearningPlatform } from "./learning_platform.mjs";
import { ffmpeg } from "./footage.mjs";
import { addPerson, lessonsOf, repository, run, startArchive } from "./start.mjs";

export const PASSWORD = "uzun bir parol";
/** Who makes lessons there, by what they may do. */
export const PEOPLE = { admin: "Rauf", editor: "Murad", teacher: "Leyla" };
/** How long all jobs of one lesson may take on a slow and busy machine, in milliseconds. */
const PATIENCE = 300_000;

const samples = (name) => fileURLToPath(new URL(`media/samples/${name}`, repository));

/** Titles of lessons, by what is special about them. */
const TITLES = {
  full: "Kəsrlərin müqayisəsi: məxrəcləri müxtəlif olan kəsrlər və onların ədəd oxunda təsviri",
  signed: "Kəsrlərin müqayisəsi (jest dili ilə)",
  sound: "Nağıl: Məlikməmməd",
  unplayable: "Köhnə lentdən: kimyəvi reaksiyalar",
  unplayableElsewhere: "Опыты с кислородом",
  arabic: "الدرس الأول: الحروف والأصوات",
  withdrawn: "Geri götürülmüş dərs",
  announced: "Düz xətlərin qarşılıqlı vəziyyəti",
  announcedPlain: "Vaxtı bilinməyən dərs",
  russian: "Координатная плоскость",
  silent: "Hüceyrənin quruluşu",
  draft: "Nizami Gəncəvi: «Xəmsə»",
  shared: "Onluq kəsrlər: yoxlanılan dərs",
};

const COLUMNS = [
  "file", "title", "description", "grades", "subject", "section", "language", "programme", "lesson_number", "unit",
  "topic", "curriculum", "school_year", "textbook", "broadcasts", "teachers", "interpreter", "kind", "captions",
  "chapters", "attachments", "license", "rights_holder", "source_url", "visibility",
];

const quoted = (value = "") => `"${String(value).replaceAll('"', '""')}"`;
const written = (lessons) =>
  [COLUMNS.join(","), ...lessons.map((lesson) => COLUMNS.map((name) => quoted(lesson[name])).join(",")), ""].join("\n");

/** The lesson about which everything is said, and of which jobs make everything. */
const full = {
  file: "full.mp4",
  title: TITLES.full,
  description:
    "Bu dərsdə məxrəcləri müxtəlif olan kəsrləri müqayisə edirik.\n\nƏvvəl ortaq məxrəcə gətiririk, sonra surətləri tutuşdururuq.",
  grades: "7;8",
  subject: "mathematics",
  section: "az",
  programme: "Televiziya dərsləri 2020",
  lesson_number: 12,
  unit: "Kəsrlər",
  topic: "Müxtəlifməxrəcli kəsrlərin müqayisəsi",
  curriculum: "az-2020:1.2.3;az-2020:1.2.4",
  school_year: "2019/20",
  textbook: "978-9952-34567-4:34",
  broadcasts: "medeniyyet@2020-03-30T10:00:00+04:00;arb_gunes@2020-04-02T16:30:00+04:00",
  teachers: "Aygün Əliyeva;Rəşad Quliyev",
  captions: `az:${samples("7-mathematics-az-2.vtt")}`,
  chapters: "00:00 Giriş;00:06 Ortaq məxrəc nədir;00:14 Misal: ¾ və ⅚;00:22 Tapşırıq",
  attachments: "iş vərəqi.txt",
  license: "CC-BY-4.0",
  rights_holder: "Teledars",
  source_url: "https://example.org/lessons/12",
  visibility: "public",
};

const UNITS = ["Qeyri-üzvi birləşmələrin əsas sinifləri", "Məhlullar", "Metallar", "Qeyri-metallar", "Üzvi kimyaya giriş"];
const TOPICS = [
  "Oksidlərin alınması və xassələri", "Turşular və onların təsnifatı", "Əsaslar: həll olan və həll olmayan",
  "Duzların adlandırılması", "Elektrolitik dissosiasiya", "İon mübadiləsi reaksiyaları", "Oksidləşmə və reduksiya",
  "Məhlulun qatılığı: məsələ həlli", "Laboratoriya işi", "Təkrar və yoxlama",
];

const fifty = Array.from({ length: 50 }, (_, n) => ({
  file: samples("1-mathematics-az-1.mp4"),
  title: `${TOPICS[(n * 7) % TOPICS.length]}${n < TOPICS.length ? "" : ` (${Math.floor(n / TOPICS.length) + 1})`}`,
  grades: "9",
  subject: "chemistry",
  section: "az",
  programme: "Televiziya dərsləri 2020",
  lesson_number: n + 1,
  unit: UNITS[Math.floor(n / 10)],
  kind: n % 13 === 12 ? "revision" : "lesson",
  interpreter: n % 17 === 16 ? "Sevda Məmmədova" : "",
  visibility: "public",
}));

const others = [
  ...fifty,
  { ...full, file: samples("7-mathematics-az-1.mp4"), title: TITLES.signed, lesson_number: 13, interpreter: "Sevda Məmmədova", captions: "", chapters: "", attachments: "" },
  { file: "sound.mp4", title: TITLES.sound, grades: "3", subject: "azerbaijani", section: "az", visibility: "public" },
  { file: "old.mpg", title: TITLES.unplayable, grades: "8", subject: "chemistry", section: "az", visibility: "public" },
  { file: "older.mpg", title: TITLES.unplayableElsewhere, grades: "8", subject: "chemistry", section: "ru", visibility: "public" },
  { file: samples("1-russian-ru-1.mp4"), title: TITLES.arabic, description: "درس في اللغة العربية.", grades: "5", subject: "literature", section: "az", language: "ar", visibility: "public" },
  { file: samples("1-life_knowledge-az-1.mp4"), title: TITLES.withdrawn, grades: "2", subject: "life_knowledge", section: "az", visibility: "public" },
  { ...full, title: TITLES.shared, lesson_number: 14, visibility: "draft" },
  { title: TITLES.announcedPlain, grades: "6", subject: "mathematics", section: "az", visibility: "public" },
];

/**
 * The archive's server: what `startArchive` gives, the `lessons` by what is special about them (see `TITLES`; `draft` and
 * `leylas` are seen by their people only), `shelf`, the path of the shelf of fifty, and `links`, the paths of links to the draft `shared`.
 */
export async function startSchool() {
  const folder = await mkdtemp(join(tmpdir(), "teledars-school-"));
  try {
    const as = (name) => join(folder, name);
    // As a camera leaves it: larger than what is made of it, or there would be nothing to choose.
    const camera = ["-t", "30", "-vf", "scale=854:480", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-c:a", "copy"];
    const old = ["-t", "4", "-c:v", "mpeg2video", "-c:a", "mp2", "-f", "mpegts"];
    await ffmpeg("ffmpeg", "-i", samples("7-mathematics-az-2.mp4"), ...camera, as("full.mp4"));
    await ffmpeg("ffmpeg", "-i", samples("1-mathematics-az-1.mp4"), "-vn", "-c", "copy", as("sound.mp4"));
    await ffmpeg("ffmpeg", "-i", samples("7-english-az-1.mp4"), ...old, as("old.mpg"));
    await ffmpeg("ffmpeg", "-i", samples("7-geography-ru-1.mp4"), ...old, as("older.mpg"));
    await writeFile(as("iş vərəqi.txt"), "Tapşırıq: kəsrləri müqayisə et.\n");
    await writeFile(as("full.csv"), written([full]));
    await writeFile(as("others.csv"), written(others));
    const server = await startArchive({ sheets: [as("full.csv")] });
    try {
      // Jobs of this lesson alone; the others' stay as they are while pages are looked at.
      await server.kill();
      await server.again("--jobs", "1");
      await everythingMade(server);
      await server.kill();
      await server.again();
      for (const sheet of [as("others.csv"), samples("lessons.csv")]) await run(server.data, "import", sheet);
      return { ...server, ...(await furnished(server)) };
    } catch (trouble) {
      await server.stop();
      throw trouble;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function everythingMade(server) {
  await addPerson(server.data, PEOPLE.admin, "admin", PASSWORD);
  const ask = await asking(server, PEOPLE.admin, "admin");
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { jobs } = await ask("GET", "/api/v1/jobs?limit=100");
    const open = jobs.filter(({ state }) => state === "queued" || state === "running");
    if (jobs.length > 0 && open.length === 0) return;
    if (Date.now() > deadline) throw new Error(`never made: ${JSON.stringify(open)}\n${server.log()}`);
    await setTimeout(250);
  }
}

/** Asks the API as somebody. */
async function asking(server, name, role) {
  const token = await run(server.data, "token", "create", name, "--role", role);
  return async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const answer = await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
}

/** What sheets cannot say: people, drafts, what was done to lessons, jobs. */
async function furnished(server) {
  const { data } = server;
  await addPerson(data, PEOPLE.teacher, "teacher", PASSWORD);
  await addPerson(data, PEOPLE.editor, "editor", PASSWORD);
  await run(data, "user", "scope", PEOPLE.editor, "7/mathematics");
  const admin = await asking(server, PEOPLE.admin, "admin");
  const teacher = await asking(server, PEOPLE.teacher, "teacher");

  const public_ = await lessonsOf(server);
  const { lessons: all } = await admin("GET", "/api/v1/desk/lessons?whose=edited&stands=draft");
  const lessons = {};
  for (const [what, title] of Object.entries(TITLES)) {
    lessons[what] = (public_.get(title) ?? all.find((lesson) => lesson.title === title))?.code;
    if (!lessons[what]) throw new Error(`there is no lesson ${title}`);
  }
  await run(data, "lesson", "withdraw", lessons.withdrawn, "--reason", "Dərsdə səhv var: yenisi hazırlanır.\nÜzr istəyirik.");

  const about = { grades: ["7"], subject: "mathematics", section: "az" };
  lessons.leylas = (await teacher("POST", "/api/v1/lessons", { title: "Adi kəsrlər", ...about })).code;
  await teacher("PATCH", `/api/v1/lessons/${lessons.leylas}`, { description: "Kəsrlərin toplanması\nvə çıxılması." });
  await run(data, "lesson", "owner", lessons.full, "add", PEOPLE.teacher);
  await teacher("PATCH", `/api/v1/lessons/${lessons.full}`, { topic: "Kəsrlərin müqayisəsi" });

  // Links that end: one for reviewers, one that has ended.
  const links = `/api/v1/lessons/${lessons.shared}/links`;
  const shared = new URL((await admin("POST", links, { note: "Rəyçilər üçün" })).url).pathname;
  const over = await admin("POST", links, { days: 1, note: "7b sinfi üçün" });
  await endLink(data, over.id);
  const ended = new URL(over.url).pathname;

  // A job in every state.
  const elsewhere = startElsewhere(data);
  const { jobs } = await admin("GET", "/api/v1/jobs?state=queued&limit=20");
  await elsewhere.takes(jobs[0].id);
  await elsewhere.reaches(jobs[0].id, 430);
  await elsewhere.fails(jobs[1].id, "ffmpeg: moov atom not found");
  await admin("POST", `/api/v1/jobs/${jobs[2].id}/cancel`);
  lessons.working = jobs[0].lesson;
  lessons.failing = jobs[1].lesson;
  const people = await admin("GET", "/api/v1/people");
  const person = (people.people ?? people).find(({ name }) => name === PEOPLE.editor).id;
  return { lessons, person, shelf: "/grades/9/chemistry", links: { shared, ended }, course: await connected(server, lessons) };
}

/** Where a pupil and a teacher of a learning platform come to, as paths behind the language. */
async function connected(server, { full, withdrawn }) {
  const platform = await startLearningPlatform(server);
  try {
    const arrival = async (activity) => (await platform.arrival(activity)).slice("/az".length);
    return {
      watch: await arrival({ custom: { code: full } }),
      watchWithdrawn: await arrival({ custom: { code: withdrawn } }),
      pick: await arrival({ choosing: true }),
    };
  } finally {
    await platform.stop();
  }
}
