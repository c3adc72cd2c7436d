// The large file of what is saved: it comes as one stream from where the last one ended, and is kept piece by piece, so that
// neither a broken line nor a closed page costs anything again, and memory holds one piece.

import { fetchGood, LineDown, read, Refused } from './fetching';
import * as store from './store';
import { NoRoom, type Media, type Saved } from './store';

/** A piece is kept when it has so many bytes… */
const PIECE = 1 << 20;
/** … or when so much time has passed, in milliseconds, and it has at least so many. */
const PATIENCE = 4_000;
const LITTLE = 1 << 16;

/** Bytes for which there is room here; `undefined` where the browser does not tell. */
export async function room(): Promise<number | undefined> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined || usage === undefined ? undefined : Math.max(quota - usage, 0);
}

/** The part of the file that `response` has: where it begins, and how long the whole is. */
function place(response: Response): { start: number; length: number } {
  // Where it ends is seen from its bytes: servers may send less than was asked for.
  const found = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '');
  if (response.status === 206 && found) return { start: Number(found[1]), length: Number(found[2]) };
  const length = response.headers.get('Content-Length');
  if (response.status === 200 && length) return { start: 0, length: Number(length) };
  throw new Refused(`${response.status} ${response.url}`);
}

/** A tag that lets one go on; a weak one does not tell bytes apart. */
const strong = (response: Response): string | null => {
  const tag = response.headers.get('ETag');
  return tag?.startsWith('"') ? tag : null;
};

/** Asks for what is missing: from there on if it is the same file still, else for all of it. */
async function ask(url: string, media: Media | null, signal: AbortSignal): Promise<Response> {
  const goesOn = media?.etag && media.have > 0;
  const headers: Record<string, string> = goesOn
    ? { Range: `bytes=${media.have}-`, 'If-Range': media.etag as string }
    : {};
  const response = await fetchGood(url, { headers, signal, cache: 'no-store' });
  // The length that we know is beyond its end: another file.
  return response.status === 416 ? fetchGood(url, { signal, cache: 'no-store' }) : response;
}

/** Fetches what is missing of the large file of `saved` that is coming. `at` is told how many bytes are here. */
export async function download(saved: Saved, signal: AbortSignal, at: (have: number, length: number) => void): Promise<void> {
  const { id, url, newer } = saved;
  const { media: before } = store.coming(saved);
  if (!url || (before && before.have === before.length)) return;
  const response = await ask(url, before, signal);
  const { start, length } = place(response);
  const [etag, old] = [strong(response), saved.media];
  const same = before !== null && start === before.have && length === before.length && etag === before.etag;
  // Beginning anew, nothing of before may stay.
  if (!same || start === 0) {
    if (start > 0) throw new Refused(`${start} ${url}`);
    if (newer && etag && etag === old?.etag && length === old.length) {
      // The newer edition was taken back: this one is here.
      await response.body?.cancel();
      return store.dropNewer(id);
    }
    const type = response.headers.get('Content-Type') ?? 'application/octet-stream';
    await store.beginMedia(id, { url, etag, type, length, have: 0 });
    if (before && before.have > 0) await store.change(id, (one) => (one.renewed = true));
  }
  const left = await room();
  if (left !== undefined && left < length - start) {
    await response.body?.cancel();
    throw new NoRoom();
  }
  at(start, length);
  const have = await keep(id, response, start, length, signal, (have) => at(have, length));
  if (have < length) throw new LineDown(`${have} of ${length} ${url}`);
}

/** Keeps the stream's bytes from `start` on; gives how many are here then. What came before it broke is kept as well. */
async function keep(
  id: string,
  response: Response,
  start: number,
  length: number,
  signal: AbortSignal,
  at: (have: number) => void,
): Promise<number> {
  const reader = response.body?.getReader();
  if (!reader) throw new Refused('no body');
  let have = start;
  let held: Uint8Array[] = [];
  let weight = 0;
  let since = performance.now();
  const put = async (): Promise<void> => {
    if (!weight) return;
    const piece = new Blob(held as BlobPart[]);
    [held, weight, since] = [[], 0, performance.now()];
    // Somebody removed it, perhaps in another window.
    if (!(await store.addPiece(id, have, piece))) throw new DOMException('', 'AbortError');
    have += piece.size;
  };
  try {
    for (let chunk = await read(reader, signal); chunk; chunk = await read(reader, signal)) {
      if (have + weight + chunk.length > length) throw new Refused(`more than ${length} ${response.url}`);
      held.push(chunk);
      weight += chunk.length;
      at(have + weight);
      const waited = performance.now() - since;
      if (weight >= PIECE || (waited >= PATIENCE && weight >= LITTLE)) await put();
    }
    await put();
    return have;
  } catch (error) {
    if (!(error instanceof NoRoom)) await put();
    throw error;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
