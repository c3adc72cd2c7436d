// Keeps what a page says of jobs fresh: how far those are that run comes with the events themselves, and whatever else
// changes is asked for as the page that the server makes, so that all words are its own. Without this script, or where
// no stream is to be had, the page is as fresh as its last reload.

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
  private at: number;

  constructor(
    private readonly board: HTMLElement,
    private readonly summary: HTMLElement | null,
    private readonly events: string,
  ) {
    this.at = Number(board.dataset['at']);
    // A page that nobody looks at needs no stream: how many there may be is limited.
    document.addEventListener('visibilitychange', () => this.listen());
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', () => this.listen());
    this.listen();
  }

  private listen(): void {
    if (document.hidden) {
      this.close();
    } else if (!this.source) {
      const source = new EventSource(this.events);
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
      if (!answer.ok || answer.redirected) return this.close();
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
  new Board(board, document.getElementById('jobs-summary'), events);
}
