// How scripts say what the server told them to say: no word for people stands in a script.

/** What every script that speaks is told. Words have the names of what is put in, in braces. */
export interface Told {
  /** What stands between the whole and the tenths: not every browser knows Azerbaijani numbers. */
  decimalMark: string;
  words: Record<string, string>;
}

export class Say {
  constructor(private readonly told: Told) {}

  /** The words called `name`, with values for what stands in braces. */
  words(name: string, values: Record<string, string> = {}): string {
    const text = this.told.words[name] ?? name;
    return text.replace(/\{(\w+)\}/g, (braces, key: string) => values[key] ?? braces);
  }

  /** As the server says sizes: decimal, one place below ten, never "1000 MB". */
  size(bytes: number): string {
    const [unit, name] =
      bytes < 100_000 ? [1e3, 'kilobytes'] : bytes < 999_500_000 ? [1e6, 'megabytes'] : [1e9, 'gigabytes'];
    const amount = bytes / unit;
    const number =
      unit > 1e3 && amount < 9.95
        ? amount.toFixed(1).replace('.', this.told.decimalMark)
        : String(Math.max(Math.round(amount), bytes ? 1 : 0));
    return this.words(name, { number });
  }

  /** A part of the whole, never more than there is: 99.9 % is not yet 100. */
  part(done: number, all: number): string {
    return this.words('part', { number: String(all ? Math.floor((done / all) * 100) : 0) });
  }
}
