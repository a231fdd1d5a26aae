/** Times as the practice's clock shows them, wherever the device is and whatever its own clock is set to. */
const timeZone = document.documentElement.dataset.zone || undefined;

export const clock = (date, seconds = false) => date.toLocaleTimeString("en-AU", {
  timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(seconds && { second: "2-digit" }),
});
export const day = (date) => date.toLocaleDateString("en-AU", { timeZone, day: "numeric", month: "short", year: "numeric" });
export const weekdayAndClock = (date) => date.toLocaleString("en-AU", {
  timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

const PARTS = new Intl.DateTimeFormat("en-AU", {
  timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

/** What the practice's clock showed at a moment, for a field: `2026-11-24T09:15`. */
export function wall(at) {
  const { year, month, day: date, hour, minute } = Object.fromEntries(PARTS.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${date}T${hour}:${minute}`;
}

/** The moment at which the practice's clock shows this (in the hour that summer time repeats, the later one); null when it is no time. */
export function momentOf(text) {
  const shown = Date.parse(`${text}Z`);
  if (Number.isNaN(shown)) return null;
  let at = shown;
  for (let turn = 0; turn < 2; turn += 1) at = shown - (Date.parse(`${wall(at)}Z`) - at);
  return new Date(at);
}
