// Whether the student saves data: by a choice that stays, else as the browser is told. Every script asks here.

const KEY = 'teledars.saver';

/** The window is told so, with the choice, when it changes. */
export const SAVING = 'saving';

const browsers = (): boolean =>
  (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;

export const saves = (): boolean => {
  try {
    const chosen = localStorage.getItem(KEY);
    return chosen ? chosen === 'on' : browsers();
  } catch {
    // Storage may be forbidden.
    return browsers();
  }
};

export const tell = (on: boolean): void => {
  dispatchEvent(new CustomEvent(SAVING, { detail: on }));
};

/** Where storage is forbidden, the choice counts until the page is left. */
export const keep = (on: boolean): void => {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off');
  } catch {
    // Then it is not kept.
  }
  tell(on);
};
