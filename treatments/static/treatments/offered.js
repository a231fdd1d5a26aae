/**
 * What a snippet or a template reads like while it is written, with example values. Placeholders go in by a tap, because
 * braces are far away on a keyboard of glass. Without this script the page says the same after it was sent.
 */
import { request } from "../practice/http.js";
import { h, icon, redraw } from "./dom.js";
import { filled } from "./placeholders.js";

const PAUSE = 250;
const example = JSON.parse(document.querySelector("#example").textContent);
const places = [...document.querySelectorAll("[data-read]")];
const lines = document.querySelector("[data-lines]");
const fieldOf = (name) => document.querySelector(`#id_${name}`);

// ---- the words -------------------------------------------------------------------------------------------------------
for (const place of places) fieldOf(place.dataset.read).addEventListener("input", ({ target }) => read(place, target.value));

function read(place, text) {
  place.hidden = !text.trim();
  const parts = filled(text.trim(), example).split("{?}");
  const open = () => h("mark", {}, "fill in");
  place.querySelector(".reads").replaceChildren(...parts.flatMap((part, index) => (index ? [open(), part] : [part])));
}

// ---- the sites ---------------------------------------------------------------------------------------------------------
let asked = 0;
let timer = null;
if (lines) fieldOf("lines").addEventListener("input", ({ target }) => {
  clearTimeout(timer);
  timer = setTimeout(() => propose(target.value), PAUSE);
});

async function propose(text) {
  asked += 1;
  const mine = asked;
  const nothing = { ok: true, data: { sentences: [], not_understood: [] } };
  const ask = () => request(lines.dataset.lines, { method: "POST", body: { text } }).catch(() => null);
  const answer = text.trim() ? await ask() : nothing;
  if (mine !== asked || !answer?.ok) return; // who may not needle sees it after saving
  const { sentences, not_understood: problems } = answer.data;
  lines.hidden = !sentences.length && !problems.length;
  redraw(
    lines, h("h3", {}, "Proposed sites"), sentences.length > 0 && h("ul", { class: "reads__sites" }, sentences.map((sentence) => h("li", {}, sentence))),
    problems.map(({ text: word, reason }) => h("p", { class: "field__error" }, icon("stop"), h("span", {}, h("b", {}, word), ` ${reason}`))),
  );
}

// ---- placeholders by a tap -----------------------------------------------------------------------------------------------
let into = fieldOf(places[0].dataset.read);
for (const { dataset } of places) fieldOf(dataset.read).addEventListener("focus", ({ target }) => { into = target; });
for (const code of document.querySelectorAll("[data-insert]")) {
  const name = code.textContent;
  code.replaceWith(h("button", { type: "button", class: "btn", "aria-label": `Insert ${name}`, on: { click: () => insert(name) } }, name));
}

function insert(name) {
  into.focus();
  if (document.execCommand("insertText", false, name)) return;
  into.setRangeText(name, into.selectionStart, into.selectionEnd, "end");
  into.dispatchEvent(new Event("input", { bubbles: true }));
}
