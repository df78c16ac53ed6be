/** The house's time zone: showing instants in it, and turning its wall time into instants. */

const SHORT = { "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT" };

let zone = "Asia/Jakarta";
let shows = formats();

function formats() {
  const show = (options) => new Intl.DateTimeFormat("id-ID", { timeZone: zone, ...options });
  return {
    time: show({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    date: show({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    shortDate: show({ weekday: "short", day: "numeric", month: "short" }),
    offset: new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }),
    wall: new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }),
  };
}

/** Use another IANA zone from now on. */
export function setZone(name) {
  if (name === zone) return;
  zone = name;
  shows = formats();
}

export const zoneName = () => SHORT[zone] ?? zone;

/** An instant as "16.05", "Kamis, 12 November 2026", "Kam, 12 Nov". */
export const time = (at) => shows.time.format(at);
export const date = (at) => shows.date.format(at);
export const shortDate = (at) => shows.shortDate.format(at);

/** An instant as the wall shows it, in the form of a datetime-local field: "2026-11-12T16:05". */
export const wall = (at) => shows.wall.format(at).replace(" ", "T");

/** The day of an instant, "2026-11-12". */
export const day = (at) => wall(at).slice(0, 10);

/** `count` days after (or before) a day, "2026-11-12" -> "2026-11-13". */
export function addDays(isoDay, count) {
  const moved = new Date(`${isoDay}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + count);
  return moved.toISOString().slice(0, 10);
}

function offset(at) {
  const name = shows.offset.formatToParts(at).find((part) => part.type === "timeZoneName").value;
  return name === "GMT" ? "+00:00" : name.slice(3);
}

/** Wall time "2026-11-12T16:05" of the house as ISO with its offset, "2026-11-12T16:05:00+07:00". */
export function iso(wallTime) {
  const guess = new Date(`${wallTime.slice(0, 16)}:00Z`);
  const near = new Date(`${wallTime.slice(0, 16)}:00${offset(guess)}`);
  return `${wallTime.slice(0, 16)}:00${offset(near)}`;
}
