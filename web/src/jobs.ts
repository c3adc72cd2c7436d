// Keeps what a page says of jobs fresh: how far those are that run comes with the events themselves, and whatever else
// changes is asked for as the page that the server makes, so that all words are its own. Without this script
// the page is as fresh as its last reload. Where no stream is to be had, since there are as many as there may be, the page
// is asked for now and then, and says so.

/** A job as an event has it; see GET /api/v1/jobs/{id}. */
interface Job {
  id: number;
  state: string;
  progress: number;
  before: number | null;
  updated: string | null;
}

/** At least so long between two questions for the page, in milliseconds: a line may be slow, and the queue quick. */
const PAUSE = 2_000;

class Board {
  private source: EventSource | undefined;
  private timer: number | undefined;
  /** Until a stream that was refused is tried again. */
  private again: number | undefined;
  private at: number;
  /** Nobody is signed in any more. */
  private over = false;

  constructor(
    private readonly board: HTMLElement,
    private readonly summary: HTMLElement | null,
    private readonly asks: HTMLElement | null,
    private readonly events: string,
  ) {
    this.at = Number(board.dataset['at']);
    // A page that nobody looks at needs no stream: how many there may be is limited.
    document.addEventListener('visibilitychange', () => {
      this.listen();
      // A stream begins with what changed lately; who was away for longer looks anew.
      if (!document.hidden) this.askSoon();
    });
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', () => this.listen());
    this.listen();
  }

  private listen(): void {
    if (document.hidden) {
      this.close();
    } else if (!this.source && this.again === undefined && !this.over) {
      const source = new EventSource(this.events);
      source.addEventListener('open', () => this.askItself(false));
      // A line that broke is tried again by the browser; what was refused is not.
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED && source === this.source) this.refused();
      });
      source.addEventListener('job', (event) => this.job(JSON.parse((event as MessageEvent<string>).data) as Job));
      source.addEventListener('reset', () => this.askSoon());
      this.source = source;
    }
  }

  private close(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    clearTimeout(this.again);
    this.again = undefined;
  }

  /** No stream is to be had now: the page is asked for instead, and after that the stream is tried again. */
  private refused(): void {
    this.source = undefined;
    this.askItself(true);
    const seconds = Number(this.board.dataset['again']);
    this.again = setTimeout(() => {
      void this.ask().then(() => {
        this.again = undefined;
        this.listen();
      });
    }, seconds * 1000);
  }

  /** Says whether the page asks by itself, as it is not told. */
  private askItself(asks: boolean): void {
    if (this.asks) this.asks.hidden = !asks;
  }

  private job(job: Job): void {
    const row = this.board.querySelector<HTMLElement>(`[data-job="${job.id}"]`);
    const same = row?.dataset['state'] === job.state;
    if (row && same && job.state === 'running') {
      const bar = row.querySelector('progress');
      if (bar) bar.value = job.progress;
      const percent = row.querySelector('.percent');
      if (percent) percent.textContent = `${Math.floor(job.progress / 10)} %`;
    } else if (!row || !same) {
      // What the page was made after is in it, or belongs to another part of the list.
      if (Date.parse(job.updated ?? '') > this.at) this.askSoon();
    } else if (job.before !== null && row.dataset['before'] !== String(job.before)) {
      this.askSoon();
    }
  }

  private askSoon(): void {
    this.timer ??= setTimeout(() => void this.ask(), PAUSE);
  }

  /** Takes the board of the page as it is now. */
  private async ask(): Promise<void> {
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      // Who is not signed in any more is led elsewhere, and reads on what is there.
      if (!answer.ok || answer.redirected) {
        // A server that is busy answers again; a page that is another one does not become this one.
        this.over = answer.redirected || answer.status < 500;
        if (this.over) this.close();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const board = page.getElementById(this.board.id);
      if (!board) return;
      this.at = Number(board.dataset['at']);
      const acting = document.activeElement;
      const focused = acting && this.board.contains(acting) ? acting.getAttribute('data-act') : undefined;
      this.board.textContent = '';
      this.board.append(...board.childNodes);
      // Who was at a button stays at it; where it is gone, at the list.
      if (focused !== undefined) {
        const again = focused && this.board.querySelector<HTMLElement>(`[data-act="${focused}"]`);
        (again || this.board).focus({ preventScroll: true });
      }
      // Read aloud, so it is touched only where it says something new.
      const summary = page.getElementById('jobs-summary')?.textContent;
      if (this.summary && summary && this.summary.textContent !== summary) this.summary.textContent = summary;
    } catch {
      // The line broke; the next event asks again.
    } finally {
      this.timer = undefined;
    }
  }
}

const board = document.getElementById('jobs');
const events = board?.dataset['events'];
if (board && events && 'EventSource' in window) {
  new Board(board, document.getElementById('jobs-summary'), document.getElementById('jobs-asks'), events);
}
