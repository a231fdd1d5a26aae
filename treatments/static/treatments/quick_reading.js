/** The words under the quick line: what was understood, what was not and where, what is still being read. */
import { h, hidden, icon } from "./dom.js";
import { characters } from "./shorthand.js";

const line = (kind, name, ...words) => h("p", { class: `quick__read${kind && ` quick__read--${kind}`}` }, name && icon(name), h("span", {}, words));

export class Reading {
  #root; #waiting = []; #now = []; #added = "";

  /** @param {HTMLElement} root A live region. */
  constructor(root) { this.#root = root; }

  #show(...nodes) {
    this.#now = nodes;
    this.#draw();
  }

  #draw() {
    const waiting = this.#waiting.map((text) => h("p", { class: "quick__wait" }, "Reading ", h("b", {}, text), " …"));
    this.#root.replaceChildren(...waiting, ...this.#now, this.#added);
  }

  clear() {
    this.#added = "";
    this.#show();
  }

  /** Lines that were entered and are on their way; what is said of the line in the field stays. */
  wait(lines) {
    this.#waiting = lines;
    this.#draw();
  }

  /** For those who listen: the site itself is on the screen. */
  added(sentences) {
    this.#added = hidden(`Added: ${sentences.join(" ")}`);
    this.#draw();
  }

  /** @param {{held?: boolean}} how `held`: the word at the end is still being typed and is not held against anybody. */
  told(text, { sentences, not_understood: problems }, { held = false } = {}) {
    const end = characters(text).length;
    const marked = problems.filter((problem) => !(held && problem.end === end));
    const whole = sentences.length > 0 && !problems.length;
    const told = sentences.map((sentence, index) => {
      const shown = line(whole ? "" : "part", whole && "ok", sentence);
      if (whole && index === sentences.length - 1) shown.append(h("kbd", {}, "Enter adds"));
      return shown;
    });
    const open = marked.map(({ text: word, reason }) => line("open", "reason", h("b", {}, word), ` ${reason}`));
    this.#show(marked.length ? h("p", { class: "quick__line", "aria-hidden": "true" }, underlined(text, marked)) : "", ...told, ...open);
  }

  away() {
    this.#show(line("open", "reason", "The network is away: this line cannot be read now. It stays here; a muscle's name can still be chosen."));
  }

  refused(why) { this.#show(line("open", "reason", why)); }

  /** Two buttons in place of the words; L and R answer as well, Escape goes back. */
  async askSide({ name, laterality }) {
    return new Promise((answered) => {
      const sides = [["left", "Left"], ["right", "Right"], ...(laterality === "any" ? [["midline", "Midline"]] : [])];
      const buttons = sides.map(([side, label]) => h("button", { type: "button", class: "btn", on: { click: () => answered(side) } }, label));
      const byLetter = (event) => {
        const side = { l: "left", r: "right", escape: null }[event.key.toLowerCase()];
        if (side === undefined) return;
        event.preventDefault(); // the focus moves to the field, which would take the letter
        answered(side);
      };
      this.#show(h(
        "div", { class: "btns", role: "group", "aria-label": `Side of ${name}`, on: { keydown: byLetter } }, h("b", {}, name), buttons,
      ));
      buttons[0].focus();
    });
  }
}

/** The line again with what was not understood underlined; the words below say why. */
function underlined(text, problems) {
  const letters = characters(text);
  const parts = [];
  let from = 0;
  for (const { start, end } of problems) {
    if (start < from) continue;
    parts.push(letters.slice(from, start).join(""), h("mark", {}, letters.slice(start, end).join("")));
    from = end;
  }
  return [...parts, letters.slice(from).join("")];
}
