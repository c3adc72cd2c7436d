// A recording on the page: its title, how far it is, and what can be done. Its parts stay the same elements, so that
// nobody loses the focus, and only changes of state are said aloud.

import { choose } from './picking';
import type { Say, Settings } from './settings';
import type { State, Transfer } from './transfer';

type Deed = () => void;

export class Row {
  readonly element = document.createElement('li');
  private readonly name = make('p', 'name');
  private readonly details = make('p', 'details');
  private readonly bar = document.createElement('progress');
  private readonly status = make('p', 'status');
  private readonly complaint = make('p', 'note bad');
  private readonly actions = make('div', 'actions');
  private readonly main = button('button quiet');
  private readonly away = button('plain');
  private readonly link = document.createElement('a');
  private readonly question = make('div', 'question');
  private readonly answers = [button('button quiet'), button('button quiet'), button('plain')] as const;
  private shown: State | undefined;
  private said = '';
  private deed: Deed = () => undefined;

  constructor(
    private readonly transfer: Transfer,
    private readonly settings: Settings,
    private readonly say: Say,
    private readonly accept: string,
    /** Says something to who listens. */
    private readonly tell: (words: string) => void,
    private readonly dismiss: (row: Row) => void,
  ) {
    this.element.className = 'upload-row';
    this.bar.max = 1;
    this.complaint.setAttribute('role', 'alert');
    this.question.append(make('p', 'status'), ...this.answers);
    this.question.hidden = true;
    this.actions.append(this.main, this.link, this.away);
    const words = make('div', 'words');
    words.append(this.name, this.details);
    this.element.append(words, this.bar, this.status, this.complaint, this.actions, this.question);
    this.main.addEventListener('click', () => this.deed());
    this.away.addEventListener('click', () => (this.isOver ? this.dismiss(this) : this.ask()));
    this.show();
  }

  private get isOver(): boolean {
    const { state, id, hasDraft } = this.transfer;
    return state === 'ready' || state === 'deleted' || state === 'gone' || (state === 'refused' && !id && !hasDraft);
  }

  /** Writes down what is so now. */
  show(): void {
    const { transfer, say } = this;
    const isNew = this.shown === undefined;
    const changed = this.shown !== transfer.state;
    this.shown = transfer.state;
    this.bar.value = transfer.bytes ? transfer.done / transfer.bytes : 0;
    this.bar.hidden = (transfer.state === 'refused' && !transfer.id) || ['ready', 'deleted', 'gone', 'cannotGoOn', 'nothing'].includes(transfer.state);
    write(this.status, this.statusText());
    write(this.complaint, transfer.complaint);
    this.complaint.hidden = !transfer.complaint;
    if (changed || this.said !== transfer.title + String(transfer.lesson)) {
      this.said = transfer.title + String(transfer.lesson);
      this.showName();
      this.showActions();
      this.bar.setAttribute('aria-label', transfer.title);
      this.element.dataset['state'] = transfer.state;
    }
    if (changed && !isNew && !['preparing', 'waiting', 'moving', 'looking'].includes(transfer.state)) {
      this.tell(`${transfer.title}: ${this.statusText()}`);
    }
    if (transfer.state === 'deleted' && !this.question.hidden) this.close(this.away);
    write(this.details, transfer.bytes ? `${transfer.name} · ${say.size(transfer.bytes)}` : transfer.name);
  }

  private showName(): void {
    const { transfer, say } = this;
    if (!transfer.lesson) {
      this.name.textContent = transfer.title;
      return;
    }
    const link = document.createElement('a');
    link.href = say.lessonPage(transfer.lesson);
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = transfer.title;
    this.name.textContent = '';
    this.name.append(link);
    if (!transfer.hasDraft || transfer.state === 'ready') return;
    const hint = make('small', '');
    hint.textContent = say.words('draft');
    this.name.append(' ', hint);
  }

