// Controls are there when they may be needed: while nothing plays, while somebody points or has the keyboard's focus on
// them. What is not seen can still be reached, and comes back then.

/** How long they stay after the last movement, in milliseconds. */
const REST = 3_000;

export class Presence {
  private timer?: number;

  constructor(
    private readonly screen: HTMLElement,
    private readonly isNeeded: () => boolean,
  ) {
    for (const name of ['pointermove', 'keydown', 'focusin']) screen.addEventListener(name, () => this.wake());
    screen.addEventListener('pointerleave', (event) => event.pointerType === 'mouse' && this.rest());
    this.wake();
  }

  get isAwake(): boolean {
    return !this.screen.classList.contains('idle');
  }

  wake(): void {
    this.screen.classList.remove('idle');
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.rest(), REST);
  }

  rest(): void {
    clearTimeout(this.timer);
    if (this.isNeeded()) {
      this.timer = window.setTimeout(() => this.rest(), REST);
      return;
    }
    this.screen.classList.add('idle');
  }
}
