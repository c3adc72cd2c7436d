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

/** Another address for every source, at the same moment; gives the first. */
const reload = (film: HTMLVideoElement, readdress: (source: URL) => void): string | undefined => {
  const { currentTime, paused, readyState } = film;
  const sources = [...film.querySelectorAll('source')];
  for (const source of sources) {
    const there = new URL(source.src);
    readdress(there);
    // Where nothing has been loaded, it begins where the address says.
    if (readyState > 0) there.hash = '';
    source.src = there.href;
  }
  film.load();
  if (readyState > 0 || currentTime > 0) seek(film, currentTime, !paused);
  return sources[0]?.src;
};

/** Seconds behind what is there already: they come soon. */
const SOON = 20;

/**
 * Firefox reads a file in fragments from its beginning to where it seeks, however far that is: it gets the file with its
 * index. It is known by being strict about codecs, as in the page's own second source.
 */
const whole = (film: HTMLVideoElement): void => {
  const { buffered, currentTime } = film;
  if (film.canPlayType('video/mp4; codecs=avc1') || !film.currentSrc.includes('form=fragmented')) return;
  for (let n = 0; n < buffered.length; n += 1) {
    if (currentTime >= buffered.start(n) && currentTime < buffered.end(n) + SOON) return;
  }
  if (currentTime > SOON) reload(film, (source) => source.searchParams.delete('form'));
};

/** The button below the video, which has its price. */
const start = document.querySelector<HTMLAnchorElement>('.start a');

/** The same moment in another quality, which is saved as well. */
const change = (film: HTMLVideoElement, link: HTMLAnchorElement): void => {
  const q = new URLSearchParams(link.search).get('q');
  if (!q) return;
  const there = reload(film, (source) => source.searchParams.set('q', q));
  point(qualities, link);
  note(q, location.hash);
  const cost = link.querySelector('.cost')?.textContent ?? '';
  for (const price of document.querySelectorAll('.start span')) price.textContent = cost;
  if (start && there) start.href = there;
  if (!save) return;
  save.search = `?q=${q}&download`;
  const price = save.querySelector('.cost');
  if (price) price.textContent = cost;
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
  video.addEventListener('seeking', () => whole(video));
  instead(start, () => {
    video.play().catch(() => undefined);
  });
  addEventListener('hashchange', () => {
    const seconds = inAddress();
    if (seconds !== undefined) seek(video, seconds, true);
  });
  const first = inAddress();
  if (first !== undefined) {
    seek(video, first, false);
    whole(video);
  }
}

offerSaving();