  private statusText(): string {
    const { transfer, say } = this;
    const amount = say.words('moving', { done: say.size(transfer.done), all: say.size(transfer.bytes) });
    const part = transfer.bytes ? [say.part(transfer.done, transfer.bytes), amount] : [];
    switch (transfer.state) {
      case 'moving': {
        const speed = transfer.pace.speed(performance.now());
        if (speed === undefined) return part.join(' · ');
        const left = say.time((transfer.bytes - transfer.done) / speed);
        return [...part, say.words('speed', { size: say.size(speed) }), say.words('left', { time: left })].join(' · ');
      }
      case 'waiting':
        return transfer.done ? [say.words('waiting'), ...part].join(' · ') : say.words('waiting');
      case 'paused':
        return [say.words('paused'), ...part].join(' · ');
      case 'needsFile':
        return [...part, transfer.hasFile ? '' : say.words('needsFile', { name: transfer.name })].filter(Boolean).join(' · ');
      case 'ready':
        return say.words(transfer.playable ? 'ready' : 'onlySave');
      case 'nothing':
        return say.words('nothing', { why: transfer.why });
      case 'refused':
      case 'deleted':
        return transfer.why;
      case 'preparing':
        return transfer.hasDraft || this.settings.lesson ? say.words('waiting') : say.words('preparing');
      default:
        return say.words(transfer.state);
    }
  }

  private showActions(): void {
    const { transfer } = this;
    const again = () => this.chooseAgain();
    const goOn = () => void transfer.goOn();
    const [words, deed] = ((): [string, Deed] => {
      switch (transfer.state) {
        case 'waiting':
        case 'moving':
          return ['pause', () => transfer.pause()];
        case 'noLine':
        case 'busy':
        case 'diskFull':
        case 'signedOut':
          return ['retry', () => transfer.nudge()];
        case 'paused':
        case 'elsewhere':
          return ['goOn', goOn];
        case 'refused':
          return ['retry', goOn];
        case 'needsFile':
          return transfer.hasFile ? ['goOn', goOn] : ['again', again];
        default:
          return ['', () => undefined];
      }
    })();
    this.deed = deed;
    this.main.hidden = !words;
    if (words) this.label(this.main, words);
    this.showLink();
    this.label(this.away, this.isOver ? 'dismiss' : 'cancel');
    this.away.hidden = transfer.state === 'looking';
  }

  private showLink(): void {
    const { transfer, say } = this;
    const ready = transfer.state === 'ready' && transfer.lesson;
    this.link.hidden = !ready && transfer.state !== 'signedOut';
    this.link.className = 'button quiet';
    this.link.target = '_blank';
    this.link.rel = 'noopener';
    this.link.href = ready ? say.watchPage(ready) : this.settings.signIn;
    this.link.textContent = say.words(ready ? 'watch' : 'signIn');
  }

  /** The words, and for who does not see the row to whose it belongs. */
  private label(element: HTMLElement, words: string): void {
    const text = this.say.words(words);
    if (element.textContent !== text) element.textContent = text;
    element.setAttribute('aria-label', `${text}: ${this.transfer.title}`);
  }

  private chooseAgain(): void {
    void choose(false, this.accept).then(({ files: [picked] }) => picked && this.transfer.take(picked));
  }

  /** Nothing that took an hour is deleted by one click. */
  private ask(): void {
    const { transfer, say } = this;
    const [first, second, third] = this.answers;
    const text = this.question.firstElementChild;
    if (text) text.textContent = say.words('aboutCancel', { done: say.size(transfer.done) });
    first.textContent = say.words(transfer.hasDraft ? 'deleteBoth' : 'deleteUpload');
    first.onclick = () => void transfer.cancel(transfer.hasDraft);
    second.textContent = say.words('deleteKeepingDraft');
    second.hidden = !transfer.hasDraft;
    second.onclick = () => void transfer.cancel(false);
    third.textContent = say.words('keep');
    third.onclick = () => this.close(this.away);
    this.question.hidden = false;
    this.actions.hidden = true;
    third.focus();
  }

  private close(focus: HTMLElement): void {
    this.question.hidden = true;
    this.actions.hidden = false;
    focus.focus();
  }
}

function make(tag: 'p' | 'div' | 'small', className: string): HTMLElement {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return element;
}

function button(className: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = className;
  return element;
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
