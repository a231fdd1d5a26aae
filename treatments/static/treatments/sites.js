/** The list of sites: newest open and on top, numbers to jump to the others. */
import { levelWord } from "./controls.js";
import { derived, newSite } from "./content.js";
import { h, icon, redraw, toast } from "./dom.js";
import { siteForm } from "./site_form.js";
import { counted, siteLine, siteName } from "./words.js";

const LEVELS = ["stop", "reason", "warn"];

export class Sites extends EventTarget {
  #draft; #root; #structures; #chart; #lastNeedle; #more = false; #saidNotAsked = new Set(); #moving = null;
  open = null; lots = []; regions = []; reach = undefined;

  /** Emits `added` and `opened`. `chart` answers which structures lie under a point. */
  constructor({ root, draft, structures, chart, lastNeedle }) {
    super();
    this.#draft = draft;
    this.#root = root;
    this.#structures = structures;
    this.#chart = chart;
    this.#lastNeedle = lastNeedle ?? {};
    this.open = draft.content.sites.at(-1)?.id ?? null;
  }

  get #sites() { return this.#draft.content.sites; }

  /** What the next site brings along: technique and needle of the one before, never an answer. */
  get #carried() {
    const last = this.#sites.at(-1);
    return last ?? { ...this.#lastNeedle };
  }

  // ---- verbs ------------------------------------------------------------------------------------------------------
  /** A tap: puts the dot that is being moved, or a new site on the topmost muscle. */
  tap({ view, x, y, reach }) {
    const under = this.#chart.structuresAt(view, x, y, this.#structures, reach);
    const moving = this.#sites.find(({ id }) => id === this.#moving);
    if (moving) return this.#put(moving, this.#chart.point(view, x, y));
    const [meant] = under;
    if (!meant) return toast("No muscle here. Tap nearer, or type its name.");
    return this.add({ structure: meant.structure, side: meant.side, chart_point: this.#chart.point(view, x, y) });
  }

  #put(site, point) {
    this.#moving = null;
    this.change(site.id, `site ${this.#number(site)} placed`, (own) => { own.chart_point = point; });
  }

  add({ structure, side, chart_point }) {
    const site = newSite({ structure, side, chart_point, carried: this.#carried });
    this.#moving = null;
    this.#more = false;
    this.open = site.id;
    this.#draft.change(`site ${this.#sites.length + 1} added`, (content) => content.sites.push(site), { key: site.id });
    this.dispatchEvent(new CustomEvent("added"));
    return site;
  }

  /** The same muscle again; the next tap says where. */
  again(site) {
    const added = this.add({ structure: site.structure, side: site.side, chart_point: null });
    this.#moving = added.id;
    toast(`Site ${this.#sites.length} added. Tap where it is.`);
  }

  moveOnChart(site) {
    this.#moving = site.id;
    toast(`Tap where site ${this.#number(site)} is.`);
  }

  remove(site) {
    const number = this.#number(site);
    this.open = this.#sites.filter(({ id }) => id !== site.id).at(-1)?.id ?? null;
    this.#draft.change(
      `site ${number} removed`, (content) => { content.sites = content.sites.filter(({ id }) => id !== site.id); },
    );
    toast(`Site ${number} removed`, () => this.#back(site, number));
  }

  /** Undo of a removal gives back that site alone, whatever happened since. */
  #back(site, number) {
    if (this.#sites.some(({ id }) => id === site.id)) return;
    this.open = site.id;
    this.#draft.change(`site ${number} is back`, (content) => content.sites.splice(number - 1, 0, site));
  }

  /** Change one site; a trigger point that followed from the criteria goes on following them. */
  change(id, label, mutate, options) {
    this.#draft.change(label, ({ sites }) => {
      const site = sites.find((other) => other.id === id);
      if (!site) return; // taken out in the meantime
      const before = site.trigger_point;
      const followed = before === derived(site);
      mutate(site);
      if (followed && site.trigger_point === before) site.trigger_point = derived(site);
    }, options);
  }

  #reason(key, reason) {
    this.#draft.change("reason", (content) => {
      const others = content.acknowledged_findings.filter((entry) => entry.key !== key);
      content.acknowledged_findings = [...others, { key, reason }];
    }, { quiet: true, key });
  }

  jump(id, field) {
    this.open = id;
    this.draw();
    this.dispatchEvent(new CustomEvent("opened"));
    const named = (name) => document.getElementById(name);
    const target = named(`${id}-${field}`) ?? named(`${id}-${field}-0`) ?? named(`head-${id}`);
    (target?.matches("fieldset") ? target.querySelector("input") : target)?.focus();
    document.getElementById(`site-${id}`)?.scrollIntoView({ block: "nearest" });
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

  #number(site) { return this.#sites.findIndex(({ id }) => id === site.id) + 1; }

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
    const current = site.id === this.open;
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
    const isOpen = site.id === this.open;
    const level = this.#worst(site);
    const tag = ["stop", "reason"].includes(level) ? h(
      "span", { class: "tag", data: { level } }, icon(level), level === "stop" ? "Stop" : "Reason",
    ) : isOpen && icon("down");
    const toggle = (event) => {
      event.preventDefault(); // drawn anew instead: a toggle event would come late, from an element that is gone
      this.open = isOpen ? null : site.id;
      this.#more = false;
      this.draw();
      this.dispatchEvent(new CustomEvent("opened"));
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
    const change = (label, mutate, options) => this.change(site.id, label, mutate, options);
    return siteForm(site, {
      number, structures: this.#structures, lots: this.lots, regions: this.regions, more: this.#more, saidNotAsked: this.#saidNotAsked,
      last: this.#sites.at(number - 2) ?? {},
      candidates: point ? this.#chart.structuresAt(point.view, point.x, point.y, this.#structures) : [],
      findings: this.#findings(site).filter(({ level }) => level !== "hint"),
      errors: this.#draft.errors.filter((error) => error.site === site.id),
      reasons: new Map(this.#draft.content.acknowledged_findings.map(({ key, reason }) => [key, reason])),
      actions: {
        change, reason: (key, reason) => this.#reason(key, reason), again: () => this.again(site), remove: () => this.remove(site),
        toggleMore: () => { this.#more = !this.#more; this.draw(); }, moveOnChart: () => this.moveOnChart(site),
      },
    });
  }
}
