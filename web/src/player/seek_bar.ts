// Where in the lesson one is: a slider, the chapters marked on it, how far it is loaded, and what one would see there.

import { clockFace } from '../lesson/clock_face';
import type { Film } from './film';
import { make } from './parts';
import type { Say } from './say';
import type { Storyboard } from './storyboard';

export interface Chapter {
  /** In seconds. */
  start: number;
  title: string;
}

export class SeekBar {
  readonly element = make('div', { class: 'seek' });
  readonly slider = make('input', { type: 'range', min: '0', max: '0', step: '1', value: '0' });
  private readonly rail = make('div', { class: 'rail' });
  private readonly loaded = make('div', { class: 'loaded' });
  private readonly played = make('div', { class: 'played' });
  private readonly preview = make('div', { class: 'preview' });
  private readonly picture = make('div', { class: 'tile' });
  private readonly words = make('span');
  /** Where the pointer is or drags to, in seconds; then the slider does not follow the film. */
  private looksAt?: number;
  private isDragged = false;

  constructor(
    private readonly film: Film,
    private readonly say: Say,
    private readonly chapters: Chapter[],
    private readonly storyboard: Storyboard,
  ) {
    this.slider.setAttribute('aria-label', say.words('seek'));
    this.rail.append(this.loaded, this.played);
    this.preview.append(this.picture, this.words);
    this.preview.setAttribute('aria-hidden', 'true');
    this.preview.hidden = true;
    this.element.append(this.slider, this.rail, this.preview);
    this.listen();
    this.measure();
  }

  private listen(): void {
    const { film, slider } = this;
    const { video } = film;
    for (const name of ['loadedmetadata', 'durationchange']) video.addEventListener(name, () => this.measure());
    for (const name of ['timeupdate', 'seeking', 'progress', 'emptied']) video.addEventListener(name, () => this.show());
    slider.addEventListener('input', () => {
      this.isDragged = true;
      this.tell(Number(slider.value));
      this.look(Number(slider.value));
    });
    slider.addEventListener('change', () => {
      this.isDragged = false;
      film.seek(Number(slider.value));
      this.lookAway();
    });
    this.element.addEventListener('pointermove', (event) => {
      const { left, width } = this.rail.getBoundingClientRect();
      this.look(Math.min(Math.max((event.clientX - left) / width, 0), 1) * film.lasts);
    });
    this.element.addEventListener('pointerleave', () => this.lookAway());
    slider.addEventListener('pointerup', () => {
      // Where nothing changed, no change is told.
      this.isDragged = false;
    });
  }

  /** How long it lasts, and where its chapters begin. */
  private measure(): void {
    const { lasts } = this.film;
    if (!lasts) return;
    this.slider.max = String(Math.floor(lasts));
    for (const old of this.rail.querySelectorAll('.mark')) old.remove();
    for (const { start } of this.chapters) {
      if (start <= 0 || start >= lasts) continue;
      const mark = make('div', { class: 'mark' });
      mark.style.left = `${(start / lasts) * 100}%`;
      this.rail.append(mark);
    }
    this.show();
  }

  private show(): void {
    const { film } = this;
    if (film.isChanging || !film.lasts) return;
    const { buffered } = film.video;
    let end = 0;
    for (let i = 0; i < buffered.length; i += 1) {
      if (buffered.start(i) <= film.at + 1) end = Math.max(end, buffered.end(i));
    }
    this.loaded.style.width = `${Math.min(end / film.lasts, 1) * 100}%`;
    if (this.isDragged) return;
    this.slider.value = String(Math.floor(film.at));
    this.tell(film.at);
  }

  private tell(seconds: number): void {
    const { film, say, slider } = this;
    this.played.style.width = `${film.lasts ? Math.min(seconds / film.lasts, 1) * 100 : 0}%`;
    const chapter = this.chapterAt(seconds);
    const position = say.position(seconds, film.lasts);
    slider.setAttribute('aria-valuetext', chapter ? `${position}, ${chapter}` : position);
  }

  chapterAt(seconds: number): string | undefined {
    const begun = this.chapters.filter(({ start }) => start <= seconds);
    return begun[begun.length - 1]?.title;
  }

  private look(moment: number): void {
    const { film, preview } = this;
    if (!film.lasts) return;
    this.looksAt = moment;
    const chapter = this.chapterAt(moment);
    this.words.textContent = chapter ? `${clockFace(moment)} ${chapter}` : clockFace(moment);
    preview.hidden = false;
    this.place(moment);
    void this.storyboard.tileAt(moment).then((tile) => {
      if (this.looksAt !== moment || !tile) return;
      const { style } = this.picture;
      style.width = `${tile.width}px`;
      style.height = `${tile.height}px`;
      style.backgroundImage = `url("${tile.sheet}")`;
      style.backgroundPosition = `-${tile.x}px -${tile.y}px`;
      this.place(moment);
    });
  }

  /** Above its moment, inside the player. */
  private place(moment: number): void {
    const { element, film, preview, rail } = this;
    const half = preview.offsetWidth / 2;
    const there = rail.offsetLeft + (moment / film.lasts) * rail.offsetWidth;
    preview.style.left = `${Math.max(Math.min(there - half, element.offsetWidth - 2 * half), 0)}px`;
  }

  private lookAway(): void {
    if (this.isDragged) return;
    delete this.looksAt;
    this.preview.hidden = true;
  }
}
