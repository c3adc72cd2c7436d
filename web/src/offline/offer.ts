// Offers to save the lesson on this device: a button beside the ways to watch it. Small, since every reader gets it; what
// it takes to save something comes when somebody wants that, or did.

import type { Way } from './saver';

/** As `src/pages/lesson_keep.rs` writes it. */
export interface Offer {
  code: string;
  title: string;
  lang: string | null;
  /** The page that lists what is saved. */
  saved: string;
  /** The way that costs least comes first. */
  ways: (Way & { cost: string | null })[];
  words: { save: string; more: string; list: string; insecure: string; unsupported: string; failed: string };
}

export interface Engine {
  keep(offer: Offer, rows: HTMLElement, buttons: HTMLButtonElement[], status: HTMLElement): Promise<Saving>;
}

/** What the buttons do. */
export interface Saving {
  save(way: Way): void;
}

const make = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...content: (string | Node)[]
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
};

export function offerSaving(): void {
  const place = document.getElementById('keep');
  const { engine, look, offer: text } = place?.dataset ?? {};
  if (!place || !engine || !look || !text) return;
  const offer = JSON.parse(text) as Offer;
  const { words, ways } = offer;
  const link = make('link', '');
  [link.rel, link.href] = ['stylesheet', look];
  // Seen once it has its style: it would jump.
  for (const event of ['load', 'error']) link.addEventListener(event, () => (place.hidden = false));
  document.head.append(link);
  if (!isSecureContext || !navigator.serviceWorker || !self.indexedDB) {
    place.append(make('p', 'note', isSecureContext ? words.unsupported : words.insecure));
    return;
  }

  const rows = make('ul', 'saved');
  const status = make('p', 'aside');
  status.setAttribute('role', 'status');
  const button = (way: Offer['ways'][number], ...what: (string | Node)[]): HTMLButtonElement => {
    const made = make('button', '', ...what);
    if (way.cost) made.append(' ', make('span', 'cost', way.cost));
    made.type = 'button';
    made.addEventListener('click', () => void press(way));
    return made;
  };
  const [first, ...rest] = ways.map((way, at) => {
    const name = make(at ? 'span' : 'small', '', way.name);
    return at ? button(way, name) : button(way, make('b', '', words.save), ' ', name);
  });
  if (!first) return;
  first.classList.add('first');
  place.append(rows, first);
  if (rest.length) {
    const more = make('details', '', make('summary', '', words.more), make('div', 'others', ...rest));
    place.append(more);
  }
  const list = make('a', '', words.list);
  list.href = offer.saved;
  place.append(status, make('p', 'all', list));

  let loading: Promise<Saving> | undefined;
  let tries = 0;
  const bring = async (): Promise<Saving> => {
    let loaded: Engine;
    try {
      // A module that did not come is not asked for again at the same address.
      loaded = (await import(tries ? `${engine}?${tries}` : engine)) as Engine;
    } catch (error) {
      tries += 1;
      throw error;
    }
    return loaded.keep(offer, rows, [first, ...rest], status);
  };
  const load = (): Promise<Saving> => {
    loading ??= bring();
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const press = async (way: Way): Promise<void> => {
    try {
      (await load()).save(way);
    } catch (error) {
      console.warn(error);
      [status.className, status.textContent] = ['note', words.failed];
    }
  };
  // Only who has saved something has a worker.
  if (navigator.serviceWorker.controller) load().catch((error) => console.warn(error));
}
