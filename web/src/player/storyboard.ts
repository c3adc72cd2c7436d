// Small pictures of what is shown when: a WebVTT file whose cues name a part of a sheet. It is fetched when somebody first
// reaches for the seek bar.

export interface Tile {
  start: number;
  end: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /([\d:.]+) --> ([\d:.]+)[^\n]*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

/** Seconds in `00:03:40.500` or `03:40.500`. */
const seconds = (text: string): number => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

export function tilesIn(text: string, address: string): Tile[] {
  const found: Tile[] = [];
  const all = text.replace(/\r\n?/g, '\n');
  for (let cue = CUE.exec(all); cue; cue = CUE.exec(all)) {
    const [, start = '', end = '', sheet = '', ...place] = cue;
    const [x = 0, y = 0, width = 0, height = 0] = place.map(Number);
    found.push({ start: seconds(start), end: seconds(end), sheet: new URL(sheet, address).href, x, y, width, height });
  }
  return found;
}

export class Storyboard {
  private tiles?: Promise<Tile[]>;

  constructor(private readonly address: string | undefined) {}

  /** The picture at a moment, if there is one. */
  async tileAt(moment: number): Promise<Tile | undefined> {
    const { address } = this;
    if (!address) return undefined;
    this.tiles ??= fetch(address)
      .then(async (answer) => (answer.ok ? tilesIn(await answer.text(), answer.url) : []))
      .catch(() => {
        // The next who reaches for it asks again.
        delete this.tiles;
        return [];
      });
    const tiles = await this.tiles;
    return tiles.find(({ start, end }) => start <= moment && moment < end) ?? tiles[tiles.length - 1];
  }
}
