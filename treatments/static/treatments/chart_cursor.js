/** The place that the keyboard stands on: arrows go to the nearest in that direction, sideways over to the next picture. */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
export const directionOf = (key) => DIRECTIONS[key];

export class Cursor {
  #places; #begin; #now = null;

  /**
   * @param {{places: () => {picture: Object, key: string, x: number, y: number}[], begin: (places: Object[]) => Object|undefined}} props
   *   What can be stood on, in chart units, and where to begin when that is known.
   */
  constructor({ places, begin }) {
    this.#places = places;
    this.#begin = begin;
  }

  /** The place stood on; null when it is not shown any more. */
  get now() { return this.#now && (this.#places().find((place) => same(place, this.#now)) ?? null); }

  is(picture, key) { return this.#now?.picture === picture && this.#now.key === key; }

  clear() { this.#now = null; }

  /** The place that a key leads to; undefined when the key is none of ours. */
  follow(key) {
    const direction = DIRECTIONS[key];
    if (!direction && key !== "Home" && key !== "End") return undefined;
    const places = this.#places();
    const from = places.find((place) => this.#now && same(place, this.#now));
    if (!places.length) return undefined;
    if (!from) this.#now = this.#begin(places) ?? places.reduce((a, b) => (a.y <= b.y ? a : b));
    else if (direction) this.#now = nearest(places, from, direction) ?? beyond(places, from, direction) ?? from;
    else this.#now = edge(places.filter(({ picture }) => picture === from.picture), key === "Home" ? -1 : 1);
    return this.#now;
  }
}

const same = (a, b) => a.picture === b.picture && a.key === b.key;
const edge = (places, sign) => places.reduce((a, b) => ((b.y - a.y) * sign > 0 ? b : a));

/** Near along the arrow, and three times dearer beside it. */
function nearest(places, from, [dx, dy]) {
  let best = null;
  for (const place of places) {
    if (place.picture !== from.picture) continue;
    const [x, y] = [place.x - from.x, place.y - from.y];
    const along = x * dx + y * dy;
    if (along <= 1) continue;
    const cost = along + 3 * Math.abs(x * dy - y * dx);
    if (!best || cost < best.cost) best = { place, cost };
  }
  return best?.place;
}

/** At the edge of a picture a sideways arrow goes on in the next one, at the same height. */
function beyond(places, from, [dx]) {
  const pictures = [...new Set(places.map(({ picture }) => picture))];
  const next = dx ? pictures[pictures.indexOf(from.picture) + dx] : undefined;
  const cost = (place) => 3 * Math.abs(place.y - from.y) + dx * place.x;
  return next && places.filter(({ picture }) => picture === next).reduce((a, b) => (cost(a) <= cost(b) ? a : b));
}
