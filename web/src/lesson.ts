// Chapters, qualities and `#t=90` change the video in place. Without this script they are links that load the page anew
// at that moment or in that quality, so nothing here may be needed.

import { offerSaving } from './offline/offer';

const video = document.querySelector<HTMLVideoElement>('video');
const chapters = [...document.querySelectorAll<HTMLAnchorElement>('.chapters a')];
const qualities = [...document.querySelectorAll<HTMLAnchorElement>('.choice a')];

const startOf = (link: HTMLAnchorElement): number => Number(new URLSearchParams(link.search).get('t'));

/** Seconds that the address names, as media fragments do; whole ones, like the server's `?t=`. */
const inAddress = (): number | undefined => {
  const found = /^#t=(\d{1,6})$/.exec(location.hash);
  return found ? Number(found[1]) : undefined;
};

/** What is shown now, in the address and without loading anything: `q` stays, `t` goes into the fragment. */
const note = (q: string | null, fragment = ''): void => {
  history.replaceState(null, '', `${location.pathname}${q ? `?q=${q}` : ''}${fragment}`);
};

/** Starts at once where a person asked for it; never by itself, since playing costs data. */
const seek = (film: HTMLVideoElement, seconds: number, play: boolean): void => {
  film.currentTime = seconds;
  if (play) film.play().catch(() => undefined);
};

/** Of the links, only `present` leads to what is shown. */
const point = (links: HTMLAnchorElement[], present?: HTMLAnchorElement): void => {
  for (const link of links) {
    if (link === present) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
};

const mark = (film: HTMLVideoElement): void => {
  const begun = chapters.filter((link) => startOf(link) <= film.currentTime);
  point(chapters, film.currentTime > 0 ? begun[begun.length - 1] : undefined);
};

/** The link to save the quality that is chosen; not the one to save the recording as it came. */
const save = document.querySelector<HTMLAnchorElement>('.ways a[download][href*="?q="]');

/** The same moment in another quality, which is saved as well. */
const change = (film: HTMLVideoElement, link: HTMLAnchorElement): void => {
  const source = film.querySelector('source');
  const q = new URLSearchParams(link.search).get('q');
  if (!source || !q) return;
  const there = new URL(source.src);
  there.searchParams.set('q', q);
  there.hash = '';
  const { currentTime, paused } = film;
  source.src = there.href;
  film.load();
  seek(film, currentTime, !paused);
  point(qualities, link);
  note(q, location.hash);
  if (!save) return;
  save.search = `?q=${q}&download`;
  const [price, other] = [save, link].map((way) => way.querySelector('.cost'));
  if (price && other) price.textContent = other.textContent;
};

/** `act` instead of loading a page, unless the reader wants a window of its own. */
const instead = (link: HTMLAnchorElement | null, act: () => void): void => {
  link?.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    act();
  });
};

if (video) {
  for (const link of chapters) {
    instead(link, () => {
      const seconds = startOf(link);
      note(new URLSearchParams(location.search).get('q'), `#t=${seconds}`);
      seek(video, seconds, true);
    });
  }
  for (const link of qualities) instead(link, () => change(video, link));
  video.addEventListener('timeupdate', () => mark(video));
  instead(document.querySelector<HTMLAnchorElement>('.ways a[href="#video"]'), () => {
    video.play().catch(() => undefined);
  });
  addEventListener('hashchange', () => {
    const seconds = inAddress();
    if (seconds !== undefined) seek(video, seconds, true);
  });
  const first = inAddress();
  if (first !== undefined) seek(video, first, false);
}

offerSaving();
