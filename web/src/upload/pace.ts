// How fast bytes leave, smoothed: what a person reads must not jump.

/** Seconds after which an old measurement weighs a third. */
const MEMORY = 8;
/** Seconds that it takes until anything is said. */
const FIRST = 2;

export class Pace {
  private began = 0;
  private at = 0;
  private bytes = 0;
  private rate = 0;

  /** Bytes move from `bytes` on, at `now` (milliseconds of a steady clock). */
  start(bytes: number, now: number): void {
    this.began = now;
    this.at = now;
    this.bytes = bytes;
    this.rate = 0;
  }

  /** `bytes` have left by `now`. */
  note(bytes: number, now: number): void {
    const seconds = (now - this.at) / 1000;
    if (seconds < 0.25) return;
    const rate = Math.max(0, bytes - this.bytes) / seconds;
    const known = (this.at - this.began) / 1000;
    // In the beginning the plain average, so that the first number is as good as the later ones.
    const weight = Math.max(1 - Math.exp(-seconds / MEMORY), seconds / (known + seconds));
    this.rate += (rate - this.rate) * Math.min(1, weight);
    this.at = now;
    this.bytes = bytes;
  }

  /** Bytes a second; undefined: not known yet. */
  speed(now: number): number | undefined {
    return now - this.began >= FIRST * 1000 && this.rate > 0 ? this.rate : undefined;
  }
}
