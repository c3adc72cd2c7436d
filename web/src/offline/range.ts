// Range and If-Range (RFC 9110 §13.1.5, §14): which bytes of a saved file are asked for.

/** Half open. */
export interface Bytes {
  start: number;
  end: number;
}

/**
 * The bytes that `range` asks for of `length`. `undefined`: send the whole, since there is no such header, or one that is
 * to be ignored (§14.2), or of several ranges; `null`: none of it is there.
 */
export function wanted(range: string | null, length: number): Bytes | undefined | null {
  const found = /^bytes=(\d*)-(\d*)$/i.exec(range?.replace(/[ \t]/g, '') ?? '');
  if (!found) return undefined;
  const [first, last] = [found[1] ?? '', found[2] ?? ''];
  if (first === '') {
    if (last === '') return undefined;
    const suffix = Number(last);
    return suffix && length ? { start: Math.max(length - suffix, 0), end: length } : null;
  }
  const start = Number(first);
  const end = last === '' ? length : Math.min(Number(last) + 1, length);
  if (last !== '' && Number(last) < start) return undefined;
  return start < length ? { start, end } : null;
}

/** Whether the condition of If-Range holds; a date never does, since only the tag tells forms apart. */
export const holds = (condition: string | null, etag: string | null): boolean =>
  condition === null || (condition === etag && !condition.startsWith('W/'));
