/**
 * Type a muscle, choose it with the arrows and Enter, then its side: the chart is never the only way in.
 * "r infra" or "l infra" says the side at once. Emits `chosen` with {structure, side}.
 */
import { request } from "../practice/http.js";
import { h, redraw } from "./dom.js";

const PAUSE = 120;

export class AddMuscle extends EventTarget {
  #url; #structures; #field; #list; #reading; #options = []; #selected = 0; #side = null; #asked = 0; #timer = null;

  constructor({ root, url, structures }) {
    super();
    this.#url = url;
    this.#structures = structures;
    this.#field = root.querySelector("input");
    this.#list = root.querySelector("[role=listbox]");
    this.#reading = root.querySelector("[data-reading]");
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
  }

  focus() { this.#field.focus(); }

  #typed() {
    const [, letter, words] = /^(?:([lr])\s+)?(.*)$/i.exec(this.#field.value.trim());
    this.#side = { l: "left", r: "right" }[letter?.toLowerCase()] ?? null;
    clearTimeout(this.#timer);
    if (words.length < 2) return this.#close();
    this.#offer(this.#fromNames(words));
    this.#timer = setTimeout(() => this.#ask(words), PAUSE);
  }

  /** At once and without a network: names whose words begin like what was typed. */
  #fromNames(words) {
    const wanted = words.toLowerCase().split(/\s+/);
    const parts = (name) => name.toLowerCase().split(/[\s,(]+/);
    const fits = ({ name }) => wanted.every((word) => parts(name).some((part) => part.startsWith(word)));
    return Object.entries(this.#structures).filter(([, structure]) => fits(structure)).slice(0, 8).map(([key]) => key);
  }

  /** The server also knows synonyms, short codes and near misses. */
  async #ask(words) {
    const asked = ++this.#asked;
    const url = `${this.#url}?limit=8&search=${encodeURIComponent(words)}`;
    const answer = await request(url).catch(() => null);
    if (asked !== this.#asked || !answer?.ok || document.activeElement !== this.#field) return;
    for (const found of answer.data.results) this.#structures[found.key] ??= found;
    this.#offer(answer.data.results.map(({ key }) => key));
  }

  #offer(keys) {
    this.#options = keys;
    this.#selected = 0;
    this.#draw();
  }

  #draw() {
    const open = this.#options.length > 0;
    const options = this.#options.map((key, index) => h(
      "li", {
        role: "option", id: `muscle-${index}`, "aria-selected": String(index === this.#selected),
        on: { mousedown: (event) => { event.preventDefault(); this.#choose(key); } },
      },
      this.#structures[key].name,
    ));
    redraw(this.#list, options);
    this.#list.hidden = !open;
    this.#field.setAttribute("aria-expanded", String(open));
    if (open) this.#field.setAttribute("aria-activedescendant", `muscle-${this.#selected}`);
    else this.#field.removeAttribute("aria-activedescendant");
    this.#list.children[this.#selected]?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#options.length) {
      event.preventDefault();
      this.#selected = (this.#selected + step + this.#options.length) % this.#options.length;
      this.#draw();
    } else if (event.key === "Enter" && this.#options.length) {
      event.preventDefault();
      this.#choose(this.#options[this.#selected]);
    } else if (event.key === "Escape") this.#close();
  }

  #close() { this.#offer([]); }

  #choose(key) {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#close();
    const structure = this.#structures[key];
    if (structure.laterality === "midline") return this.#done(key, "midline");
    if (this.#side) return this.#done(key, this.#side);
    this.#askSide(key, structure);
  }

  /** Two buttons in place of the reading line; L and R answer as well. */
  #askSide(key, structure) {
    const answers = [
      ["left", "Left"], ["right", "Right"], ...(structure.laterality === "any" ? [["midline", "Midline"]] : []),
    ];
    const buttons = answers.map(([side, label]) => h(
      "button", { type: "button", class: "btn", on: { click: () => this.#done(key, side) } }, label,
    ));
    const byLetter = (event) => {
      const side = { l: "left", r: "right" }[event.key.toLowerCase()];
      if (side) {
        event.preventDefault(); // the focus moves to the field, which would take the letter
        this.#done(key, side);
      }
      if (event.key === "Escape") this.#reset();
    };
    const group = h(
      "div", { class: "btns", role: "group", "aria-label": `Side of ${structure.name}`, on: { keydown: byLetter } },
      h("b", {}, structure.name), buttons,
    );
    this.#reading.replaceChildren(group);
    buttons[0].focus();
  }

  #done(structure, side) {
    this.#reset();
    this.dispatchEvent(new CustomEvent("chosen", { detail: { structure, side } }));
  }

  #reset() {
    this.#field.value = "";
    this.#reading.replaceChildren();
    this.#field.focus();
  }
}
