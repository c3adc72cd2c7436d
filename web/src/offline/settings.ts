// What the page of saved lessons tells.

import type { Told } from '../say';

/** As `src/pages/saved.rs` writes it. */
export interface Settings extends Told {
  /** Its own address. */
  here: string;
  /** Whether the site saves lessons: where it does not any more, what is here can be removed and no more. */
  saves: boolean;
  /** A date and time for each month, with `{day}`, `{year}` and `{time}`. */
  months: string[];
}

/** A moment as the server says moments, in the time of this device. */
export function date(months: string[], at: number): string {
  const moment = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  const values: Record<string, string> = {
    day: String(moment.getDate()),
    year: String(moment.getFullYear()),
    time: `${two(moment.getHours())}:${two(moment.getMinutes())}`,
  };
  return (months[moment.getMonth()] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
