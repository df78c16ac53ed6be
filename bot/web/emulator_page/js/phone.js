/** One phone: whose it is, the thread, and where the next message is written. */

import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import * as keep from "./keep.js";
import { openSheet } from "./sheet.js";
import { talk } from "./talks.js";
import { ThreadView } from "./threadview.js";
import { WORDS } from "./words.js";

const TYPING_MS = 6000; // the longest that "sedang mengetik" is shown

/** Events: "choose" (another person wanted), "close", "unread" (the count changed), "heard" (the bot said something). */
export class Phone extends EventTarget {
  unread = 0;
  #visible = true;
  #answered = new AbortController(); // ends every listener when the phone is put away
  #typing = 0;

  constructor(person, showPicture) {
    super();
    this.person = person;
    ({ thread: this.thread, outbox: this.outbox } = talk(person.key));
    this.view = new ThreadView(
      {
        pick: (item, button) => this.#pick(item, button),
        list: (item, title) => this.#list(item, title),
        menu: (item) => this.#menu(item),
        picture: showPicture,
      },
      WORDS.thread(person.name),
    );
    this.composer = new Composer(
      {
        send: ({ text, file }) => this.#say(file ? { file, text } : { text }, text),
        edit: (item, text) => this.#say({ edit: item.id, text }, text),
        draft: (text) => keep.keepDraft(person.key, text),
        lastMine: () => this.thread.items.findLast((item) => item.direction === "in" && item.text),
      },
      person.name,
    );
    this.#build();
    this.#listen();
    this.show(person);
    this.composer.put(keep.draft(person.key), { focus: false });
    if (this.thread.items.length) this.view.begin(this.thread.items);
    this.#under();
    this.thread.start();
  }

