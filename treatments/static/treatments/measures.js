/** Before and after on one screen: pain, range of motion, and per site pain and pressure threshold. Empty is not recorded. */
import { h, hidden, icon, redraw } from "./dom.js";
import { button, wholeNumber } from "./controls.js";
import { siteName } from "./words.js";

const MOVEMENTS = [
  "Cervical rotation", "Cervical side-bending", "Cervical flexion", "Cervical extension", "Shoulder abduction", "Shoulder flexion",
  "Shoulder external rotation", "Shoulder internal rotation", "Thoracic rotation", "Lumbar flexion", "Lumbar extension",
  "Lumbar side-bending", "Hip flexion", "Hip internal rotation", "Hip external rotation", "Straight leg raise", "Knee flexion",
  "Knee extension", "Ankle dorsiflexion", "Wrist extension", "Wrist flexion", "Mouth opening",
];
const SIDES = [["", "–"], ["left", "L"], ["right", "R"]];

export class Measures {
  #draft; #root; #acts; #structures;

  constructor({ root, draft, acts, structures }) {
    this.#draft = draft;
    this.#root = root;
    this.#acts = acts;
    this.#structures = structures;
    root.querySelector("summary").addEventListener("click", () => root.open || this.#drawBody());
  }

  draw() {
    const { content } = this.#draft;
    this.#root.querySelector("[data-line]").textContent = summary(content);
    if (this.#root.open) this.#drawBody(); // as the visit: what is closed is drawn when it opens
  }

  #drawBody() {
    const { content } = this.#draft;
    redraw(
      this.#root.querySelector("[data-body]"), this.#pain(content),
      content.range_of_motion.map((entry, index) => this.#motion(entry, index)), this.#addMotion(content),
      content.sites.map((site, index) => this.#site(site, index + 1)),
      h("datalist", { id: "movements" }, MOVEMENTS.map((name) => h("option", { value: name }))),
    );
  }

  #pain(content) {
    const set = (name) => (value, options) => this.#draft.change(name, (changed) => { changed[name] = value; }, options);
    return row(
      "Pain, 0 to 10", pair("pain", "Pain", 10, [content.pain_before, content.pain_after], [set("pain_before"), set("pain_after")]),
    );
  }

  #motion(entry, index) {
    const id = (name) => `motion-${index}-${name}`;
    const set = (name) => (value, options) => this.#draft.change(
      "range of motion", (content) => { content.range_of_motion[index][name] = value; }, options,
    );
    const name = entry.movement || `Movement ${index + 1}`;
    const movement = h("input", {
      id: id("movement"), list: "movements", "aria-label": `Movement ${index + 1}`, placeholder: "Movement", value: entry.movement,
      maxlength: 80, autocomplete: "off", on: { input: ({ target }) => set("movement")(target.value, { quiet: true, key: target.id }) },
    });
    const side = h(
      "select", { id: id("side"), "aria-label": `Side of ${name}`, on: { change: (event) => set("side")(event.target.value || null) } },
      SIDES.map(([key, text]) => h("option", { value: key, selected: key === (entry.side ?? "") }, text)),
    );
    const remove = button({
      id: id("remove"), kind: "icon", label: [icon("x"), hidden(`Remove ${name}`)],
      onClick: () => this.#draft.change("movement removed", ({ range_of_motion: all }) => all.splice(index, 1)),
    });
    return h(
      "div", { class: "measure wide", role: "group", "aria-label": name }, h("div", { class: "measure__motion" }, movement, side, remove),
      pair(id("degrees"), `${name}, degrees`, 360, [entry.before, entry.after], [set("before"), set("after")]),
    );
  }

  #addMotion({ range_of_motion: all }) {
    const index = all.length;
    const add = () => {
      this.#draft.change("movement", ({ range_of_motion: changed }) => changed.push({ movement: "", side: null, before: null, after: null }));
      document.getElementById(`motion-${index}-movement`)?.focus();
    };
    return all.length < 20 && h("div", { class: "wide" }, button({ id: "motion-add", label: "Range of motion", extra: icon("plus"), onClick: add }));
  }

  #site(site, number) {
    const set = (name) => (value, options) => this.#acts.change(site.id, `site ${number}: ${name}`, (own) => { own[name] = value; }, options);
    const name = `${number}. ${siteName(site, this.#structures)}`;
    const both = (prefix, what, max, unit = "") => pair(
      `${site.id}-m-${prefix}`, `${name}, ${what}`, max, [site[`${prefix}_before${unit}`], site[`${prefix}_after${unit}`]],
      [set(`${prefix}_before${unit}`), set(`${prefix}_after${unit}`)],
    );
    return h(
      "div", { class: "measure measure--site wide" }, h("b", { class: "small" }, name),
      h(
        "div", { class: "measure__both" }, h("span", { class: "small", "aria-hidden": "true" }, "Pain"), both("pain", "pain 0 to 10", 10),
        h("span", { class: "small", "aria-hidden": "true" }, "kPa"), both("ppt", "pressure threshold in kPa", 1500, "_kpa"),
      ),
    );
  }
}

function summary({ pain_before: before, pain_after: after, range_of_motion: motions, sites }) {
  const pressed = sites.filter((site) => site.ppt_before_kpa !== null || site.ppt_after_kpa !== null).length;
  const words = [
    before !== null && `pain ${before} before`, after !== null && `pain ${after} after`, motions.length && `${motions.length} movements`,
    pressed && `pressure at ${pressed} sites`,
  ].filter(Boolean);
  return words.join(" · ") || "Pain, range of motion, pressure: nothing measured yet";
}

const row = (label, inputs) => h("div", { class: "measure wide" }, h("span", { class: "label", "aria-hidden": "true" }, label), inputs);

/** Two whole numbers, before and after. */
function pair(id, label, max, [before, after], [onBefore, onAfter]) {
  const number = (when, value, onChange) => wholeNumber({ id: `${id}-${when}`, label: `${label}, ${when}`, placeholder: when, max, value, onChange });
  return h(
    "div", { class: "measure__pair" }, number("before", before, onBefore), h("span", { "aria-hidden": "true" }, "→"),
    number("after", after, onAfter),
  );
}
