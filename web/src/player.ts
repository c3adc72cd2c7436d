// The player: it puts its controls on the picture of a video that already plays, and takes the browser's own away. The video
// is not touched: it neither moves in the page nor begins anew.

import { choices } from './choices';
import type { Qualities } from './lesson/qualities';
import { Captions } from './player/captions';
import { Controls } from './player/controls';
import { Film } from './player/film';
import { KEYS, listen } from './player/keys';
import { Messages, type Next } from './player/messages';
import { quickLine } from './player/pace';
import { Panel } from './player/panel';
import { make, wordButton } from './player/parts';
import { Presence } from './player/presence';
import { Say } from './player/say';
import { type Chapter, SeekBar } from './player/seek_bar';
import { tellSystem } from './player/session';
import { SPEEDS, setSpeed, settings, wantsAuto } from './player/settings';
import { Storyboard } from './player/storyboard';
import { Stream } from './player/stream';
import { Trouble } from './player/trouble';
import { saves } from './saving';

/** What the lesson's page hands over. */
export interface LessonPage {
  /** Around the video; its data attributes say where everything is. */
  screen: HTMLElement;
  video: HTMLVideoElement;
  qualities: Qualities;
  chapters: Chapter[];
  code: string;
  /** The last moment that was wished or reached, in seconds. */
  moment(): number;
  /** To a moment, in the address as well. */
  go(seconds: number): void;
}

/** Resolves when the style sheet is there: controls without one would be a heap. */
function dressed(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = make('link', { rel: 'stylesheet', href: address });
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => {
      link.remove();
      reject(new Error(address));
    });
    document.head.append(link);
  });
}

/** While the browser shows the video on the whole screen or in a small window, with controls of its own, it stays there. */
function released(video: HTMLVideoElement): Promise<void> {
  if (document.fullscreenElement !== video) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('fullscreenchange', () => resolve(), { once: true });
  });
}

function nextLesson(): Next | undefined {
  const link = document.querySelector<HTMLAnchorElement>('.next .name a');
  return link ? { href: link.href, title: link.textContent ?? '', lang: link.getAttribute('lang') } : undefined;
}

class Player {
  private readonly film: Film;
  private readonly captions: Captions;
  private readonly stream: Stream;
  private readonly messages: Messages;
  private readonly panel: Panel;
  private readonly seekBar: SeekBar;
  private readonly controls: Controls;
  private readonly presence: Presence;
  private readonly trouble: Trouble;

  constructor(
    private readonly page: LessonPage,
    private readonly say: Say,
  ) {
    const { chapters, qualities, screen, video } = page;
    const { engine, storyboard, stream } = screen.dataset;
    const next = nextLesson();
    this.film = new Film(video, screen);
    this.captions = new Captions(this.film);
    this.stream = new Stream(this.film, qualities, engine, stream);
    this.messages = new Messages(this.film, say, next);
    this.panel = new Panel(say);
    const pictures = new Storyboard(saves() ? undefined : storyboard);
    this.seekBar = new SeekBar(this.film, say, chapters, pictures);
    this.controls = new Controls(this.film, say, this.captions, this.seekBar, {
      settings: (opener) => this.openSettings(opener),
      ...(chapters.length > 0 && { chapters: (opener: HTMLButtonElement) => this.openChapters(opener) }),
    });
    this.takeChoices();
    this.furnish();
    this.presence = new Presence(
      screen,
      () => !this.film.isPlaying || this.panel.isOpen || this.messages.isTroubled || screen.matches('.by-keyboard:focus-within'),
    );
    this.trouble = new Trouble(this.film, qualities, this.stream, this.messages, say, page.moment());
    this.listen();
    const chapter = (): string | undefined => this.seekBar.chapterAt(this.film.at);
    tellSystem(this.film, { title: document.querySelector('h1')?.textContent ?? '', chapter, next: next?.href });
    void this.rise();
  }

  private get things() {
    const { captions, film, messages, page, say, stream } = this;
    return { captions, film, messages, qualities: page.qualities, say, stream };
  }

  /** As the reader wanted it in the lesson before. */
  private takeChoices(): void {
    const { muted, speed, volume } = choices();
    const { video } = this.film;
    if (speed !== undefined && SPEEDS.includes(speed)) setSpeed(this.film, speed);
    // What was made louder or silent while the browser's own controls were there counts.
    const untouched = !video.muted && video.volume === 1;
    if (untouched && volume !== undefined && volume >= 0 && volume <= 1) video.volume = volume;
    if (untouched && muted !== undefined) video.muted = muted;
  }

  private furnish(): void {
    const { screen, video } = this.page;
    const hadFocus = document.activeElement === video;
    video.controls = false;
    // Firefox stops at it all the same.
    video.tabIndex = -1;
    screen.setAttribute('role', 'group');
    screen.setAttribute('aria-label', this.say.words('player'));
    screen.tabIndex = -1;
    screen.classList.add('dressed');
    screen.append(this.captions.element, ...this.messages.elements, this.controls.element, this.panel.element);
    if (hadFocus) this.controls.play.element.focus({ preventScroll: true });
  }

