/** What a person has said and the house has not yet shown back: sent in order, sent again until it arrives. */

import { Refused, say } from "./api.js";
import { Pause, patience } from "./pause.js";
import * as keep from "./keep.js";
import { WORDS } from "./words.js";

const SHOWN_MS = 10_000; // a sent message that the thread never shows is forgotten after this long

/**
 * Entries: {message, shown, state, why, id, hidden}; `state` is "sending", "waiting" (did not arrive, tried again),
 * "refused" (the house said no) or "sent" (arrived, not yet in the thread); `hidden`: the thread shows it already.
 * Events: "entries" when they change, "arrived" when the house took one.
 */
export class Outbox extends EventTarget {
  entries = [];
  #pause = new Pause();
  #busy = false;

  constructor(thread) {
    super();
    this.thread = thread;
    thread.addEventListener("items", ({ detail }) => this.#landed(detail));
    for (const { message, shown } of keep.unsent(thread.key)) this.#enter({ message, shown });
    if (this.entries.length) this.#pump();
  }

  /** `message` as for `say`; `shown` is the text of its bubble. Its own id makes sending it twice harmless. */
  add(message, shown) {
    this.#enter({ message: { message_id: newId(), ...message }, shown });
    this.#changed();
    this.#pump();
  }

  /** Try now what waits, and once more what was refused. */
  again(entry) {
    if (entry?.state === "refused") entry.state = "sending";
    this.#changed();
    this.#pause.wake();
    this.#pump();
  }

  drop(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.#pause.wake();
    this.#changed();
  }

  clear() {
    this.entries = [];
    this.#pause.wake();
    this.#changed();
  }

  get waiting() {
    return this.entries.some((entry) => entry.state === "waiting");
  }

  #enter({ message, shown }) {
    this.entries.push({ message, shown, state: "sending", why: "", id: null, hidden: false });
  }

  async #pump() {
    if (this.#busy) return;
    this.#busy = true;
    let entry;
    while ((entry = this.entries.find((each) => each.state === "sending" || each.state === "waiting"))) {
      await this.#send(entry);
    }
    this.#busy = false;
  }

  async #send(entry) {
    for (let failures = 1; this.entries.includes(entry); failures += 1) {
      try {
        const answer = await say(this.thread.key, entry.message);
        return this.#arrived(entry, answer);
      } catch (error) {
        if (error instanceof Refused) return this.#refused(entry, error);
        entry.state = "waiting";
        this.#changed();
        await this.#pause.for(patience(failures));
      }
    }
  }

  #arrived(entry, answer) {
    entry.state = "sent";
    entry.id = answer?.id === undefined ? null : String(answer.id);
    const shown = this.thread.has(entry.id);
    if (entry.message.edit || shown) this.drop(entry);
    else setTimeout(() => this.entries.includes(entry) && this.drop(entry), SHOWN_MS);
    this.#changed();
    this.thread.nudge();
    if (!shown) this.dispatchEvent(new Event("arrived"));
  }

  #refused(entry, { status, why }) {
    entry.state = "refused";
    entry.hidden = false;
    entry.why = why || (status === 413 ? WORDS.tooBig : status === 404 ? WORDS.gone : "");
    this.#changed();
  }

  #landed({ added, anew, first }) {
    if (anew) return this.clear();
    if (first) return;
    for (const item of added) {
      if (item.direction !== "in") continue;
      const same = (entry) => (entry.id ? entry.id === item.id : entry.shown.trim() === (item.text ?? "").trim());
      const entry = this.entries.find((each) => each.state !== "refused" && !each.message.edit && same(each));
      if (!entry) continue;
      if (entry.state === "sending" || entry.state === "waiting") entry.hidden = true; // its answer is still under way
      else this.entries = this.entries.filter((other) => other !== entry);
    }
    this.#changed();
  }

  #changed() {
    keep.keepUnsent(this.thread.key, this.entries.filter((each) => each.state !== "sent" && !each.message.file));
    this.dispatchEvent(new Event("entries"));
  }
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
