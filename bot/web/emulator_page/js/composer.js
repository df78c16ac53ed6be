/** Where a message is written: text, a file, or new words for a message already sent. */

import { el, icon } from "./dom.js";
import { WORDS } from "./words.js";

const TALLEST = 140; // pixels

/** `acts`: {send({text, file}), edit(item, text), draft(text), lastMine()}. */
export class Composer {
  #file = null;
  #editing = null;
  #set = ""; // what was being written when an edit began

  constructor(acts, label) {
    this.acts = acts;
    this.box = el("textarea", { rows: "1", placeholder: WORDS.write, "aria-label": `${WORDS.write}, ${label}`, enterkeyhint: "send", autocomplete: "off" });
    this.chooser = el("input", { type: "file", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
    this.attach = el("button", { type: "button", class: "icon-button", "aria-label": WORDS.attach, title: WORDS.attach }, icon("attach"));
    this.go = el("button", { type: "submit", class: "send", "aria-label": WORDS.send }, icon("send"));
    this.strip = el("div", { class: "strip", hidden: true });
    const line = el("div", { class: "line" }, this.chooser, this.attach, this.box, this.go);
    this.node = el("form", { class: "composer" }, this.strip, line);

    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.attach.addEventListener("click", () => this.chooser.click());
    this.chooser.addEventListener("change", () => this.hold(this.chooser.files[0]));
    this.box.addEventListener("input", () => this.#typed());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("paste", (event) => this.#pasted(event));
  }

  /** Put text into the box, ready to be sent or changed. */
  put(text, { focus = true } = {}) {
    this.box.value = text;
    this.#typed();
    if (focus) this.box.focus();
  }

  get text() {
    return this.box.value;
  }

  /** Take a file along with the next message. */
  hold(file) {
    if (!file) return;
    if (this.#editing) this.#endEdit();
    this.#file = file;
    this.#strip("file", file.name, WORDS.detach, () => this.#letGo());
    this.box.focus();
  }

  /** Change the words of `item`, a message of one's own. */
  edit(item) {
    if (!this.#editing) this.#set = this.box.value;
    this.#letGo();
    this.#editing = item;
    this.#strip("pencil", WORDS.editing, WORDS.cancel, () => this.#endEdit());
    this.put(item.text);
  }

  #strip(shape, words, label, undo) {
    const away = el("button", { type: "button", class: "icon-button", "aria-label": label, on: { click: undo } }, icon("close"));
    this.strip.replaceChildren(icon(shape), el("span", {}, words), away);
    this.strip.hidden = false;
  }

  #letGo() {
    this.#file = null;
    this.chooser.value = "";
    this.strip.hidden = true;
  }

  #endEdit() {
    this.#editing = null;
    this.strip.hidden = true;
    this.put(this.#set);
  }

  #send() {
    const text = this.box.value;
    if (!text.trim() && !this.#file) return this.box.focus();
    if (this.#editing) {
      const item = this.#editing;
      this.#endEdit();
      if (text !== item.text) this.acts.edit(item, text);
      return;
    }
    const file = this.#file;
    this.#letGo();
    this.put("");
    this.acts.send(file ? { text, file } : { text });
  }

  #typed() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
    if (!this.#editing) this.acts.draft(this.box.value);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && this.#editing) {
      this.#endEdit();
    } else if (event.key === "ArrowUp" && this.box.value === "" && !this.#editing) {
      const last = this.acts.lastMine();
      if (last) {
        event.preventDefault();
        this.edit(last);
      }
    }
  }

  #pasted(event) {
    const file = event.clipboardData?.files[0];
    if (!file || event.clipboardData.getData("text/plain")) return; // a copied table brings a picture of itself
    event.preventDefault();
    this.hold(file);
  }
}
