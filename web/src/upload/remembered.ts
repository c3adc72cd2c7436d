// Files that Chromium lets a page remember: one click opens them again after the browser was closed.

/** What is not in TypeScript's DOM: https://wicg.github.io/file-system-access/ */
export interface FileHandle extends FileSystemFileHandle {
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
}

const NAME = 'teledars-uploads';
const STORE = 'files';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  // Without a database (a private window) nothing is remembered, and files are chosen again.
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const request = work(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }).finally(() => database.close());
  } catch {
    return undefined;
  }
}

/** Keeps the file of the upload `id`. */
export async function remember(id: string, handle: FileHandle): Promise<void> {
  await run('readwrite', (store) => store.put(handle, id));
}

/** The file of the upload `id`, if this browser knows it. */
export async function recall(id: string): Promise<FileHandle | undefined> {
  return run<FileHandle | undefined>('readonly', (store) => store.get(id) as IDBRequest<FileHandle | undefined>);
}

export async function forget(id: string): Promise<void> {
  await run('readwrite', (store) => store.delete(id));
}

/** Opens it, asking the person if the browser wants that; undefined: not allowed, or it is not there any more. */
export async function reopened(handle: FileHandle): Promise<File | undefined> {
  try {
    const mode = { mode: 'read' } as const;
    const allowed = (await handle.queryPermission?.(mode)) ?? 'granted';
    if (allowed !== 'granted' && (await handle.requestPermission?.(mode)) !== 'granted') return undefined;
    return await handle.getFile();
  } catch {
    return undefined;
  }
}
