// A link to the moment that is shown. It works without scripts where it arrives, so the moment is in the query.

import { make } from './parts';

export function linkTo(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${location.origin}${location.pathname}${whole ? `?t=${whole}` : ''}`;
}

/** Whether it is in the clipboard now. On a site without https, only what is selected can be copied. */
export async function copy(link: string, beside: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    const focused = document.activeElement;
    const field = make('input', { class: 'aside', readonly: '' });
    field.value = link;
    beside.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    return copied;
  }
}
