/**
 * Adding files to a patient: chosen or dropped anywhere on the page, said before anything is sent when one is too large,
 * sent one after the other with their progress in words. What was not added stays in the list and can be sent again. The
 * form works without this module.
 */
import { csrfToken } from "../practice/http.js";

const form = document.querySelector("[data-attach]");
const input = form.querySelector("input[type=file]");
const list = form.querySelector("[data-chosen]");
const said = form.querySelector("[data-said]");
const button = form.querySelector("[data-add]");
const drop = form.querySelector("[data-drop]");
const most = Number(form.dataset.most);
const MEGABYTE = 1048576;
/** @type {Map<HTMLLIElement, File>} Files that are not added yet, by their line. */
const waiting = new Map();
let sending = false;

const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);

function choose(files) {
  for (const file of files) addLine(file);
  input.value = "";
  tell();
}

function addLine(file) {
  const line = document.createElement("li");
  const name = document.createElement("b");
  const words = document.createElement("p");
  const out = document.createElement("button");
  name.textContent = file.name;
  words.className = "small muted";
  out.type = "button";
  out.className = "btn btn--quiet";
  out.append("Leave out", hidden(` ${file.name}`));
  out.addEventListener("click", () => leaveOut(line));
  line.append(name, out, words);
  list.append(line);
  waiting.set(line, file);
  if (file.size > most) say(line, "wrong", `This is ${megabytes(file.size)} MB, and ${most / MEGABYTE} MB is the most. Leave it out, or scan it in black and white.`);
  else say(line, "waiting", `${megabytes(Math.max(file.size, 0.1 * MEGABYTE))} MB, not sent yet`);
}

function hidden(text) {
  const span = document.createElement("span");
  span.className = "hidden";
  span.textContent = text;
  return span;
}

function leaveOut(line) {
  const next = (line.nextElementSibling ?? line.previousElementSibling)?.querySelector("button") ?? input;
  waiting.delete(line);
  line.remove();
  next.focus();
  tell();
}

function say(line, state, words) {
  line.dataset.state = state;
  line.querySelector("p").textContent = words;
}

/** The button says how many it would send. */
function tell() {
  const count = waiting.size;
  list.hidden = !list.children.length;
  button.textContent = count === 0 ? "Add the files" : count === 1 ? "Add 1 file" : `Add ${count} files`;
}

async function sendAll() {
  const lines = [...waiting.keys()].filter((line) => waiting.get(line).size <= most);
  sending = true;
  button.setAttribute("aria-disabled", "true");
  for (const [index, line] of lines.entries()) {
    said.textContent = `File ${index + 1} of ${lines.length} is being sent.`;
    await sendOne(line);
  }
  sending = false;
  button.removeAttribute("aria-disabled");
  const left = waiting.size;
  said.textContent = left ? `${left === 1 ? "1 file is" : `${left} files are`} not added. What to do stands beside it.` : "All files are added.";
  tell();
  await showList();
}

async function sendOne(line) {
  const file = waiting.get(line);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", `How far ${file.name} is`);
  line.querySelector("button").hidden = true;
  line.append(bar);
  const answer = await post(file, (percent) => {
    bar.value = percent;
    say(line, "sending", percent < 100 ? `${percent} of 100 parts sent` : "Arrived, being looked at");
  });
  bar.remove();
  if (answer.status === 200 || answer.status === 201) {
    waiting.delete(line);
    line.querySelector("button").remove();
    say(line, "added", answer.data.notice);
  } else {
    line.querySelector("button").hidden = false;
    say(line, "wrong", wordsOf(answer));
  }
}

function wordsOf({ status, data }) {
  if (status === 0) return "There is no connection. It waits here: add it again when the connection is back.";
  if (status === 401) return "You are signed out. Sign in again in another tab, then add it again.";
  const told = (data?.errors ?? []).map((error) => error.message).join(" ");
  return told || data?.detail || "It could not be added. Try again in a moment.";
}

/** Resolves always; status 0 when nothing was answered. `fetch` cannot say how much was sent. */
function post(file, onProgress) {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append("patient", form.dataset.patient);
    body.append("kind", form.elements.kind.value);
    if (form.elements.dated_on.value) body.append("dated_on", form.elements.dated_on.value);
    body.append("file", file, file.name);
    const call = new XMLHttpRequest();
    call.open("POST", "/api/v1/attachments");
    call.setRequestHeader("X-CSRFToken", csrfToken());
    call.setRequestHeader("Accept", "application/json");
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => onProgress(Math.floor((100 * event.loaded) / event.total)));
    call.addEventListener("load", () => resolve({ status: call.status, data: call.response }));
    call.addEventListener("error", () => resolve({ status: 0, data: null }));
    call.send(body);
  });
}

/** The list as it is now; the form, with what was said about each file, stays. */
async function showList() {
  const answer = await fetch(location.pathname, { credentials: "same-origin" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#attachment-list");
  if (fresh) document.querySelector("#attachment-list").replaceWith(fresh);
}

input.addEventListener("change", () => choose([...input.files]));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (sending) return;
  if (!waiting.size) {
    said.textContent = "Choose the files first.";
    input.focus();
  } else if (!form.elements.kind.value) {
    said.textContent = "Choose the kind first.";
    form.elements.kind.focus();
  } else sendAll();
});

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  drop.dataset.over = "";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete drop.dataset.over;
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  delete drop.dataset.over;
  if (!sending) choose([...event.dataTransfer.files]);
});
addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});
