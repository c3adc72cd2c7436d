// What is saved on this device, in one database of the browser. What is written together is one transaction, so a browser
// that is closed or a disk that is full leaves nothing that says it is whole and is not. Pages write, the worker reads.

/** As a video, its sound alone, or its slides with the sound; and the page that lists what is saved. */
export type Form = 'video' | 'sound' | 'slides' | 'shell';

/** The one large file of what is saved. It comes in pieces, each where the one before ends. */
export interface Media {
  /** Path and query. */
  url: string;
  /** Strong, or a piece of another edition could be taken for one of this. */
  etag: string | null;
  type: string;
  /** In bytes. */
  length: number;
  /** Bytes that are here, from the first one on. */
  have: number;
  /** What its pieces are kept under; absent: the id of what is saved. */
  pieces?: string;
}

/** A newer edition of a large file that is here whole, in pieces of its own: until they are whole, that one plays. */
export interface Newer {
  state: 'going' | 'paused';
  media: Media | null;
}

/** Something that somebody saved, or is saving. */
export interface Saved {
  /** `K7M2QX/video-240` */
  id: string;
  code: string;
  form: Form;
  /** As its button calls it: `240p`. */
  name: string;
  title: string;
  /** Of the title, where that is not the page's. */
  lang: string | null;
  /** Pages that show it, as they are asked for. */
  pages: string[];
  /** Where it is opened. */
  open: string;
  /** Addresses of small files that belong to it besides those that its pages name. */
  beside: string[];
  /** Address of its large file. */
  url: string | null;
  /** What the server said that all of it weighs. */
  expected: number | null;
  state: 'going' | 'paused' | 'whole';
  /** Since when it is in this state, in milliseconds since 1970. */
  at: number;
  /** When its small files were last looked at, in milliseconds since 1970. */
  fresh: number;
  /** Keys of its small files, and their bytes. */
  files: string[];
  weight: number;
  media: Media | null;
  /** Only of what is whole. */
  newer?: Newer;
  /** A new edition came out in the middle, and it was begun anew. */
  renewed: boolean;
}

/** What is being saved, or was last: the newer edition where there is one. */
export const coming = (saved: Saved): Saved | Newer => saved.newer ?? saved;

/** What the pieces of `saved` are kept under. */
const own = ({ id, media }: Saved): string => media?.pieces ?? id;
/** What those of its newer edition are kept under: the other one of two names. */
const others = (saved: Saved): string => (own(saved) === saved.id ? `${saved.id}+` : saved.id);

/** A small file, whole. Of pages the key is the path, of all else path and query. */
export interface KeptFile {
  key: string;
  headers: [string, string][];
  body: Blob;
}

/** There is no room for more. */
export class NoRoom extends Error {}

interface Piece {
  id: string;
  start: number;
  body: Blob;
}

const NAME = 'teledars-saved';
const FORMAT = 1;

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, FORMAT);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('saved', { keyPath: 'id' });
      db.createObjectStore('files', { keyPath: 'key' });
      db.createObjectStore('pieces', { keyPath: ['id', 'start'] });
    };
    request.onsuccess = () => {
      // A newer format is waited for by whoever brings it.
      request.result.onversionchange = () => request.result.close();
      request.result.onclose = () => (opened = undefined);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

type Work<T> = (store: (name: string) => IDBObjectStore) => Promise<T>;

/** One transaction: all of `work`, or nothing of it. */
async function transact<T>(mode: IDBTransactionMode, stores: string[], work: Work<T>): Promise<T> {
  const transaction = (await open()).transaction(stores, mode);
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => {
      const { error } = transaction;
      reject(error?.name === 'QuotaExceededError' ? new NoRoom() : (error ?? new Error('aborted')));
    };
  });
  const working = work((name) => transaction.objectStore(name));
  // Why the transaction ended tells more than that a request in it failed.
  working.catch(() => undefined);
  await ended;
  return working;
}

const ALL = ['saved', 'files', 'pieces'];
const piecesOf = (id: string): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, Infinity]);

/** Everything that is saved or being saved, the newest first. */
export async function all(): Promise<Saved[]> {
  const found = await transact('readonly', ['saved'], (store) => answer<Saved[]>(store('saved').getAll()));
  return found.sort((a, b) => b.at - a.at);
}

export const find = (id: string): Promise<Saved | undefined> =>
  transact('readonly', ['saved'], (store) => answer<Saved | undefined>(store('saved').get(id)));

/** Notes what is to be saved, unless that is noted already. */
export const begin = (saved: Saved): Promise<void> =>
  transact('readwrite', ['saved'], async (store) => {
    const known = await answer<Saved | undefined>(store('saved').get(saved.id));
    if (!known) store('saved').put(saved);
  });

/** What `alter` makes of what is saved; `undefined` where somebody removed it meanwhile. */
export const change = (id: string, alter: (saved: Saved) => void): Promise<Saved | undefined> =>
  transact('readwrite', ['saved'], async (store) => {
    const saved = await answer<Saved | undefined>(store('saved').get(id));
    if (!saved) return undefined;
    alter(saved);
    store('saved').put(saved);
    return saved;
  });

