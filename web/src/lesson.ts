// Chapters, qualities and `#t=90` change the video in place, it goes on where the reader stopped, and once it plays it gets
// a player. Without this script they are links that load the page anew at that moment or in that quality, and the video has
// the browser's own controls, so nothing here may be needed.

import { clockFace } from './lesson/clock_face';
import { Qualities, point } from './lesson/qualities';
import { offerSaving } from './offline/offer';
import type { begin } from './player';
import { forget, keepInside, lessonInAddress, remember, stoppedAt } from './resume';
import { SAVING } from './saving';

const video = document.querySelector<HTMLVideoElement>('video');
const chapters = [...document.querySelectorAll<HTMLAnchorElement>('.chapters a')];

const startOf = (link: HTMLAnchorElement): number => Number(new URLSearchParams(link.search).get('t'));

/** Seconds that the address names, as media fragments do; whole ones, like the server's `?t=`. */
const inHash = (): number | undefined => {
  const found = /^#t=(\d{1,6})$/.exec(location.hash);
  return found ? Number(found[1]) : undefined;
};

/** The moment at which the page begins. The server puts that of `?t=` into the sources, but a saved page is one for all. */
const inAddress = (): number | undefined => {
  const found = /^\d{1,6}$/.exec(new URLSearchParams(location.search).get('t') ?? '');
  return inHash() ?? (found ? Number(found[0]) : undefined);
};

/** The moment goes into the address without loading anything, and `q` stays. */
const note = (seconds: number): void => {
  const q = new URLSearchParams(location.search).get('q');
  history.replaceState(null, '', `${location.pathname}${q ? `?q=${q}` : ''}#t=${seconds}`);
};

/** The last moment that was wished or reached, in seconds. */
let moment = video?.currentTime ?? 0;

/** Starts at once where a person asked for it; never by itself, since playing costs data. */
const seek = (film: HTMLVideoElement, seconds: number, play: boolean): void => {
  moment = seconds;
  film.currentTime = seconds;
  if (play) film.play().catch(() => undefined);
};

const mark = (film: HTMLVideoElement): void => {
  const begun = chapters.filter((link) => startOf(link) <= film.currentTime);
  point(chapters, film.currentTime > 0 ? begun[begun.length - 1] : undefined);
};

/** Seconds behind what is there already: they come soon. */
const SOON = 20;

/**
 * Firefox reads a file in fragments from its beginning to where it seeks, however far that is: it gets the file with its
 * index. It is known by being strict about codecs, as in the page's own second source.
 */
const whole = (film: HTMLVideoElement, qualities: Qualities): void => {
  const { buffered, currentTime } = film;
  if (film.canPlayType('video/mp4; codecs=avc1') || !film.currentSrc.includes('form=fragmented')) return;
  for (let n = 0; n < buffered.length; n += 1) {
    if (currentTime >= buffered.start(n) && currentTime < buffered.end(n) + SOON) return;
  }
  if (currentTime > SOON && qualities.takeWhole()) qualities.reload(currentTime, !film.paused);
};

/** `act` instead of loading a page, unless the reader wants a window of its own. */
const instead = (link: HTMLAnchorElement | null, act: (byPerson: boolean) => void): void => {
  link?.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    act(event.isTrusted);
  });
};

/** Begins where the reader stopped, says so on the picture, and lets them begin at the start all the same. */
const resume = (film: HTMLVideoElement, code: string): void => {
  const seconds = stoppedAt(code);
  const stopped = document.querySelector<HTMLElement>('.stopped');
  const clock = stopped?.querySelector('.clock');
  if (seconds === undefined || !stopped || !clock) return;
  seek(film, seconds, false);
  clock.textContent = clockFace(seconds);
  stopped.hidden = false;
  const done = (): void => {
    // What is hidden keeps no focus.
    if (stopped.contains(document.activeElement)) film.focus({ preventScroll: true });
    stopped.hidden = true;
  };
  film.addEventListener('playing', done, { once: true });
  stopped.querySelector('button')?.addEventListener('click', () => {
    forget(code);
    done();
    seek(film, 0, true);
  });
};

