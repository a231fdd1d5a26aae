/** On every page but the one that is writing: what this person left unsent on this device, with the way back to it. */
import { weekdayAndClock } from "./clock.js";
import { isHeld, keptBy } from "./device_copy.js";

const place = document.querySelector("[data-kept]");

if (place && globalThis.crypto?.subtle) {
  const waiting = new Map();
  for (const { entry } of await keptBy(place.dataset.kept)) {
    if (location.pathname !== entry.open && !(await isHeld(entry.tab)) && !waiting.has(entry.open)) waiting.set(entry.open, entry.at);
  }
  for (const [open, at] of waiting) place.append(notice(open, at));
  place.hidden = waiting.size === 0;
}

function notice(open, at) {
  const line = document.createElement("p");
  const link = document.createElement("a");
  link.href = open;
  link.textContent = "Open it, and it is sent";
  line.append(`Something written on this device on ${weekdayAndClock(new Date(at))} is not sent yet. `, link, ".");
  return line;
}