/** Keeps a small file for `id`; it may be another's as well. */
export const addFile = (id: string, file: KeptFile): Promise<void> =>
  transact('readwrite', ['saved', 'files'], async (store) => {
    const saved = await answer<Saved | undefined>(store('saved').get(id));
    if (!saved) return;
    const known = saved.files.includes(file.key);
    const before = known ? await answer<KeptFile | undefined>(store('files').get(file.key)) : undefined;
    if (!known) saved.files.push(file.key);
    saved.weight += file.body.size - (before?.body.size ?? 0);
    store('files').put(file);
    store('saved').put(saved);
  });

/** Adds the next piece of what is coming; `false`: it is not the next one, since somebody removed or renewed that. */
export const addPiece = (id: string, start: number, body: Blob): Promise<boolean> =>
  transact('readwrite', ['saved', 'pieces'], async (store) => {
    const saved = await answer<Saved | undefined>(store('saved').get(id));
    const media = saved && coming(saved).media;
    if (!saved || media?.have !== start || start + body.size > media.length) return false;
    const piece: Piece = { id: media.pieces ?? id, start, body };
    media.have += body.size;
    store('pieces').put(piece);
    store('saved').put(saved);
    return true;
  });

/** Begins the large file that is coming anew. One that is whole stays. */
export const beginMedia = (id: string, media: Media): Promise<void> =>
  transact('readwrite', ['saved', 'pieces'], async (store) => {
    const saved = await answer<Saved | undefined>(store('saved').get(id));
    if (!saved) return;
    const pieces = saved.newer ? others(saved) : id;
    store('pieces').delete(piecesOf(pieces));
    coming(saved).media = { ...media, pieces };
    store('saved').put(saved);
  });

/** Notes that what is coming is whole; a newer edition takes the place of the older one. `false`: bytes are missing. */
export const finish = (id: string): Promise<boolean> =>
  transact('readwrite', ['saved', 'pieces'], async (store) => {
    const saved = await answer<Saved | undefined>(store('saved').get(id));
    if (!saved) return true;
    const { media } = coming(saved);
    if (saved.url !== null && media?.have !== media?.length) return false;
    if (saved.newer) store('pieces').delete(piecesOf(own(saved)));
    const { newer: _, ...rest } = saved;
    const now = Date.now();
    store('saved').put({ ...rest, media, state: 'whole', at: now, fresh: now });
    return true;
  });

/** Gives up the newer edition; what is whole stays. */
export const dropNewer = (id: string): Promise<void> =>
  transact('readwrite', ['saved', 'pieces'], async (store) => {
    const saved = await answer<Saved | undefined>(store('saved').get(id));
    if (!saved?.newer) return;
    store('pieces').delete(piecesOf(others(saved)));
    const { newer: _, ...rest } = saved;
    store('saved').put(rest);
  });

/** Removes what is saved with all that nothing else needs. */
export const remove = (id: string): Promise<void> =>
  transact('readwrite', ALL, async (store) => {
    const saved = await answer<Saved[]>(store('saved').getAll());
    const gone = saved.find((one) => one.id === id);
    if (!gone) return;
    const needed = new Set(saved.filter((one) => one !== gone).flatMap((one) => one.files));
    for (const key of gone.files) if (!needed.has(key)) store('files').delete(key);
    for (const pieces of [own(gone), others(gone)]) store('pieces').delete(piecesOf(pieces));
    store('saved').delete(id);
  });

/** Gives up the small files of `id` that are not among `keys`. */
export const retain = (id: string, keys: Set<string>): Promise<void> =>
  transact('readwrite', ['saved', 'files'], async (store) => {
    const all = await answer<Saved[]>(store('saved').getAll());
    const saved = all.find((one) => one.id === id);
    if (!saved) return;
    const needed = new Set(all.filter((one) => one !== saved).flatMap((one) => one.files));
    for (const key of saved.files.filter((one) => !keys.has(one))) {
      saved.weight -= (await answer<KeptFile | undefined>(store('files').get(key)))?.body.size ?? 0;
      if (!needed.has(key)) store('files').delete(key);
    }
    saved.files = saved.files.filter((key) => keys.has(key));
    store('saved').put(saved);
  });

/** A small file. */
export const file = (key: string): Promise<KeptFile | undefined> =>
  transact('readonly', ['files'], (store) => answer<KeptFile | undefined>(store('files').get(key)));

/** The keys of all small files. */
export const keys = (): Promise<string[]> =>
  transact('readonly', ['files'], async (store) => (await answer(store('files').getAllKeys())).map(String));

/** Bytes from `start` to before `end` of the large file that is whole. They stay on disk until somebody reads the Blob. */
export async function bytes(saved: Saved, start: number, end: number): Promise<Blob | undefined> {
  const id = own(saved);
  const found = await transact('readonly', ['pieces'], async (store) => {
    const before = IDBKeyRange.bound([id, 0], [id, start]);
    const cursor = await answer(store('pieces').openKeyCursor(before, 'prev'));
    if (!cursor) return [];
    return answer<Piece[]>(store('pieces').getAll(IDBKeyRange.bound(cursor.key, [id, end], false, true)));
  });
  const slices = found.map((piece) => piece.body.slice(Math.max(start - piece.start, 0), end - piece.start));
  const whole = new Blob(slices);
  return whole.size === end - start ? whole : undefined;
}
