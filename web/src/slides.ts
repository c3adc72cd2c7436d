// Slides in step with the sound: the present one stands large above, and a slide that is pressed is where the sound goes
// on. Without this script the slides are links that load the page anew at their moment, so nothing here may be needed.

import { keepInside, lessonInAddress, remember, stoppedAt } from './resume';

const sound = document.querySelector('audio');
const now = document.querySelector<HTMLElement>('.now');
const slides = [...document.querySelectorAll<HTMLElement>('.slides li')];

/** Seconds that an id or an address names, as media fragments do: `t=245`. */
const named = (text: string): number => Number(/^#?t=(\d{1,6})$/.exec(text)?.[1] ?? NaN);

if (sound && now) {
  const list = slides[0]?.parentElement;
  let shown = -1;

  /** The picture is fetched now, and not when somebody scrolls to it. */
  const fetch = (slide?: HTMLElement): void => {
    const image = slide?.querySelector('img');
    if (image) image.loading = 'eager';
  };

  const show = (at: number): void => {
    const slide = slides[at];
    if (at === shown || !slide) return;
    slides[shown]?.removeAttribute('aria-current');
    slide.setAttribute('aria-current', 'true');
    shown = at;
    fetch(slide);
    fetch(slides[at + 1]);
    const picture = slide.querySelector('picture');
    now.textContent = '';
    if (picture) now.appendChild(picture.cloneNode(true));
    now.hidden = false;
    // Only where the list has a window of its own: nobody's page moves under their eyes.
    if (list && list.scrollHeight > list.clientHeight && !list.matches(':hover')) {
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      list.scrollTo({ top: slide.offsetTop - list.clientHeight / 3, behavior: still ? 'auto' : 'smooth' });
    }
  };

  const at = (seconds: number): number => {
    const begun = slides.filter((slide) => named(slide.id) <= seconds);
    return Math.max(begun.length - 1, 0);
  };

  /** Goes on from there at once where a person asked for it; never by itself, since playing costs data. */
  const seek = (seconds: number, play: boolean): void => {
    if (Number.isNaN(seconds)) return;
    sound.currentTime = seconds;
    show(at(seconds));
    if (play) sound.play().catch(() => undefined);
  };

  // Elsewhere the style sheet has done it already.
  if (!matchMedia('(scripting: enabled)').matches) list?.parentElement?.classList.add('step');
  for (const slide of slides) {
    slide.querySelector('a')?.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      history.replaceState(null, '', `${location.pathname}#${slide.id}`);
      seek(named(slide.id), true);
    });
  }
  for (const moved of ['timeupdate', 'seeking']) {
    sound.addEventListener(moved, () => show(at(sound.currentTime)));
  }
  addEventListener('hashchange', () => seek(named(location.hash), true));
  // The server has marked where `?t=` leads, but a saved page is one for all.
  const asked = `t=${new URLSearchParams(location.search).get('t') ?? ''}`;
  show(Math.max(slides.findIndex((slide) => slide.hasAttribute('aria-current')), 0));
  seek(named(location.hash || asked), false);
  // A lesson that was left goes on there, whether it was seen or heard: it is the same moment. The first slide is its start.
  const code = lessonInAddress() ?? '';
  const isAddressed = location.hash !== '' || asked !== 't=';
  seek((isAddressed ? undefined : stoppedAt(code)) ?? NaN, false);
  keepInside(sound);
  remember(sound, code);
}
