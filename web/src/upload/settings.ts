// What the server tells the upload page, and how it says numbers. No word for people stands in a script.

/** As `src/pages/teach/upload/words.rs` writes it. Pages have `{code}` in them, words have the names of what is put in. */
export interface Settings {
  /** What stands between the whole and the tenths: not every browser knows Azerbaijani numbers. */
  decimalMark: string;
  /** Bytes that a file may have. */
  most: number;
  /** Code of the lesson that gets a new recording; else drafts are made. */
  lesson: string | null;
  lessonPage: string;
  watchPage: string;
  signIn: string;
  words: Record<string, string>;
}

export class Say {
  constructor(private readonly settings: Settings) {}

  /** The words called `name`, with values for what stands in braces. */
  words(name: string, values: Record<string, string> = {}): string {
    const text = this.settings.words[name] ?? name;
    return text.replace(/\{(\w+)\}/g, (braces, key: string) => values[key] ?? braces);
  }

  lessonPage(code: string): string {
    return this.settings.lessonPage.replace('{code}', code);
  }

  watchPage(code: string): string {
    return this.settings.watchPage.replace('{code}', code);
  }

  /** As the server says sizes: decimal, one place below ten, never "1000 MB". */
  size(bytes: number): string {
    const [unit, name] =
      bytes < 100_000 ? [1e3, 'kilobytes'] : bytes < 999_500_000 ? [1e6, 'megabytes'] : [1e9, 'gigabytes'];
    const amount = bytes / unit;
    const number =
      unit > 1e3 && amount < 9.95
        ? amount.toFixed(1).replace('.', this.settings.decimalMark)
        : String(Math.max(Math.round(amount), bytes ? 1 : 0));
    return this.words(name, { number });
  }

  /** A part of the whole, never more than there is: 99.9 % is not yet 100. */
  part(done: number, all: number): string {
    return this.words('part', { number: String(all ? Math.floor((done / all) * 100) : 0) });
  }

  /** A length of time, as roughly as it is known. */
  time(seconds: number): string {
    if (seconds < 60) return this.words('seconds', { count: String(Math.max(5, Math.ceil(seconds / 5) * 5)) });
    const minutes = Math.ceil(seconds / 60);
    if (minutes < 60) return this.words('minutes', { count: String(minutes) });
    return this.words('hours', { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60) });
  }
}
