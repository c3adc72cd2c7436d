// One recording on its way: its draft, its upload, and all that may happen to it. Knows no page.

import { Upload } from 'tus-js-client';
import * as archive from './archive';
import { fingerprint, isReadable } from './fingerprint';
import { Pace } from './pace';
import type { Picked } from './picking';
import { type FileHandle, forget, recall, remember, reopened } from './remembered';
import type { Say } from './settings';
import type { Slots } from './slots';
import { type Resting, type Trouble, troubleOf } from './trouble';

export type State =
  /** Its draft and its upload are being made. */
  | 'preparing'
  | 'waiting'
  | 'moving'
  | 'paused'
  | Resting
  /** Continued from another window. */
  | 'elsewhere'
  /** Another tab of this browser has it. */
  | 'otherTab'
  | 'needsFile'
  /** Nobody knows how long it should be: a form that broke off. */
  | 'cannotGoOn'
  /** All of it is here and is looked into. */
  | 'looking'
  | 'ready'
  /** It is no recording. */
  | 'nothing'
  | 'refused'
  | 'gone'
  | 'deleted';

/** Seconds between attempts; the last one for ever. */
const RESTS = [1, 2, 4, 8, 15, 30];
/** A connection on which nothing moved for so long is given up, in milliseconds. */
const STALLED = 45_000;
/** So many bytes show that a connection works, and the next rest is a short one again. */
const WORKS = 256 * 1024;

/** How an attempt to send ended. */
type End = 'all' | 'stopped' | 'stalled' | Trouble;

/** What all transfers of a page share. */
export interface Page {
  readonly say: Say;
  readonly slots: Slots;
  /** Something that is shown has changed. */
  changed(transfer: Transfer): void;
}

