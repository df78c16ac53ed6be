/** A sheet that slides up inside one phone: the rows of a list, or what can be done with a message. */

import { el } from "./dom.js";
import { WORDS } from "./words.js";

const SEARCH_FROM = 8; // rows; a longer list can be narrowed by typing

/**
 * Open a sheet over `room` inside `phone`; everything else in the phone rests until it closes.
 * `rows`: [{title, act}]; a tap closes the sheet, then acts. Closes on Escape, a tap outside, or "Tutup".
 */
export function openSheet(phone, { title, rows, passed = false }) {
  const resting = [...phone.children];
  const before = document.activeElement;
  const list = el("ul", { class: "sheet-rows" });
  const search = rows.length > SEARCH_FROM && el("input", { type: "search", placeholder: WORDS.search, "aria-label": WORDS.search, autocomplete: "off" });
  const away = el("button", { type: "button", class: "pill", on: { click: close } }, WORDS.dismiss);
  const sheet = el(
    "div",
    { class: `sheet${passed ? " passed" : ""}`, role: "dialog", "aria-modal": "true", "aria-label": title },
    el("header", {}, el("h3", {}, title), away),
    passed && el("p", { class: "sheet-note" }, WORDS.passed),
    search,
    list,
  );
  const cover = el("div", { class: "cover" }, sheet);

  function close() {
    cover.remove();
    for (const node of resting) node.inert = false;
    if (before?.isConnected) before.focus({ preventScroll: true });
  }

  function fill() {
    const wanted = search ? search.value.trim().toLowerCase() : "";
    const fitting = rows.filter((row) => row.title.toLowerCase().includes(wanted));
    list.replaceChildren(...fitting.map(line));
    if (!fitting.length) list.append(el("li", { class: "none" }, WORDS.noMatch));
  }

  function line(row) {
    const act = () => {
      close();
      row.act();
    };
    return el("li", {}, el("button", { type: "button", on: { click: act } }, row.title));
  }

  cover.addEventListener("click", (event) => event.target === cover && close());
  cover.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      walk(step);
    }
    if (search && event.target !== search && /^\S$/.test(event.key)) search.focus(); // typing narrows the list
    if (event.key === "Enter" && event.target === search) {
      event.preventDefault(); // the focus moves on a tap, and Enter must not press what it lands on
      list.querySelector("button")?.click();
    }
  });
  function walk(step) {
    const stops = [search, ...list.querySelectorAll("button")].filter(Boolean);
    stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))]?.focus();
  }

  search && search.addEventListener("input", fill);
  fill();
  for (const node of resting) node.inert = true;
  phone.append(cover);
  (list.querySelector("button") ?? away).focus({ preventScroll: true });
}