/** Seconds of film that have come beyond the moment that is shown. */
const ahead = ({ buffered, currentTime }: HTMLVideoElement): number => {
  for (let i = 0; i < buffered.length; i += 1) {
    if (buffered.start(i) <= currentTime && currentTime <= buffered.end(i)) return buffered.end(i) - currentTime;
  }
  return 0;
};

/** Whether it plays no more: Firefox is at 0 then. */
const hasFailed = (film: HTMLVideoElement): boolean => film.error !== null || film.networkState === film.NETWORK_NO_SOURCE;

/** So many seconds of film must have come before anything else is fetched; or so many have been seen without it. */
const [ENOUGH, LONG] = [5, 20];

/** How long it is waited until a player that did not come is asked for again, in milliseconds; from then on always the last. */
const WAITS = [4_000, 15_000, 60_000];

/** The player comes once the picture moves and has a reserve: on a slow line nothing may be in its way. */
const dress = (film: HTMLVideoElement, qualities: Qualities, code: string): void => {
  const screen = film.closest<HTMLElement>('.screen');
  const script = screen?.dataset['script'];
  if (!screen || !script) return;
  const parts = chapters.map((link) => ({ start: startOf(link), title: link.lastElementChild?.textContent ?? '' }));
  const go = (seconds: number): void => {
    note(seconds);
    seek(film, seconds, true);
  };
  let tries = 0;
  let under = false;
  /** Until it may be asked for again. */
  let rest: number | undefined;
  const load = async (): Promise<void> => {
    if (under) return;
    under = true;
    clearTimeout(rest);
    try {
      // A module that did not come is not asked for again at the same address.
      const player = (await import(tries ? `${script}?${tries}` : script)) as { begin: typeof begin };
      await player.begin({ screen, video: film, qualities, chapters: parts, code, moment: () => moment, go });
    } catch {
      // The browser's own controls go on; after a while it is tried again, if it is played then or cannot be.
      const wait = WAITS[Math.min(tries, WAITS.length - 1)];
      tries += 1;
      under = false;
      rest = window.setTimeout(() => {
        rest = undefined;
        if (hasFailed(film)) void load();
      }, wait);
    }
  };
  let began = film.paused || film.readyState < film.HAVE_FUTURE_DATA ? undefined : film.currentTime;
  const look = (): void => {
    if (began === undefined || rest !== undefined) return;
    const isWhole = film.currentTime + ahead(film) >= film.duration - 1;
    if (isWhole || ahead(film) >= ENOUGH || film.currentTime - began >= LONG) void load();
  };
  film.addEventListener('playing', () => {
    began ??= film.currentTime;
    look();
  });
  for (const name of ['progress', 'timeupdate']) film.addEventListener(name, look);
  // A source that cannot be had tells its parent only on the way down.
  film.addEventListener('error', () => void load(), true);
  look();
};

if (video) {
  const code = lessonInAddress() ?? '';
  const qualities = new Qualities(video, [...document.querySelectorAll<HTMLAnchorElement>('.choice a')]);
  for (const link of chapters) {
    instead(link, () => {
      note(startOf(link));
      seek(video, startOf(link), true);
    });
  }
  // What another script chooses is nobody's wish for the next lesson.
  for (const quality of qualities.all) {
    instead(quality.link, (byPerson) => (byPerson ? qualities.choose(quality) : qualities.play(quality)));
  }
  video.addEventListener('timeupdate', () => mark(video));
  for (const name of ['timeupdate', 'seeking']) {
    video.addEventListener(name, () => {
      // While it is loaded anew it is at 0 for a moment.
      if (!hasFailed(video) && video.readyState >= video.HAVE_METADATA) moment = video.currentTime;
    });
  }
  video.addEventListener('seeking', () => whole(video, qualities));
  instead(document.querySelector<HTMLAnchorElement>('.start a'), () => {
    video.play().catch(() => undefined);
  });
  addEventListener('hashchange', () => {
    const seconds = inHash();
    if (seconds !== undefined) seek(video, seconds, true);
  });
  addEventListener(SAVING, (event) => qualities.follow((event as CustomEvent<boolean>).detail));
  qualities.takeUp();
  const first = inAddress();
  if (first !== undefined) seek(video, first, false);
  else resume(video, code);
  keepInside(video);
  whole(video, qualities);
  remember(video, code);
  dress(video, qualities, code);
}

offerSaving();
