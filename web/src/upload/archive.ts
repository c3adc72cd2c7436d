// What the page asks of the server besides sending bytes.

/** The server answered, and not as hoped. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    /** RFC 9457, as far as it came. */
    readonly problem: Record<string, unknown>,
  ) {
    super(`${status}`);
  }

  static of(status: number, body: string): Refusal {
    try {
      const problem: unknown = JSON.parse(body);
      return new Refusal(status, typeof problem === 'object' && problem !== null ? { ...problem } : {});
    } catch {
      return new Refusal(status, {});
    }
  }
}

/** The server did not answer. */
export class NoLine extends Error {}

/** An upload as the API tells it. */
export interface Told {
  id: string;
  filename: string | null;
  bytes: number | null;
  offset: number;
  kind: 'whole' | 'partial' | 'final';
  metadata: Record<string, string>;
  state: 'uploading' | 'queued' | 'processing' | 'done' | 'failed';
  /** Once it is done: whether browsers play it. */
  playable: boolean | null;
  lesson: string | null;
  title: string | null;
  error: string | null;
  /** Why it is no recording, by language. */
  refusal: { code: string; text: Record<string, string> } | null;
}

/** Why it is no recording, in the language of the page. */
export function whyOf(told: Told): string {
  return told.refusal?.text[document.documentElement.lang] ?? told.error ?? '';
}

/** What a new draft says of itself; the rest is as in the teacher's last lesson. */
export interface Draft {
  title: string;
  grades?: string[];
  subject?: string;
  section?: string;
}

/** How long an answer may take, in milliseconds. */
const PATIENCE = 60_000;

const TUS = { 'Tus-Resumable': '1.0.0' };

async function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  try {
    const options = { method, headers, body: body ?? null, signal: late.signal, cache: 'no-store' } as const;
    const answer = await fetch(path, options).catch((error: unknown) => {
      throw new NoLine(String(error));
    });
    if (answer.ok) return answer;
    throw Refusal.of(answer.status, await answer.text().catch(() => ''));
  } finally {
    clearTimeout(timer);
  }
}

async function json<T>(answer: Response): Promise<T> {
  // A line that breaks in the middle of an answer is no answer.
  const body: unknown = await answer.json().catch((error: unknown) => {
    throw new NoLine(String(error));
  });
  return body as T;
}

export const uploadPath = (id: string): string => `/uploads/${id}`;

/** Makes a draft; its code and title. */
export async function makeDraft(draft: Draft): Promise<{ code: string; title: string }> {
  const type = { 'Content-Type': 'application/json' };
  return json(await ask('POST', '/api/v1/lessons', type, JSON.stringify(draft)));
}

export async function deleteDraft(code: string): Promise<void> {
  await ask('DELETE', `/api/v1/lessons/${code}`);
}

/** Upload-Metadata: keys, and values in Base64 of their UTF-8. */
function encoded(metadata: Record<string, string>): string {
  const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(',');
}

/** Begins an upload; its id. No byte moves yet. */
export async function begin(bytes: number, metadata: Record<string, string>): Promise<string> {
  const headers = { ...TUS, 'Upload-Length': String(bytes), 'Upload-Metadata': encoded(metadata) };
  const answer = await ask('POST', '/uploads', headers);
  const id = answer.headers.get('Location')?.split('/').pop();
  if (!id) throw new Refusal(answer.status, {});
  return id;
}

/** Deletes an upload. One that is gone is as good as deleted. */
export async function terminate(id: string): Promise<void> {
  try {
    await ask('DELETE', uploadPath(id), TUS);
  } catch (error) {
    if (!(error instanceof Refusal && (error.status === 404 || error.status === 410))) throw error;
  }
}

/** How many bytes of an upload are here for good. Whoever still sends some is asked to leave. */
export async function offset(id: string): Promise<number> {
  const answer = await ask('HEAD', uploadPath(id), TUS);
  return Number(answer.headers.get('Upload-Offset') ?? 0);
}

export async function told(id: string): Promise<Told> {
  return json(await ask('GET', `/api/v1/uploads/${id}`));
}

/** All that is unfinished or was finished lately, the newest first. */
export async function listed(): Promise<Told[]> {
  const all: Told[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { uploads: Told[]; next: string | null } = await json(
      await ask('GET', `/api/v1/uploads?limit=200&cursor=${encodeURIComponent(cursor)}`),
    );
    all.push(...page.uploads);
    cursor = page.next;
  }
  return all;
}
