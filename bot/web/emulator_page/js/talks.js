/** The talks of this page: a person's thread and unsent messages go on where they were when a phone is opened again. */

import { Outbox } from "./outbox.js";
import { Thread } from "./thread.js";

const talks = new Map(); // person key -> {thread, outbox}

export function talk(key) {
  if (!talks.has(key)) {
    const thread = new Thread(key);
    talks.set(key, { thread, outbox: new Outbox(thread) });
  }
  return talks.get(key);
}

/** The demo data was made again: every talk begins anew. */
export function beginAnew() {
  for (const { thread, outbox } of talks.values()) {
    outbox.clear();
    thread.reload();
  }
}
