// All qualities as one stream, from which an engine takes what the line carries and the picture is large enough to show.

import type Hls from 'hls.js';
import type { Quality, Qualities } from '../lesson/qualities';
import type { Film } from './film';

/** Seconds of film that are fetched ahead: a student who leaves has not paid for much that was not watched. */
const AHEAD = 30;

const height = (quality?: Quality): number => Number(quality?.q ?? 0);

export class Stream {
  private hls?: Hls;
  private isBeginning = false;
  /** How often a file was wanted instead: also while the engine was on its way. */
  private ends = 0;
  /** It did not go on: it takes the file's place again only where a person wants it. */
  hasFailed = false;
  /** It cannot go on; the file that was played before does. */
  onEnd?: () => void;

  constructor(
    private readonly film: Film,
    private readonly qualities: Qualities,
    private readonly engine: string | undefined,
    private readonly address: string | undefined,
  ) {}

  /** Whether there is one here, as far as can be known before the engine is. */
  get isOffered(): boolean {
    const browser = 'MediaSource' in window || 'ManagedMediaSource' in window;
    return Boolean(this.engine && this.address && this.qualities.all.length > 1 && browser);
  }

  get isOn(): boolean {
    return this.hls !== undefined;
  }

  /** Whether a better picture than the one that plays would be seen, the player being as large as it is. */
  get wouldGain(): boolean {
    const { video } = this.film;
    const seen = Math.min(video.clientHeight, (video.clientWidth * video.videoHeight) / (video.videoWidth || 1)) * devicePixelRatio;
    const now = height(this.qualities.now);
    return seen > now * 1.1 && this.qualities.all.some((quality) => height(quality) > now);
  }

  /** Takes the place of the file that plays, at the same moment, in the same quality at first. */
  async begin(): Promise<void> {
    if (this.hls || this.isBeginning || !this.engine || !this.address) return;
    this.isBeginning = true;
    const { ends } = this;
    try {
      const { default: Engine } = (await import(this.engine)) as { default: typeof Hls };
      if (ends === this.ends && Engine.isSupported()) await this.take(Engine, this.address);
    } catch {
      // The file plays on, and that is all that is needed.
    } finally {
      this.isBeginning = false;
    }
  }

  private async take(Engine: typeof Hls, address: string): Promise<void> {
    const { ends, film, qualities } = this;
    const hls = new Engine({
      capLevelToPlayerSize: true,
      maxBufferLength: AHEAD,
      maxMaxBufferLength: 2 * AHEAD,
      startPosition: film.at,
      startFragPrefetch: true,
      // Nothing is known of it yet but that it carries what plays.
      testBandwidth: false,
    });
    hls.loadSource(address);
    await new Promise<void>((resolve, reject) => {
      hls.once(Engine.Events.MANIFEST_PARSED, () => resolve());
      hls.once(Engine.Events.ERROR, (_, { fatal, details }) => fatal && reject(new Error(details)));
    }).catch((trouble: unknown) => {
      hls.destroy();
      throw trouble;
    });
    if (ends !== this.ends) return hls.destroy();
    const now = height(qualities.now);
    const levels = hls.levels.map((level, at) => ({ at, is: Math.abs(level.height - now) }));
    hls.startLevel = levels.sort((a, b) => a.is - b.is)[0]?.at ?? 0;
    const { isPlaying, at } = film;
    film.freeze();
    this.hls = hls;
    hls.config.startPosition = at;
    hls.attachMedia(film.video);
    hls.startLoad(at);
    if (isPlaying) film.play();
    hls.on(Engine.Events.LEVEL_SWITCHED, (_, { level }) => this.shows(hls.levels[level]?.height ?? 0));
    hls.on(Engine.Events.ERROR, (_, { fatal }) => {
      if (fatal && this.hls === hls) this.onEnd?.();
    });
  }

  /** The page marks what is watched. */
  private shows(level: number): void {
    const { all } = this.qualities;
    const fit = all.filter((quality) => height(quality) <= level);
    const quality = fit[fit.length - 1];
    if (quality) this.qualities.show(quality);
  }

  /** Lets go of the video, which has nothing to play then. */
  end(): void {
    const { hls } = this;
    this.ends += 1;
    delete this.hls;
    if (!hls) return;
    hls.destroy();
    this.qualities.showFile();
  }
}
