/** The drawing of one body: fetched view by view, asked what lies under a point. Draws nothing. */
import { request } from "../practice/http.js";

const TOLERANCE = 7; // chart units, as the server has it
const pen = document.createElement("canvas").getContext("2d");

export class ChartData {
  #url; #everyView; #loading = new Map();

  /** @param {{url: string, everyView: string[]}} props The chart of one body; views and layers are added to the url. */
  constructor({ url, everyView }) {
    this.#url = url;
    this.#everyView = everyView;
    this.views = new Map();
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
    const url = new URL(this.#url, location.href);
    url.searchParams.set("views", names.join(","));
    url.searchParams.set("layers", "superficial,deep");
    const { ok, data } = await request(url.href);
    if (!ok) throw new Error("The body chart did not come");
    this.version = data.version;
    this.body = data.body;
    for (const view of data.views) this.views.set(view.id, prepared(view));
  }

  /**
   * Every muscle under the point, the one meant first: exact before near, superficial before deep, small before large.
   * @param {number} reach A finger on a small picture covers more chart units than the usual tolerance.
   */
  regionsAt(name, x, y, reach = TOLERANCE) {
    const found = [];
    for (const region of this.views.get(name)?.regions ?? []) {
      const away = distance(region.shape, x, y, Math.max(reach, TOLERANCE));
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

  #bestPlace(structure, side) {
    let best = null;
    for (const view of this.views.values()) {
      for (const region of view.regions) {
        if (!region.structures.includes(structure) || ![side, "midline"].includes(region.side)) continue;
        const standing = ["anterior", "posterior"].includes(view.id) && region.area >= 120;
        const rank = [region.deep ? 0 : 1, standing ? 1 : 0, region.area];
        if (!best || compare(rank, best.rank) > 0) best = {
          rank, sure: standing && !region.deep, view: view.id, x: region.label[0], y: region.label[1],
        };
      }
    }
    return best;
  }

  point(view, x, y) {
    return {
      chart_version: this.version, body: this.body, view, x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10,
    };
  }
}

const compare = (a, b) => a.reduce((result, value, index) => result || value - b[index], 0);

function prepared(view) {
  for (const region of view.regions) {
    region.deep = region.layer === "deep";
    region.shape = new Path2D(region.d);
  }
  return view;
}

/** 0 inside, the reach in thirds near the border, null beyond it. */
function distance(shape, x, y, reach) {
  if (pen.isPointInPath(shape, x, y, "evenodd")) return 0;
  for (const part of [1, 2, 3]) {
    pen.lineWidth = (2 * reach * part) / 3;
    if (pen.isPointInStroke(shape, x, y)) return part;
  }
  return null;
}
