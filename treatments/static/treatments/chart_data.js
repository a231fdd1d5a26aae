/** The drawing of one body: fetched view by view, asked what lies under a point. Draws nothing. */
import { request } from "../practice/http.js";

const TOLERANCE = 7; // chart units, as the server has it
const pen = document.createElement("canvas").getContext("2d");

export class ChartData {
  #url; #everyView; #loading = new Map(); #fibres = new Map();
  areas = [];

  /** @param {{url: string, everyView: string[]}} props The chart of one body; views and layers are added to the url. */
  constructor({ url, everyView }) {
    this.#url = url;
    this.#everyView = everyView;
    this.wear(new URL(url, location.href).searchParams.get("body"));
  }

  /** Nothing of the body before stays; what is shown is asked for again. */
  wear(body) {
    this.body = body;
    this.areas = [];
    this.views = new Map();
    this.#loading = new Map();
    this.#fibres = new Map();
  }

  /** Makes sure that these views are there. Views asked for together come in one answer. */
  async need(names) {
    const missing = names.filter((name) => !this.views.has(name) && !this.#loading.has(name));
    if (missing.length) {
      const loading = this.#fetch(missing);
      for (const name of missing) this.#loading.set(name, loading);
      loading.catch(() => {}).finally(() => missing.forEach((name) => this.#loading.delete(name)));
    }
    await Promise.all(names.map((name) => this.#loading.get(name)));
  }

  async #fetch(names) {
    const { body } = this;
    const data = await this.#ask(names, "superficial,deep");
    if (body !== this.body) return; // the other body was chosen in the meantime
    this.version = data.version;
    this.credit = data.credit;
    this.areas = [...this.areas, ...data.referral_areas];
    for (const view of data.views) this.views.set(view.id, prepared(view));
  }

  async #ask(names, layers) {
    const url = new URL(this.#url, location.href);
    url.searchParams.set("body", this.body);
    url.searchParams.set("views", names.join(","));
    url.searchParams.set("layers", layers);
    const { ok, data } = await request(url.href);
    if (!ok) throw new Error("The body chart did not come");
    return data;
  }

  /** How the fibres of a view run, {superficial, deep} as paths: fetched when they are looked at from near. */
  fibres(name) {
    const known = this.#fibres;
    if (!known.has(name)) known.set(name, this.#ask([name], "fibres").then(({ views: [{ regions }] }) => strokes(regions)));
    known.get(name).catch(() => known.delete(name));
    return known.get(name);
  }

  /**
   * Every muscle under the point, the one meant first: exact before near, superficial before deep, small before large.
   * @param {number} reach A finger on a small picture covers more chart units than the usual tolerance; 0: only what lies exactly there.
   */
  regionsAt(name, x, y, reach = TOLERANCE) {
    const found = [];
    for (const region of this.views.get(name)?.regions ?? []) {
      const least = reach === 0 ? 0 : Math.max(reach, TOLERANCE);
      const away = isFar(region.bounds, x, y, least) ? null : distance(region.shape, x, y, least);
      if (away !== null) found.push({ away, region });
    }
    found.sort((a, b) => a.away - b.away || (a.region.deep - b.region.deep) || a.region.area - b.region.area);
    return found.map(({ region }) => region);
  }

  /** Structures under the point as they can be needled, each once. */
  structuresAt(name, x, y, structures, reach) {
    const found = new Map();
    for (const region of this.regionsAt(name, x, y, reach)) {
      for (const key of region.structures) {
        const side = this.#sideOf(structures[key], region, name, x);
        if (!found.has(key + side)) found.set(key + side, { structure: key, side, deep: region.deep });
      }
    }
    return [...found.values()];
  }

  #sideOf(structure, region, name, x) {
    if (structure?.laterality === "midline") return "midline";
    return region.side === "midline" && structure?.laterality === "paired" ? this.#letterSide(name, x) : region.side;
  }

  #letterSide(name, x) {
    const letters = this.views.get(name).letters.filter(({ text }) => "LR".includes(text));
    const nearest = letters.reduce((a, b) => (Math.abs(a.x - x) <= Math.abs(b.x - x) ? a : b));
    return nearest.text === "L" ? "left" : "right";
  }

  /**
   * Where a typed site gets its dot: the place that shows the structure best, as the server would choose it.
   * Small and deep muscles may show better in a view that is not there yet, so all are fetched before deciding.
   */
  async labelPoint(structure, side) {
    let best = this.#bestPlace(structure, side);
    if (!best?.sure) {
      await this.need(this.#everyView).catch(() => {});
      best = this.#bestPlace(structure, side);
    }
    return best && this.point(best.view, best.x, best.y);
  }

  #bestPlace(structure, side, views = this.views.values()) {
    let best = null;
    for (const view of views) {
      for (const region of drawn(view, structure, side)) {
        const standing = ["anterior", "posterior"].includes(view.id) && region.area >= 120;
        const rank = [region.deep ? 0 : 1, standing ? 1 : 0, region.area];
        if (!best || compare(rank, best.rank) > 0) best = {
          rank, sure: standing && !region.deep, view: view.id, x: region.label[0], y: region.label[1],
        };
      }
    }
    return best;
  }

  /**
   * Where a site stands in a view of this body: at its point; where its muscle is when the point is one of the other body; at
   * the best place of its muscle when it was only named.
   */
  placeIn(name, { structure, side, chart_point: point }) {
    const view = this.views.get(name);
    if (!view || (point && point.view !== name)) return null;
    if (point && (!point.body || point.body === this.body)) return point;
    const place = this.#bestPlace(structure, side, point ? [view] : this.views.values());
    return place?.view === name ? place : null;
  }

  contains(path, x, y) { return pen.isPointInPath(path, x, y, "evenodd"); }

  point(view, x, y) {
    return {
      chart_version: this.version, body: this.body, view, x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10,
    };
  }
}

/** One path for a layer: a path a fibre would be a thousand of them. */
function strokes(regions) {
  const joined = (deep) => regions.filter(({ layer }) => (layer === "deep") === deep).flatMap(({ fibres }) => fibres).join("");
  return { superficial: joined(false), deep: joined(true) };
}

const compare = (a, b) => a.reduce((result, value, index) => result || value - b[index], 0);

/** The regions of a view in which a structure is drawn; on the midline both sides are meant. */
export const drawn = (view, structure, side) => (view.drawn.get(structure) ?? []).filter(
  (region) => side === "midline" || [side, "midline"].includes(region.side),
);

function prepared(view) {
  view.drawn = new Map();
  for (const region of view.regions) {
    region.deep = region.layer === "deep";
    region.shape = new Path2D(region.d);
    region.bounds = bounds(region.d);
    for (const key of region.structures) view.drawn.set(key, [...(view.drawn.get(key) ?? []), region]);
  }
  return view;
}

/** The box around the control points: what lies outside it with the reach is certainly not meant, and need not be asked. */
function bounds(d) {
  const numbers = d.match(/-?\d+(?:\.\d+)?/g).map(Number);
  const [xs, ys] = [0, 1].map((odd) => numbers.filter((_, index) => index % 2 === odd));
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

const isFar = ({ left, right, top, bottom }, x, y, reach) => (
  x < left - reach || x > right + reach || y < top - reach || y > bottom + reach
);

/** 0 inside, the reach in thirds near the border, null beyond it. */
function distance(shape, x, y, reach) {
  if (pen.isPointInPath(shape, x, y, "evenodd")) return 0;
  if (reach === 0) return null;
  for (const part of [1, 2, 3]) {
    pen.lineWidth = (2 * reach * part) / 3;
    if (pen.isPointInStroke(shape, x, y)) return part;
  }
  return null;
}
