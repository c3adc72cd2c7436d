// One thing that is saved or being saved: what it is, how far, and what can be done about it.

import type { Say } from '../say';
import { room } from './download';
import type { Note, Saver } from './saver';
import * as store from './store';
import type { Saved } from './store';

/** That `missing` bytes have no room. What browsers say is left is often not so; then what lessons take is told instead. */
export async function noRoom(say: Say, missing: number): Promise<string> {
  const need = say.size(missing);
  const left = await room().catch(() => undefined);
  if (left !== undefined && left < missing) return say.words('noRoom', { need, left: say.size(left) });
  const saved = await store.all().catch(() => []);
  return say.words('noRoomUsed', { need, used: say.size(used(saved)) });
}

/** Bytes that all of it takes here. */
export const used = (saved: Saved[]): number =>
  saved.reduce((sum, { weight, media, newer }) => sum + weight + (media?.have ?? 0) + (newer?.media?.have ?? 0), 0);

/** Bytes of the large file that are not here yet. */
function missing(saved: Saved): number {
  const { media } = store.coming(saved);
  return media ? media.length - media.have : (saved.expected ?? 0);
}

/** Named by what it does. */
function button(): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  return made;
}

export class Row {
  readonly element = document.createElement('li');
  private readonly name = document.createElement('a');
  private readonly state = document.createElement('p');
  private readonly bar = document.createElement('progress');
  /** The lesson's page has no player of its sound alone. */
  private readonly player = document.createElement('audio');
  private readonly act = button();
  private readonly end = button();
  private saved: Saved;

  constructor(
    saved: Saved,
    private readonly saver: Saver,
    private readonly say: Say,
    /** Whether the lesson's title stands in the row, since rows are of many lessons. */
    private readonly titled: boolean,
    private readonly date: (at: number) => string,
    /** Whether it can go on; else it can only be removed. */
    private readonly saves = true,
  ) {
    this.saved = saved;
    // On its own page it leads nowhere.
    if (titled || saved.open !== location.pathname) this.name.href = saved.open;
    this.name.className = 'name';
    this.name.textContent = titled ? saved.title : saved.name;
    if (titled && saved.lang) this.name.lang = saved.lang;
    this.state.className = 'state';
    this.player.controls = true;
    this.player.preload = 'none';
    this.player.src = saved.url ?? '';
    this.player.setAttribute('aria-label', `${saved.title}, ${saved.name}`);
    this.bar.setAttribute('aria-label', say.words('progress', { name: saved.name }));
    this.act.addEventListener('click', () => this.press());
    this.end.addEventListener('click', () => void (this.saved.newer && saves ? saver.keepOld(saved.id) : saver.remove(saved.id)));
    const words = document.createElement('div');
    const deeds = document.createElement('div');
    deeds.className = 'deeds';
    words.append(this.name, this.state, this.bar);
    if (saved.form === 'sound' && !titled) words.append(this.player);
    deeds.append(this.act, this.end);
    this.element.append(words, deeds);
    this.show(saved);
  }

  /** On the first of its buttons. */
  focus(): void {
    (this.act.hidden ? this.end : this.act).focus();
  }

  /** Shows what is so now. */
  show(saved: Saved): void {
    this.saved = saved;
    const { say, saver } = this;
    const note = saver.notes.get(saved.id);
    const whole = saved.state === 'whole' && !saved.newer;
    this.element.dataset['state'] = whole && note !== 'newer' ? 'whole' : (note ?? store.coming(saved).state);
    if (note === 'noRoom') void this.tellRoom(saved);
    else this.state.textContent = whole ? this.whole(saved) : this.partly(saved);
    this.bar.hidden = whole;
    this.player.hidden = saved.state !== 'whole';
    const goes = note === 'moving' || note === 'preparing' || note === 'waiting';
    const acts = !this.saves ? '' : whole ? (note === 'newer' ? 'again' : '') : goes ? 'pause' : note === 'elsewhere' ? '' : 'goOn';
    // Whoever pressed it by keyboard goes on beside it.
    if (!acts && this.act === document.activeElement) this.end.focus();
    this.act.hidden = !acts;
    this.act.dataset['act'] = acts;
    this.act.textContent = acts && say.words(acts);
    this.end.textContent = say.words(whole || !this.saves ? 'remove' : 'cancel');
    for (const one of [this.act, this.end]) {
      one.setAttribute('aria-label', `${one.textContent}: ${this.titled ? `${saved.title}, ` : ''}${saved.name}`);
    }
  }

  private whole(saved: Saved): string {
    const size = this.say.size(saved.weight + (saved.media?.length ?? 0));
    const parts = this.titled ? [saved.name, size, this.date(saved.at)] : [this.say.words('saved'), size];
    if (this.saver.notes.get(saved.id) === 'newer') parts.push(this.say.words('newer'));
    return parts.join(' · ');
  }

