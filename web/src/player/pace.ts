// How quick the line is: by how many seconds of film it brings in a second. That costs no request of its own, and says what
// counts: whether there is room for more than what plays.

import { line } from '../choices';

/** So much faster than it plays must a film come before a better one is worth fetching what plays it. */
const PLENTY = 4;
/** Megabits a second below which nobody is sent an engine of 120 KB. */
const QUICK = 1;
/** What comes in less time says nothing, in milliseconds. */
const SPAN = 1_000;

/** The end of what has come without a gap, from where the film plays. */
function loadedTo(video: HTMLVideoElement): number {
  const { buffered } = video;
  for (let i = 0; i < buffered.length; i += 1) {
    if (buffered.start(i) <= video.currentTime && video.currentTime <= buffered.end(i)) return buffered.end(i);
  }
  return video.currentTime;
}

/** Resolves once the line has shown that it carries more than plays; never on one that does not. */
export function quickLine(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    let [since, from] = [performance.now(), loadedTo(video)];
    const begin = (): void => {
      [since, from] = [performance.now(), loadedTo(video)];
    };
    const look = (): void => {
      const [now, end] = [performance.now(), loadedTo(video)];
      const whole = end >= video.duration - 1;
      // A short lesson is there before it can be timed; else it is how fast it comes.
      const isQuick = whole ? from >= video.duration - 1 || end - from > PLENTY : now - since >= SPAN && (end - from) * 1000 > PLENTY * (now - since);
      const { downlink } = line();
      if (isQuick && (downlink === undefined || downlink >= QUICK)) {
        video.removeEventListener('progress', look);
        video.removeEventListener('timeupdate', look);
        video.removeEventListener('seeking', begin);
        resolve();
      } else if (now - since > 10 * SPAN) begin();
    };
    video.addEventListener('progress', look);
    video.addEventListener('timeupdate', look);
    video.addEventListener('seeking', begin);
    look();
  });
}
