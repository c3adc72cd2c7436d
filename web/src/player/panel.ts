// What a button of the controls opens: settings, chapters, the list of keys. One at a time; Escape closes it and leads
// back to its button.

import { SignButton, make } from './parts';
import type { Say } from './say';

export interface Option {
  value: string;
  label: string;
  /** Beside it, as a price. */
  note?: string;
}

let groups = 0;

/** A choice of one, of a browser's own radio buttons. */
export class Choice {
  readonly element: HTMLFieldSetElement;

  constructor(title: string, options: Option[], chosen: string, act: (value: string) => void) {
    groups += 1;
    const name = `choice-${groups}`;
    const labels = options.map(({ value, label, note }) => {
      const input = make('input', { type: 'radio', name, value });
      input.checked = value === chosen;
      input.addEventListener('change', () => act(value));
      const words = make('label', {}, input, make('span', {}, label));
      if (note) words.append(make('span', { class: 'cost' }, note));
      return words;
    });
    this.element = make('fieldset', {}, make('legend', {}, title), ...labels);
  }

  set chosen(value: string) {
    for (const input of this.element.querySelectorAll('input')) input.checked = input.value === value;
  }

  label(value: string, words: string): void {
    const input = [...this.element.querySelectorAll('input')].find((input) => input.value === value);
    const label = input?.nextElementSibling;
    if (label) label.textContent = words;
  }
}

export class Panel {
  readonly element = make('div', { class: 'panel', role: 'dialog' });
  private readonly title = make('h2');
  private readonly body = make('div');
  private opener?: HTMLButtonElement;

  constructor(say: Say) {
    const close = new SignButton('close', say.words('close'), () => this.close());
    this.title.id = 'panel-title';
    this.element.setAttribute('aria-labelledby', this.title.id);
    this.element.append(make('div', { class: 'head' }, this.title, close.element), this.body);
    this.element.hidden = true;
    // Where the focus goes on to something outside, it is not in the way.
    this.element.addEventListener('focusout', (event) => {
      const to = event.relatedTarget;
      if (to instanceof Node && !this.element.contains(to) && to !== this.opener) this.shut();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  isOpenFrom(opener: HTMLButtonElement): boolean {
    return this.isOpen && this.opener === opener;
  }

  open(opener: HTMLButtonElement, title: string, ...content: HTMLElement[]): void {
    this.opener?.setAttribute('aria-expanded', 'false');
    this.opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    this.title.textContent = title;
    this.body.textContent = '';
    this.body.append(...content);
    this.element.hidden = false;
    this.element.scrollTop = 0;
    const first = this.body.querySelector<HTMLElement>('input:checked, [aria-current], button, a');
    (first ?? this.element.querySelector('button'))?.focus({ preventScroll: true });
  }

  /** Closes it without moving the focus. */
  shut(): void {
    this.element.hidden = true;
    this.opener?.setAttribute('aria-expanded', 'false');
  }

  close(): boolean {
    if (!this.isOpen) return false;
    this.shut();
    this.opener?.focus({ preventScroll: true });
    return true;
  }
}
