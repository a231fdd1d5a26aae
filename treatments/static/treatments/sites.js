/** The list of sites: newest open and on top, numbers to jump to the others. */
import { levelWord } from "./controls.js";
import { h, icon, redraw } from "./dom.js";
import { siteForm } from "./site_form.js";
import { counted, siteLine, siteName } from "./words.js";

const LEVELS = ["stop", "reason", "warn"];

export class Sites {
  #draft; #acts; #root; #structures; #chart; #more = false; #saidNotAsked = new Set();
  lots = []; regions = [];

  /** `chart` answers which structures lie under a point; `acts` holds which site is open. */
  constructor({ root, draft, acts, structures, chart }) {
    this.#draft = draft;
    this.#acts = acts;
    this.#root = root;
    this.#structures = structures;
    this.#chart = chart;
    acts.addEventListener("added", () => { this.#more = false; });
  }

  get #sites() { return this.#acts.sites; }

  jump(id, field) {
    this.show(id);
    const named = (name) => document.getElementById(name);
    const target = named(`${id}-${field}`) ?? named(`${id}-${field}-0`) ?? named(`head-${id}`);
    (target?.matches("fieldset") ? target.querySelector("input") : target)?.focus();
    document.getElementById(`site-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  show(id, { scroll = false } = {}) {
    this.#acts.open = id;
    this.#more = false;
    this.draw();
    this.#acts.dispatchEvent(new CustomEvent("opened"));
    if (scroll) document.getElementById(`site-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  // ---- drawing ----------------------------------------------------------------------------------------------------
  draw() {
    const { numbers, list } = this.#root;
    redraw(numbers, this.#sites.map((site, index) => this.#jumper(site, index + 1)));
    const drawn = this.#sites.map((site, index) => this.#details(site, index + 1)).reverse();
    redraw(list, drawn.length ? drawn : this.#nothing());
  }

  #nothing() {
    if (this.#draft.content.no_needling) return h(
      "div", { class: "empty" }, h("b", {}, "No needling today"), h("p", {}, "Marked in the visit below."),
    );
    return h(
      "div", { class: "empty" }, h("b", {}, "No sites yet"),
      h("p", {}, "Tap the muscle on the chart, or type its name above."),
    );
  }

  #findings(site) { return this.#draft.findings.filter((finding) => finding.site === site.id); }

  /** The worst thing that is still open at a site. */
  #worst(site) {
    const open = this.#findings(site).filter((finding) => !(finding.level === "reason" && finding.reason));
    return LEVELS.find((level) => open.some((finding) => finding.level === level)) ?? null;
  }

  #jumper(site, number) {
    const level = this.#worst(site);
    const words = [
      `Site ${number}, ${siteName(site, this.#structures)}`,
      level && level !== "warn" && levelWord(level).toLowerCase(),
    ].filter(Boolean).join(", ");
    const current = site.id === this.#acts.open;
    return h(
      "button",
      {
        type: "button", class: "jump__to", id: `jump-${site.id}`, "aria-label": words,
        "aria-current": current ? "true" : null, on: { click: () => this.jump(site.id) },
      },
      h("span", { class: current ? "badge" : "badge badge--open" }, String(number)),
      ["stop", "reason"].includes(level) && icon(level),
    );
  }

  #details(site, number) {
    const isOpen = site.id === this.#acts.open;
    const level = this.#worst(site);
    const tag = ["stop", "reason"].includes(level) ? h(
      "span", { class: "tag", data: { level } }, icon(level), level === "stop" ? "Stop" : "Reason",
    ) : isOpen && icon("down");
    const toggle = (event) => {
      event.preventDefault(); // drawn anew instead: a toggle event would come late, from an element that is gone
      this.show(isOpen ? null : site.id);
    };
    const head = h(
      "summary", { id: `head-${site.id}`, on: { click: toggle } }, h("span", { class: "badge" }, String(number)),
      h(
        "div", {}, h("b", {}, siteName(site, this.#structures)),
        h("p", {}, isOpen ? this.#subtitle(site) : siteLine(site)),
      ),
      tag,
    );
    return h(
      "details", { class: "site", id: `site-${site.id}`, open: isOpen }, head, isOpen && this.#form(site, number),
    );
  }

  #subtitle(site) {
    const kind = {
      active: "Active trigger point", latent: "Latent trigger point", none: "No trigger point",
    }[site.trigger_point];
    const lot = this.lots.find(({ id }) => id === site.lot);
    const words = [
      kind, this.#structures[site.structure]?.lung && "lung zone", lot && `lot ${lot.lot_number}`,
      site.needles > 1 && counted(site.needles, "needle"),
    ].filter(Boolean);
    return words.join(" · ") || "Nothing answered yet";
  }

  #form(site, number) {
    const point = site.chart_point;
    const change = (label, mutate, options) => this.#acts.change(site.id, label, mutate, options);
    return siteForm(site, {
      number, structures: this.#structures, lots: this.lots, regions: this.regions, more: this.#more, saidNotAsked: this.#saidNotAsked,
      last: number > 1 ? this.#sites[number - 2] : {}, count: this.#sites.length,
      candidates: point ? this.#chart.structuresAt(point.view, point.x, point.y, this.#structures) : [],
      findings: this.#findings(site).filter(({ level }) => level !== "hint"),
      errors: this.#draft.errors.filter((error) => error.site === site.id),
      reasons: new Map(this.#draft.content.acknowledged_findings.map(({ key, reason }) => [key, reason])),
      actions: {
        change, reason: (key, reason) => this.#acts.reason(key, reason), again: () => this.#acts.again(site),
        mirror: () => this.#acts.mirror(site), remove: () => this.#acts.remove(site),
        reorder: (by) => this.#acts.reorder(site, by), placeOnChart: () => this.#acts.placeOnChart(site),
        toggleMore: () => { this.#more = !this.#more; this.draw(); },
      },
    });
  }
}
