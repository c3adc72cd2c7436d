// Saving lessons on this device, for who wants that: on a lesson's page beside the offer, and the page that lists what is
// saved. Words come with that page; it is saved as well, so they are here without a network.

import { fetchGood, whole } from './offline/fetching';
import { needs } from './offline/needs';
import type { Offer } from './offline/offer';
import { Ends, noRoom, Row, Rows } from './offline/row';
import { goes, isOf, Saver, type Way } from './offline/saver';
import * as store from './offline/store';
import type { Saved } from './offline/store';
import { list } from './offline/list';
import { Say } from './say';
import type { Settings } from './offline/settings';

/** In milliseconds. */
const A_DAY = 86_400_000;

/** What the page of saved lessons tells, which is at `url`. */
async function settings(url: string): Promise<Settings> {
  const read = async (body: Blob): Promise<{ text: string | undefined; page: Document }> => {
    const page = new DOMParser().parseFromString(await body.text(), 'text/html');
    return { text: page.getElementById('saved')?.dataset['settings'], page };
  };
  const here = await store.file(url).then((file) => file && read(file.body), () => undefined);
  // Words of another version of this script would not fit.
  const own = document.getElementById('keep')?.dataset['engine'];
  const fits = here && own !== undefined && needs(here.page).includes(own);
  const there = fits
    ? undefined
    : await fetchGood(url, {}).then((response) => whole(response)).then(read, () => undefined);
  const text = there?.text ?? here?.text;
  if (!text) throw new Error(`no words at ${url}`);
  return JSON.parse(text) as Settings;
}

const worker = (): Promise<ServiceWorkerRegistration> => navigator.serviceWorker.register('/sw.js', { scope: '/' });

/** Has the browser ask for a newer worker; one whose server has none any more is ended, and what is saved stays. */
async function renewWorker(): Promise<void> {
  try {
    await (await worker()).update();
  } catch {
    await endIfServerSaysSo();
  }
}

async function endIfServerSaysSo(): Promise<void> {
  const answer = await fetch('/sw.js', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  if (answer?.status !== 404 && answer?.status !== 410) return;
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}

/** On a lesson's page. */
export async function keep(
  offer: Offer,
  place: HTMLElement,
  buttons: HTMLButtonElement[],
  status: HTMLElement,
): Promise<{ save(way: Way): void }> {
  const told = await settings(offer.saved);
  const say = new Say(told);
  const saver = new Saver(
    offer.saved,
    () => void rows.show(),
    (missing) => void noRoom(say, missing).then((text) => tell('note', text)),
  );
  const tell = (className: string, text: string): void => {
    [status.className, status.textContent] = [className, text];
  };
  const own = async (): Promise<Saved[]> => (await store.all()).filter(({ code }) => code === offer.code);
  const shown = (saved: Saved[]): void => {
    offer.ways.forEach((way, at) => {
      const button = buttons[at];
      const its = saved.find((one) => isOf(way, one));
      if (!button) return;
      // Whoever pressed it by keyboard goes on in the row.
      if (its && button === document.activeElement) rows.focus(its.id);
      button.hidden = its !== undefined;
    });
    const more = buttons[1]?.closest('details');
    const all = buttons.slice(1).every(({ hidden }) => hidden);
    if (all && more?.contains(document.activeElement)) place.focus();
    if (more) more.hidden = all;
    ends.look(saved);
  };
  const ends = new Ends(saver, say, ({ name }) => name, (text) => tell('aside', text));
  const rows = new Rows(place, own, (saved) => new Row(saved, saver, say, false, () => ''), shown);
  const save = async (way: Way): Promise<void> => {
    try {
      // Where cookies are blocked, or in some private windows, the browser gives no database.
      await store.all();
      await worker();
    } catch (error) {
      console.warn(error);
      return tell('note', say.words('unsupported'));
    }
    tell('aside', '');
    try {
      await saver.begin(offer.code, offer.title, offer.lang, way);
    } catch (error) {
      console.warn(error);
      tell('note', say.words('failed'));
    }
  };

  let saved: Saved[];
  try {
    await rows.show();
    saved = await own();
  } catch (error) {
    // Who wants to save something is told.
    console.warn(error);
    return { save: (way) => void save(way) };
  }
  preferSaved(saved);
  void (async () => {
    for (const one of saved) if (goes(one)) void saver.goOn(one.id);
    if (saved.length) void renewWorker();
    for (const one of saved) await saver.look(one);
    const known = new Set(saved.flatMap(({ files }) => files));
    const news = needs(document).some((url) => url.startsWith('/assets/') && !known.has(url));
    const stale = saved.filter(({ state, newer, fresh }) => state === 'whole' && !newer && (news || Date.now() - fresh > A_DAY));
    for (const one of stale) await saver.freshen(one).catch(() => undefined);
  })();
  return { save: (way) => void save(way) };
}

/** Plays what is saved, unless the address asks for another quality or something is played already. A page that was asked for
    another quality than it has is a saved one: then there is no network. */
function preferSaved(saved: Saved[]): void {
  const video = document.querySelector('video');
  const source = video?.querySelector('source');
  const asked = new URLSearchParams(location.search).get('q');
  const ready = saved.filter(({ state, form }) => state === 'whole' && form === 'video');
  if (!video || !source || !video.paused || video.readyState > 0) return;
  const before = new URL(source.src);
  const given = asked !== null && asked === before.searchParams.get('q');
  const best = ready.find(({ name }) => name === `${asked}p`) ?? (given ? undefined : ready[0]);
  if (!best?.url) return;
  video.closest<HTMLElement>('.screen')?.setAttribute('data-kept', '');
  const there = new URL(best.url, location.origin);
  const q = there.searchParams.get('q');
  if (before.searchParams.get('q') !== q) document.querySelector<HTMLElement>(`.choice a[href^="?q=${q}"]`)?.click();
  there.hash = before.hash;
  if (source.src === there.href) return;
  const moment = video.currentTime;
  source.src = there.href;
  video.load();
  if (moment) video.currentTime = moment;
}

const place = document.getElementById('saved');
if (place?.dataset['settings']) {
  const told = JSON.parse(place.dataset['settings']) as Settings;
  void list(place, told, renewWorker);
}
