/**
 * A letter that saves itself: every change is on the server within two seconds, and until then on this device; the
 * preview is drawn anew after each save. When somebody else saved the same text, both stand there until a person chooses.
 */
import { clock } from "../practice/clock.js";
import { DeviceCopy } from "../practice/device_copy.js";
import { csrfToken, request } from "../practice/http.js";

const PAUSE = 800; // ms without a change before a save
const LONGEST_WAIT = 1600; // ms after the first unsaved change, also while somebody goes on typing
const RETRIES = [2000, 4000, 8000, 15000, 30000];
const KEEPALIVE = 60_000; // bytes that a browser still sends while the page goes away

const form = document.querySelector("[data-letter]");
const letter = JSON.parse(document.querySelector("#letter").textContent);
const owner = JSON.parse(document.querySelector("#owner").textContent);
const url = `/api/v1/letters/${letter.id}`;
const fields = new Map([...form.querySelectorAll("[data-text]")].map((field) => [field.dataset.text, field]));
const facts = [...form.querySelectorAll("[data-fact]")];
const saved = document.querySelector("[data-part=saved]");
const preview = document.querySelector("[data-preview]");
const previewState = document.querySelector("[data-part=preview-state]");
const copy = new DeviceCopy({ record: letter.id, owner, open: location.pathname });

let { version } = letter;
let base = contentOf(letter);
let [timer, firstUnsaved, running, retry, again] = [null, 0, null, 0, false];

function contentOf(source) {
  const names = [...fields.keys(), "left_out"];
  return Object.fromEntries(names.map((name) => [name, source[name] ?? ""]));
}

function typed() {
  const leftOut = facts.filter((box) => !box.checked).map((box) => box.value);
  const texts = [...fields].map(([name, field]) => [name, field.value.replaceAll("\r\n", "\n")]);
  return { ...Object.fromEntries(texts), left_out: leftOut };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** What differs from what the server had when it was last heard. */
function changes() {
  const now = typed();
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, base[name])));
}

const dirty = () => Object.keys(changes()).length > 0;

function say(words, state = "") {
  saved.dataset.state = state;
  saved.querySelector("span").textContent = words;
}

function changed() {
  if (!dirty()) return;
  firstUnsaved ||= Date.now();
  copy.keep(typed());
  say("Writing …", "local");
  clearTimeout(timer);
  timer = setTimeout(save, Math.min(PAUSE, Math.max(0, firstUnsaved + LONGEST_WAIT - Date.now())));
}

/** One save at a time; what was typed meanwhile goes with the next. Answers whether the server has everything. */
async function save() {
  clearTimeout(timer);
  if (running) { again = true; return running; }
  running = attempt();
  const whole = await running;
  running = null;
  if (again) { again = false; return save(); }
  return whole;
}

async function attempt() {
  const sent = changes();
  firstUnsaved = 0;
  if (!Object.keys(sent).length || form.querySelector("[data-conflict]")) return !Object.keys(sent).length;
  say("Saving …", "local");
  const answer = await request(url, { method: "PATCH", body: sent, version }).catch(() => null);
  if (answer?.ok) return taken(answer.data);
  if (answer?.status === 412) return merge(answer.data.current);
  if (answer?.status === 400) return refused(answer.data);
  if (answer?.status === 401) return say("Signed out: sign in again in another tab. Kept on this device.", "local");
  if (answer && answer.status < 500 && answer.status !== 429) return say(`${answer.data?.detail ?? "Not saved."} Kept on this device.`, "local");
  say("Kept on this device", "local");
  timer = setTimeout(save, RETRIES[Math.min(retry++, RETRIES.length - 1)]);
  return false;
}

function taken(data) {
  known(data);
  retry = 0;
  form.querySelectorAll("[data-refused]").forEach((note) => note.remove());
  if (dirty()) { changed(); return false; }
  copy.clear();
  say(`Saved ${clock(new Date(), true)}`);
  draw();
  return true;
}

function known(data) {
  version = data.version;
  base = contentOf(data);
  document.querySelectorAll("[data-version], [name=version]").forEach((input) => { input.value = version; });
  for (const [name, byHand] of Object.entries(data.changed_by_hand)) whose(name, byHand);
}

