/**
 * The quick line: the chart is never the only way in.
 * A muscle by its name ("r infra", "upr trap") is chosen from the list, then its side. A line of shorthand
 * ("r uft x3 ltr4 30x40 d25") is read back in words before Enter adds it. Emits `chosen` {structure, side} and
 * `rows` {sites}.
 */
import { h, redraw } from "./dom.js";
import { MuscleNames } from "./muscle_names.js";
import { Reading } from "./quick_reading.js";
import { characters, isShorthand, readLine } from "./shorthand.js";

const PAUSE = 120;
const STILL_TYPING = 700;
const SIDES = { l: "left", left: "left", r: "right", right: "right" };

export class AddMuscle extends EventTarget {
  #lineUrl; #structures; #names; #field; #list; #reading; #options = []; #selected = 0; #timer = null;
  #asking = new AbortController(); // what is asked for the text that stands in the field
  #read = null; // {text, answer}: the newest line that was read
  #search = null; // the muscles being looked for, while nobody has answered
  #entered = []; // lines that Enter has taken out of the field and that are still to be read, in order

  constructor({ root, url, shorthandUrl, structures }) {
    super();
    this.#lineUrl = shorthandUrl;
    this.#structures = structures;
    this.#names = new MuscleNames({ url, structures });
    this.#field = root.querySelector("input");
    this.#list = root.querySelector("[role=listbox]");
    this.#reading = new Reading(root.querySelector("[data-reading]"));
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
    window.addEventListener("online", () => this.#field.value && this.#typed());
  }

  focus() { this.#field.focus(); }

  get #isLine() { return isShorthand(this.#field.value, this.#names.isWhole); }

  #typed() {
    this.#forget();
    if (this.#isLine) {
      this.#close(); // a list of names would answer Enter
      this.#timer = setTimeout(() => this.#readLine(), PAUSE);
      return;
    }
    this.#reading.clear();
    const { words } = this.#sideAndWords;
    if (words.length < 2) return this.#close();
    const here = this.#names.found(words);
    this.#offer(here.map((key) => this.#muscle(key)));
    this.#search = new Promise((answered) => {
      this.#timer = setTimeout(() => this.#ask(words, here).then(answered), PAUSE);
    });
  }

  /** The text has changed: nothing that was asked about it before counts. */
  #forget() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#search = null;
    this.#read = null;
  }

  // ---- a muscle by its name ---------------------------------------------------------------------------------------
  get #sideAndWords() {
    const [, side, words] = /^(?:(l|r|left|right)\s+)?(.*)$/is.exec(this.#field.value.trim());
    return { side: SIDES[side?.toLowerCase()] ?? null, words };
  }

  /** The server also knows near misses. What stands in the list already stays where it is: Enter is fast. */
  async #ask(words, here) {
    const { signal } = this.#asking;
    const found = await this.#names.asked(words, { signal });
    if (signal.aborted) return;
    this.#search = null;
    const keys = [...new Set([...here, ...(found ?? [])])].slice(0, Math.max(8, here.length));
    if (!keys.length && found) await this.#readLine(); // no name: it may be a line with a word too many
    else if (document.activeElement === this.#field && keys.length > here.length) this.#offer(keys.map((key) => this.#muscle(key)), this.#selected);
  }

  #muscle(key) {
    const { name, codes, short_codes: alsoCodes, drawn, on_chart: onChart = drawn } = this.#structures[key];
    const [code] = codes ?? alsoCodes ?? [];
    return { label: [h("span", {}, onChart ? name : `${name}, not on the chart`), code && h("kbd", {}, code)], choose: () => this.#choose(key) };
  }

  async #choose(key) {
    this.#forget();
    this.#close();
    const structure = this.#structures[key];
    const side = structure.laterality === "midline" ? "midline" : this.#sideAndWords.side ?? await this.#reading.askSide(structure);
    if (side) this.#reset();
    else this.#reading.clear();
    this.#field.focus();
    if (side) this.dispatchEvent(new CustomEvent("chosen", { detail: { structure: key, side } }));
  }

  // ---- a line of shorthand ----------------------------------------------------------------------------------------
  async #readLine() {
    const { signal } = this.#asking;
    const text = this.#field.value;
    const cursor = characters(text.slice(0, this.#field.selectionStart ?? text.length)).length;
    const { answer, refusal } = await readLine(this.#lineUrl, text, { cursor, signal });
    if (signal.aborted) return;
    this.#read = answer && { text, answer };
    this.#tell(text, answer, refusal, { held: true });
    this.#timer = setTimeout(() => this.#tell(text, answer, refusal), STILL_TYPING);
    this.#offer((answer?.suggestions ?? []).map((suggestion) => ({
      label: [h("kbd", {}, suggestion.insert), h("span", {}, suggestion.label)], choose: () => this.#insert(suggestion),
    })), -1);
  }

  #tell(text, answer, refusal, how) {
    if (answer) this.#reading.told(text, answer, how);
    else if (refusal) this.#reading.refused(refusal);
    else this.#reading.away();
  }

  #insert({ insert, start, end, whole }) {
    const letters = characters(this.#field.value);
    const before = `${letters.slice(0, start).join("")}${insert}${whole ? " " : ""}`;
    this.#field.value = `${before}${letters.slice(end).join("").trimStart()}`;
    this.#field.setSelectionRange(before.length, before.length);
    this.#close();
    this.#typed();
  }

  // ---- Enter ------------------------------------------------------------------------------------------------------
  async #enter() {
    const { signal } = this.#asking;
    const searching = this.#search !== null;
    await this.#search; // Enter was faster than the list
    if (signal.aborted) return;
    const [first] = this.#isLine ? [] : this.#names.found(this.#sideAndWords.words);
    if (first) this.#choose(first);
    else if (searching && this.#options.length && !this.#read) this.#options[0].choose();
    else this.#enterLine(this.#field.value);
  }

  /** The line leaves the field at once, so that the next can be typed; it comes back when it cannot be added. */
  #enterLine(text) {
    const known = this.#read?.text === text ? this.#read.answer : null;
    if (known && !isWhole(known)) {
      clearTimeout(this.#timer);
      this.#close();
      return this.#tell(text, known, "");
    }
    this.#reset();
    this.#entered.push({ text, known });
    return this.#work();
  }

  /** One line after the other, in the order in which they were entered. */
  async #work() {
    if (this.#entered.length > 1) return this.#reading.wait(this.#entered.map(({ text }) => text));
    while (this.#entered.length) {
      const [{ text, known }] = this.#entered;
      if (!known) this.#reading.wait(this.#entered.map((line) => line.text));
      const { answer, refusal } = known ? { answer: known, refusal: "" } : await readLine(this.#lineUrl, text);
      if (!answer || !isWhole(answer)) return this.#giveBack(text, answer, refusal);
      this.#entered.shift();
      this.#reading.wait(this.#entered.map((line) => line.text));
      this.#reading.added(answer.sentences);
      this.dispatchEvent(new CustomEvent("rows", { detail: { sites: answer.sites } }));
    }
    return undefined;
  }

  /** Nothing typed is lost: what could not be added stands before what was typed in the meantime. */
  #giveBack(text, answer, refusal) {
    const typed = this.#field.value;
    const fromTheEnd = typed.length - (this.#field.selectionStart ?? typed.length);
    const lines = [...this.#entered.map((line) => line.text), typed].filter((line) => line.trim());
    this.#entered = [];
    this.#reading.wait([]);
    this.#forget();
    this.#field.value = lines.join("; ");
    const caret = this.#field.value.length - fromTheEnd;
    this.#field.setSelectionRange(caret, caret);
    this.#read = answer && lines.length === 1 ? { text, answer } : null;
    this.#tell(this.#field.value, answer, refusal);
    if (answer && !this.#read) this.#timer = setTimeout(() => this.#readLine(), PAUSE);
  }

  // ---- the list -----------------------------------------------------------------------------------------------------
  /** @param {number} selected -1: nothing is chosen until an arrow says so, because Enter adds the line. */
  #offer(options, selected = 0) {
    this.#options = options;
    this.#selected = selected;
    this.#draw();
  }

  #close() { this.#offer([]); }

  #draw() {
    const open = this.#options.length > 0;
    const rows = this.#options.map(({ label, choose }, index) => h(
      "li", {
        role: "option", id: `muscle-${index}`, "aria-selected": String(index === this.#selected),
        on: { mousedown: (event) => { event.preventDefault(); choose(); } },
      },
      label,
    ));
    redraw(this.#list, rows);
    this.#list.hidden = !open;
    this.#field.setAttribute("aria-expanded", String(open));
    if (open && this.#selected >= 0) this.#field.setAttribute("aria-activedescendant", `muscle-${this.#selected}`);
    else this.#field.removeAttribute("aria-activedescendant");
    this.#list.children[this.#selected]?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = this.#options[this.#selected];
    if (step && this.#options.length) {
      event.preventDefault();
      const from = this.#selected < 0 && step < 0 ? 0 : this.#selected;
      this.#selected = (from + step + this.#options.length) % this.#options.length;
      this.#draw();
    } else if (event.key === "Tab" && !event.shiftKey && this.#options.length && this.#isLine) {
      event.preventDefault();
      (chosen ?? this.#options[0]).choose();
    } else if (event.key === "Enter" && this.#field.value.trim()) {
      event.preventDefault();
      if (chosen) chosen.choose();
      else this.#enter();
    } else if (event.key === "Escape") this.#close();
  }

  #reset() {
    this.#forget();
    this.#field.value = "";
    this.#close();
    this.#reading.clear();
  }
}

const isWhole = ({ sites, not_understood: problems }) => sites.length > 0 && !problems.length;
