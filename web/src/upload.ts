// Makes the upload page's plain form one that takes many recordings, shows how fast they go, and goes on where a line
// broke, a laptop was closed or a server restarted.

import type { Draft } from './upload/archive';
import { listed } from './upload/archive';
import { type Haul, choose, dropped, mayBeRecording } from './upload/picking';
import { Row } from './upload/row';
import { Say, type Settings } from './upload/settings';
import { Slots } from './upload/slots';
import { Tabs } from './upload/tabs';
import { type Page, Transfer, titleIn } from './upload/transfer';

/** A clock that stood still for so long, in milliseconds: the machine slept. */
const SLEPT = 15_000;

/** After so long what is unfinished is asked for again, in milliseconds. */
const ASK_AGAIN = 5_000;

class UploadPage implements Page {
  private readonly settings: Settings;
  readonly say: Say;
  readonly slots = new Slots();
  private readonly rows = new Map<Transfer, Row>();
  private readonly list = document.createElement('ul');
  private readonly heading = document.createElement('h2');
  private readonly notices = document.createElement('div');
  private readonly aloud = document.createElement('p');
  private readonly accept: string;
  private readonly title = document.title;
  private readonly tabs: Tabs;
  /** What waits until it is known what drafts are for. */
  private held: Haul = { files: [], folders: [] };
  /** Drafts and uploads are made one after the other, in the order in which files came. */
  private last = Promise.resolve();

  constructor(private readonly form: HTMLFormElement) {
    this.settings = JSON.parse(form.dataset['settings'] ?? '{}') as Settings;
    this.say = new Say(this.settings);
    this.accept = form.querySelector<HTMLInputElement>('input[type=file]')?.accept ?? '';
    this.tabs = new Tabs(
      () => [...this.rows.keys()].filter((t) => t.isUnderWay).flatMap((t) => t.id ?? []),
      (ids, theirs) => {
        for (const transfer of this.rows.keys()) {
          if (transfer.id && ids.includes(transfer.id)) transfer.otherTab(theirs);
        }
      },
    );
    this.furnish();
    this.listen();
    void this.unfinished();
  }

  /** Puts up what only works with this script, in place of what works without. */
  private furnish(): void {
    const { form, say, settings } = this;
    for (const plain of form.querySelectorAll<HTMLElement>('.plain-only')) plain.remove();
    const zone = document.createElement('div');
    zone.className = 'dropzone';
    const words = document.createElement('p');
    words.textContent = say.words(settings.lesson ? 'dropOne' : 'drop');
    const pick = document.createElement('button');
    pick.type = 'button';
    pick.className = 'button';
    pick.textContent = say.words(settings.lesson ? 'pickOne' : 'pick');
    pick.setAttribute('aria-describedby', 'file-hint');
    pick.addEventListener('click', () => void choose(!settings.lesson, this.accept).then((haul) => this.take(haul)));
    zone.append(words, pick);
    const hint = form.querySelector('#file-hint');
    if (hint) zone.append(hint);
    form.prepend(zone);
    this.notices.setAttribute('role', 'alert');
    this.aloud.className = 'aside';
    this.aloud.setAttribute('role', 'status');
    this.heading.textContent = say.words('uploads');
    this.heading.hidden = true;
    this.list.className = 'uploads';
    form.after(this.notices, this.heading, this.list, this.aloud);
  }

