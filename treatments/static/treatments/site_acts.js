/**
 * What can be done with the sites of a draft: added by tap, by name or by line, moved, corrected, repeated, taken out.
 * Every act is one step of undo. Emits `added`, `opened` and `placing` {id}; draws nothing.
 */
import { derived, merge, newSite } from "./content.js";
import { toast } from "./dom.js";
import { counted, siteName } from "./words.js";

const OTHER_SIDE = { left: "right", right: "left" };
/** A lateral picture is the mirror image of its fellow; in the others left and right lie in one picture. */
const fellow = (view) => (view.endsWith("_left") ? view.replace("_left", "_right") : view.replace("_right", "_left"));

export class SiteActs extends EventTarget {
  #draft; #structures; #chart; #lastNeedle; #moving = null;
  open = null;

  /** @param {{draft: Object, structures: Object, chart: Object, lastNeedle: Object|null}} props */
  constructor({ draft, structures, chart, lastNeedle }) {
    super();
    this.#draft = draft;
    this.#structures = structures;
    this.#chart = chart;
    this.#lastNeedle = lastNeedle ?? {};
    this.open = draft.content.sites.at(-1)?.id ?? null;
  }

  get sites() { return this.#draft.content.sites; }

  /** What the next site brings along: technique and needle of the one before, never an answer. */
  get #carried() { return this.sites.at(-1) ?? this.#lastNeedle; }

  number(site) { return this.sites.findIndex(({ id }) => id === site.id) + 1; }

  name(site) { return siteName(site, this.#structures); }

  // ---- adding -------------------------------------------------------------------------------------------------------
  /** A tap: puts the dot that is being placed, or a new site on the topmost muscle. */
  tap({ view, x, y, reach }) {
    const point = this.#chart.point(view, x, y);
    const placed = this.sites.find(({ id }) => id === this.#moving);
    if (placed) return this.#put(placed, point);
    const [meant] = this.#chart.structuresAt(view, x, y, this.#structures, reach);
    if (!meant) return toast("No muscle here. Tap nearer, or type its name.");
    return this.add({ structure: meant.structure, side: meant.side, chart_point: point });
  }

  /** A muscle that was meant exactly, at a place of the chart. */
  addAt({ structure, side, view, x, y }) {
    const point = this.#chart.point(view, x, y);
    const placed = this.sites.find(({ id }) => id === this.#moving);
    return placed ? this.#put(placed, point) : this.add({ structure, side, chart_point: point });
  }

  add({ structure, side, chart_point = null }) {
    const site = newSite({ structure, side, chart_point, carried: this.#carried });
    this.#moving = null;
    this.#added([site], `site ${this.sites.length + 1} added`);
    return site;
  }

  /** Rows as a program would send them (shorthand, a repeated plan, a template): what they leave open is carried. */
  addRows(rows) {
    const added = [];
    for (const row of rows) {
      const site = newSite({ ...row, carried: fitting(added.at(-1) ?? this.#carried, row) });
      added.push(followed(merge(site, row)));
    }
    if (!added.length) return added;
    this.#added(added, added.length === 1 ? `site ${this.sites.length + 1} added` : `${counted(added.length, "site")} added`);
    for (const site of added) this.#placeByName(site);
    return added;
  }

  /** The same muscle again; the next tap says where. */
  again(site) {
    const added = this.add({ structure: site.structure, side: site.side });
    toast(`Site ${this.sites.length} added. Tap where it is.`);
    this.#waitFor(added);
  }

  /** The same muscle and needle on the other side; what was answered there is not known yet. */
  async mirror(site) {
    const side = OTHER_SIDE[site.side];
    const { structure, technique, gauge_mm, length_mm, lot, depth_mm, needles, direction } = site;
    const other = newSite({ structure, side, carried: { technique, gauge_mm, length_mm, lot } });
    Object.assign(other, { depth_mm, needles, direction, chart_point: await this.#mirrored(site.chart_point, structure, side) });
    this.#added([other], `${this.name(other)} added`);
    if (!other.chart_point) this.#placeByName(other);
  }

  async #mirrored(point, structure, side) {
    if (!point) return null;
    const view = fellow(point.view);
    await this.#chart.need([view]).catch(() => {});
    const found = this.#chart.structuresAt(view, -point.x, point.y, this.#structures);
    return found.some((other) => other.structure === structure && other.side === side) ? { ...point, view, x: -point.x } : null;
  }

  #added(sites, label) {
    this.open = sites.at(-1).id;
    this.#draft.change(label, (content) => content.sites.push(...sites), { key: this.open });
    this.dispatchEvent(new CustomEvent("added", { detail: { sites } }));
  }

  /** A site that was only named gets its dot where the chart shows the muscle best. */
  async #placeByName({ id, structure, side }) {
    const point = await this.#chart.labelPoint(structure, side);
    if (!point || !this.sites.some((site) => site.id === id && !site.chart_point)) return;
    this.#draft.change(this.#draft.undoable ?? "placed", ({ sites }) => {
      sites.find((site) => site.id === id).chart_point = point;
    }, { follows: true });
    if (id === this.open) this.dispatchEvent(new CustomEvent("opened"));
  }

  /** For a site that came by name, from where its place on the chart is still to be found. */
  addByName({ structure, side }) {
    const site = this.add({ structure, side });
    this.#placeByName(site);
  }

  // ---- the place on the chart ---------------------------------------------------------------------------------------
  placeOnChart(site) {
    toast(`Tap where site ${this.number(site)} is.`);
    this.#waitFor(site);
  }

  /** The next tap on the chart is this site's place. */
  #waitFor({ id }) {
    this.#moving = id;
    this.dispatchEvent(new CustomEvent("placing", { detail: { id } }));
  }

  get waits() { return this.sites.some(({ id }) => id === this.#moving); }

  /** The site that waited for its place stays where it is. */
  release() { this.#moving = null; }

  #put(site, point) {
    this.#moving = null;
    this.change(site.id, `site ${this.number(site)} placed`, (own) => { own.chart_point = point; });
  }

  /** A dot was dragged. When it left its muscle, the muscle under it is meant: dragging is how a wrong one is put right. */
  moved({ id, view, x, y }) {
    const site = this.sites.find((other) => other.id === id);
    if (!site) return;
    const under = this.#chart.structuresAt(view, x, y, this.#structures);
    const stays = !under.length || under.some(({ structure, side }) => structure === site.structure && side === site.side);
    const number = this.number(site);
    if (id === this.#moving) this.#moving = null;
    this.open = id;
    this.change(id, `site ${number} moved`, (own) => {
      own.chart_point = this.#chart.point(view, x, y);
      if (!stays) Object.assign(own, { structure: under[0].structure, side: under[0].side });
    });
    if (!stays) toast(`Site ${number} is now ${this.name(under[0])}.`, () => this.#draft.undo());
    this.dispatchEvent(new CustomEvent("opened"));
  }

  /** The areas drawn on the chart become those the open site refers to. */
  refer(regions) {
    const site = this.sites.find(({ id }) => id === this.open);
    if (!site) return toast("Open a site first: the referred pain belongs to it.");
    return this.change(site.id, `site ${this.number(site)}: refers to`, (own) => { own.referred_to = regions; });
  }

  // ---- order and removal --------------------------------------------------------------------------------------------
  /** @param {-1|1} by Towards the first site, or towards the last. */
  reorder(site, by) {
    const from = this.sites.findIndex(({ id }) => id === site.id);
    const to = from + by;
    if (to < 0 || to >= this.sites.length) return;
    this.#draft.change(`site ${from + 1} is now ${to + 1}`, ({ sites }) => sites.splice(to, 0, ...sites.splice(from, 1)));
  }

  remove(site) {
    const number = this.number(site);
    this.open = this.sites.filter(({ id }) => id !== site.id).at(-1)?.id ?? null;
    this.#draft.change(
      `site ${number} removed`, (content) => { content.sites = content.sites.filter(({ id }) => id !== site.id); },
    );
    toast(`Site ${number} removed`, () => this.#back(site, number));
  }

  /** Undo of a removal gives back that site alone, whatever happened since. */
  #back(site, number) {
    if (this.sites.some(({ id }) => id === site.id)) return;
    this.open = site.id;
    this.#draft.change(`site ${number} is back`, (content) => content.sites.splice(number - 1, 0, site));
  }

  // ---- answers ------------------------------------------------------------------------------------------------------
  /** Change one site; a trigger point that followed from the criteria goes on following them. */
  change(id, label, mutate, options) {
    this.#draft.change(label, ({ sites }) => {
      const site = sites.find((other) => other.id === id);
      if (!site) return; // taken out in the meantime
      const before = site.trigger_point;
      const follows = before === derived(site);
      mutate(site);
      if (follows && site.trigger_point === before) site.trigger_point = derived(site);
    }, options);
  }

  reason(key, reason) {
    this.#draft.change("reason", (content) => {
      const others = content.acknowledged_findings.filter((entry) => entry.key !== key);
      content.acknowledged_findings = [...others, { key, reason }];
    }, { quiet: true, key });
  }
}

/** The needle is carried only where it can have been so deep, its box only where the row speaks of no other size: a lot is traced. */
function fitting(carried, { gauge_mm: gauge, length_mm: length, depth_mm: depth }) {
  if (!length && depth > (carried.length_mm ?? Infinity)) return { ...carried, gauge_mm: null, length_mm: null, lot: null };
  const other = (gauge && gauge !== carried.gauge_mm) || (length && length !== carried.length_mm);
  return other ? { ...carried, lot: null } : carried;
}

/** A row that does not say what the trigger point is lets it follow from the criteria. */
function followed(site) {
  if (site.trigger_point === "unspecified") site.trigger_point = derived(site);
  return site;
}
