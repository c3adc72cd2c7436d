// Tells files of the same name and size apart by their ends, without reading gigabytes.

const END = 64 * 1024;

/** SHA-256 of the first and last 64 KiB in hexadecimal; undefined where the page has no cryptography (plain http). */
export async function fingerprint(file: Blob): Promise<string | undefined> {
  // Typed as always there; a page without https has none.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (!subtle) return undefined;
  const ends = new Blob([file.slice(0, END), file.slice(Math.max(0, file.size - END))]);
  const hash = await subtle.digest('SHA-256', await ends.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether the file's bytes can still be had: it may have been moved, changed, or on a stick that is gone. */
export async function isReadable(file: Blob, at: number): Promise<boolean> {
  try {
    await file.slice(at, at + 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
