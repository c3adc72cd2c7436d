// The page of what is saved: what it is, how much room it takes and how much is left.

import { Say } from '../say';
import { room } from './download';
import { Ends, Row, Rows, used } from './row';
import { goes, Saver } from './saver';
import { date, type Settings } from './settings';
import * as store from './store';
import type { Saved } from './store';

/** Browsers give room back a moment after it is free, in milliseconds. */
const FREEING = 2_000;

/** Fills `place`. `renew` looks after the worker. */
export async function list(place: HTMLElement, told: Settings, renew: () => Promise<void>): Promise<void> {
  const say = new Say(told);
  const paragraph = (className: string): HTMLParagraphElement => {
    const made = document.createElement('p');
    made.className = className;
    return made;
  };
  const only = (words: string): void => {
    place.textContent = '';
    // There the page itself says that nothing can be saved.
    if (!told.saves) return;
    const note = paragraph('note');
    note.textContent = say.words(words);
    place.append(note);
  };
  if (!isSecureContext) return only('insecure');
  if (!navigator.serviceWorker || !self.indexedDB) return only('unsupported');
  place.textContent = '';

  // Shown where the network has no other page to show.
  const away = paragraph('note');
  away.textContent = say.words('away');
  away.hidden = location.pathname === told.here;
  const figures = paragraph('lead room');
  const rows = document.createElement('ul');
  rows.className = 'saved';
  const empty = paragraph('');
  const all = document.createElement('button');
  all.type = 'button';
  all.className = 'all';
  all.textContent = say.words('removeAll');
  // Until it is known what is saved.
  all.hidden = true;
  const status = paragraph('aside');
  status.setAttribute('role', 'status');
  place.append(away, figures, rows, empty, all, status);

  const saver = new Saver(told.here, () => void shown.show());
  const find = async (): Promise<Saved[]> => (await store.all()).filter(({ form }) => form !== 'shell');
  let before = 0;
  const tell = async (saved: Saved[]): Promise<void> => {
    const taken = used(saved);
    if (taken < before) setTimeout(() => void shown.show(), FREEING);
    before = taken;
    const left = await room().catch(() => undefined);
    // All at once: what is told later above would move it.
    empty.textContent = saved.length || !told.saves ? '' : say.words('empty');
    // Whoever pressed it by keyboard goes on from here.
    if (saved.length < 2 && all === document.activeElement) rows.focus();
    all.hidden = saved.length < 2;
    const parts = [saved.length ? say.words('used', { size: say.size(taken) }) : ''];
    if (left !== undefined && told.saves) parts.push(say.words('left', { size: say.size(left) }));
    figures.textContent = parts.filter(Boolean).join(' · ');
  };
  const ends = new Ends(saver, say, ({ title, name }) => `${title}, ${name}`, (text) => (status.textContent = text));
  const shown = new Rows(
    rows,
    find,
    (saved) => new Row(saved, saver, say, true, (at) => date(told.months, at), told.saves),
    (saved) => {
      ends.look(saved);
      void tell(saved);
    },
  );
  all.addEventListener('click', () => {
    if (!confirm(say.words('removeAllAsk'))) return;
    void (async () => {
      for (const { id } of await find()) await saver.remove(id);
    })();
  });

  let saved: Saved[];
  try {
    await shown.show();
    saved = await find();
  } catch (error) {
    // Where cookies are blocked, or in some private windows, the browser gives no database.
    console.warn(error);
    return only('unsupported');
  }
  if (!saved.length || !told.saves) return;
  await renew();
  for (const one of saved) if (goes(one)) void saver.goOn(one.id);
}
