// What the player says. No word for people stands in a script: they come from the server, as `src/pages/player_words.rs`
// writes them.

interface Words {
  decimalMark: string;
  words: Record<string, string>;
  /** The forms of a number of things, by CLDR's names for them. */
  counts: Record<string, Record<string, string>>;
}

export class Say {
  private readonly plural: Intl.PluralRules;

  private constructor(
    private readonly said: Words,
    readonly language: string,
  ) {
    this.plural = new Intl.PluralRules(language);
  }

  static async from(address: string, language: string): Promise<Say> {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return new Say((await answer.json()) as Words, language);
  }

  /** The words called `name`, with values for what stands in braces. */
  words(name: string, values: Record<string, string> = {}): string {
    const text = this.said.words[name] ?? name;
    return text.replace(/\{(\w+)\}/g, (braces, key: string) => values[key] ?? braces);
  }

  /** `0.75`, as the reader's language writes it. */
  number(value: number): string {
    return String(value).replace('.', this.said.decimalMark);
  }

  private count(name: string, number: number): string {
    const forms = this.said.counts[name] ?? {};
    const text = forms[this.plural.select(number)] ?? forms['other'] ?? '{count}';
    return text.replace('{count}', String(number));
  }

  /** A length of time in words: `3 minutes 40 seconds`. */
  length(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    const parts: [string, number][] = [
      ['hours', Math.floor(whole / 3600)],
      ['minutes', Math.floor(whole / 60) % 60],
      ['seconds', whole % 60],
    ];
    const told = parts.filter(([, number]) => number > 0);
    return (told.length ? told : parts.slice(2)).map(([name, number]) => this.count(name, number)).join(' ');
  }

  position(at: number, all: number): string {
    return this.words('position', { at: this.length(at), all: this.length(all) });
  }
}
