// What the server tells the upload page, and how it says numbers. No word for people stands in a script.

/** As `src/pages/teach/upload/words.rs` writes it. Pages have `{code}` in them, words have the names of what is put in. */
export interface Settings {
  language: string;
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
  private readonly numbers: Intl.NumberFormat;
  private readonly short: Intl.NumberFormat;
  private readonly parts: Intl.NumberFormat;

  constructor(private readonly settings: Settings) {
    const { language } = settings;
    this.numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    this.short = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.parts = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  }

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
      unit > 1e3 && amount < 9.95 ? this.short.format(amount) : this.numbers.format(Math.max(amount, bytes ? 1 : 0));
    return this.words(name, { number });
  }

  /** A part of the whole, never more than there is: 99.9 % is not yet 100. */
  part(done: number, all: number): string {
    return this.parts.format(all ? Math.floor((done / all) * 100) / 100 : 0);
  }

  /** A length of time, as roughly as it is known. */
  time(seconds: number): string {
    if (seconds < 60) return this.words('seconds', { count: this.numbers.format(Math.max(5, Math.ceil(seconds / 5) * 5)) });
    const minutes = Math.ceil(seconds / 60);
    if (minutes < 60) return this.words('minutes', { count: this.numbers.format(minutes) });
    const hours = this.numbers.format(Math.floor(minutes / 60));
    return this.words('hours', { hours, minutes: this.numbers.format(minutes % 60) });
  }
}
