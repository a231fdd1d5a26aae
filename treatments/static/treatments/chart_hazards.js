/** Which hazards lie under or beside the muscles that are shown: hatched, named in the picture, each with what it is based on. */
import { request } from "../practice/http.js";
import { heading } from "./chart_about.js";
import { chip } from "./controls.js";
import { h, redraw, svg } from "./dom.js";
import { counted } from "./words.js";

const LUNG = "lung_pleura"; // shown before anybody chooses: consent asks for it by name
const LINE = 17; // screen pixels from one name to the next

export class Hazards {
  #url; #chosen = new Set([LUNG]);
  all = null; on = false;

  constructor(url) { this.#url = url; }

  async load() {
    if (this.all) return true;
    const answer = await request(this.#url).catch(() => null);
    if (answer?.ok) this.all = answer.data.results;
    return Boolean(this.all);
  }

  choose(key) {
    if (!this.#chosen.delete(key)) this.#chosen.add(key);
  }

  /** The hazards under any of these structures. */
  of(structures) {
    const asked = new Set(structures);
    return (this.all ?? []).filter((hazard) => hazard.structures.some((key) => asked.has(key)));
  }

  /** What is said of a muscle while hazards are shown. */
  labels(structures) { return this.on ? this.of(structures).map(short) : []; }

  /**
   * Hatches the muscles of the chosen hazards, and writes the name of each on the largest of them. Deep ones as well, whether or
   * not they are shown: a needle goes through what lies over them.
   */
  draw(picture, unit) {
    const { regions } = picture.view;
    const chosen = this.on ? (this.all ?? []).filter(({ key }) => this.#chosen.has(key)) : [];
    const meant = (hazard) => regions.filter(({ structures }) => structures.some((key) => hazard.structures.includes(key)));
    const hatched = new Set(chosen.flatMap(meant));
    picture.hazards.replaceChildren(...[...hatched].map(({ d }) => svg("path", { class: "hazard", d })));
    const names = chosen.map((hazard) => ({ hazard, region: largest(meant(hazard).filter(({ label: [x, y] }) => picture.holds({ x, y }))) }));
    picture.names.replaceChildren(...apart(names.filter(({ region }) => region), unit));
  }

  drawPanel({ root, structures, close, changed }) {
    const here = this.of(structures);
    const choose = (key) => () => { this.choose(key); changed(); };
    redraw(root, heading("Hazards in this picture", close), h(
      "p", { class: "small" }, "Hatched: the muscle has this under it or beside it. It is no map of that structure. Choose what is hatched.",
    ), here.length ? h("ul", { class: "about__hazards small" }, here.map((hazard) => this.#row(hazard, choose(hazard.key)))) : h(
      "p", { class: "small" }, "None is recorded for the muscles of this picture.",
    ));
  }

  #row({ key, label, basis, basis_kind: kind, structures }, onClick) {
    return h(
      "li", {}, chip({ id: `hazard-${key}`, label, pressed: this.#chosen.has(key), onClick }),
      h("span", {}, `${counted(structures.length, "structure")}. Source: ${basis}. Confidence: ${CONFIDENCE(kind)}.`),
    );
  }
}

const CONFIDENCE = (kind) => (kind.includes("guideline") ? "a guideline or study speaks of this region" : "common knowledge of anatomy, no source yet");
const short = ({ label }) => label.split(/ \(|:|,/)[0];
const largest = (regions) => regions.reduce((best, region) => (best && best.area >= region.area ? best : region), null);

/** Names at their muscles, moved down where one would cover another. */
function apart(names, unit) {
  const taken = [];
  return names.map(({ hazard, region: { label: [x, y] } }) => {
    let at = y;
    while (taken.some((other) => Math.abs(other - at) < LINE * unit)) at += LINE * unit;
    taken.push(at);
    return svg("text", { class: "hazard-name", transform: `translate(${x} ${at}) scale(${unit})` }, short(hazard));
  });
}
