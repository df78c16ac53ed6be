/** One message of a thread as a row: day, bubble, pictures, documents, buttons. */

import { el, icon, linked, ownAddress } from "./dom.js";
import * as house from "./housetime.js";
import { WORDS } from "./words.js";

const LONG = 1200; // characters; a longer text is folded
const FOLDED = 700;
const MOST_BUTTONS = 3; // more than this become a list

/**
 * The row of `item`, which follows `before` (or nothing).
 * `acts`: {pick(item, button), list(item, title), menu(item), picture(media)} are told what was tapped.
 */
export function row(item, before, acts) {
  const at = Date.parse(item.at);
  const newDay = !before || house.day(Date.parse(before.at)) !== house.day(at);
  const side = item.direction === "in" ? "mine" : "theirs";
  const follows = !newDay && before.direction === item.direction;
  return el(
    "div",
    { class: `row ${side}${follows ? " follows" : ""}`, data: { id: item.id } },
    newDay && el("p", { class: "day" }, el("span", {}, house.date(at))),
    bubble(item, at, acts),
    item.buttons?.length ? buttons(item, acts) : null,
  );
}

function bubble(item, at, acts) {
  const mine = item.direction === "in";
  const node = el(
    "div",
    { class: "bubble" },
    (item.media ?? []).map((media) => (media.kind === "image" ? picture(media, acts) : paper(media))),
    item.text ? words(item.text) : null,
    el(
      "div",
      { class: "meta" },
      item.edited && el("span", { class: "edited" }, WORDS.edited),
      el("time", { datetime: item.at }, house.time(at)),
    ),
  );
  if (mine && item.text) menuOn(node, () => acts.menu(item));
  return node;
}

function menuOn(node, open) {
  const more = el("button", { type: "button", class: "more", "aria-label": WORDS.actions, on: { click: open } }, icon("down"));
  node.classList.add("has-menu");
  node.append(more);
  node.addEventListener("click", (event) => {
    if (!event.target.closest("a, button") && getSelection().isCollapsed) open();
  });
  node.addEventListener("contextmenu", (event) => {
    if (!getSelection().isCollapsed) return;
    event.preventDefault();
    open();
  });
}

function words(text) {
  const node = el("div", { class: "text", dir: "auto" });
  if (text.length <= LONG) {
    node.append(...linked(text));
    return node;
  }
  const unfold = () => node.replaceChildren(...linked(text));
  const more = el("button", { type: "button", class: "unfold", on: { click: unfold } }, WORDS.more);
  node.append(...linked(`${text.slice(0, FOLDED)}…`), " ", more);
  return node;
}

function picture(media, acts) {
  const url = ownAddress(media.url);
  const name = media.filename || "";
  const image = el("img", { src: url ?? "", alt: "", decoding: "async", width: media.width, height: media.height });
  const button = el(
    "button",
    { type: "button", class: "picture", "aria-label": WORDS.picture(name), on: { click: () => acts.picture({ url, name }) } },
    image,
  );
  image.addEventListener("error", () => button.replaceWith(lost(() => picture(media, acts))));
  return url ? button : lost(() => picture(media, acts));
}

function lost(again) {
  const node = el("button", { type: "button", class: "picture lost" }, WORDS.noPicture);
  node.addEventListener("click", () => node.replaceWith(again()));
  return node;
}

function paper(media) {
  const name = media.filename || WORDS.file;
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 5).toUpperCase() : "";
  return el(
    "a",
    { class: "paper", href: ownAddress(media.url), download: name, "aria-label": `${WORDS.save} ${name}` },
    el("span", { class: "paper-kind", data: { kind: ending.toLowerCase() } }, icon("file"), el("b", {}, ending)),
    el("span", { class: "paper-name" }, name),
    icon("save"),
  );
}

function buttons(item, acts) {
  const passed = item.superseded ? { title: WORDS.passed } : {};
  const node = el("div", { class: `buttons${item.superseded ? " passed" : ""}`, role: "group" });
  if (item.buttons.length > MOST_BUTTONS || item.list_button) {
    const title = item.list_button || WORDS.pick;
    const open = { click: () => acts.list(item, title) };
    node.append(el("button", { type: "button", class: "quick", "aria-haspopup": "dialog", ...passed, on: open }, icon("list"), title));
    return node;
  }
  for (const button of item.buttons) {
    const pick = { click: () => acts.pick(item, button) };
    node.append(el("button", { type: "button", class: "quick", ...passed, on: pick }, button.title));
  }
  return node;
}

/** A message on its way, below the thread. `acts`: {again(entry), drop(entry)}. */
export function onItsWay(entry, acts) {
  const { file } = entry.message;
  const says = {
    sending: WORDS.sending,
    sent: WORDS.sending,
    waiting: WORDS.waiting,
    refused: WORDS.refused(entry.why),
  }[entry.state];
  const stuck = entry.state === "waiting" || entry.state === "refused";
  return el(
    "div",
    { class: `row mine under-way ${entry.state}` },
    el(
      "div",
      { class: "bubble" },
      entry.message.edit && el("div", { class: "meta" }, WORDS.editing),
      file && el("div", { class: "paper" }, el("span", { class: "paper-kind" }, icon("file")), el("span", { class: "paper-name" }, file.name)),
      entry.shown ? words(entry.shown) : null,
      el("div", { class: "meta", role: entry.state === "refused" ? "alert" : null }, says),
    ),
    stuck &&
      el(
        "div",
        { class: "stuck" },
        entry.state === "refused" && el("button", { type: "button", class: "pill", on: { click: () => acts.again(entry) } }, WORDS.again),
        el("button", { type: "button", class: "pill", on: { click: () => acts.drop(entry) } }, WORDS.drop),
      ),
  );
}
