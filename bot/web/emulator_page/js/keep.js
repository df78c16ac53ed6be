/** What outlives a reload of the page in this tab: drafts, unsent messages, and which phones are open. */

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

function write(name, value) {
  try {
    if (value) sessionStorage.setItem(name, JSON.stringify(value));
    else sessionStorage.removeItem(name);
  } catch {
    // storage is switched off or full: the page works without it
  }
}

export const draft = (key) => read(`draft:${key}`) ?? "";
export const keepDraft = (key, text) => write(`draft:${key}`, text);

/** @returns {{message: object, shown: string}[]} */
export const unsent = (key) => read(`unsent:${key}`) ?? [];
export const keepUnsent = (key, entries) =>
  write(`unsent:${key}`, entries.length ? entries.map(({ message, shown }) => ({ message, shown })) : null);

/** The people in the open phones, from the page's address (`#hp=kader,bidan`), so that a link can carry them. */
export const openPhones = () =>
  (new URLSearchParams(location.hash.slice(1)).get("hp") ?? "").split(",").filter((key) => key !== "");

export function keepOpenPhones(keys) {
  history.replaceState(null, "", `#hp=${keys.map(encodeURIComponent).join(",")}`);
}
