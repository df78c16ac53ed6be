/** The people of the demo data, and the card that asks whose phone to open. */

import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { WORDS } from "./words.js";

/** Event: "known" after the list was read again. */
export class People extends EventTarget {
  all = [];
  #seen = new Map(); // person key -> the newest revision of the thread known to this page

  async load() {
    this.all = await api.people();
    for (const { key, rev } of this.all) if (!this.#seen.has(key)) this.#seen.set(key, rev ?? 0);
    this.dispatchEvent(new Event("known"));
  }

  get(key) {
    return this.all.find((person) => person.key === key);
  }

  /** This person's thread is or was on the screen, up to revision `rev`: nothing in it is news. */
  looked(key, rev = 0) {
    this.#seen.set(key, Math.max(rev, this.get(key)?.rev ?? 0));
  }

  /** The demo data began anew: nothing is news. */
  forget() {
    this.#seen.clear();
  }

  isNews({ key, rev }) {
    return (rev ?? 0) > (this.#seen.get(key) ?? 0);
  }
}

/** Asks whose phone; calls `chosen(key)` with the answer. `open` holds the keys of the phones that are open. */
export function choosePerson(people, open, chosen) {
  const card = byId("chooser");
  const search = byId("chooser-search");
  const list = byId("chooser-list");

  const line = (person) => {
    const badge = open.includes(person.key)
      ? el("span", { class: "tag" }, WORDS.open)
      : people.isNews(person) && el("span", { class: "tag news" }, WORDS.news);
    const pick = () => {
      card.close();
      chosen(person.key);
    };
    return el("li", {}, el("button", { type: "button", on: { click: pick } }, el("strong", {}, person.name), el("span", {}, person.role), badge));
  };
  const fill = () => {
    const wanted = search.value.trim().toLowerCase();
    const fits = (person) => `${person.name} ${person.role} ${person.key}`.toLowerCase().includes(wanted);
    const fitting = people.all.filter(fits);
    const newsFirst = [...fitting].sort((a, b) => people.isNews(b) - people.isNews(a));
    list.replaceChildren(...newsFirst.map(line));
    if (!fitting.length) list.append(el("li", { class: "none" }, people.all.length ? WORDS.noMatch : WORDS.nobody));
  };

  search.value = "";
  search.oninput = fill;
  search.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("button")?.click();
  };
  people.addEventListener("known", fill);
  card.addEventListener("close", () => people.removeEventListener("known", fill), { once: true });
  fill();
  card.showModal();
  if (matchMedia("(pointer: fine)").matches) search.focus(); // elsewhere the keyboard would cover the list
  list.scrollTop = 0;
}
