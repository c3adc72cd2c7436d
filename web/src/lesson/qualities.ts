// The qualities that a lesson's page offers, as links with prices: which one is played, and how another takes its place.

import { choices, choose } from '../choices';
import { saves } from '../saving';

export interface Quality {
  /** As `?q=` has it. */
  q: string;
  /** `360p` */
  name: string;
  cost: string;
  link: HTMLAnchorElement;
}

const inQuery = (link: HTMLAnchorElement): string => new URLSearchParams(link.search).get('q') ?? '';
const text = (link: HTMLAnchorElement, part: string): string => link.querySelector(part)?.textContent ?? '';

const setText = (element: Element | null | undefined, words: string): void => {
  if (element) element.textContent = words;
};

/** The link to save the quality that is chosen; not the one to save the recording as it came. */
const save = document.querySelector<HTMLAnchorElement>('.ways a[download][href*="?q="]');

/** The button below the video, which has the price of what it plays. */
const start = document.querySelector<HTMLAnchorElement>('.start a');

/** Of the links, only `present` leads to what is shown. */
export const point = (links: HTMLAnchorElement[], present?: HTMLAnchorElement): void => {
  for (const link of links) {
    if (link === present) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
};

export class Qualities {
  /** The lowest first; empty where there is no choice. */
  readonly all: Quality[];
  /** What takes the picture over for a while is told here that a file is played again, and from when, and may hide the change. */
  beforeFile?: (at: number) => void;
  /** A link of the page was pressed. */
  afterChoice?: () => void;
  /** What the page begins with where nothing was chosen. */
  private readonly usual?: Quality;

  constructor(
    private readonly film: HTMLVideoElement,
    links: HTMLAnchorElement[],
  ) {
    this.all = links.map((link) => ({ q: inQuery(link), name: text(link, 'b'), cost: text(link, '.cost'), link }));
    this.usual = this.now;
  }

  get now(): Quality | undefined {
    return this.all.find(({ link }) => link.hasAttribute('aria-current'));
  }

  /** What was chosen before goes for this lesson as well, unless its address says otherwise. */
  takeUp(): void {
    if (!new URLSearchParams(location.search).has('q')) this.follow();
  }

  /** What the choices made for all lessons come to here. */
  follow(saving = saves()): void {
    const { all, film } = this;
    const most = saving ? 0 : Number(choices().quality);
    const fit = all.filter(({ q }) => Number(q) <= most);
    const quality = Number.isNaN(most) ? this.usual : (fit[fit.length - 1] ?? all[0]);
    // A stream goes up again by itself.
    const isStream = saving && film.currentSrc.startsWith('blob:');
    if (quality && (quality !== this.now || isStream)) this.play(quality);
  }

  /** The reader wants it: now, and the next time. */
  choose(quality: Quality): void {
    choose({ quality: quality.q });
    this.play(quality);
    history.replaceState(null, '', `${location.pathname}?q=${quality.q}${location.hash}`);
    this.afterChoice?.();
  }

  /** The same moment in this quality, which is then the one that is saved. */
  play(quality: Quality, at = this.film.currentTime, playing = !this.film.paused): void {
    this.show(quality);
    const first = this.readdress((there) => {
      there.searchParams.set('q', quality.q);
      // Where nothing has been loaded, it begins where the address says.
      if (this.film.readyState > 0 || at > 0) there.hash = '';
    });
    if (!first) return;
    this.reload(at, playing);
    if (start) start.href = first;
    if (!save) return;
    save.search = `?q=${quality.q}&download`;
    setText(save.querySelector('.cost'), quality.cost);
  }

  /** Loads the file anew and goes on `at` so many seconds: after an error, the element does not know that any more. */
  reload(at: number, playing: boolean): void {
    const { film } = this;
    this.beforeFile?.(at);
    film.load();
    if (at > 0) film.currentTime = at;
    if (playing) film.play().catch(() => undefined);
  }

  /** From now on the file with its index in front; false if it is that already. */
  takeWhole(): boolean {
    let was = false;
    this.readdress((there) => {
      was ||= there.searchParams.get('form') === 'fragmented';
      there.searchParams.delete('form');
    });
    return was;
  }

  /** Gives every source another address; the first of them. Browsers play the first that they can. */
  private readdress(change: (there: URL) => void): string | undefined {
    const sources = [...this.film.querySelectorAll('source')];
    for (const source of sources) {
      const there = new URL(source.src);
      change(there);
      source.src = there.href;
    }
    return sources[0]?.src;
  }

  /** Marks it as what is watched, and paid for. */
  show(quality: Quality): void {
    point(this.all.map(({ link }) => link), quality.link);
    setText(start?.querySelector('span'), quality.cost);
  }

  /** Marks the quality of the file: that is what plays where nothing else has taken the picture over. */
  showFile(): void {
    const { src } = this.film.querySelector('source') ?? {};
    const q = src && new URL(src).searchParams.get('q');
    const quality = this.all.find((one) => one.q === q);
    if (quality) this.show(quality);
  }
}
