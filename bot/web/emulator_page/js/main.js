/** The page: which phones are open, which of them fit, and the clock above them. */

import { Refused } from "./api.js";
import { Clock } from "./clock.js";
import { byId, el } from "./dom.js";
import * as house from "./housetime.js";
import * as keep from "./keep.js";
import { choosePerson, People } from "./people.js";
import { Phone } from "./phone.js";
import { Pause, patience } from "./pause.js";
import { beginAnew } from "./talks.js";
import { showPicture } from "./viewer.js";
import { WORDS } from "./words.js";

const MOST = 4; // phones; each holds a connection open, and a browser has six for one host
const WIDTH = 340; // pixels a phone needs
const NOTICE_MS = 6000;
const FIRST = ["kader", "orangtua-an-01", "bidan"]; // whose phones are open at first

const people = new People();
const clock = new Clock(notice);
const phones = [];
let active = 0; // place of the phone in use: on a narrow screen the only one shown
let noticeTimer = 0;

function notice(words, mood = "good") {
  const node = byId("notice");
  node.textContent = words;
  node.className = `notice ${mood}`;
  node.hidden = false;
  clearTimeout(noticeTimer);
  if (mood !== "busy") noticeTimer = setTimeout(() => (node.hidden = true), NOTICE_MS);
}

const keys = () => phones.map((phone) => phone.person.key);
const fitting = () => Math.max(1, Math.min(MOST, Math.floor((document.documentElement.clientWidth - 16) / WIDTH)));

function open(key, place = phones.length) {
  const person = people.get(key);
  if (!person) return;
  const phone = new Phone(person, showPicture);
  phone.time = clock.now === null ? "" : house.time(clock.now);
  phone.addEventListener("choose", () => ask((other) => swap(phone, other)));
  phone.addEventListener("close", () => shut(phone));
  phone.addEventListener("unread", tabs);
  phone.addEventListener("heard", () => phone.person.codes?.length && readPeople());
  phone.node.addEventListener("focusin", () => {
    if (active === phones.indexOf(phone)) return;
    active = phones.indexOf(phone);
    tabs();
  });
  phones.splice(place, 0, phone);
  byId("phones").insertBefore(phone.node, byId("phones").children[place] ?? null);
  people.looked(key);
  news();
}

/** How many people whose phone is not open have heard something. */
function news() {
  const count = people.all.filter((person) => people.isNews(person)).length;
  const badge = byId("news");
  badge.hidden = !count;
  badge.textContent = count || "";
  badge.setAttribute("aria-label", `${count} ${WORDS.news}`);
}

function swap(phone, key) {
  const place = phones.indexOf(phone);
  if (keys().includes(key)) return use(keys().indexOf(key));
  putAway(phone);
  open(key, place);
  use(place);
}

function putAway(phone) {
  phones.splice(phones.indexOf(phone), 1);
  phone.away();
  people.looked(phone.person.key, phone.thread.rev);
}

function shut(phone) {
  putAway(phone);
  use(Math.max(0, Math.min(active, phones.length - 1)));
}

function use(place) {
  active = place;
  arrange();
  if (matchMedia("(pointer: fine)").matches) phones[place]?.composer.box.focus({ preventScroll: true });
}

/** Ask whose phone; another phone is opened, or the one in use changes hands when no more fit. */
function add() {
  ask((key) => {
    if (keys().includes(key)) return use(keys().indexOf(key));
    if (phones.length >= MOST) return swap(phones[active], key);
    open(key);
    use(phones.length - 1);
  });
}

function ask(chosen) {
  readPeople();
  choosePerson(people, keys(), chosen);
}

async function readPeople() {
  await people.load().catch(() => {}); // the list at hand serves until the house answers again
}

function arrange() {
  const fit = fitting();
  const from = Math.max(0, Math.min(active, phones.length - fit));
  phones.forEach((phone, place) => {
    phone.visible = place >= from && place < from + fit;
    phone.shut.hidden = phones.length < 2;
  });
  document.body.classList.toggle("single", fit === 1);
  keep.keepOpenPhones(keys());
  tabs();
}

function tabs() {
  const bar = byId("tabs");
  const focused = [...bar.children].indexOf(document.activeElement);
  bar.hidden = phones.length <= fitting();
  bar.replaceChildren(
    ...phones.map((phone, place) =>
      el(
        "button",
        { type: "button", class: "tab", "aria-current": place === active ? "true" : null, on: { click: () => use(place) } },
        el("span", {}, phone.person.name),
        phone.unread ? el("b", { class: "badge", "aria-label": WORDS.unread(phone.unread) }, String(phone.unread)) : null,
      ),
    ),
  );
  bar.children[focused]?.focus();
  bar.children[active]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  const unread = phones.reduce((sum, phone) => sum + phone.unread, 0);
  document.title = `${unread ? `(${unread}) ` : ""}Emulator posyandu`;
}

people.addEventListener("known", () => {
  for (const phone of phones) {
    const person = people.get(phone.person.key);
    if (person) phone.show(person);
    people.looked(phone.person.key);
  }
  news();
});

clock.addEventListener("time", () => {
  for (const phone of phones) phone.time = house.time(clock.now);
});
clock.addEventListener("moved", () => {
  for (const phone of phones) phone.thread.nudge();
  readPeople();
});
clock.addEventListener("reset", () => {
  beginAnew();
  people.forget();
  readPeople();
});

async function begin() {
  const pause = new Pause();
  for (let failures = 1; ; failures += 1) {
    try {
      await Promise.all([people.load(), clock.look()]);
      break;
    } catch (error) {
      byId("first-load").textContent = error instanceof Refused ? error.why || WORDS.cannot : WORDS.unreached;
      await pause.for(patience(failures));
    }
  }
  byId("first-load").remove();
  const known = (list) => [...new Set(list)].filter((key) => people.get(key)).slice(0, MOST);
  const wanted = known(keep.openPhones());
  const usual = known([...FIRST, ...people.all.map((person) => person.key)]).slice(0, FIRST.length);
  for (const key of wanted.length ? wanted : usual) open(key);
  if (phones.length) arrange();
  else notice(WORDS.nobody, "bad");
}

byId("add").addEventListener("click", add);
window.addEventListener("resize", arrange);
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
for (const card of document.querySelectorAll("dialog")) {
  card.addEventListener("click", (event) => event.target === card && card.close());
}
begin();
