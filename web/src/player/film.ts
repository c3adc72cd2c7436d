// The video as the player's parts see it. It stays where the page has it: an element that is moved begins anew.

/** What a player may ask of a video in browsers whose standard is older. */
interface Elder extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

export class Film {
  /** A file or a stream takes another's place: what the element says of pauses meanwhile means nothing. */
  isChanging = false;
  private readonly still = document.createElement('canvas');

  constructor(
    readonly video: HTMLVideoElement,
    readonly screen: HTMLElement,
  ) {
    this.still.className = 'still';
    this.still.hidden = true;
    this.still.setAttribute('aria-hidden', 'true');
    video.after(this.still);
    for (const shown of ['playing', 'seeked', 'error']) video.addEventListener(shown, () => this.thaw());
  }

  get at(): number {
    return this.video.currentTime;
  }

  /** 0 until it is known. */
  get lasts(): number {
    return Number.isFinite(this.video.duration) ? this.video.duration : 0;
  }

  get isPlaying(): boolean {
    return !this.video.paused && !this.video.ended;
  }

  play(): void {
    this.video.play().catch(() => undefined);
  }

  toggle(): void {
    if (this.isPlaying) this.video.pause();
    else this.play();
  }

  seek(seconds: number): void {
    this.video.currentTime = Math.min(Math.max(seconds, 0), this.lasts || seconds);
  }

  by(seconds: number): void {
    this.seek(this.at + seconds);
  }

  louder(by: number): void {
    this.video.volume = Math.min(Math.max(Math.round((this.video.volume + by) * 10) / 10, 0), 1);
    this.video.muted = this.video.volume === 0;
  }

  /** Covers the picture with itself until the next one is there, so that a change of quality shows nothing black. */
  freeze(): void {
    const { video, still } = this;
    this.isChanging = true;
    if (video.readyState < video.HAVE_CURRENT_DATA || !video.videoWidth) return;
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    try {
      still.getContext('2d')?.drawImage(video, 0, 0);
      still.hidden = false;
    } catch {
      // Then it is black for a moment.
    }
  }

  private thaw(): void {
    this.isChanging = false;
    this.still.hidden = true;
  }

  get isFull(): boolean {
    return document.fullscreenElement === this.screen;
  }

  toggleFull(): void {
    const { screen } = this;
    if (this.isFull) document.exitFullscreen().catch(() => undefined);
    else if (screen.requestFullscreen) screen.requestFullscreen().catch(() => undefined);
    else (this.video as Elder).webkitEnterFullscreen?.();
  }

  static get hasFull(): boolean {
    return document.fullscreenEnabled || 'webkitEnterFullscreen' in HTMLVideoElement.prototype;
  }

  static get hasSmall(): boolean {
    return 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;
  }

  toggleSmall(): void {
    const ended = document.pictureInPictureElement ? document.exitPictureInPicture() : this.video.requestPictureInPicture();
    Promise.resolve(ended).catch(() => undefined);
  }
}
