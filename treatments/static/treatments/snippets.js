/**
 * Snippets in the notes. `;nk` and a space (or Tab, Enter) expand in place; a `;`, or a `/` that begins a line, offers the
 * list, as the button beside the label does. The text goes in through the browser's own editing, so that its undo takes it
 * back. Tab goes on to the next place to fill in, and leaves the note when there is none.
 */
import { h, redraw } from "./dom.js";
import { fillIn, filled, selectAround, selectOpen } from "./placeholders.js";

const BEGUN = /((?:^|\s);|(?:^|\n)\/)([a-z0-9_-]*)$/i;
const MOST_OFFERED = 12;

export class Snippets {
  #snippets; #context; #field = null; #list; #options = []; #selected = 0; #left = -1; #away = null;

  /** @param {{fields: HTMLTextAreaElement[], snippets: Object[], context: () => Object<string, string>}} props */
  constructor({ fields, snippets, context }) {
    this.#snippets = snippets;
    this.#context = context;
    this.#list = h("ul", { class: "menu snippets", id: "snippets", role: "listbox", "aria-label": "Snippets", hidden: true });
    fields.forEach((field) => this.#finish(field));
    if (snippets.length) fields.forEach((field) => this.#attach(field));
  }

  // ---- places to fill in ----------------------------------------------------------------------------------------------
  #finish(field) {
    let pointed = false;
    field.addEventListener("pointerdown", () => { pointed = document.activeElement !== field; });
    field.addEventListener("click", () => selectAround(field));
    field.addEventListener("blur", () => { this.#away = document.activeElement === field ? field : null; });
    field.addEventListener("focus", () => {
      if (this.#away === field) return; // back from another window: the cursor stays where it was
      fillIn(field, this.#context());
      if (!pointed) selectOpen(field, 0);
      pointed = false;
    });
    field.addEventListener("keydown", (event) => {
      const plainTab = event.key === "Tab" && !event.shiftKey && !event.defaultPrevented && this.#list.hidden;
      if (plainTab && selectOpen(field, field.selectionEnd)) event.preventDefault();
    });
  }

  // ---- the list --------------------------------------------------------------------------------------------------------
  #attach(field) {
    field.setAttribute("aria-autocomplete", "list");
    field.placeholder = "Type ; for a snippet";
    field.addEventListener("input", (event) => this.#typed(field, event));
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => setTimeout(() => { // another field may have opened it in the meantime
      if (this.#field === field && document.activeElement !== field) this.#close();
    }, 200));
    field.before(h(
      "button", {
        type: "button", class: "snippets__open", "aria-label": `Snippets for ${field.labels[0].textContent}`,
        on: { mousedown: (event) => event.preventDefault(), click: () => this.#open(field) },
      }, ";",
    ));
  }

  #open(field) {
    if (document.activeElement !== field) {
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    }
    this.#offer(field, "");
  }

  /** What fits best first: the shortcut itself (meant in any note), then beginnings and titles that belong to this note. */
  #for(field, begun) {
    const rank = ({ shortcut, title, note }) => {
      if (shortcut === begun) return 0;
      if (note && note !== field.dataset.note) return null;
      if (shortcut.startsWith(begun)) return 1;
      return begun && title.toLowerCase().includes(begun) ? 2 : null;
    };
    const ranked = this.#snippets.map((snippet) => [rank(snippet), snippet]).filter(([place]) => place !== null);
    return ranked.sort(([one], [other]) => one - other).map(([, snippet]) => snippet).slice(0, MOST_OFFERED);
  }

  /** What was begun before the cursor, and where its sign stands. */
  #begun(before) {
    const [whole, sign, shortcut] = BEGUN.exec(before) ?? [];
    return whole === undefined ? null : { shortcut: shortcut.toLowerCase(), at: before.length - shortcut.length - 1, sign };
  }

  #typed(field, { data }) {
    const before = field.value.slice(0, field.selectionStart);
    const ended = data === " " && this.#begun(before.slice(0, -1)); // keyboards on glass do not say which key it was
    const known = ended && ended.at !== this.#left && this.#snippets.find(({ shortcut }) => shortcut === ended.shortcut);
    if (known) return this.#expand(field, known, ended.at);
    const begun = this.#begun(before);
    if (begun && begun.at === this.#left) return undefined;
    this.#left = -1;
    return begun ? this.#offer(field, begun.shortcut) : this.#close();
  }

  #offer(field, begun) {
    this.#close();
    this.#field = field;
    this.#options = this.#for(field, begun);
    this.#selected = 0;
    this.#draw();
  }

  #draw() {
    this.#list.hidden = this.#options.length === 0;
    if (this.#list.hidden) return;
    this.#field.after(this.#list);
    redraw(this.#list, this.#options.map((snippet, index) => h(
      "li", {
        role: "option", id: `snippet-${index}`, "aria-selected": String(index === this.#selected),
        on: { mousedown: (event) => { event.preventDefault(); this.#choose(snippet); } },
      },
      h("kbd", {}, `;${snippet.shortcut}`), h("span", {}, snippet.title),
    )));
    this.#field.setAttribute("aria-controls", this.#list.id);
    this.#field.setAttribute("aria-activedescendant", `snippet-${this.#selected}`);
    this.#list.children[this.#selected].scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (this.#list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#selected = (this.#selected + step + this.#options.length) % this.#options.length;
      this.#draw();
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#choose(this.#options[this.#selected]);
    else if (event.key === "Escape") this.#leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Escape: this sign is only a sign, also while the word goes on. */
  #leave() {
    this.#left = this.#begun(this.#field.value.slice(0, this.#field.selectionStart))?.at ?? -1;
    this.#close();
  }

  #choose(snippet) {
    const field = this.#field;
    const begun = this.#begun(field.value.slice(0, field.selectionStart));
    this.#expand(field, snippet, begun ? begun.at : field.selectionStart);
  }

  /** What stands from `start` to the cursor gives way to the text; the first place to fill in is selected. */
  #expand(field, { text }, start) {
    this.#close();
    const end = field.selectionStart;
    const words = (start === end && /\S$/.test(field.value.slice(0, start)) ? " " : "") + filled(text, this.#context());
    field.focus();
    field.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, words)) {
      field.setRangeText(words, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const from = field.selectionEnd - words.length; // the date before an older plan may be gone by now
    if (words.includes("{?}")) selectOpen(field, Math.max(0, from));
  }

  #close() {
    this.#options = [];
    this.#list.hidden = true;
    this.#field?.removeAttribute("aria-activedescendant");
    this.#field?.removeAttribute("aria-controls");
  }
}
