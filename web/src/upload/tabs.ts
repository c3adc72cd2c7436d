// Tabs of one browser tell each other what each of them uploads, so that they do not take it from each other.

type Message = { ask: true } | { mine: string[] } | { left: string[] };

export class Tabs {
  private readonly channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('teledars-uploads') : undefined;

  /**
   * `mine`: ids of what this tab works on; `changed(ids, theirs)`: another tab began to work on these, or stopped.
   */
  constructor(
    private readonly mine: () => string[],
    changed: (ids: string[], theirs: boolean) => void,
  ) {
    if (!this.channel) return;
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if ('ask' in data) this.tell();
      else if ('mine' in data) changed(data.mine, true);
      else changed(data.left, false);
    };
    addEventListener('pagehide', () => this.post({ left: this.mine() }));
  }

  /** Asks the others what they work on. */
  ask(): void {
    this.post({ ask: true });
  }

  /** Tells the others what this tab works on. */
  tell(): void {
    const ids = this.mine();
    if (ids.length) this.post({ mine: ids });
  }

  /** Tells the others that this tab is done with one. */
  leave(id: string): void {
    this.post({ left: [id] });
  }

  private post(message: Message): void {
    this.channel?.postMessage(message);
  }
}
