// Chapters and `#t=90` move the video in place. Without this script they are links that load the page anew
// at that moment, so nothing here may be needed.

const video = document.querySelector<HTMLVideoElement>('video');
const chapters = [...document.querySelectorAll<HTMLAnchorElement>('.chapters a')];

const startOf = (link: HTMLAnchorElement): number => Number(new URLSearchParams(link.search).get('t'));

/** Seconds that the address names, as media fragments do; whole ones, like the server's `?t=`. */
const inAddress = (): number | undefined => {
  const found = /^#t=(\d{1,6})$/.exec(location.hash);
  return found ? Number(found[1]) : undefined;
};

/** Starts at once where a person asked for it; never by itself, since playing costs data. */
const seek = (film: HTMLVideoElement, seconds: number, play: boolean): void => {
  film.currentTime = seconds;
  if (play) film.play().catch(() => undefined);
};

const mark = (film: HTMLVideoElement): void => {
  const begun = chapters.filter((link) => startOf(link) <= film.currentTime);
  const present = film.currentTime > 0 ? begun[begun.length - 1] : undefined;
  for (const link of chapters) {
    if (link === present) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
};

if (video) {
  for (const link of chapters) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const seconds = startOf(link);
      history.replaceState(null, '', `${location.pathname}#t=${seconds}`);
      seek(video, seconds, true);
    });
  }
  video.addEventListener('timeupdate', () => mark(video));
  document.querySelector('.ways a[href="#video"]')?.addEventListener('click', (event) => {
    event.preventDefault();
    video.play().catch(() => undefined);
  });
  addEventListener('hashchange', () => {
    const seconds = inAddress();
    if (seconds !== undefined) seek(video, seconds, true);
  });
  const first = inAddress();
  if (first !== undefined) seek(video, first, false);
}
