// Saves what a person asked for, goes on where it was, in one window at a time, and tells how far it is.

import { download } from './download';
import { fetchGood, Gone, LineDown, Refused, whole } from './fetching';
import { needs } from './needs';
import * as store from './store';
import { NoRoom, type Form, type KeptFile, type Saved } from './store';

/** Something that can be saved, as `src/pages/lesson_keep.rs` writes it. */
export interface Way {
  form: Form;
  /** `240p` */
  name: string;
  url: string | null;
  pages: string[];
  open: string;
  beside: string[];
  bytes: number | null;
}

/** Whether `saved` is what `way` saves, of the same lesson: names, and ids with them, are in the language of a page. */
export const isOf = (way: Way, { form, url }: Saved): boolean => form === way.form && (form !== 'video' || url === way.url);

/** What somebody who waits should know; `undefined`: what is saved says it itself. */
export type Note = 'preparing' | 'moving' | 'waiting' | 'elsewhere' | 'noRoom' | 'gone' | 'failed' | 'newer';

/** How far one is: of `all` bytes `done` are here. */
export interface Progress {
  done: number;
  all: number;
}

/** Whether somebody wants it to come, and nobody paused it. */
export const goes = (saved: Saved): boolean => store.coming(saved).state === 'going';

/** What is coming goes on, or pauses; what is whole stays so. */
function turn(saved: Saved, state: 'going' | 'paused'): void {
  const one = store.coming(saved);
  if (one.state !== 'whole') one.state = state;
}

/** The longest wait before another try, in milliseconds; the first is a second. */
const LONGEST_WAIT = 30_000;
/** What never changes under its address. */
const FOR_EVER = /^\/(assets|media)\//;

export class Saver {
  readonly notes = new Map<string, Note>();
  readonly progress = new Map<string, Progress>();
  private readonly running = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  private readonly others = 'BroadcastChannel' in self ? new BroadcastChannel('teledars-saved') : undefined;

  /** `shell` is the page that lists what is saved, `changed` is told of everything that can be seen. */
  constructor(
    private readonly shell: string,
    private readonly changed: (id?: string) => void,
    /** Told where not even what is to be saved can be noted, and how many bytes it has. */
    private readonly refused: (bytes: number) => void = () => undefined,
  ) {
    this.others?.addEventListener('message', (event: MessageEvent<{ pause?: string }>) => {
      const { pause } = event.data;
      if (pause) this.running.get(pause)?.controller.abort();
      else this.changed();
    });
  }

  /** Begins to save a lesson in one way, and asks the browser to keep it when room gets scarce. */
  async begin(code: string, title: string, lang: string | null, way: Way): Promise<void> {
    // Once, since some browsers ask the person each time.
    if (!(await store.all()).length) void navigator.storage?.persist?.().catch(() => undefined);
    const id = `${code}/${way.form}${way.form === 'video' ? `-${way.name}` : ''}`;
    const saved: Saved = {
      ...{ id, code, title, lang },
      ...{ form: way.form, name: way.name, pages: way.pages, open: way.open, beside: way.beside, url: way.url },
      ...{ expected: way.bytes, state: 'going', at: Date.now(), fresh: 0, files: [], weight: 0, media: null, renewed: false },
    };
    try {
      await store.begin(saved);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      return this.refused(way.bytes ?? 0);
    }
    await this.goOn(id);
  }

  /** Goes on to save it, unless another window does. */
  async goOn(id: string): Promise<void> {
    const before = this.running.get(id);
    if (before && !before.controller.signal.aborted) return;
    await before?.ended;
    const controller = new AbortController();
    const ended = this.goOnAlone(id, controller.signal).finally(() => {
      this.running.delete(id);
      this.tell(id);
    });
    this.running.set(id, { controller, ended });
    await ended;
  }

  private async goOnAlone(id: string, signal: AbortSignal): Promise<void> {
    try {
      await store.change(id, (saved) => turn(saved, 'going'));
      this.note(id, 'preparing');
      await inTurn(id, signal, () => this.note(id, 'elsewhere'), () => this.persevere(id, signal));
    } catch (error) {
      if (!signal.aborted) return await this.giveUp(id, error);
    }
    this.note(id);
  }

  /** Stops, to be gone on with when somebody says so. */
  async pause(id: string): Promise<void> {
    this.stop(id);
    await store.change(id, (saved) => turn(saved, 'paused')).catch(() => undefined);
    this.note(id);
  }

  /** Gives up the newer edition that is coming, and keeps the one that is whole. */
  async keepOld(id: string): Promise<void> {
    this.stop(id);
    await store.dropNewer(id);
    this.note(id, 'newer');
  }

  /** Gives up what is saved, or what there is of it. */
  async remove(id: string): Promise<void> {
    this.stop(id);
    await store.remove(id);
    const left = await store.all();
    if (left.every(({ form }) => form === 'shell')) for (const shell of left) await store.remove(shell.id);
    this.note(id);
  }

  /** Saves the newer edition of a lesson; this one plays until that is whole. */
  async again(id: string): Promise<void> {
    await store.change(id, (saved) => {
      if (saved.state === 'whole') saved.newer ??= { state: 'going', media: null };
    });
    await this.goOn(id);
  }

