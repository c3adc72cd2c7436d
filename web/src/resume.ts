// Where a reader stopped in which lesson: kept in this browser, never sent, and forgotten when they say so.

import { keep, kept } from './choices';

const KEY = 'teledars.resume';
/** So many lessons are remembered; those that were watched longest ago are forgotten first. */
const LESSONS = 200;
/** Who stopped earlier has not begun, in seconds. */
const BEGUN = 10;
/** Who stopped so near the end has seen the lesson, in seconds. */
const END = 15;
/** How often a place is noted while a lesson plays, in seconds of it. */
const STEP = 5;

/** Second and moment of the note, by the lesson's code. */
type Places = Record<string, [number, number]>;

/** The code of the lesson that the page is about. */
export const lessonInAddress = (): string | undefined => /\/l\/([^/]+)/.exec(location.pathname)?.[1];

/** Seconds at which the reader stopped, where it is worth going on there. */
export function stoppedAt(code: string): number | undefined {
  const place = kept<Places>(KEY, {})[code]?.[0];
  return typeof place === 'number' && place >= BEGUN ? place : undefined;
}

export function forget(code?: string): void {
  if (code === undefined) return keep(KEY, undefined);
  const { [code]: _, ...others } = kept<Places>(KEY, {});
  keep(KEY, others);
}

function note(code: string, seconds: number, lasts: number): void {
  const { [code]: _, ...others } = kept<Places>(KEY, {});
  if (seconds < BEGUN || seconds > lasts - END) return keep(KEY, others);
  const rest = Object.entries(others).sort(([, a], [, b]) => b[1] - a[1]);
  const places = [[code, [Math.floor(seconds), Date.now()]], ...rest.slice(0, LESSONS - 1)] as const;
  keep(KEY, Object.fromEntries(places));
}

/**
 * A moment beyond the end, which an edition that is shorter leaves in links and in memory, is the beginning, as the server
 * has it: a browser would show the end and be through with the lesson.
 */
export function keepInside(media: HTMLMediaElement): void {
  const look = (): void => {
    if (media.currentTime > media.duration - 0.5) media.currentTime = 0;
  };
  media.addEventListener('loadedmetadata', look, { once: true });
}

/** From now on, where `media` are is noted under `code`. */
export function remember(media: HTMLMediaElement, code: string): void {
  let last = -1;
  const now = (): void => {
    // A lesson that was not played, or is being loaded anew, is where it was.
    if (!media.played.length || media.readyState < media.HAVE_METADATA || media.seeking) return;
    last = media.currentTime;
    note(code, last, media.duration);
  };
  media.addEventListener('timeupdate', () => {
    if (Math.abs(media.currentTime - last) >= STEP) now();
  });
  media.addEventListener('pause', now);
  media.addEventListener('ended', () => forget(code));
  addEventListener('pagehide', now);
}
