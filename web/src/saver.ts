// A student who saves data, by a choice that stays or by the browser's: the lesson's page begins with its lowest quality, its
// slides stand first, and the video's picture is given up, which the browser may have begun to load before this runs. Without
// this script everything is a link as before.

import { keep, saves, tell } from './saving';

const find = <E extends Element>(selector: string): E[] => [...document.querySelectorAll<E>(selector)];

const switches = find<HTMLElement>('.saver');
const video = document.querySelector('video');
const poster = video?.poster ?? '';
const qualities = find<HTMLAnchorElement>('.choice a');
const slides = document.querySelector('.ways a[href$="/slides"]')?.parentElement;
const beside = slides?.parentElement;

let on = saves();

const show = (): void => {
  for (const one of switches) {
    one.hidden = false;
    one.querySelector('button')?.setAttribute('aria-pressed', `${on}`);
  }
  if (on) video?.removeAttribute('poster');
  else if (video && poster) video.poster = poster;
  if (slides) (on ? (qualities[0]?.closest('ul') ?? beside) : beside)?.prepend(slides);
};

show();

for (const one of switches) {
  one.querySelector('button')?.addEventListener('click', () => {
    on = !on;
    keep(on);
    show();
  });
}

// Back leads to a page as it was left: the choice may have been made anew since, on another one.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted || saves() === on) return;
  on = !on;
  tell(on);
  show();
});
