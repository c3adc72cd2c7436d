// What an answer that was not hoped for means for an upload: whether it goes on by itself, and in which words.

import { NoLine, Refusal } from './archive';
import type { Say } from './settings';

/** States in which an upload goes on by itself. */
export type Resting = 'noLine' | 'signedOut' | 'busy' | 'diskFull';

export type Trouble =
  | { kind: 'rests'; state: Resting }
  /** A later request of the same person has it. */
  | { kind: 'taken' }
  | { kind: 'gone' }
  /** It cannot go on as it is. */
  | { kind: 'refused'; why: string };

const rests = (state: Resting): Trouble => ({ kind: 'rests', state });

export function troubleOf(error: unknown, say: Say): Trouble {
  if (error instanceof NoLine) return rests('noLine');
  if (!(error instanceof Refusal)) return { kind: 'refused', why: say.words('failed', { why: String(error) }) };
  const { status, problem } = error;
  switch (status) {
    case 401:
      return rests('signedOut');
    case 404:
    case 410:
      return { kind: 'gone' };
    // The client believed to be elsewhere, or the old connection is not yet let go: ask again where it stands.
    case 409:
    case 423:
    case 460:
      return rests('noLine');
    case 507:
      if (problem['type'] !== '/problems/no-room') return rests('diskFull');
  }
  const why = limitIn(problem, say);
  if (why) return { kind: 'refused', why };
  if (status >= 500 || status === 429 || status === 408) return rests('busy');
  const detail = problem['detail'];
  return { kind: 'refused', why: say.words('failed', { why: typeof detail === 'string' ? detail : String(status) }) };
}

/** The words for a limit that was met, with its numbers; undefined: it was another problem. */
export function limitIn(problem: Record<string, unknown>, say: Say): string | undefined {
  const number = (name: string) => Number(problem[name] ?? 0);
  const size = (name: string) => say.size(number(name));
  const by = () => setBy(String(problem['set_by'] ?? ''), say);
  switch (problem['type']) {
    case '/problems/upload-too-long':
      return say.words('tooLong', { length: size('length'), limit: size('limit'), by: by() });
    case '/problems/over-quota':
      return say.words('overQuota', { length: size('length'), limit: size('limit'), used: size('used'), by: by() });
    case '/problems/too-many-uploads':
      return say.words('tooMany', { used: String(number('used')), limit: String(number('limit')), by: by() });
    case '/problems/no-room':
      return say.words('noRoom', { length: size('length'), limit: size('limit') });
    default:
      return undefined;
  }
}

function setBy(setter: string, say: Say): string {
  const setting = /^the setting (.+)$/.exec(setter)?.[1];
  return setting ? say.words('setBySetting', { name: setting }) : say.words('setByAdmin');
}
