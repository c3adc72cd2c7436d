// The row of buttons below the picture, each of which says what it does and how it stands.

import { choose } from '../choices';
import { clockFace } from '../lesson/clock_face';
import type { Captions } from './captions';
import { Film } from './film';
import { SignButton, make } from './parts';
import type { Say } from './say';
import type { SeekBar } from './seek_bar';

export interface Openers {
  chapters?: (opener: HTMLButtonElement) => void;
  settings: (opener: HTMLButtonElement) => void;
}

export class Controls {
  readonly element = make('div', { class: 'bar', role: 'group' });
  readonly play: SignButton;
  readonly settings: SignButton;
  private readonly mute: SignButton;
  private readonly volume = make('input', { type: 'range', min: '0', max: '1', step: '0.1' });
  private readonly time = make('span', { class: 'time' });
  private readonly words?: SignButton;
  private readonly full?: SignButton;
  private readonly small?: SignButton;

  constructor(
    private readonly film: Film,
    private readonly say: Say,
    private readonly captions: Captions,
    seekBar: SeekBar,
    openers: Openers,
  ) {
    const name = (words: string): string => say.words(words);
    this.play = new SignButton('play', name('play'), () => film.toggle());
    this.mute = new SignButton('loud', name('mute'), () => this.toggleMute());
    this.volume.setAttribute('aria-label', name('volume'));
    const row = make('div', { class: 'row' }, this.play.element, this.mute.element, make('span', { class: 'volume' }, this.volume));
    row.append(this.time);
    const { chapters } = openers;
    if (chapters) {
      const button: SignButton = new SignButton('chapters', name('chapters'), () => chapters(button.element));
      button.element.setAttribute('aria-expanded', 'false');
      button.element.classList.add('spare');
      row.append(button.element);
    }
    if (captions.tracks.length > 0) {
      this.words = new SignButton('captions', name('captions'), () => captions.toggle());
      row.append(this.words.element);
    }
    this.settings = new SignButton('settings', name('settings'), () => openers.settings(this.settings.element));
    this.settings.element.setAttribute('aria-expanded', 'false');
    row.append(this.settings.element);
    if (Film.hasSmall) {
      this.small = new SignButton('small', name('small'), () => film.toggleSmall());
      this.small.element.classList.add('spare');
      row.append(this.small.element);
    }
    if (Film.hasFull) {
      this.full = new SignButton('full', name('full'), () => film.toggleFull());
      row.append(this.full.element);
    }
    this.element.setAttribute('aria-label', name('controls'));
    this.element.append(seekBar.element, row);
    this.listen();
    this.show();
  }

  private listen(): void {
    const { film, volume } = this;
    const { video } = film;
    const show = (): void => this.show();
    for (const name of ['play', 'pause', 'playing', 'ended', 'seeked', 'volumechange', 'loadedmetadata']) video.addEventListener(name, show);
    for (const name of ['enterpictureinpicture', 'leavepictureinpicture']) video.addEventListener(name, show);
    document.addEventListener('fullscreenchange', show);
    video.addEventListener('timeupdate', () => this.tell());
    video.addEventListener('seeking', () => this.tell());
    volume.addEventListener('input', () => {
      video.volume = Number(volume.value);
      video.muted = video.volume === 0;
      this.keepLoudness();
    });
  }

  toggleMute(): void {
    const { video } = this.film;
    const silent = video.muted || video.volume === 0;
    video.muted = !silent;
    if (silent && video.volume === 0) video.volume = 0.5;
    this.keepLoudness();
  }

  keepLoudness(): void {
    const { muted, volume } = this.film.video;
    choose({ muted, volume });
  }

  show(): void {
    const { film, say } = this;
    const { video } = film;
    if (!film.isChanging) {
      this.play.sign = film.isPlaying ? 'pause' : video.ended ? 'again' : 'play';
      this.play.name = say.words(film.isPlaying ? 'pause' : video.ended ? 'replay' : 'play');
    }
    const silent = video.muted || video.volume === 0;
    this.mute.sign = silent ? 'mute' : 'loud';
    this.mute.pressed = silent;
    this.volume.value = String(video.muted ? 0 : video.volume);
    this.volume.setAttribute('aria-valuetext', `${Math.round(Number(this.volume.value) * 100)} %`);
    if (this.words) this.words.pressed = this.captions.shown !== undefined;
    if (this.full) this.full.pressed = film.isFull;
    if (this.small) this.small.pressed = document.pictureInPictureElement === video;
    this.tell();
  }

  private tell(): void {
    const { film, time } = this;
    if (film.isChanging) return;
    time.textContent = '';
    time.append(clockFace(film.at), make('span', {}, ` / ${clockFace(film.lasts)}`));
  }
}
