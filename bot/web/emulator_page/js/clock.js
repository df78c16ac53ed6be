/** The bar that shows the house's time and moves it. */

import * as api from "./api.js";
import { byId } from "./dom.js";
import * as house from "./housetime.js";
import { WORDS } from "./words.js";

const EVE_HOUR = "18:30"; // of the day before posyandu: parents were reminded at 16:00, the kader gets her list
const MORNING_HOUR = "07:00";
const LOOK_MS = 10_000;

/** Events: "time" when the shown time changed, "moved" after a move, "reset" after the data was made again, here or
 * by someone else. */
export class Clock extends EventTarget {
  now = null; // milliseconds
  #eve = null; // ISO of H-1 in the afternoon, or null
  #made = null; // which making of the demo data this is
  #busy = false;

  constructor(say) {
    super();
    this.say = say;
    const later = (hours) => house.iso(house.wall(this.now + hours * 3_600_000));
    const morning = () => house.iso(`${house.addDays(house.day(this.now), 1)}T${MORNING_HOUR}`);
    byId("clock-hour").addEventListener("click", () => this.move(later(1)));
    byId("clock-morning").addEventListener("click", () => this.move(morning()));
    byId("clock-eve").addEventListener("click", () => this.#eve && this.move(this.#eve));
    byId("clock-set").addEventListener("submit", (event) => {
      event.preventDefault();
      this.move(house.iso(byId("clock-input").value));
    });
    byId("clock-now").addEventListener("click", () => this.#unfold());
    byId("reset").addEventListener("click", () => this.#ask());
    byId("confirm-reset").addEventListener("close", ({ target }) => target.returnValue === "yes" && this.#reset());
    setInterval(() => document.hidden || this.#busy || this.look().catch(() => {}), LOOK_MS);
  }

  /** Read the house's time. */
  async look() {
    const { now, zone, next_posyandu_day: next, made } = await api.clock();
    if (zone) house.setZone(zone);
    this.now = Date.parse(now);
    this.#eve = next ? house.iso(`${house.addDays(next, -1)}T${EVE_HOUR}`) : null;
    this.#show(next);
    this.dispatchEvent(new Event("time"));
    const anew = this.#made !== null && this.#made !== made;
    this.#made = made ?? null;
    if (anew) this.dispatchEvent(new Event("reset"));
  }

  /** Move the house's time forward to `when` (ISO with offset). */
  async move(when) {
    if (this.now === null) return;
    if (Date.parse(when) <= this.now) return this.say(WORDS.clockBack, "bad");
    await this.#work(WORDS.clockBusy, async () => {
      await api.moveClock(when);
      await this.look();
      this.dispatchEvent(new Event("moved"));
      return WORDS.clockMoved(`${house.date(this.now)} pukul ${house.time(this.now)} ${house.zoneName()}`);
    });
  }

  #show(next) {
    byId("clock-time").textContent = house.time(this.now);
    byId("clock-date").textContent = house.date(this.now);
    byId("clock-zone").textContent = ` · ${house.zoneName()}`;
    byId("clock-next").textContent = next
      ? WORDS.clockNext(house.shortDate(Date.parse(house.iso(`${next}T12:00`))))
      : WORDS.clockNoDay;
    const eve = byId("clock-eve");
    const past = this.#eve !== null && Date.parse(this.#eve) <= this.now;
    eve.disabled = this.#busy || this.#eve === null || past;
    eve.title = past ? WORDS.clockEvePast : this.#eve === null ? WORDS.clockNoDay : "";
    const input = byId("clock-input");
    input.min = house.wall(this.now);
    if (document.activeElement !== input) input.value = house.wall(this.now);
  }

  #unfold() {
    const open = byId("clock-now").getAttribute("aria-expanded") !== "true";
    byId("clock-now").setAttribute("aria-expanded", String(open));
  }

  #ask() {
    byId("reset-input").value = "";
    byId("confirm-reset").returnValue = "no";
    byId("confirm-reset").showModal();
  }

  #reset() {
    const from = byId("reset-input").value;
    return this.#work(WORDS.resetBusy, async () => {
      await api.reset(from ? house.iso(from) : null);
      this.#made = null;
      await this.look();
      this.dispatchEvent(new Event("reset"));
      return WORDS.resetDone;
    });
  }

  async #work(busyWords, task) {
    if (this.#busy) return;
    this.#rest(true);
    this.say(busyWords, "busy");
    try {
      this.say(await task());
    } catch (error) {
      this.say(error instanceof api.Refused ? error.why || WORDS.cannot : WORDS.unreached, "bad");
    } finally {
      this.#rest(false);
      this.look().catch(() => {});
    }
  }

  #rest(busy) {
    this.#busy = busy;
    for (const control of byId("clock-tools").querySelectorAll("button, input")) control.disabled = busy;
  }
}
