// What the settings button opens: speed, picture, captions, and what is rarely needed.

import { choices, choose, line } from '../choices';
import type { Qualities } from '../lesson/qualities';
import { forget } from '../resume';
import type { Captions, Size } from './captions';
import { SIZES } from './captions';
import type { Film } from './film';
import { copy, linkTo } from './link';
import type { Messages } from './messages';
import { Choice } from './panel';
import { make, wordButton } from './parts';
import type { Say } from './say';
import type { Stream } from './stream';

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export interface Things {
  film: Film;
  say: Say;
  qualities: Qualities;
  captions: Captions;
  stream: Stream;
  messages: Messages;
}

/** The speed, kept when another file takes this one's place, and for the next lesson. */
export function setSpeed(film: Film, speed: number): void {
  film.video.defaultPlaybackRate = speed;
  film.video.playbackRate = speed;
  choose({ speed });
}

/**
 * What the reader wants of the picture: a height class, or that it is chosen for them. A file that is kept on the device is
 * what they took along: how quick it comes says nothing of the line. Where each megabyte is paid for, what costs more than
 * the page has said is for those who have asked for it.
 */
export const wantsAuto = (things: Things): boolean => {
  const address = new URLSearchParams(location.search).has('q');
  const isKept = things.film.screen.dataset['kept'] !== undefined;
  const unasked = line().type === 'cellular' ? undefined : 'auto';
  return things.stream.isOn || (!address && !isKept && (choices().quality ?? unasked) === 'auto');
};

function speeds({ film, say }: Things): Choice {
  const options = SPEEDS.map((speed) => ({ value: String(speed), label: `${say.number(speed)}×` }));
  return new Choice(say.words('speed'), options, String(film.video.playbackRate), (value) => setSpeed(film, Number(value)));
}

function pictures(things: Things): Choice | undefined {
  const { qualities, say, stream } = things;
  if (qualities.all.length === 0) return undefined;
  const options = qualities.all.map(({ q, name, cost }) => ({ value: q, label: name, note: cost }));
  const auto = { value: 'auto', label: stream.isOn ? `${say.words('auto')} (${qualities.now?.name ?? ''})` : say.words('auto') };
  const isAuto = stream.isOffered && wantsAuto(things);
  const chosen = isAuto ? 'auto' : (qualities.now?.q ?? '');
  return new Choice(say.words('quality'), stream.isOffered ? [auto, ...options] : options, chosen, (value) => {
    if (value === 'auto') {
      choose({ quality: 'auto' });
      void stream.begin();
      return;
    }
    const quality = qualities.all.find(({ q }) => q === value);
    if (quality) qualities.choose(quality);
  });
}

function words({ captions, say }: Things): Choice[] {
  const { tracks } = captions;
  if (tracks.length === 0) return [];
  const languages = tracks.map(({ language, label }) => ({ value: language, label }));
  const off = { value: 'off', label: say.words('off') };
  const which = new Choice(say.words('captions'), [off, ...languages], captions.shown?.language ?? 'off', (value) => captions.choose(value));
  const names = { normal: 'sizeNormal', large: 'sizeLarge', huge: 'sizeHuge' };
  const sizes = SIZES.map((size) => ({ value: size, label: say.words(names[size]) }));
  const size = new Choice(say.words('captionsSize'), sizes, captions.size, (value) => captions.chooseSize(value as Size));
  return [which, size];
}

/** What stands in the panel now; `others` are the buttons that a narrow row has no place for. */
export function settings(things: Things, others: HTMLButtonElement[]): HTMLElement[] {
  const { film, messages, say } = things;
  const choicesOfAll = [speeds(things), pictures(things), ...words(things)];
  const box = make('div', { class: 'others' });
  const link = wordButton(say.words('copy'), () => {
    const address = linkTo(film.at);
    void copy(address, box).then((copied) => {
      messages.tell(say.words(copied ? 'copied' : 'copyYourself'));
      if (copied || box.querySelector('input')) return;
      const field = make('input', { readonly: '', 'aria-label': say.words('copyYourself') });
      field.value = address;
      link.after(field);
      field.select();
    });
  });
  const forgotten = wordButton(say.words('forget'), () => {
    forget();
    messages.tell(say.words('forgotten'));
  });
  box.append(link, ...others, forgotten);
  return [...choicesOfAll.flatMap((choice) => choice?.element ?? []), box];
}
