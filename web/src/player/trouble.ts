// What is done when the video stops coming: the place is kept, and it is tried again, soon at first and then more rarely;
// where only this quality is gone, another one goes on.

import type { Qualities } from '../lesson/qualities';
import type { Film } from './film';
import type { Messages } from './messages';
import type { Say } from './say';
import type { Stream } from './stream';

/** How long it is waited before each further try, in milliseconds; from then on always the last. */
const WAITS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** After so long without a byte the line is lost, in milliseconds: Chromium gives up without saying so. */
const SILENCE = 5_000;
/** The same of a stream: its engine goes down to a lower quality by itself before that. */
const STREAM_SILENCE = 15_000;
/** An answer to who asks for one byte that is later than that is none, in milliseconds: in a tunnel, none comes for minutes. */
const ANSWER = 8_000;

export class Trouble {
  private tries = 0;
  private timer?: number;
  private silence?: number;
  private wasPlaying: boolean;
  private isAsking = false;
  private readonly gone = new Set<string>();

  constructor(
    private readonly film: Film,
    private readonly qualities: Qualities,
    private readonly stream: Stream,
    private readonly messages: Messages,
    private readonly say: Say,
    /** Where the film is, in seconds: one that has failed may not know any more. */
    private at: number,
  ) {
    const { video } = film;
    // Nobody would be told of trouble who had not wanted to play.
    this.wasPlaying = film.isPlaying || this.hasFailed;
    video.addEventListener('error', () => void this.look(), true);
    for (const name of ['timeupdate', 'seeking']) {
      video.addEventListener(name, () => {
        // While it is loaded anew it is at 0 for a moment.
        if (!film.isChanging && !this.hasFailed && video.readyState >= video.HAVE_METADATA) this.at = film.at;
      });
    }
    video.addEventListener('playing', () => this.over());
    video.addEventListener('play', () => {
      this.wasPlaying = true;
    });
    video.addEventListener('pause', () => {
      if (!this.messages.isTroubled && !film.isChanging && !this.hasFailed) this.wasPlaying = false;
    });
    for (const name of ['waiting', 'seeking', 'progress']) video.addEventListener(name, () => this.listen());
    for (const name of ['playing', 'seeked', 'pause', 'ended']) video.addEventListener(name, () => clearTimeout(this.silence));
    stream.onEnd = () => void this.look();
    addEventListener('online', () => this.messages.isTroubled && this.again());
    if (this.hasFailed) void this.look();
  }

  /** It is loaded anew, for this moment: should it fail at once, that is where it has to go on. */
  goal(at: number): void {
    this.at = at;
  }

  private get hasFailed(): boolean {
    const { video } = this.film;
    return video.error !== null || video.networkState === video.NETWORK_NO_SOURCE;
  }

  /** Only while the film stands still for want of bytes. */
  private listen(): void {
    const { video } = this.film;
    clearTimeout(this.silence);
    if (video.readyState > video.HAVE_CURRENT_DATA || (video.paused && !video.seeking)) return;
    this.silence = window.setTimeout(() => void this.look(true), this.stream.isOn ? STREAM_SILENCE : SILENCE);
  }

  /** What it is: asks for a byte of the file. `isSilent`: none comes by itself. */
  private async look(isSilent = false): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const { film, messages, qualities } = this;
    const source = film.video.querySelector('source')?.src ?? '';
    const patience = new AbortController();
    const late = window.setTimeout(() => patience.abort(), ANSWER);
    const { signal } = patience;
    const status = await fetch(source, { headers: { Range: 'bytes=0-0' }, cache: 'no-store', signal }).then(
      (answer) => answer.status,
      () => 0,
    );
    clearTimeout(late);
    this.isAsking = false;
    // No answer, or one of a server that is busy or starts: the line, which comes back.
    if (status === 0 || status === 429 || status >= 500) return this.wait();
    const wasLost = isSilent || messages.isTroubled || film.video.error?.code === MediaError.MEDIA_ERR_NETWORK;
    if (status < 400 && (wasLost || this.stream.isOn)) return this.load();
    // What a browser cannot read in fragments it may read whole.
    if (status < 400 && qualities.takeWhole()) return this.load();
    if (qualities.now) this.gone.add(qualities.now.q);
    const other = this.other();
    if (!other) return messages.trouble(this.say.words('broken'), () => this.again());
    messages.tell(this.say.words('fell', { quality: other.name }));
    qualities.play(other, this.at, this.wasPlaying);
  }

  /** The next lower quality that is not known to be gone, else the next higher. */
  private other() {
    const { all, now } = this.qualities;
    const left = all.filter(({ q }) => !this.gone.has(q));
    const lower = left.filter(({ q }) => Number(q) < Number(now?.q));
    return lower[lower.length - 1] ?? left[0];
  }

  private wait(): void {
    this.messages.trouble(this.say.words('lost'), () => this.again());
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.again(), WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
  }

  private again(): void {
    clearTimeout(this.timer);
    void this.look();
  }

  private load(): void {
    this.messages.calm();
    this.stream.hasFailed ||= this.stream.isOn;
    this.qualities.reload(this.at, this.wasPlaying);
  }

  private over(): void {
    // Firefox says that it plays after it has said that it cannot.
    if (this.hasFailed) return;
    this.tries = 0;
    this.gone.clear();
    clearTimeout(this.timer);
    this.messages.calm();
  }
}
