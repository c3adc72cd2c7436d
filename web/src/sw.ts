// The worker: lessons that somebody saved play without a network, at their ordinary addresses. Whoever saved nothing never
// gets it, and what is not saved passes by it.

import { fileAnswer, mediaAnswer, savedFile, shelf, type Shelf } from './offline/answers';
import { PASS } from './offline/fetching';
import * as store from './offline/store';
import type { Media, Saved } from './offline/store';

declare const self: ServiceWorkerGlobalScope;

/** Of a saved page, how long the network may be silent before the saved one is shown, in milliseconds: 200 kbit/s is slow
    and not silent. */
const SILENCE = 8_000;

const PAGE = /^\/(?:(?:az|ru|en)(?:\/(?!teach\b)[^.]*)?|l\/[^./]+(?:\/(?:slides|transcript))?|grades\/[^.]*|search|timetable|saved)?$/;
const MEDIA = /^\/l\/([^/]+)\/(?:video\.mp4|audio\.m4a)$/;
const SMALL = /^\/(?:assets|media|l)\/|\.webmanifest$/;

/** What is saved, once that is known: this worker may have been started for the very request that it is asked about. */
let known: Shelf | undefined;
let knowing: Promise<Shelf> | undefined;

function know(): Promise<Shelf> {
  const now: Promise<Shelf> = shelf().catch(() => ({ keys: new Set<string>(), media: new Map() }));
  knowing = now;
  void now.then((found) => {
    if (knowing === now) known = found;
  });
  return now;
}

void know();
if ('BroadcastChannel' in self) new BroadcastChannel('teledars-saved').onmessage = () => void know();

// A newer one takes over as soon as the older one has nothing in hand: pages know both by the same addresses, and one store.
self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || request.headers.has(PASS)) return;
  const key = url.pathname + url.search;
  if (MEDIA.test(url.pathname)) {
    const place = `${event.clientId} ${key}`;
    // Decided now, not later: what is not saved streams as if there were no worker.
    if (!known || known.media.has(key) || isOther(known, url, request) || begun.has(place)) {
      event.respondWith(media(request, url, place));
    }
  } else if (request.mode === 'navigate') {
    if (PAGE.test(url.pathname)) event.respondWith(page(request, url));
  } else if (SMALL.test(url.pathname) && (!known || known.keys.has(key))) {
    event.respondWith(small(request, key));
  }
});

const code = (url: URL): string => MEDIA.exec(url.pathname)?.[1] ?? '';

/** The same lesson, of which another quality or form is saved than the one that `url` names. */
function others(saved: Shelf, url: URL): (Saved & { media: Media }) | undefined {
  const path = (one: Saved & { media: Media }): string => one.media.url.split('?')[0] ?? '';
  return [...saved.media.values()].find((one) => one.code === code(url) && path(one) === url.pathname);
}

/** Whether it may take the place of what `request` asks for: never in the middle of that, never for a download. Who asks for
    the first byte alone looks whether the line is back, and loads the file anew where it is. */
const isOther = (saved: Shelf, url: URL, request: Request): boolean =>
  !url.searchParams.has('download') &&
  /^(bytes=0-0?)?$/.test(request.headers.get('Range') ?? '') &&
  others(saved, url) !== undefined;

/** Files that began with another's bytes, by window and address, with the other's address: only that one can go on. A
    worker that was idle is ended and forgets it; then the player loads the file anew. */
const begun = new Map<string, string>();
/** More films than a window plays at once. */
const BEGUN = 100;

async function media(request: Request, url: URL, place: string): Promise<Response> {
  const saved = known ?? (await (knowing ?? know()));
  if (isOther(saved, url, request)) begun.delete(place);
  const exact = saved.media.get(begun.get(place) ?? url.pathname + url.search);
  const answer = exact && (await mediaAnswer(exact, request).catch(() => undefined));
  if (answer) return answer;
  try {
    return await fetch(request);
  } catch (error) {
    const other = isOther(saved, url, request) ? others(saved, url) : undefined;
    const instead = other && (await mediaAnswer(other, request));
    if (!other || !instead) throw error;
    if (begun.size >= BEGUN) begun.clear();
    begun.set(place, other.media.url);
    return instead;
  }
}

async function small(request: Request, key: string): Promise<Response> {
  const answer = await savedFile(key).catch(() => undefined);
  return answer ?? fetch(request);
}

/** The network's page; the saved one where there is no network, or none that works. */
async function page(request: Request, url: URL): Promise<Response> {
  const asked = fetch(request);
  asked.catch(() => undefined);
  const saved = await store.file(url.pathname).catch(() => undefined);
  try {
    const answer = await (saved ? Promise.race([asked, silence()]) : asked);
    return saved && answer.status >= 500 ? fileAnswer(saved) : answer;
  } catch {
    return saved ? fileAnswer(saved) : without(url);
  }
}

const silence = (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error('silent')), navigator.onLine ? SILENCE : 0));

/** No network, and the page is not saved: a saved one in another language, else the list of what is. */
async function without(url: URL): Promise<Response> {
  const { keys } = known ?? (await (knowing ?? know()));
  const [, language] = /^\/(az|ru|en)\b/.exec(url.pathname) ?? [];
  const rest = language ? url.pathname.slice(language.length + 1) : url.pathname;
  const same = [...keys].find((key) => rest.length > 1 && /^\/(az|ru|en)\//.test(key) && key.slice(3) === rest);
  if (same) return Response.redirect(same + url.search);
  const shells = [...keys].filter((key) => /^\/(az|ru|en)\/saved$/.test(key));
  const shell = shells.find((key) => key === `/${language}/saved`) ?? shells[0];
  return (shell && (await savedFile(shell))) || Response.error();
}
