/** Every call to the house, and the two ways one can fail. */

/** Nobody answered, or the house is not ready: the same call may be made again. */
export class Unreached extends Error {}

/** The house answered no. `why` is its reason in words for the person, or empty. */
export class Refused extends Error {
  constructor(status, why) {
    super(why || `status ${status}`);
    this.status = status;
    this.why = why;
  }
}

const ROOT = new URL("api/", document.baseURI);
const TRY_AGAIN = new Set([408, 425, 429]);

async function call(path, { method = "GET", json, form, signal, seconds = 20 } = {}) {
  const limit = AbortSignal.timeout(seconds * 1000);
  const headers = { Accept: "application/json" };
  if (json) headers["Content-Type"] = "application/json";
  let response;
  let body = null;
  try {
    response = await fetch(new URL(path, ROOT), {
      method,
      headers,
      body: json ? JSON.stringify(json) : form,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      cache: "no-store",
    });
    body = JSON.parse((await response.text()) || "null");
  } catch (error) {
    if (signal?.aborted) throw error;
    if (!response || response.ok) throw new Unreached(error.message);
  }
  if (response.status >= 500 || TRY_AGAIN.has(response.status)) throw new Unreached(`status ${response.status}`);
  if (!response.ok) throw new Refused(response.status, typeof body?.error === "string" ? body.error : "");
  return body;
}

const thread = (key) => `people/${encodeURIComponent(key)}/messages`;

/** @returns {Promise<{key: string, name: string, role: string, codes?: {code: string, note?: string}[], rev?: number}[]>} */
export const people = () => call("people");

/** The house's time: `{now: ISO, zone: "Asia/Jakarta", next_posyandu_day: "YYYY-MM-DD" | null, made?: string}`.
 *  `made` changes whenever the demo data was made again. */
export const clock = () => call("clock");

/** Move the clock forward; answers when everything that fell due on the way has been done. */
export const moveClock = (now) => call("clock", { method: "POST", json: { now }, seconds: 300 });

/** Make the demo data again, with the clock at `now` when given. */
export const reset = (now) => call("reset", { method: "POST", json: now ? { now } : {}, seconds: 300 });

/** The whole thread, or what is new after the id `after` or changed since `rev`; waits up to `wait` seconds. */
export function messages(key, { after = "", rev = 0, wait = 0, signal }) {
  const query = new URLSearchParams({ after, wait });
  if (after) query.set("rev", rev);
  return call(`${thread(key)}?${query}`, { signal, seconds: wait + 20 });
}

/**
 * Say something. `message` is {text} | {pick} | {edit, text} | {file, text}; the same `message_id` twice is one message.
 * @returns {Promise<{id: string}>}
 */
export function say(key, message) {
  const { file, ...fields } = message;
  if (!file) return call(thread(key), { method: "POST", json: fields });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", file, file.name);
  return call(thread(key), { method: "POST", form, seconds: 180 });
}