function whose(name, byHand) {
  const tag = document.querySelector(`[data-whose=${name}]`);
  const button = document.querySelector(`[data-again=${name}]`);
  if (!tag || !button) return;
  tag.textContent = byHand ? "Your words" : "As in the record";
  if (byHand) delete tag.dataset.level; else tag.dataset.level = "open";
  button.hidden = !byHand;
}

function refused(problem) {
  say("Some of it cannot be saved", "local");
  form.querySelectorAll("[data-refused]").forEach((note) => note.remove());
  for (const { field, message } of problem.errors ?? []) {
    const note = Object.assign(document.createElement("p"), { className: "field__error", textContent: message });
    note.dataset.refused = "";
    (fields.get(field)?.closest(".field") ?? form).append(note);
  }
  return false;
}

/** Somebody saved first: what only they changed is taken, what both changed is asked. */
function merge(current) {
  const [mine, before] = [typed(), base];
  known(current);
  for (const [name, field] of fields) {
    const [theirs, own] = [base[name], mine[name]];
    if (same(own, theirs)) continue;
    if (same(own, before[name])) field.value = theirs;
    else if (!same(theirs, before[name])) ask(name, field, theirs);
  }
  if (!form.querySelector("[data-conflict]")) return attempt();
  say("Two texts: choose", "local");
  return false;
}

function ask(name, field, theirs) {
  const note = document.createElement("div");
  note.className = "note";
  note.dataset.level = "reason";
  note.dataset.conflict = name;
  note.setAttribute("role", "alert");
  const words = document.createElement("div");
  const head = Object.assign(document.createElement("b"), { textContent: `${letter.labels[name] ?? name}: saved elsewhere meanwhile` });
  const text = Object.assign(document.createElement("p"), { className: "theirs", textContent: theirs || "Nothing" });
  const buttons = document.createElement("div");
  buttons.className = "btns";
  const choices = [["Keep both", `${theirs}\n${field.value}`], ["Keep mine", field.value], ["Keep the other", theirs]];
  choices.forEach(([label, value], index) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.className = index ? "btn" : "btn btn--primary";
    button.addEventListener("click", () => { field.value = value; note.remove(); save(); });
    buttons.append(button);
  });
  words.append(head, text, buttons);
  note.append(document.createElement("span"), words);
  field.closest(".field").append(note);
}

let drawing = 0;

/** The newest preview only: an older one that comes late is dropped. */
async function draw() {
  const mine = ++drawing;
  const card = preview.closest(".preview");
  card.setAttribute("aria-busy", "true");
  previewState.textContent = "Drawing …";
  const answer = await fetch(preview.dataset.preview, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  if (mine !== drawing) return;
  card.removeAttribute("aria-busy");
  previewState.textContent = answer?.ok ? `As of ${clock(new Date(), true)}` : "Could not be drawn. It is drawn again with the next change.";
  if (answer?.ok) preview.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
}

/** What this device kept of it: a crash, a closed tab, a network away. */
async function restore() {
  let found = false;
  for (const kept of await copy.adopt()) {
    for (const [name, field] of fields) {
      if (typeof kept[name] === "string" && kept[name] !== base[name]) { field.value = kept[name]; found = true; }
    }
    if (Array.isArray(kept.left_out)) facts.forEach((box) => { box.checked = !kept.left_out.includes(box.value); });
  }
  if (found) changed(); else if (!dirty()) copy.clear();
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
form.querySelector("[data-by-hand]").hidden = true;
addEventListener("online", save);
addEventListener("focus", () => dirty() && save());
addEventListener("visibilitychange", () => document.hidden && save());
addEventListener("beforeunload", (event) => dirty() && event.preventDefault());
addEventListener("pagehide", () => {
  const body = JSON.stringify(changes());
  if (!dirty() || body.length > KEEPALIVE) return;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "If-Match": `"${version}"` };
  fetch(url, { method: "PATCH", headers, body, keepalive: true, credentials: "same-origin" }).catch(() => {});
});

/** Issuing, another addressee, the record's words: only when the server has everything that was typed. */
for (const other of document.querySelectorAll("[data-issue], [data-addressee], #fill-in")) {
  other.addEventListener("submit", async (event) => {
    if (!dirty()) return;
    event.preventDefault();
    const { submitter } = event;
    if (await save()) other.requestSubmit(submitter);
  });
}
await restore();