export class Transfer {
  state: State = 'preparing';
  /** Words about the state, where it has its own. */
  why = '';
  /** What was wrong with the file that was given last. */
  complaint = '';
  /** Whether browsers play what came of it. */
  playable = true;
  /** Bytes that have left. */
  done = 0;
  readonly pace = new Pace();
  title: string;
  lesson: string | undefined;
  id: string | undefined;
  /** Whether the lesson is a draft that was made for it. */
  hasDraft = false;
  private metadata: Record<string, string> = {};
  private plan: [draft: archive.Draft | undefined, lesson: string | null] | undefined;
  private file: File | undefined;
  private handle: FileHandle | undefined;
  private halted = false;
  private heard = 0;
  private attempt = 0;
  private end: ((end: End) => void) | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly page: Page,
    readonly name: string,
    readonly bytes: number,
  ) {
    this.title = titleIn(name);
  }

  /** A new one, of a file that is at hand. */
  static of(page: Page, picked: Picked): Transfer {
    const transfer = new Transfer(page, picked.file.name, picked.file.size);
    transfer.file = picked.file;
    transfer.handle = picked.handle;
    return transfer;
  }

  /** One that was begun before, here or elsewhere. */
  static async begunBefore(page: Page, told: archive.Told): Promise<Transfer> {
    const transfer = new Transfer(page, told.filename ?? told.title ?? told.id, told.bytes ?? 0);
    transfer.id = told.id;
    transfer.lesson = told.lesson ?? undefined;
    transfer.title = told.title ?? transfer.title;
    transfer.metadata = told.metadata;
    transfer.hasDraft = told.metadata['draft'] === '1';
    transfer.done = told.offset;
    transfer.handle = await recall(told.id);
    if (told.state === 'failed') {
      transfer.state = 'nothing';
      transfer.why = archive.whyOf(told);
    } else if (told.state !== 'uploading') {
      transfer.state = 'looking';
      void transfer.follow();
    } else {
      transfer.state = told.bytes === null ? 'cannotGoOn' : 'needsFile';
    }
    return transfer;
  }

  /** Whether leaving the page would interrupt it. */
  get isUnderWay(): boolean {
    return ['preparing', 'waiting', 'moving', 'noLine', 'signedOut', 'busy', 'diskFull'].includes(this.state);
  }

  /** Whether one click is enough to go on. */
  get hasFile(): boolean {
    return this.file !== undefined || this.handle !== undefined;
  }

  /** Makes the draft and the upload; then it waits for its turn. `draft`: none for a lesson that is there. */
  async prepare(draft: archive.Draft | undefined, lesson: string | null): Promise<void> {
    const { file } = this;
    this.plan = [draft, lesson];
    if (!file || this.halted) return;
    this.lesson ??= lesson ?? undefined;
    if (draft && !this.lesson) {
      const made = await this.persist(() => archive.makeDraft(draft));
      if (!made) return;
      this.lesson = made.code;
      this.title = made.title;
      this.hasDraft = true;
      this.set('preparing');
    }
    if (!(await isReadable(file, 0))) return this.loseFile();
    const print = await fingerprint(file);
    this.metadata = {
      filename: file.name,
      modified: String(file.lastModified),
      ...(file.type && { filetype: file.type }),
      ...(this.lesson && { lesson: this.lesson }),
      ...(this.hasDraft && { draft: '1' }),
      ...(print && { fingerprint: print }),
    };
    let asked = false;
    this.id ??= await this.persist(async () => {
      // An answer may have been lost on the way: then it is there already.
      const twin = asked ? (await archive.listed()).find((told) => this.isTwin(told)) : undefined;
      asked = true;
      const id = twin?.id ?? (await archive.begin(file.size, this.metadata));
      // Somebody changed their mind meanwhile, and nobody will hear of this one.
      if (this.halted) await archive.terminate(id);
      return id;
    });
    if (!this.id) return;
    if (this.handle) await remember(this.id, this.handle);
    this.queue();
  }

  /** Stops it until somebody wants it to go on. */
  pause(): void {
    this.halt();
    this.set('paused');
    void this.recount();
  }

  /** Goes on with the file that is at hand. */
  async goOn(): Promise<void> {
    this.complaint = '';
    if (!this.file && this.handle) {
      const file = await reopened(this.handle);
      if (file) return this.take({ file, handle: this.handle });
      this.handle = undefined;
      return this.loseFile();
    }
    if (!this.id) {
      if (!this.file || !this.plan) return;
      this.set('preparing');
      return this.prepare(...this.plan);
    }
    if (!this.file) return this.set('needsFile');
    this.queue();
  }

  /** Whether a file that is given may be the one that this upload began with. */
  wants(file: File): boolean {
    return this.state === 'needsFile' && file.name === this.name && file.size === this.bytes;
  }

  /** Goes on with a file that was given, if it is the same. */
  async take({ file, handle }: Picked): Promise<void> {
    const { say } = this.page;
    if (file.name !== this.name || file.size !== this.bytes) {
      const size = say.size(this.bytes);
      return this.complain(say.words('wrongFile', { other: file.name, name: this.name, size }));
    }
    const print = await fingerprint(file).catch(() => undefined);
    const before = this.metadata['fingerprint'];
    const modified = this.metadata['modified'];
    const same = before && print ? before === print : !modified || modified === String(file.lastModified);
    if (!same) return this.complain(say.words('otherContent', { name: this.name }));
    this.file = file;
    this.handle = handle;
    if (handle && this.id) await remember(this.id, handle);
    this.complaint = '';
    this.queue();
  }

  /** Deletes the upload, and perhaps its draft. */
  async cancel(withDraft: boolean): Promise<void> {
    const { say } = this.page;
    const before = this.state;
    this.halt();
    try {
      if (this.id) {
        await archive.terminate(this.id);
        await forget(this.id);
      }
    } catch (error) {
      const trouble = troubleOf(error, say);
      this.complaint = trouble.kind === 'rests' ? say.words(trouble.state) : trouble.kind === 'refused' ? trouble.why : '';
      return this.set(before === 'nothing' ? before : this.file ? 'paused' : 'needsFile', this.why);
    }
    let why = say.words('deleted');
    if (withDraft && this.lesson) {
      await archive.deleteDraft(this.lesson).then(
        () => (this.lesson = undefined),
        () => (why = say.words('draftStays')),
      );
    }
    this.complaint = '';
    this.set('deleted', why);
  }

  /** Another tab has it, or has left it. */
  otherTab(theirs: boolean): void {
    if (theirs && this.state === 'needsFile') this.set('otherTab');
    else if (!theirs && this.state === 'otherTab') void this.follow();
  }

  /** The line is back, the laptop was opened, somebody has signed in, or wants it tried now. */
  nudge(): void {
    this.wake?.();
  }

  /** What is on the wire is not to be believed: the machine slept. */
  distrust(): void {
    this.end?.('stalled');
    this.nudge();
  }

  /** To be called every second. */
  tick(now: number): void {
    if (this.end && now - this.heard > STALLED) this.end('stalled');
  }

  /** Sends what is missing, until all of it is here or somebody stops it. */
  async move(): Promise<void> {
    this.attempt = 0;
    while (!this.halted) {
      const end = await this.send();
      if (end === 'all') {
        this.set('looking');
        void this.follow();
        return;
      }
      if (end === 'stopped' || this.halted) return;
      const { file } = this;
      if (!file || !(await isReadable(file, Math.min(this.done, this.bytes - 1)))) return this.loseFile();
      if (end === 'stalled') continue;
      if (end.kind !== 'rests') return this.stop(end);
      await this.rest(end.state);
    }
  }

  /** Says how much has arrived, not how much had left. */
  private async recount(): Promise<void> {
    if (!this.id) return;
    const arrived = await archive.offset(this.id).catch(() => undefined);
    if (arrived === undefined || this.state !== 'paused') return;
    this.done = arrived;
    this.page.changed(this);
  }

  private queue(): void {
    this.halted = false;
    this.set('waiting');
    this.page.slots.add(this);
  }

  private halt(): void {
    this.halted = true;
    this.page.slots.leave(this);
    this.end?.('stopped');
    this.nudge();
  }

  /** One request from where the server says that the upload stands. */
  private send(): Promise<End> {
    const { file, id } = this;
    return new Promise((resolve) => {
      if (!file || !id) return resolve('stopped');
      let from: number | undefined;
      this.heard = performance.now();
      const upload = new Upload(file, {
        uploadUrl: archive.uploadPath(id),
        retryDelays: null,
        storeFingerprintForResuming: false,
        onProgress: (bytes) => {
          if (!this.end) return;
          const now = performance.now();
          this.heard = now;
          this.done = bytes;
          if (from === undefined) {
            from = bytes;
            this.pace.start(bytes, now);
            this.set('moving');
          } else {
            this.pace.note(bytes, now);
            if (bytes - from > WORKS) this.attempt = 0;
          }
        },
        onSuccess: () => finish('all'),
        onError: (error) => {
          const answer = 'originalResponse' in error ? error.originalResponse : null;
          if (!answer) return finish({ kind: 'rests', state: 'noLine' });
          // Only who was overtaken while sending is told where the upload stands.
          const overtaken = answer.getStatus() === 423 && answer.getHeader('Upload-Offset') !== undefined;
          if (overtaken && from !== undefined) return finish({ kind: 'taken' });
          const refusal = archive.Refusal.of(answer.getStatus(), answer.getBody());
          finish(troubleOf(refusal, this.page.say));
        },
      });
      const finish = (end: End) => {
        if (!this.end) return;
        this.end = undefined;
        if (end === 'stopped' || end === 'stalled') void upload.abort();
        resolve(end);
      };
      this.end = finish;
      upload.start();
    });
  }

  /** Asks what has become of it until it is settled. */
  private async follow(): Promise<void> {
    const { id } = this;
    if (!id) return;
    for (let seconds = 1; ; seconds = Math.min(seconds + 1, 5)) {
      const told = await this.persist(() => archive.told(id));
      if (!told) return;
      this.lesson = told.lesson ?? this.lesson;
      this.title = told.title ?? this.title;
      if (told.state === 'done') {
        this.playable = told.playable !== false;
        await forget(id);
        return this.set('ready');
      }
      if (told.state === 'failed') return this.set('nothing', archive.whyOf(told));
      if (told.state === 'uploading') return this.set('needsFile');
      if (this.state !== 'looking') this.set('looking');
      await this.sleep(seconds * 1000);
      if (this.halted) return;
    }
  }

  /** Does something until it is done; undefined: it will never be, or somebody stopped it. */
  private async persist<T>(step: () => Promise<T>): Promise<T | undefined> {
    this.attempt = 0;
    while (!this.halted) {
      try {
        const value = await step();
        return this.halted ? undefined : value;
      } catch (error) {
        if (this.halted) return undefined;
        const trouble = troubleOf(error, this.page.say);
        if (trouble.kind !== 'rests') {
          this.stop(trouble);
          return undefined;
        }
        await this.rest(trouble.state);
      }
    }
    return undefined;
  }

  private stop(trouble: Trouble): void {
    if (trouble.kind === 'gone') {
      if (this.id) void forget(this.id);
      this.set('gone');
    } else if (trouble.kind === 'taken') {
      this.set('elsewhere');
    } else if (trouble.kind === 'refused') {
      this.set('refused', trouble.why);
    }
  }

  private async rest(state: Resting): Promise<void> {
    this.set(state);
    const seconds = RESTS[Math.min(this.attempt, RESTS.length - 1)] ?? 30;
    this.attempt += 1;
    // Not all at the same moment after a server's restart.
    await this.sleep(seconds * (750 + Math.random() * 500));
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private isTwin(told: archive.Told): boolean {
    const same = (key: string) => told.metadata[key] === this.metadata[key];
    return told.state === 'uploading' && told.offset === 0 && told.bytes === this.bytes &&
      ['filename', 'modified', 'lesson', 'fingerprint'].every(same);
  }

  private loseFile(): void {
    this.file = undefined;
    this.complaint = this.page.say.words('unreadable', { name: this.name });
    this.set(this.id ? 'needsFile' : 'refused', this.complaint);
  }

  private complain(words: string): void {
    this.complaint = words;
    this.page.changed(this);
  }

  private set(state: State, why = ''): void {
    this.state = state;
    this.why = why;
    this.page.changed(this);
  }
}

/** What a file's name says of the lesson: without its ending. */
export function titleIn(name: string): string {
  const title = name.replace(/\.[^.]{1,5}$/, '').trim();
  return title || name;
}
