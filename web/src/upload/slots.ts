// Two uploads move at a time: more would only make each of them later.

const MOST = 2;

export interface Mover {
  /** Moves; settles when somebody else may. */
  move(): Promise<void>;
}

export class Slots {
  private readonly waiting: Mover[] = [];
  private readonly moving = new Set<Mover>();

  /** Moves it when its turn comes. */
  add(mover: Mover): void {
    if (!this.waiting.includes(mover) && !this.moving.has(mover)) this.waiting.push(mover);
    this.next();
  }

  /** It does not want to any more. */
  leave(mover: Mover): void {
    const at = this.waiting.indexOf(mover);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private next(): void {
    if (this.moving.size >= MOST) return;
    const mover = this.waiting.shift();
    if (!mover) return;
    this.moving.add(mover);
    void mover.move().finally(() => {
      this.moving.delete(mover);
      this.next();
    });
    this.next();
  }
}
