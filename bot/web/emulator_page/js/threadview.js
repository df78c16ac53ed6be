/** The scrolling room of a thread. However long the thread, only its last rows are on the page. */

import { onItsWay, row } from "./bubbles.js";
import { el, icon } from "./dom.js";
import { WORDS } from "./words.js";

const CHUNK = 80; // rows put on the page at once
const MOST = 240; // rows kept while the newest are looked at
const NEAR = 60; // pixels from the end that still count as being at the end

/** Event: "read" when the newest message comes into view. */
export class ThreadView extends EventTarget {
  emptyWords = WORDS.empty; // shown while nothing has been said
  pinned = true; // the newest message is in view, and stays in view
  #first = 0; // place of the first item that has a row
  #next = 0; // place after the last item that has a row
  #items = [];
  #top = 0; // where the room was scrolled to

  constructor(acts, label) {
    super();
    this.acts = acts;
    this.olderButton = el("button", { type: "button", class: "older pill", hidden: true }, WORDS.older);
    this.empty = el("p", { class: "empty" }, WORDS.opening);
    this.rows = el("div", { class: "rows" });
    this.underWay = el("div", { class: "rows" });
    this.inside = el("div", { class: "inside" }, this.olderButton, this.empty, this.rows, this.underWay);
    this.scroller = el("div", { class: "scroller", role: "log", "aria-label": label, tabindex: "0" }, this.inside);
    this.jumpCount = el("b", { class: "badge", hidden: true });
    this.jump = el("button", { type: "button", class: "jump", "aria-label": WORDS.newest, hidden: true }, icon("down"), this.jumpCount);
    this.node = el("div", { class: "thread" }, this.scroller, this.jump);

    this.olderButton.addEventListener("click", () => this.#older());
    this.jump.addEventListener("click", () => this.toEnd());
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const sizes = new ResizeObserver(() => this.pinned && this.#stick());
    sizes.observe(this.inside);
    sizes.observe(this.scroller);
  }

  /** Draw the thread from nothing. */
  begin(items) {
    this.#items = items;
    this.#next = items.length;
    this.#first = Math.max(0, items.length - CHUNK);
    this.rows.replaceChildren(...this.#drawn(this.#first, this.#next));
    this.#edges();
    this.toEnd();
  }

  /** New items were put at the end of the same list. */
  grow() {
    if (this.#items.length - this.#next > CHUNK) return this.begin(this.#items);
    this.rows.append(...this.#drawn(this.#next, this.#items.length));
    this.#next = this.#items.length;
    if (this.pinned && this.#next - this.#first > MOST) this.#trim();
    this.#edges();
    if (this.pinned) this.#stick();
  }

  /** The item at `place` has changed. */
  change(place) {
    if (place < this.#first || place >= this.#next) return;
    const old = this.rows.children[place - this.#first];
    const focused = [...old.querySelectorAll("button")].indexOf(document.activeElement);
    const [fresh] = this.#drawn(place, place + 1);
    old.replaceWith(fresh);
    if (focused >= 0) fresh.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
  }

  /** The messages on their way, below the thread. */
  showUnderWay(entries, acts) {
    this.underWay.replaceChildren(...entries.filter((entry) => !entry.hidden).map((entry) => onItsWay(entry, acts)));
    this.#edges();
    if (this.pinned) this.#stick();
  }

  showUnread(count) {
    this.jumpCount.hidden = !count;
    this.jumpCount.textContent = count || "";
    this.jump.setAttribute("aria-label", count ? `${WORDS.newest}, ${WORDS.unread(count)}` : WORDS.newest);
  }

  toEnd() {
    this.pinned = true;
    this.#stick();
    this.#scrolled();
  }

  #drawn(from, to) {
    return this.#items.slice(from, to).map((item, n) => row(item, this.#items[from + n - 1], this.acts));
  }

  #older() {
    const from = Math.max(0, this.#first - CHUNK);
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.rows.prepend(...this.#drawn(from, this.#first));
    this.#first = from;
    this.#edges();
    this.scroller.scrollTop = this.scroller.scrollHeight - below;
  }

  #trim() {
    const from = this.#next - CHUNK;
    for (let n = this.#first; n < from; n += 1) this.rows.firstElementChild.remove();
    this.#first = from;
  }

  #edges() {
    this.olderButton.hidden = this.#first === 0;
    this.empty.hidden = this.#items.length > 0 || this.underWay.childElementCount > 0;
    this.empty.textContent = this.emptyWords;
  }

  #stick() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#top = this.scroller.scrollTop;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    const up = scrollTop < this.#top;
    this.#top = scrollTop;
    if (near) this.pinned = true;
    else if (up) this.pinned = false; // a picture that arrives late makes the end move away, but nobody scrolled
    this.jump.hidden = this.pinned;
    if (this.pinned) this.dispatchEvent(new Event("read"));
    else if (scrollTop < NEAR && this.#first > 0) this.#older();
  }
}