  /** Take the phone off the page. */
  away() {
    this.thread.stop();
    this.#answered.abort();
    clearTimeout(this.#typing);
    this.node.remove();
  }

  set visible(yes) {
    this.#visible = yes;
    this.node.hidden = !yes;
    if (yes && this.view.pinned) this.view.toEnd();
  }

  /** The person as the house has them now: name, role, and the codes they may still use. */
  show(person) {
    this.person = person;
    this.name.textContent = person.name;
    this.role.textContent = person.role;
    this.face.textContent = initials(person.name);
    this.face.dataset.shade = shade(person.key);
    this.codes.hidden = !person.codes?.length;
    this.view.emptyWords = person.codes?.length ? WORDS.emptyNew : WORDS.empty;
    this.codes.replaceChildren(el("span", {}, WORDS.codes), ...(person.codes ?? []).map((code) => this.#code(code)));
  }

  set time(words) {
    this.clock.textContent = words;
  }

  #build() {
    const { name } = this.person;
    this.clock = el("span", {});
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.name = el("strong", {});
    this.role = el("span", { class: "role" });
    const swap = el(
      "button",
      { type: "button", class: "who", "aria-haspopup": "dialog", "aria-label": WORDS.change(name), on: { click: () => this.#tell("choose") } },
      this.face,
      el("span", { class: "names" }, this.name, this.role),
      icon("down"),
    );
    this.shut = el("button", { type: "button", class: "icon-button shut", "aria-label": WORDS.close(name), on: { click: () => this.#tell("close") } }, icon("close"));
    this.codes = el("div", { class: "codes", hidden: true });
    const tryNow = el("button", { type: "button", class: "pill", on: { click: () => this.#tryNow() } }, WORDS.tryNow);
    this.lost = el("div", { class: "lost-line", role: "status", hidden: true }, el("span", {}, WORDS.unreached), tryNow);
    this.node = el(
      "section",
      { class: "phone", "aria-label": WORDS.phoneOf(name), data: { key: this.person.key } },
      el("div", { class: "status", "aria-hidden": "true" }, this.clock, icon("battery")),
      el("header", { class: "head" }, swap, this.shut),
      this.codes,
      this.lost,
      this.view.node,
      this.composer.node,
    );
  }

  #listen() {
    const { signal } = this.#answered;
    this.thread.addEventListener("items", ({ detail }) => this.#items(detail), { signal });
    this.thread.addEventListener("state", () => this.#connection(), { signal });
    this.outbox.addEventListener("entries", () => this.#under(), { signal });
    this.outbox.addEventListener("arrived", () => this.#wait(true), { signal });
    this.view.addEventListener("read", () => this.#count(0));
    document.addEventListener("visibilitychange", () => this.view.pinned && this.#seen() && this.#count(0), { signal });
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      this.composer.hold(event.dataTransfer.files[0]);
    });
  }

  #seen() {
    return this.#visible && !document.hidden;
  }

  #items({ added, changed, anew, first }) {
    if (first || anew) this.view.begin(this.thread.items);
    else if (added.length) this.view.grow();
    for (const item of changed) this.view.change(this.thread.place(item.id));
    if (first || anew) return this.#count(0);
    const heard = added.filter((item) => item.direction === "out").length;
    if (!heard) return;
    this.#wait(false);
    if (!(this.#seen() && this.view.pinned)) this.#count(this.unread + heard);
    this.#tell("heard");
  }

  #connection() {
    const { state } = this.thread;
    const lost = state === "unreached" || state === "gone" || this.outbox.waiting;
    this.lost.hidden = !lost;
    this.lost.firstChild.textContent = state === "gone" ? WORDS.gone : WORDS.unreached;
  }

  #tryNow() {
    this.thread.nudge();
    this.outbox.again();
  }

  #under() {
    this.view.showUnderWay(this.outbox.entries, {
      again: (entry) => this.outbox.again(entry),
      drop: (entry) => this.#takeBack(entry),
    });
    this.#connection();
  }

  #takeBack(entry) {
    this.outbox.drop(entry);
    const { text, pick } = entry.message;
    if (text && !pick && !this.composer.text) this.composer.put(text);
  }

  #wait(typing) {
    clearTimeout(this.#typing);
    this.role.textContent = typing ? WORDS.typing : this.person.role;
    if (typing) this.#typing = setTimeout(() => this.#wait(false), TYPING_MS);
  }

  #say(message, shown) {
    this.outbox.add(message, shown);
    this.view.toEnd();
  }

  #pick(item, button) {
    const same = (entry) => entry.message.pick === button.id && (entry.state === "sending" || entry.state === "waiting");
    if (!this.outbox.entries.some(same)) this.#say({ pick: button.id }, button.title);
  }

  #list(item, title) {
    const rows = item.buttons.map((button) => ({ title: button.title, act: () => this.#pick(item, button) }));
    openSheet(this.node, { title, rows, passed: item.superseded });
  }

  #menu(item) {
    const rows = [{ title: WORDS.copy, act: () => navigator.clipboard?.writeText(item.text) }];
    if (item.editable !== false) rows.unshift({ title: WORDS.edit, act: () => this.composer.edit(item) });
    openSheet(this.node, { title: WORDS.yourMessage, rows });
  }

  #code({ code, note }) {
    const put = { click: () => this.composer.put(`/start ${code}`) };
    return el("button", { type: "button", class: "code", "aria-label": WORDS.putCode(code), on: put }, el("b", {}, code), note && ` ${note}`);
  }

  #count(unread) {
    if (unread === this.unread) return;
    this.unread = unread;
    this.view.showUnread(unread);
    this.#tell("unread");
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

/** One of four colours, the same for people of one kind ("kader", "kader-baru"). */
function shade(key) {
  const kind = key.split("-")[0];
  return [...kind].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 4;
}

function initials(name) {
  const words = name.replace(/^(Bu|Ibu|Bidan|Pak|Bapak|Kader)\s+/i, "").split(/\s+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2)).toUpperCase();
}