  private listen(): void {
    addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      document.body.classList.add('dropping');
    });
    const calm = () => document.body.classList.remove('dropping');
    addEventListener('dragleave', (event) => event.relatedTarget === null && calm());
    addEventListener('drop', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      calm();
      void dropped(event.dataTransfer).then((haul) => this.take(haul));
    });
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('change', () => this.held.files.length && this.take({ files: [], folders: [] }));
    const nudge = () => this.each((transfer) => transfer.nudge());
    addEventListener('online', () => this.each((transfer) => transfer.distrust()));
    addEventListener('focus', nudge);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && nudge());
    addEventListener('beforeunload', (event) => {
      if ([...this.rows.keys()].some((transfer) => transfer.isUnderWay)) event.preventDefault();
    });
    let before = Date.now();
    setInterval(() => {
      const now = Date.now();
      if (now - before > SLEPT) this.each((transfer) => transfer.distrust());
      before = now;
      this.tick();
    }, 1000);
  }

  private each(deed: (transfer: Transfer) => void): void {
    for (const transfer of this.rows.keys()) deed(transfer);
  }

  private tick(): void {
    let [done, all] = [0, 0];
    for (const [transfer, row] of this.rows) {
      transfer.tick(performance.now());
      if (transfer.state === 'moving') row.show();
      if (transfer.isUnderWay) [done, all] = [done + transfer.done, all + transfer.bytes];
    }
    document.title = all ? `${this.say.part(done, all)} · ${this.title}` : this.title;
  }

  changed(transfer: Transfer): void {
    this.rows.get(transfer)?.show();
    if (transfer.state === 'waiting') this.tabs.tell();
    else if (transfer.id && ['ready', 'nothing', 'deleted', 'gone', 'refused'].includes(transfer.state)) this.tabs.leave(transfer.id);
  }

  private add(transfer: Transfer, where: 'prepend' | 'append'): void {
    const row = new Row(transfer, this.settings, this.say, this.accept, (words) => this.tell(words), (gone) => {
      this.rows.delete(transfer);
      gone.element.remove();
      this.heading.hidden = this.rows.size === 0;
    });
    this.rows.set(transfer, row);
    this.list[where](row.element);
    this.heading.hidden = false;
  }

  private tell(words: string): void {
    this.aloud.textContent = words;
  }

  /** What was begun before: on this computer, on another one, before a crash. */
  private async unfinished(): Promise<void> {
    const told = await listed().catch(() => undefined);
    if (!told) {
      setTimeout(() => void this.unfinished(), ASK_AGAIN);
      return;
    }
    const { lesson } = this.settings;
    for (const upload of told) {
      const isOurs = !lesson || upload.lesson === lesson;
      if (upload.kind === 'partial' || upload.state === 'done' || !isOurs) continue;
      this.add(await Transfer.begunBefore(this, upload), 'append');
    }
    // Now that the rows are there: who has some of them says so.
    this.tabs.ask();
  }

  /** Files came: each goes on where it was, or becomes a draft. */
  private take(haul: Haul): void {
    const notices = haul.folders.map((name) => this.say.words('folder', { name }));
    const files = [...this.held.files, ...haul.files];
    this.held = { files: [], folders: [] };
    for (const picked of files) {
      const { file } = picked;
      const waiting = [...this.rows.keys()].find((transfer) => transfer.wants(file));
      if (waiting) void waiting.take(picked);
      else if (this.isUnderWay(file)) continue;
      else {
        const refused = this.refusedAtOnce(file);
        if (refused) notices.push(refused);
        else if (this.settings.lesson && [...this.rows.keys()].some((t) => t.isUnderWay)) notices.push(this.say.words('oneOnly'));
        else if (!this.isTold()) this.held.files.push(picked);
        else this.begin(Transfer.of(this, picked), file);
      }
    }
    if (this.held.files.length) notices.push(this.say.words('chooseFirst'));
    this.notices.textContent = '';
    this.notices.append(
      ...notices.map((words) => {
        const notice = document.createElement('p');
        notice.className = 'note bad';
        notice.textContent = words;
        return notice;
      }),
    );
    if (this.held.files.length) this.missing()?.focus();
  }

  private begin(transfer: Transfer, file: File): void {
    this.add(transfer, 'append');
    const draft = this.settings.lesson ? undefined : this.draftOf(file);
    this.last = this.last.then(() => transfer.prepare(draft, this.settings.lesson));
  }

  /** Whether it is on its way already: dropped twice. */
  private isUnderWay(file: File): boolean {
    return [...this.rows.keys()].some((t) => t.isUnderWay && t.name === file.name && t.bytes === file.size);
  }

  private refusedAtOnce(file: File): string | undefined {
    const { say, settings } = this;
    const { name } = file;
    if (!mayBeRecording(file, this.accept)) return say.words('noRecording', { name });
    if (file.size === 0) return say.words('empty', { name });
    if (file.size <= settings.most) return undefined;
    const by = say.words('setBySetting', { name: 'upload_max_bytes' });
    return `${name}: ${say.words('tooLong', { length: say.size(file.size), limit: say.size(settings.most), by })}`;
  }

  private chosen(name: string): string[] {
    return new FormData(this.form).getAll(name).filter((value): value is string => typeof value === 'string' && value !== '');
  }

  /** What has to be chosen yet. */
  private missing(): HTMLElement | undefined {
    const missing = ['grades', 'subject', 'section'].find((name) => this.chosen(name).length === 0);
    return (missing && this.form.querySelector<HTMLElement>(`[name=${missing}]`)) || undefined;
  }

  private isTold(): boolean {
    return this.settings.lesson !== null || this.missing() === undefined;
  }

  private draftOf(file: File): Draft {
    const [subject, section] = [this.chosen('subject')[0], this.chosen('section')[0]];
    return {
      title: titleIn(file.name),
      grades: this.chosen('grades'),
      ...(subject !== undefined && { subject }),
      ...(section !== undefined && { section }),
    };
  }
}

const form = document.querySelector<HTMLFormElement>('form.upload');
if (form) new UploadPage(form);
