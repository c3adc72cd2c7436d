// What a phone's lock screen and a keyboard's media keys are told.

import type { Film } from './film';

export interface Told {
  title: string;
  chapter(): string | undefined;
  next: string | undefined;
}

export function tellSystem(film: Film, told: Told): void {
  if (!('mediaSession' in navigator) || typeof MediaMetadata !== 'function') return;
  const { mediaSession } = navigator;
  const { video } = film;
  let last: string | undefined | null = null;
  const describe = (): void => {
    const chapter = told.chapter();
    if (chapter === last) return;
    last = chapter;
    const artwork = video.poster ? [{ src: video.poster }] : [];
    mediaSession.metadata = new MediaMetadata({ title: told.title, artist: chapter ?? '', artwork });
  };
  const place = (): void => {
    if (!film.lasts || typeof mediaSession.setPositionState !== 'function') return;
    const position = Math.min(film.at, film.lasts);
    mediaSession.setPositionState({ duration: film.lasts, position, playbackRate: video.playbackRate });
  };
  const on = (action: MediaSessionAction, act: (details: MediaSessionActionDetails) => void): void => {
    try {
      mediaSession.setActionHandler(action, act);
    } catch {
      // A browser that does not know this action.
    }
  };
  on('seekbackward', ({ seekOffset }) => film.by(-(seekOffset ?? 10)));
  on('seekforward', ({ seekOffset }) => film.by(seekOffset ?? 10));
  on('seekto', ({ seekTime }) => seekTime !== undefined && seekTime !== null && film.seek(seekTime));
  const { next } = told;
  if (next) on('nexttrack', () => location.assign(next));
  video.addEventListener('timeupdate', describe);
  for (const name of ['loadedmetadata', 'seeked', 'ratechange', 'play']) video.addEventListener(name, place);
  describe();
  place();
}
