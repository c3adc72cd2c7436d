// What a reader has chosen for all lessons. It stays in this browser: nothing of it is ever sent.

const KEY = 'teledars.player';

export interface Choices {
  /** A height class, as `?q=` has it, or `auto`. */
  quality?: string;
  /** A language, or `off`. */
  captions?: string;
  /** How large captions are. */
  size?: 'normal' | 'large' | 'huge';
  speed?: number;
  volume?: number;
  muted?: boolean;
}

/** What is kept under `key`, or `instead`: a browser may keep nothing, and somebody else may have written there. */
export function kept<T extends object>(key: string, instead: T): T {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return typeof found === 'object' && found !== null ? (found as T) : instead;
  } catch {
    return instead;
  }
}

/** Where a browser keeps nothing, a choice holds for the page that it was made on. */
export function keep(key: string, value: object | undefined): void {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // Nothing is lost that the page needs.
  }
}

export const choices = (): Choices => kept<Choices>(KEY, {});

export const choose = (changed: Choices): void => keep(KEY, { ...choices(), ...changed });

interface Line {
  /** Megabits a second. */
  downlink?: number;
  /** `cellular`, `wifi`, …; told by telephones. */
  type?: string;
}

/** What the browser knows of the line; not every one says. */
export const line = (): Line => (navigator as Navigator & { connection?: Line }).connection ?? {};
