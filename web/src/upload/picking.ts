// Files that somebody chooses or drops, with what the browser needs to open them again.

import type { FileHandle } from './remembered';

export interface Picked {
  file: File;
  handle?: FileHandle | undefined;
}

/** What was dropped or chosen. */
export interface Haul {
  files: Picked[];
  /** Names of folders among it: they have no bytes. */
  folders: string[];
}

/** Not in TypeScript's DOM either. */
interface HandleItem extends DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}
type OpenPicker = (options: { multiple: boolean }) => Promise<FileHandle[]>;

/** What a drop brought. The items are read before anything is awaited: afterwards the browser empties them. */
export function dropped(transfer: DataTransfer): Promise<Haul> {
  const folders: string[] = [];
  const files: Promise<Picked>[] = [];
  for (const item of [...transfer.items] as HandleItem[]) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) folders.push(entry.name);
    else if (file) files.push(withHandle(file, item.getAsFileSystemHandle?.()));
  }
  return Promise.all(files).then((all) => ({ files: all, folders }));
}

async function withHandle(file: File, handle: Promise<FileSystemHandle | null> | undefined): Promise<Picked> {
  const found = await handle?.catch(() => null);
  return { file, handle: found?.kind === 'file' ? (found as FileHandle) : undefined };
}

/** Lets somebody choose files; nothing when they change their mind. `accept`: what is shown first. */
export async function choose(multiple: boolean, accept: string): Promise<Haul> {
  const picker = (globalThis as { showOpenFilePicker?: OpenPicker }).showOpenFilePicker;
  if (picker) {
    const handles = await picker({ multiple }).catch((): FileHandle[] => []);
    const files = await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
    return { files, folders: [] };
  }
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = multiple;
    input.accept = accept;
    input.hidden = true;
    const end = () => {
      input.remove();
      resolve({ files: [...(input.files ?? [])].map((file) => ({ file })), folders: [] });
    };
    input.addEventListener('change', end);
    input.addEventListener('cancel', end);
    // Some browsers forget an input that is in no document before it says anything.
    document.body.append(input);
    input.click();
  });
}

/** Whether a file may be a recording, by its type, or its name where the system knows no type. */
export function mayBeRecording(file: File, accept: string): boolean {
  if (/^(video|audio)\//.test(file.type)) return true;
  const name = file.name.toLowerCase();
  return accept.split(',').some((end) => end.startsWith('.') && name.endsWith(end));
}
