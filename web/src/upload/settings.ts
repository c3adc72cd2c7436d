// What the server tells the upload page, and how it says times.

import { Say as Speaker, type Told } from '../say';

/** As `src/pages/teach/upload/words.rs` writes it. Pages have `{code}` in them. */
export interface Settings extends Told {
  /** Bytes that a file may have. */
  most: number;
  /** Code of the lesson that gets a new recording; else drafts are made. */
  lesson: string | null;
  lessonPage: string;
  watchPage: string;
  signIn: string;
}

export class Say extends Speaker {
  constructor(private readonly settings: Settings) {
    super(settings);
  }

  lessonPage(code: string): string {
    return this.settings.lessonPage.replace('{code}', code);
  }

  watchPage(code: string): string {
    return this.settings.watchPage.replace('{code}', code);
  }

  /** A length of time, as roughly as it is known. */
  time(seconds: number): string {
    if (seconds < 60) return this.words('seconds', { count: String(Math.max(5, Math.ceil(seconds / 5) * 5)) });
    const minutes = Math.ceil(seconds / 60);
    if (minutes < 60) return this.words('minutes', { count: String(minutes) });
    return this.words('hours', { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60) });
  }
}
