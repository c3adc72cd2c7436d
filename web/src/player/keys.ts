// Keys, while the player has the focus and nowhere else: a letter that is typed elsewhere on the page is not for it.

export interface Deeds {
  toggle(): void;
  by(seconds: number): void;
  /** To so many tenths of the lesson. */
  tenth(tenth: number): void;
  louder(by: number): void;
  captions(): void;
  mute(): void;
  full(): void;
  faster(steps: number): void;
  help(): void;
  /** Whether there was something to close. */
  close(): boolean;
}

/** The list that "?" shows: keys, and the name of the words that say what they do. */
export const KEYS: [string[], string][] = [
  [['keySpace', 'K'], 'keyPlay'],
  [['←', '→'], 'keySeek'],
  [['J', 'L'], 'keyJump'],
  [['↑', '↓'], 'volume'],
  [['C'], 'captions'],
  [['M'], 'mute'],
  [['F'], 'full'],
  [['<', '>'], 'keySpeed'],
  [['0', '…', '9'], 'keyPart'],
  [['?'], 'keyHelp'],
];

/** The key's Latin sign: on other keyboards, where it lies. */
function latin(event: KeyboardEvent): string {
  const { code, key, shiftKey } = event;
  if (/^[ -~]$/.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return letter.toLowerCase();
  if (code === 'Comma' && shiftKey) return '<';
  if (code === 'Period' && shiftKey) return '>';
  if (code === 'Slash' && shiftKey) return '?';
  return key;
}

/** What a key does by itself, where the focus is, comes first. */
function isNeededThere(target: Element, key: string): boolean {
  if (key === ' ') return target.matches('button, a, input') && !target.closest('.seek');
  if (target.matches('input[type=radio]')) return key.startsWith('Arrow');
  if (target.matches('.volume input')) return /^(Arrow|Home$|End$|Page)/.test(key);
  if (target.matches('input[readonly]')) return key !== 'Escape';
  // A list that is longer than its window is scrolled.
  return Boolean(target.closest('.panel')) && /^Arrow(Up|Down)$/.test(key);
}

export function listen(screen: HTMLElement, deeds: Deeds): void {
  const act: Record<string, () => void> = {
    ' ': () => deeds.toggle(),
    k: () => deeds.toggle(),
    ArrowLeft: () => deeds.by(-5),
    ArrowRight: () => deeds.by(5),
    j: () => deeds.by(-10),
    l: () => deeds.by(10),
    ArrowUp: () => deeds.louder(0.1),
    ArrowDown: () => deeds.louder(-0.1),
    c: () => deeds.captions(),
    m: () => deeds.mute(),
    f: () => deeds.full(),
    '<': () => deeds.faster(-1),
    '>': () => deeds.faster(1),
    '?': () => deeds.help(),
    Home: () => deeds.tenth(0),
    End: () => deeds.tenth(10),
  };
  screen.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = latin(event);
    if (key === 'Escape') {
      if (deeds.close()) event.preventDefault();
      return;
    }
    const deed = /^\d$/.test(key) ? () => deeds.tenth(Number(key)) : act[key];
    if (!deed || isNeededThere(event.target as Element, key)) return;
    event.preventDefault();
    deed();
  });
}
