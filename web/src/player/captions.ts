// Captions: the browser's own text tracks, drawn here, since browsers agree neither on how to place them above controls nor
// on when another size is taken up. Which ones, and how large, holds for all lessons.

import { choices, choose } from '../choices';
import type { Film } from './film';
import { make } from './parts';

export const SIZES = ['normal', 'large', 'huge'] as const;
export type Size = (typeof SIZES)[number];

export class Captions {
  readonly element = make('div', { class: 'cues' });
  onChange?: () => void;
  private track?: TextTrack;
  /** In which language they were on last. */
  private last?: string;

  constructor(private readonly film: Film) {
    const chosen = choices();
    this.size = chosen.size ?? 'normal';
    const before = this.tracks.find(({ mode }) => mode === 'showing');
    this.take(chosen.captions ?? before?.language ?? 'off');
    for (const track of this.tracks) track.addEventListener('cuechange', () => this.draw());
    // A file that takes another's place may bring the browser's own idea of what is shown.
    film.video.addEventListener('loadedmetadata', () => this.take(this.track?.language ?? 'off'));
  }

  get tracks(): TextTrack[] {
    return [...this.film.video.textTracks].filter(({ kind }) => kind === 'captions' || kind === 'subtitles');
  }

  get shown(): TextTrack | undefined {
    return this.track;
  }

  /** Of the languages that there are, the one that was asked for; another one is better than none. */
  private take(language: string): void {
    const { tracks } = this;
    const found = language === 'off' ? undefined : (tracks.find((track) => track.language === language) ?? tracks[0]);
    for (const track of tracks) track.mode = track === found ? 'hidden' : 'disabled';
    if (found) this.track = found;
    else delete this.track;
    this.draw();
  }

  choose(language: string): void {
    choose({ captions: language });
    this.take(language);
    this.onChange?.();
  }

  /** On in the language that was last on, or off. */
  toggle(): void {
    const { track, tracks } = this;
    const page = document.documentElement.lang;
    const usual = tracks.find(({ language }) => language === page) ?? tracks[0];
    if (track) {
      this.last = track.language;
      this.choose('off');
    } else if (usual) this.choose(this.last ?? usual.language);
  }

  private draw(): void {
    const { element, track } = this;
    element.textContent = '';
    if (!track) return;
    element.lang = track.language;
    for (const cue of track.activeCues ?? []) {
      const line = make('span');
      line.append((cue as VTTCue).getCueAsHTML());
      element.append(make('p', {}, line));
    }
  }

  get size(): Size {
    return SIZES.find((size) => this.element.classList.contains(size)) ?? 'normal';
  }

  set size(size: Size) {
    this.element.classList.remove(...SIZES);
    this.element.classList.add(size);
  }

  chooseSize(size: Size): void {
    choose({ size });
    this.size = size;
  }
}
