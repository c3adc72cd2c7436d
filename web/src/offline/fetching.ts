// How what is to be saved is fetched, and why that may end.

/** The line broke, or the server is not itself: worth another try. */
export class LineDown extends Error {}
/** It is not there any more, or was taken back. */
export class Gone extends Error {}
/** The server answers something that this does not understand. */
export class Refused extends Error {}

/** What is saved is asked of the network; the worker lets requests with this header pass. */
export const PASS = 'Teledars-Saving';

/** After so long without a byte the line is down, in milliseconds: in a tunnel, browsers wait for minutes. */
const SILENCE = 20_000;

/** What `coming` brings, if it does so in time. Whoever gives it up must also let go of what it was to bring. */
function soon<T>(coming: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LineDown('silence')), SILENCE);
  });
  return Promise.race([coming, silence]).finally(() => clearTimeout(timer));
}

/** The answer to a request for `url`, a good one. */
export async function fetchGood(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await soon(fetch(url, { ...init, headers: { ...init.headers, [PASS]: '1' } }));
  } catch (error) {
    throw init.signal?.aborted ? error : new LineDown(String(error));
  }
  const { status } = response;
  if (status === 404 || status === 410) throw new Gone(url);
  if (status === 429 || status >= 500) throw new LineDown(`${status} ${url}`);
  return response;
}

/** What the line brings next; `undefined` at the end. */
export async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    return (await soon(reader.read())).value;
  } catch (error) {
    throw signal.aborted ? error : new LineDown(String(error));
  }
}

/** The whole of a small answer. */
export async function whole(response: Response, signal?: AbortSignal): Promise<Blob> {
  try {
    return await response.blob();
  } catch (error) {
    throw signal?.aborted ? error : new LineDown(String(error));
  }
}
