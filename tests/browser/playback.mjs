// What a test does with a <video> or an <audio>, in the page of any browser.

/**
 * Makes `playback` known to the page's scripts. It is sent to the page as text, so it names nothing outside
 * itself.
 */
export function installPlayback() {
  /** How many bars the picture of `clockedFootage` has, and how often its sound begins anew, in seconds. */
  const BARS = 16;
  const SWEEP = 10;
  /** How often it is listened to: on a busy machine some moments are heard late. */
  const HEARD = 9;
  /** What hls.js tells when the machine is too busy to play, or a seek makes it drop a request: no fault of what it plays. */
  const HARMLESS = ["bufferStalledError", "bufferNudgeOnStall", "aborted"];

  /** Resolves at the first event `name` at which `good()` holds; an error of the media ends it. */
  function until(media, name, good = () => true) {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`media error ${media.error?.code}: ${media.error?.message}`));
      if (media.error) return fail();
      const last = media.querySelector("source:last-of-type");
      const look = () => {
        if (good()) end(resolve);
      };
      const broken = () => end(fail);
      const end = (then) => {
        media.removeEventListener(name, look);
        media.removeEventListener("error", broken);
        last?.removeEventListener("error", broken);
        then();
      };
      media.addEventListener(name, look);
      media.addEventListener("error", broken);
      last?.addEventListener("error", broken);
    });
  }

  /** Plays until `seconds` more have passed. */
  async function play(media, seconds = 0.2) {
    // Without sound: a machine that runs tests may have no device for it.
    media.muted = true;
    const from = media.currentTime;
    const moved = until(media, "timeupdate", () => media.currentTime > from + seconds);
    await media.play();
    await moved;
    return { from, to: media.currentTime };
  }

  /** Seeks, at rest, to `time`: where the media are then. */
  async function seek(media, time) {
    media.pause();
    const arrived = until(media, "seeked");
    media.currentTime = time;
    await arrived;
    return media.currentTime;
  }

  /** Resolves with the time of the next picture that is shown. */
  function shown(video) {
    return new Promise((resolve) => {
      video.requestVideoFrameCallback((_, picture) => resolve(picture.mediaTime));
    });
  }

  /** Which frame of `clockedFootage` the `video` shows, as its bars tell: the first is the lowest bit. */
  function frameShown(video) {
    const canvas = new OffscreenCanvas(BARS * 4, 4);
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let frame = 0;
    for (let bar = 0; bar < BARS; bar += 1) {
      const middle = data[4 * (canvas.width * 2 + bar * 4 + 2)];
      if (middle > 128) frame += 2 ** bar;
    }
    return frame;
  }

  /** Seeks to `time`, and gives where the media are then and which frame they show. */
  async function seekAndLook(video, time) {
    video.pause();
    const picture = shown(video);
    const at = await seek(video, time);
    const mediaTime = await picture;
    return { time, at, mediaTime, frame: frameShown(video) };
  }

  /**
   * How far, in seconds, the sound of `clockedFootage` is from the time that the media tell while they play;
   * less than half of SWEEP either way. The sound rises by 200 Hz a second from 500 Hz, and anew every SWEEP.
   */
  async function soundOff(media) {
    const context = new AudioContext();
    const ear = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 });
    context.createMediaElementSource(media).connect(ear);
    // Muted media give the ear nothing; the ear itself leads to no loudspeaker.
    media.muted = false;
    const strengths = new Float32Array(ear.frequencyBinCount);
    const found = [];
    const listened = until(media, "timeupdate", () => {
      ear.getFloatFrequencyData(strengths);
      const loudest = strengths.reduce((best, strength, n) => (strength > strengths[best] ? n : best), 0);
      if (strengths[loudest] < -60) return false;
      const heard = ((loudest * context.sampleRate) / ear.fftSize - 500) / 200;
      const off = (heard - (media.currentTime % SWEEP) + 1.5 * SWEEP) % SWEEP;
      found.push(off - SWEEP / 2);
      return found.length === HEARD;
    });
    await media.play();
    await listened;
    media.pause();
    await context.close();
    return found.sort((a, b) => a - b)[(HEARD - 1) / 2];
  }

  /** A new element `name` (video or audio) that plays `src` as it is, ready to be played, its picture shown. */
  async function openPlain(name, src) {
    const media = newMedia(name);
    const picture = name === "video" && shown(media);
    const ready = until(media, "loadeddata");
    media.src = src;
    await ready;
    // The element has its picture before the page does.
    await picture;
    return media;
  }

  /**
   * A new <video> in which hls.js plays `src` from `startPosition`, its picture shown. `problems` collects what
   * hls.js complains of.
   */
  async function openHlsJs(src, startPosition = 0) {
    const video = newMedia("video");
    const picture = shown(video);
    const player = new Hls({ startPosition });
    const problems = [];
    const fatal = new Promise((_, reject) => {
      player.on(Hls.Events.ERROR, (_, problem) => {
        if (!HARMLESS.includes(problem.details)) problems.push(problem.details);
        if (problem.fatal) reject(new Error(`hls.js: ${problem.details}: ${problem.error?.message}`));
      });
    });
    fatal.catch(() => {}); // Whoever waits for the video hears of it; afterwards nobody does.
    const ready = until(video, "canplay");
    player.loadSource(src);
    player.attachMedia(video);
    await Promise.race([Promise.all([ready, picture]), fatal]);
    return { video, player, problems };
  }

  /** A new <video> in which Shaka Player plays `src` from `startTime`. */
  async function openShaka(src, startTime = 0) {
    const video = newMedia("video");
    const picture = shown(video);
    const player = new shaka.Player();
    const problems = [];
    player.addEventListener("error", ({ detail }) => problems.push(`${detail.code} ${detail.data}`));
    await player.attach(video);
    const ready = until(video, "canplay");
    try {
      await player.load(src, startTime);
    } catch (error) {
      throw new Error(`Shaka Player: ${error.code} ${error.data}`);
    }
    await Promise.all([ready, picture]);
    return { video, player, problems };
  }

  function newMedia(name) {
    const media = document.createElement(name);
    // So that its picture may be read; and all that is served is open to any site.
    media.crossOrigin = "anonymous";
    media.muted = true;
    media.preload = "auto";
    document.body.replaceChildren(media);
    return media;
  }

  globalThis.playback = {
    until,
    play,
    seek,
    shown,
    frameShown,
    seekAndLook,
    soundOff,
    openPlain,
    openHlsJs,
    openShaka,
  };
}