  private listen(): void {
    const { controls, film, messages, page, panel, say } = this;
    const { qualities, screen, video } = page;
    qualities.beforeFile = (at) => {
      this.trouble.goal(at);
      film.freeze();
      this.stream.end();
    };
    qualities.afterChoice = () => messages.tell(say.words('says', { what: say.words('quality'), value: qualities.now?.name ?? '' }));
    this.captions.onChange = () => controls.show();
    video.addEventListener('playing', () => controls.show());
    // A finger asks for the controls, a mouse for the film.
    let pointer = 'mouse';
    let wasAwake = true;
    // Before the click that closes it comes, the focus that the pointer takes along has.
    let wasOpen = false;
    screen.addEventListener('pointerdown', (event) => {
      pointer = event.pointerType;
      wasAwake = this.presence.isAwake;
      wasOpen = panel.isOpen;
      screen.classList.remove('by-keyboard');
    }, true);
    screen.addEventListener('keydown', () => screen.classList.add('by-keyboard'), true);
    video.addEventListener('click', () => {
      if (panel.close() || wasOpen) return;
      if (pointer === 'mouse') film.toggle();
      else if (wasAwake) this.presence.rest();
      else this.presence.wake();
    });
    listen(screen, {
      toggle: () => film.toggle(),
      by: (seconds) => film.by(seconds),
      tenth: (tenth) => film.seek((film.lasts * tenth) / 10),
      louder: (by) => {
        film.louder(by);
        controls.keepLoudness();
        this.tell('volume', `${Math.round((video.muted ? 0 : video.volume) * 100)} %`);
      },
      captions: () => {
        if (this.captions.tracks.length === 0) return;
        this.captions.toggle();
        this.tell('captions', this.captions.shown?.label ?? say.words('off'));
      },
      mute: () => {
        controls.toggleMute();
        this.tell('mute', say.words(video.muted ? 'on' : 'off'));
      },
      full: () => film.toggleFull(),
      faster: (steps) => {
        const at = SPEEDS.indexOf(video.playbackRate);
        const speed = SPEEDS[Math.min(Math.max((at < 0 ? 2 : at) + steps, 0), SPEEDS.length - 1)] ?? 1;
        setSpeed(film, speed);
        this.tell('speed', `${say.number(speed)}×`);
      },
      help: () => this.openKeys(controls.settings.element),
      close: () => panel.close(),
    });
  }

  private tell(what: string, value: string): void {
    this.messages.tell(this.say.words('says', { what: this.say.words(what), value }));
  }

  private openSettings(opener: HTMLButtonElement): void {
    if (this.panel.isOpenFrom(opener)) return void this.panel.close();
    const { chapters } = this.page;
    const { say } = this;
    // A narrow row has no place for these; a wide one has, and there they are not seen here.
    const spare: HTMLButtonElement[] = [];
    if (chapters.length > 0) spare.push(wordButton(say.words('chapters'), () => this.openChapters(opener)));
    if (Film.hasSmall) spare.push(wordButton(say.words('small'), () => this.film.toggleSmall()));
    for (const button of spare) button.classList.add('spare');
    const others = [...spare, wordButton(say.words('keys'), () => this.openKeys(opener))];
    this.panel.open(opener, say.words('settings'), ...settings(this.things, others));
  }

  private openChapters(opener: HTMLButtonElement): void {
    if (this.panel.isOpenFrom(opener) && opener !== this.controls.settings.element) return void this.panel.close();
    const now = this.seekBar.chapterAt(this.film.at);
    const entries = this.page.chapters.map(({ start, title }) => {
      const button = wordButton(title, () => {
        this.page.go(start);
        this.panel.close();
      });
      button.lang = document.querySelector('.chapters')?.getAttribute('lang') ?? this.say.language;
      if (title === now) button.setAttribute('aria-current', 'true');
      return make('li', {}, button);
    });
    this.panel.open(opener, this.say.words('chapters'), make('ol', { class: 'others' }, ...entries));
  }

  private openKeys(opener: HTMLButtonElement): void {
    const { say } = this;
    const list = make('dl', { class: 'keyboard' });
    for (const [keys, name] of KEYS) {
      const signs = keys.map((key) => make('kbd', {}, key === 'keySpace' ? say.words(key) : key));
      list.append(make('div', {}, make('dt', {}, ...signs), make('dd', {}, say.words(name))));
    }
    this.panel.open(opener, say.words('keys'), list);
  }

  /** From the file to the stream of all qualities: once the line has room, and where the better picture would be seen. */
  private async rise(): Promise<void> {
    if (!this.stream.isOffered) return;
    const { video } = this.film;
    await quickLine(video);
    const rise = (): void => {
      if (!this.film.isPlaying || this.stream.isOn || this.stream.hasFailed || saves() || !this.stream.wouldGain) return;
      if (wantsAuto(this.things)) void this.stream.begin();
    };
    rise();
    // The picture has grown; it plays on, perhaps another file.
    for (const name of ['fullscreenchange', 'playing']) addEventListener(name, rise, true);
    addEventListener('resize', rise);
  }
}

/** Makes a player of the video. Until all of it is there, the browser's own controls stay. */
export async function begin(page: LessonPage): Promise<void> {
  const { look = '', words = '' } = page.screen.dataset;
  const [say] = await Promise.all([Say.from(words, document.documentElement.lang), dressed(look)]);
  await released(page.video);
  new Player(page, say);
}
