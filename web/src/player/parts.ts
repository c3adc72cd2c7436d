// What controls are made of: elements of HTML, and signs that are drawn.

type Content = Node | string;

/** An element with its attributes and what stands in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

const SIGNS = {
  play: 'M7 4.5v15l13-7.5z',
  pause: 'M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z',
  again: 'M12 5V1L6.5 6 12 11V7a5.5 5.5 0 1 1-5.5 5.5H4.5A7.5 7.5 0 1 0 12 5z',
  loud: 'M3 9v6h4l5 4.5V4.5L7 9zM14.5 8.2a4.8 4.8 0 0 1 0 7.6zM14.5 4.3v2.1a6 6 0 0 1 0 11.2v2.1a8 8 0 0 0 0-15.4z',
  mute: 'M3 9v6h4l5 4.5V4.5L7 9zM21 9.4 19.6 8 17.5 10.1 15.4 8 14 9.4l2.1 2.1L14 13.6l1.4 1.4 2.1-2.1 2.1 2.1 1.4-1.4-2.1-2.1z',
  chapters: 'M4 6h2.5v2.5H4zM9 6h11v2.5H9zM4 10.8h2.5v2.5H4zM9 10.8h11v2.5H9zM4 15.5h2.5V18H4zM9 15.5h11V18H9z',
  captions: 'M4 5h16a1.5 1.5 0 0 1 1.5 1.5v11A1.5 1.5 0 0 1 20 19H4a1.5 1.5 0 0 1-1.5-1.5v-11A1.5 1.5 0 0 1 4 5zm1.5 8v2h6v-2zm8 0v2h5v-2zm-8-3.5v2h4v-2zm6 0v2h7v-2z',
  settings: 'M3 6.2h9v2H3zM17 6.2h4v2h-4zM13 4.2h2.5v6H13zM3 15.8h4v2H3zM12 15.8h9v2h-9zM8 13.8h2.5v6H8z',
  small: 'M3 5h18v6h-2V7H5v10h6v2H3zM13 12.5h8V19h-8z',
  full: 'M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z',
  close: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z',
} as const;

export type Sign = keyof typeof SIGNS;

const SVG = 'http://www.w3.org/2000/svg';

function drawn(sign: Sign): SVGSVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SIGNS[sign]);
  picture.append(path);
  return picture;
}

/** A button that shows a sign and is called by its name. */
export class SignButton {
  readonly element: HTMLButtonElement;

  constructor(sign: Sign, name: string, act: () => void) {
    this.element = make('button', { type: 'button' }, drawn(sign));
    this.name = name;
    this.element.addEventListener('click', act);
  }

  set name(name: string) {
    this.element.setAttribute('aria-label', name);
    this.element.title = name;
  }

  set sign(sign: Sign) {
    this.element.querySelector('path')?.setAttribute('d', SIGNS[sign]);
  }

  set pressed(pressed: boolean) {
    this.element.setAttribute('aria-pressed', String(pressed));
  }
}

/** A button with words on it. */
export function wordButton(words: string, act: () => void): HTMLButtonElement {
  const button = make('button', { type: 'button', class: 'word' }, words);
  button.addEventListener('click', act);
  return button;
}
