// What the worker answers from what is saved.

import { holds, wanted } from './range';
import * as store from './store';
import type { KeptFile, Media, Saved } from './store';

/** What is saved, as far as it decides whether a request is answered here. */
export interface Shelf {
  /** Of small files. */
  keys: Set<string>;
  /** Whole large files by their addresses. */
  media: Map<string, Saved & { media: Media }>;
}

export async function shelf(): Promise<Shelf> {
  const [saved, keys] = await Promise.all([store.all(), store.keys()]);
  const whole = saved.filter((one): one is Saved & { media: Media } => one.state === 'whole' && one.media !== null);
  return { keys: new Set(keys), media: new Map(whole.map((one) => [one.media.url, one])) };
}

/** A small file as a response. */
export const fileAnswer = ({ headers, body }: KeptFile): Response => new Response(body, { headers });

/** A saved file of that key. */
export async function savedFile(key: string): Promise<Response | undefined> {
  const found = await store.file(key);
  return found && fileAnswer(found);
}

/** The large file of `saved` or the range of it that `request` asks for; its bytes go from disk to whoever plays it. */
export async function mediaAnswer(saved: Saved & { media: Media }, request: Request): Promise<Response | undefined> {
  const { length, type, etag } = saved.media;
  const headers = new Headers({ 'Content-Type': type, 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store' });
  if (etag) headers.set('ETag', etag);
  const range = holds(request.headers.get('If-Range'), etag) ? wanted(request.headers.get('Range'), length) : undefined;
  if (range === null) {
    headers.set('Content-Range', `bytes */${length}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: length };
  const body = await store.bytes(saved, start, end);
  if (!body) return undefined;
  headers.set('Content-Length', String(end - start));
  if (range) headers.set('Content-Range', `bytes ${start}-${end - 1}/${length}`);
  return new Response(body, { status: range ? 206 : 200, headers });
}