  /** Whether the lesson has a newer edition than what is saved of it. */
  async look(saved: Saved): Promise<void> {
    const { media } = saved;
    if (saved.state !== 'whole' || saved.newer || !media?.etag) return;
    const now = await fetchGood(media.url, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
    const etag = now?.ok ? now.headers.get('ETag') : null;
    if (etag && etag !== media.etag && !this.running.has(saved.id)) this.note(saved.id, 'newer');
  }

  /** Saves the small files of a saved lesson as they are now: a mistake in captions is mended here as well. */
  async freshen(saved: Saved): Promise<void> {
    const { signal } = new AbortController();
    const here = new Set<string>();
    for (const page of saved.pages) await this.page(saved.id, page, signal, here);
    for (const url of saved.beside) await this.small(saved.id, url, signal, here);
    await this.page(await this.noteShell(), this.shell, signal, here);
    // Of scripts and style those of today are enough.
    await store.retain(saved.id, here);
    await store.change(saved.id, (one) => (one.fresh = Date.now()));
    this.tell(saved.id);
  }

  private stop(id: string): void {
    this.running.get(id)?.controller.abort();
    this.others?.postMessage({ pause: id });
  }

  private note(id: string, note?: Note): void {
    if (note) this.notes.set(id, note);
    else this.notes.delete(id);
    this.tell(id);
  }

  private tell(id: string): void {
    this.changed(id);
    this.others?.postMessage({});
  }

  private async persevere(id: string, signal: AbortSignal): Promise<void> {
    const here = new Set<string>();
    // Another window may have done it meanwhile, or somebody stopped it there.
    const before = await store.find(id);
    if (!before || !goes(before)) return;
    for (let wait = 1_000; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        this.notes.set(id, 'moving');
        await this.save(id, signal, here, () => (wait = 500));
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof LineDown)) throw error;
        this.note(id, 'waiting');
        await rest(wait, signal);
      }
    }
  }

  private async giveUp(id: string, error: unknown): Promise<void> {
    // Where there is no room, not even this may be written: then the next visit tries once more.
    await store.change(id, (saved) => turn(saved, 'paused')).catch(() => undefined);
    const why = error instanceof NoRoom ? 'noRoom' : error instanceof Gone ? 'gone' : 'failed';
    if (why === 'failed') console.warn(error);
    this.note(id, why);
  }

  private async save(id: string, signal: AbortSignal, here: Set<string>, moves: () => void): Promise<void> {
    const saved = await store.find(id);
    if (!saved) return;
    for (const page of saved.pages) await this.page(id, page, signal, here);
    for (const url of saved.beside) await this.small(id, url, signal, here);
    await this.page(await this.noteShell(), this.shell, signal, here);
    const { weight } = (await store.find(id)) ?? saved;
    await download((await store.find(id)) ?? saved, signal, (have, length) => {
      moves();
      this.progress.set(id, { done: weight + have, all: weight + length });
      this.changed(id);
    });
    // What nothing answers for is not saved.
    await navigator.serviceWorker.ready;
    if (!(await store.finish(id))) throw new LineDown(`not whole: ${id}`);
  }

  private shellId(): string {
    return `shell${this.shell}`;
  }

  private async noteShell(): Promise<string> {
    const id = this.shellId();
    await store.begin({
      ...{ id, code: '', form: 'shell', name: '', title: '', lang: null, pages: [this.shell], open: this.shell },
      ...{ beside: [], url: null, expected: null, state: 'whole', at: 0, fresh: 0, files: [], weight: 0 },
      ...{ media: null, renewed: false },
    });
    return id;
  }

  /** A page and what it needs. */
  private async page(id: string, url: string, signal: AbortSignal, here: Set<string>): Promise<void> {
    const response = await this.fetchFile(url, signal);
    const body = await whole(response, signal);
    const page = new DOMParser().parseFromString(await body.text(), 'text/html');
    for (const need of needs(page)) await this.small(id, need, signal, here);
    const key = new URL(url, location.origin).pathname;
    await store.addFile(id, kept(key, response, body));
    here.add(key);
  }

  /** A small file, unless it is here already. What is not there is not needed. */
  private async small(id: string, url: string, signal: AbortSignal, here: Set<string>): Promise<void> {
    const known = here.has(url) || FOR_EVER.test(url) ? await store.file(url) : undefined;
    if (known) {
      here.add(url);
      return store.addFile(id, known);
    }
    try {
      const response = await this.fetchFile(url, signal);
      await store.addFile(id, kept(url, response, await whole(response, signal)));
      here.add(url);
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
    }
    const { weight = 0, expected } = (await store.find(id)) ?? {};
    if (expected) this.progress.set(id, { done: Math.min(weight, expected), all: expected });
    this.changed(id);
  }

  private async fetchFile(url: string, signal: AbortSignal): Promise<Response> {
    const cache = FOR_EVER.test(url) ? 'default' : 'no-cache';
    const response = await fetchGood(url, { signal, cache });
    if (response.status !== 200) throw new Refused(`${response.status} ${url}`);
    return response;
  }
}

/** A response to keep. Its body is decoded, so what describes the coded one goes. */
function kept(key: string, response: Response, body: Blob): KeptFile {
  const coded = /^(content-encoding|content-length|transfer-encoding|connection|date|age)$/;
  return { key, headers: [...response.headers].filter(([name]) => !coded.test(name)), body };
}

/** Runs `work` in one window at a time; `waits` is told when another one runs its own of that name. */
async function inTurn(name: string, signal: AbortSignal, waits: () => void, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  const lock = `teledars-saved ${name}`;
  const free = await navigator.locks.request(lock, { ifAvailable: true }, async (held) => {
    if (held) await work();
    return held !== null;
  });
  if (free) return;
  waits();
  await navigator.locks.request(lock, { signal }, work);
}

/** So many milliseconds, or until the browser says that there is a network, or somebody has enough. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