  private partly(saved: Saved): string {
    const { say } = this;
    const note = this.saver.notes.get(saved.id);
    const { media, state } = store.coming(saved);
    const here = saved.weight + (media?.have ?? 0);
    const known = this.saver.progress.get(saved.id);
    const all = media ? saved.weight + media.length : Math.max(saved.expected ?? 0, here);
    const progress = note === 'moving' && known ? known : { done: here, all };
    this.bar.max = Math.max(progress.all, 1);
    this.bar.value = progress.done;
    const values = { done: say.size(progress.done), all: say.size(progress.all), part: say.part(progress.done, progress.all) };
    const numbers = progress.all ? say.words('numbers', values) : '';
    const what = note === undefined ? say.words(state === 'paused' ? 'paused' : 'stopped') : say.words(note);
    const renewed = saved.newer ? say.words('newer') : saved.renewed ? say.words('renewed') : '';
    const name = this.titled ? saved.name : '';
    return [name, what, numbers, renewed].filter(Boolean).join(' · ');
  }

  private async tellRoom(saved: Saved): Promise<void> {
    this.state.textContent = await noRoom(this.say, missing(saved));
  }

  private press(): void {
    const { id } = this.saved;
    const act = this.act.dataset['act'];
    if (act === 'pause') void this.saver.pause(id);
    else if (act === 'goOn') void this.saver.goOn(id);
    else if (act === 'again') void this.saver.again(id);
  }
}

/** The rows of a list, as they are in the database. */
export class Rows {
  private readonly rows = new Map<string, Row>();
  private looking: Promise<Saved[]> | undefined;
  private again = false;

  constructor(
    private readonly list: HTMLElement,
    private readonly find: () => Promise<Saved[]>,
    private readonly make: (saved: Saved) => Row,
    private readonly shown: (saved: Saved[]) => void,
  ) {
    list.tabIndex = -1;
  }

  /** Puts the focus into the row of `id`. */
  focus(id: string): void {
    this.rows.get(id)?.focus();
  }

  /** Looks once more, and once after that however often it is asked meanwhile. */
  async show(): Promise<void> {
    if (this.looking) {
      this.again = true;
      return;
    }
    do {
      this.again = false;
      this.looking = this.find();
      const saved = await this.looking.finally(() => (this.looking = undefined));
      this.put(saved);
    } while (this.again);
  }

  private put(saved: Saved[]): void {
    const ids = new Set(saved.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      // Whoever pressed its button by keyboard goes on from here.
      if (row.element.contains(document.activeElement)) this.list.focus();
      row.element.remove();
      this.rows.delete(id);
    }
    for (const one of saved) {
      const row = this.rows.get(one.id);
      if (row) row.show(one);
      else {
        const made = this.make(one);
        this.rows.set(one.id, made);
        this.list.append(made.element);
      }
    }
    this.shown(saved);
  }
}

/** Why nothing comes, so that it has to be said. */
const STOPS: (Note | undefined)[] = ['waiting', 'noRoom', 'gone', 'failed'];

/** Says how saving ended, or that it waits, to who hears the page: rows show it and are silent. */
export class Ends {
  private readonly known = new Map<string, Note | 'whole' | undefined>();
  private first = true;
  private told?: string;

  constructor(
    private readonly saver: Saver,
    private readonly say: Say,
    private readonly name: (saved: Saved) => string,
    private readonly tell: (text: string) => void,
  ) {}

  look(saved: Saved[]): void {
    for (const id of this.known.keys()) {
      if (saved.some((one) => one.id === id)) continue;
      this.known.delete(id);
      this.hush(id);
    }
    for (const one of saved) {
      const note = this.saver.notes.get(one.id);
      const now = STOPS.includes(note) ? note : one.state === 'whole' && !one.newer ? 'whole' : undefined;
      const before = this.known.get(one.id);
      this.known.set(one.id, now);
      // What was whole when the page came is no news.
      if (now !== before && !(this.first && now === 'whole')) void this.put(one, now);
    }
    this.first = false;
  }

  private async put(saved: Saved, end: Note | 'whole' | undefined): Promise<void> {
    const { id } = saved;
    if (!end) return this.hush(id);
    const words = end === 'noRoom' ? await noRoom(this.say, missing(saved)) : this.say.words(end === 'whole' ? 'saved' : end);
    if (this.known.get(id) !== end) return;
    this.told = id;
    this.tell(`${this.name(saved)}: ${words}`);
  }

  private hush(id: string): void {
    if (this.told !== id) return;
    this.told = undefined;
    this.tell('');
  }
}
