/** One picture of the chart: its muscles, its part of the body, how near it is looked at. Knows nothing of sites. */
import { h, svg } from "./dom.js";

const NEAREST = 6; // times the part of the body
const MARGIN = 0.12; // of what is shown: where a place is brought to

export class Picture {
  #zoom = 1; #centre; #unit = null; #worn = new Map();

  /** @param {{view: Object, box: number[]|null, areas: Object[]}} props A view as the API answers it, and its part to show. */
  constructor({ view, box, areas }) {
    this.view = view;
    this.box = box ?? view.viewBox;
    this.#centre = middle(this.box);
    this.paths = new Map();
    this.areas = areas.map((area) => ({ ...area, element: ellipse(area) }));
    this.dots = svg("g");
    this.names = svg("g");
    this.lasso = svg("path", { class: "lasso" });
    this.svg = this.#draw();
    this.element = h("figure", { class: "view" }, this.svg, caption(view));
    this.#look();
  }

  #draw() {
    const { view } = this;
    const named = (name) => `${name}-${view.id}`;
    const muscles = (deep) => view.regions.filter((region) => region.deep === deep).map((region) => {
      const path = svg("path", { d: region.d });
      this.paths.set(region, path);
      return path;
    });
    this.hazards = svg("g", { fill: `url(#${named("hazard")})` });
    this.fibres = svg("path", { class: "fibres" });
    this.fibresDeep = svg("path", { class: "fibres fibres--deep" });
    const [hatch, dots] = this.patterns = [
      pattern({ id: named("hazard"), class: "hazard-hatch", width: 8, height: 8 }, svg("path", { d: "M0 0V8" })),
      pattern({ id: named("referred"), class: "referred-dots", width: 5, height: 5 }, svg("circle", { cx: 2.5, cy: 2.5, r: 1.2 })),
    ];
    return svg(
      "svg", { class: "chart", role: "img", "aria-label": `${view.title}: what is recorded is in the list of sites`, data: { view: view.id } },
      svg("defs", {}, hatch, dots, svg("clipPath", { id: named("skin") }, svg("path", { d: view.outline }))),
      svg("path", { class: "skin", d: view.outline }), svg("g", { class: "m" }, muscles(false)), this.fibres,
      svg("path", { class: "mark", d: [...view.creases, ...view.marks.map(({ d }) => d)].join("") }),
      svg("path", { class: "edge", d: view.outline }), svg("g", { class: "deeper" }, muscles(true)), this.fibresDeep, this.hazards,
      svg("g", { "clip-path": `url(#${named("skin")})`, fill: `url(#${named("referred")})` }, this.areas.map(({ element }) => element)),
      this.dots, this.names, this.lasso,
    );
  }

  /** Only what changed is touched: this runs while people type. @param {(region: Object) => string} wear The classes of a muscle. */
  dress(wear) {
    for (const [region, path] of this.paths) {
      const worn = wear(region);
      if (this.#worn.get(path) === worn) continue;
      this.#worn.set(path, worn);
      path.setAttribute("class", worn);
    }
  }

  // ---- near and far ---------------------------------------------------------------------------------------------------
  get zoomed() { return this.#zoom > 1; }

  get middle() { return this.#centre; }

  /** Chart units on one pixel of the screen; null while the picture is not laid out. Known until the picture has another size. */
  get unit() {
    if (!this.#unit) {
      const matrix = this.svg.getScreenCTM();
      this.#unit = matrix?.a ? 1 / matrix.a : null;
    }
    return this.#unit;
  }

  resized() { this.#unit = null; }

  /** A point of the screen in chart units. */
  place(clientX, clientY) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x, y };
  }

  /** Whether the part that is shown, looked at as a whole, has this place. */
  holds({ x, y }) {
    const [left, top, width, height] = this.box;
    return x >= left && x <= left + width && y >= top && y <= top + height;
  }

  /** The muscles that have their middle in the part that is shown. */
  get regions() { return this.view.regions.filter(({ label: [x, y] }) => this.holds({ x, y })); }

  /** The nearest point of the view: no dot is put outside, where the server would not take it. */
  within(x, y) {
    const [left, top, width, height] = this.view.viewBox;
    return { x: Math.min(Math.max(x, left), left + width), y: Math.min(Math.max(y, top), top + height) };
  }

  /** The point `at` stays where it is on the screen. */
  zoomBy(factor, at = this.#centre) {
    const zoom = Math.min(NEAREST, Math.max(1, this.#zoom * factor));
    const part = zoom / this.#zoom;
    this.#centre = { x: at.x + (this.#centre.x - at.x) / part, y: at.y + (this.#centre.y - at.y) / part };
    this.#zoom = zoom;
    this.#look();
  }

  panBy(dx, dy) {
    this.#centre = { x: this.#centre.x - dx, y: this.#centre.y - dy };
    this.#look();
  }

  /** Moves a near picture just so far that a place is well inside it. Answers whether it moved. */
  bring({ x, y }) {
    const before = this.#centre;
    const [wide, high] = [this.box[2], this.box[3]].map((size) => (size / this.#zoom) * (0.5 - MARGIN));
    const towards = (value, to, room) => Math.min(Math.max(value, to - room), to + room);
    this.#centre = { x: towards(before.x, x, wide), y: towards(before.y, y, high) };
    this.#look();
    return before.x !== this.#centre.x || before.y !== this.#centre.y;
  }

  reset() {
    this.#zoom = 1;
    this.#look();
  }

  /** Never beyond the part of the body that is shown. */
  #look() {
    const [left, top, width, height] = this.box;
    const [wide, high] = [width / this.#zoom, height / this.#zoom];
    const within = (value, low, size, part) => Math.min(Math.max(value, low + part / 2), low + size - part / 2);
    this.#centre = { x: within(this.#centre.x, left, width, wide), y: within(this.#centre.y, top, height, high) };
    this.#unit = null;
    this.svg.setAttribute("viewBox", [this.#centre.x - wide / 2, this.#centre.y - high / 2, wide, high].join(" "));
    this.svg.classList.toggle("chart--zoomed", this.zoomed);
  }
}

const middle = ([left, top, width, height]) => ({ x: left + width / 2, y: top + height / 2 });

const ellipse = ({ x, y, rx, ry }) => svg("ellipse", { class: "area", cx: x, cy: y, rx, ry });

/** The patient's left and right stay in the corners, however near the picture is. */
function caption({ title, letters }) {
  const [first, last] = letters.filter(({ text }) => "LR".includes(text)).sort((a, b) => a.x - b.x);
  return h("figcaption", {}, first && h("b", {}, first.text), h("span", {}, title), last && h("b", {}, last.text));
}

/** Hatching and stippling mean something without colour as well. Each picture brings its own, as grained as the screen. */
const pattern = (props, ...children) => svg("pattern", { patternUnits: "userSpaceOnUse", ...props }, children);

export function grain({ patterns: [hatch, dots] }, unit) {
  hatch.setAttribute("patternTransform", `rotate(45) scale(${unit})`);
  dots.setAttribute("patternTransform", `scale(${unit})`);
}
