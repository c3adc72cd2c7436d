// What stands on the picture: that it is loading, what was just changed, what went wrong, and what could be watched next.

import { make, wordButton } from './parts';
import type { Film } from './film';
import type { Say } from './say';

/** How long what was just changed stays to be read, in milliseconds. */
const READ = 2_500;
/** A pause of the film that is shorter is not worth a word, in milliseconds; a longer one is worth saying it aloud. */
const PATIENCE = 800;
const SPOKEN = 3_000;

export interface Next {
  href: string;
  title: string;
  lang: string | null;
}

export class Messages {
  /** Spoken by screen readers, and shown for a while. */
  private readonly said = make('p', { class: 'said', role: 'status' });
  private readonly waiting = make('p', { class: 'waiting' });
  /** That it is loading, for those who do not see it. */
  private readonly heard = make('p', { class: 'aside', role: 'status' });
  private readonly troubled = make('div', { class: 'message', role: 'alert' });
  private readonly ended = make('div', { class: 'message' });
  readonly elements = [this.waiting, this.heard, this.said, this.troubled, this.ended];
  private timer?: number;
  private patience?: number;
  private spoken?: number;

  constructor(
    private readonly film: Film,
    private readonly say: Say,
    private readonly next: Next | undefined,
  ) {
    this.waiting.textContent = say.words('waiting');
    for (const element of [this.waiting, this.troubled, this.ended]) element.hidden = true;
    const { video } = film;
    for (const name of ['waiting', 'seeking']) video.addEventListener(name, () => this.wait());
    for (const name of ['playing', 'canplay', 'seeked', 'pause', 'error']) video.addEventListener(name, () => this.goOn());
    video.addEventListener('ended', () => this.end());
    for (const name of ['playing', 'seeking']) {
      video.addEventListener(name, () => this.hide(this.ended));
    }
  }

  tell(words: string): void {
    this.said.textContent = words;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.said.textContent = '';
    }, READ);
  }

  private wait(): void {
    clearTimeout(this.patience);
    this.patience = window.setTimeout(() => {
      this.waiting.hidden = this.isTroubled;
    }, PATIENCE);
    clearTimeout(this.spoken);
    this.spoken = window.setTimeout(() => {
      if (!this.isTroubled) this.heard.textContent = this.say.words('waiting');
    }, SPOKEN);
  }

  private goOn(): void {
    clearTimeout(this.patience);
    clearTimeout(this.spoken);
    this.waiting.hidden = true;
    this.heard.textContent = '';
  }

  get isTroubled(): boolean {
    return !this.troubled.hidden;
  }

  trouble(words: string, again: () => void): void {
    this.goOn();
    if (this.isTroubled && this.troubled.firstChild?.textContent === words) return;
    const hadFocus = this.troubled.contains(document.activeElement);
    const button = wordButton(this.say.words('again'), again);
    this.troubled.textContent = '';
    this.troubled.hidden = false;
    this.troubled.append(make('p', {}, words), button);
    if (hadFocus) button.focus({ preventScroll: true });
  }

  calm(): void {
    this.hide(this.troubled);
    this.troubled.textContent = '';
  }

  /** A focus in it goes to the player, whose keys would be dead otherwise. */
  private hide(element: HTMLElement): void {
    if (element.contains(document.activeElement)) this.film.screen.focus({ preventScroll: true });
    element.hidden = true;
  }

  /** The button of the controls plays it again. */
  private end(): void {
    const { next, say } = this;
    if (!next) return;
    const title = make('b', {}, next.title);
    if (next.lang) title.lang = next.lang;
    const link = make('a', { class: 'word', href: next.href }, `${say.words('next')}: `, title);
    this.ended.textContent = '';
    this.ended.append(link);
    this.ended.hidden = false;
  }
}
