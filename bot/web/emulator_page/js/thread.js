/** One person's thread, kept like the house has it by asking again and again what is new or changed. */

import { messages, Refused } from "./api.js";
import { Pause, patience } from "./pause.js";

const WAIT_SECONDS = 10; // of one long poll; short, because a browser opens only six connections to one host
const IDLE_MS = 1000; // between two polls that came back at once with nothing
const UNSEEN_MS = 5000; // the same while nobody looks at the page

/**
 * Events: "items" with `detail` {added, changed, anew, first}, and "state". `first`: the thread was just opened;
 * `anew`: it was replaced as a whole.
 * `state` is "opening", "open", "unreached" (trying again) or "gone" (no such person).
 */
export class Thread extends EventTarget {
  items = [];
  state = "opening";
  #places = new Map(); // item id -> index in items
  rev = 0; // the newest revision seen
  #after = "";
  #first = true;
  #pause = new Pause();
  #stopped = null;
  #asking = new AbortController(); // ends the call that is under way

  constructor(key) {
    super();
    this.key = key;
  }

  start() {
    if (this.#stopped) return;
    this.#stopped = new AbortController();
    this.#follow(this.#stopped.signal);
  }

  stop() {
    this.#stopped?.abort();
    this.#stopped = null;
    this.#pause.wake();
  }

  /** Something was just said, or the person asked: look now. */
  nudge() {
    this.#pause.wake();
  }

  has(id) {
    return this.#places.has(id);
  }

  place(id) {
    return this.#places.get(id);
  }

  /** Forget what was seen and load the whole thread again (the demo data began anew). */
  reload() {
    this.#after = "";
    this.rev = 0;
    this.#asking.abort();
    this.nudge();
  }

  async #follow(stopped) {
    let failures = 0;
    while (!stopped.aborted) {
      const began = performance.now();
      const after = this.#after;
      this.#asking = new AbortController();
      const signal = AbortSignal.any([stopped, this.#asking.signal]);
      try {
        const wait = after && !document.hidden ? WAIT_SECONDS : 0;
        const list = await messages(this.key, { after, rev: this.rev, wait, signal });
        failures = 0;
        if (signal.aborted) continue;
        this.#take(list, after === "");
        this.#become("open");
        if (!list.length) await this.#pause.for(document.hidden ? UNSEEN_MS : IDLE_MS - (performance.now() - began));
      } catch (error) {
        if (signal.aborted) continue;
        failures += 1;
        if (!(error instanceof Refused)) this.#become("unreached");
        else if (after) this.reload();
        else this.#become(error.status === 404 ? "gone" : "unreached");
        await this.#pause.for(patience(failures));
      }
    }
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #take(list, whole) {
    if (whole && this.items.length) return this.#begin(list);
    const added = [];
    const changed = [];
    for (const item of list) {
      const place = this.#places.get(item.id);
      if (place !== undefined && JSON.stringify(this.items[place]) === JSON.stringify(item)) continue;
      // News that is no newer than what was seen: this is another thread, the data began anew.
      if (item.rev <= this.rev && this.items.length) return this.reload();
      (place === undefined ? added : changed).push(item);
    }
    for (const item of added) this.#places.set(item.id, this.items.push(item) - 1);
    for (const item of changed) this.items[this.#places.get(item.id)] = item;
    this.#seen(list);
    const first = this.#first;
    this.#first = false;
    if (added.length || changed.length || first) this.#tell({ added, changed, anew: false, first });
  }

  #begin(list) {
    this.items = list;
    this.#places = new Map(list.map((item, place) => [item.id, place]));
    this.rev = 0;
    this.#seen(list);
    this.#tell({ added: [], changed: [], anew: true, first: false });
  }

  #seen(list) {
    for (const item of list) this.rev = Math.max(this.rev, item.rev ?? 0);
    this.#after = this.items.at(-1)?.id ?? "";
  }

  #tell(detail) {
    this.dispatchEvent(new CustomEvent("items", { detail }));
  }
}
