/**
 * Rows that somebody else proposes (the last plan, a template): shown, accepted one by one or all, never there by themselves.
 */
import { button } from "./controls.js";
import { h, hidden, icon, redraw } from "./dom.js";
import { TECHNIQUES, siteName, size } from "./words.js";

export class Proposals {
  #root; #acts; #structures; #rows = []; #title = "";

  /** @param {{root: HTMLElement, acts: import("./site_acts.js").SiteActs, structures: Object}} props */
  constructor({ root, acts, structures }) {
    this.#root = root;
    this.#acts = acts;
    this.#structures = structures;
  }

  /** @param {{title: string, sites: Object[]}} proposal A new proposal takes the place of what is left of the last. */
  offer({ title, sites }) {
    this.#title = title;
    this.#rows = sites.filter(({ structure }) => structure in this.#structures);
    this.draw();
    this.#root.querySelector("button")?.focus();
  }

  draw() {
    this.#root.hidden = this.#rows.length === 0;
    redraw(this.#root, this.#rows.length > 0 && [this.#head(), h("ul", { class: "proposed" }, this.#rows.map(this.#row))]);
  }

  #head() {
    return h(
      "div", { class: "proposals__head" }, h("b", {}, this.#title),
      button({ id: "proposals-all", kind: "primary", label: `Accept all ${this.#rows.length}`, onClick: () => this.#accept(this.#rows) }),
      button({ id: "proposals-none", kind: "icon", label: [icon("x"), hidden("Leave these proposals")], onClick: () => this.#leave(this.#rows) }),
    );
  }

  #row = (row, index) => {
    const name = siteName(row, this.#structures);
    return h(
      "li", {},
      h("div", {}, h("b", {}, name), h("p", { class: "small muted" }, [TECHNIQUES[row.technique], size(row)].filter(Boolean).join(" · "))),
      button({ id: `accept-${index}`, label: ["Accept", hidden(name)], onClick: () => this.#accept([row]) }),
      button({ id: `leave-${index}`, kind: "icon", label: [icon("x"), hidden(`Leave ${name}`)], onClick: () => this.#leave([row]) }),
    );
  };

  #accept(rows) {
    this.#leave(rows);
    this.#acts.addRows(rows);
  }

  #leave(rows) {
    this.#rows = this.#rows.filter((row) => !rows.includes(row));
    this.draw();
  }
}

// ---- words that are not this patient's, or not today's, yet ----------------------------------------------------------------
const MARK = /^(?:From \d{1,2} [A-Z][a-z]{2} \d{4}|Proposed, from a session of \d{1,2} [A-Z][a-z]{2} \d{4} written for another patient): /;

/** The text after an edit: where it is from stands before it only until somebody changes a word of it. */
export function editedProposal(before, after) {
  const [mark] = MARK.exec(before) ?? [];
  return mark && after !== before && after.startsWith(mark) ? after.slice(mark.length) : after;
}

