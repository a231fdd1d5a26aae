/**
 * The body chart on the screen: two pictures of one part of the body, chips to choose it, numbered dots.
 * Emits `place` with {view, x, y, reach} when someone taps. The list of sites says the same in words.
 */
import { FIRST_VIEWS, PARTS, pictureOf } from "./body_parts.js";
import { chip } from "./controls.js";
import { h, redraw, svg } from "./dom.js";

const FINGER = 11; // screen pixels around a tap that still mean the muscle
const DOT = 10.5; // radius on the screen

export class Chart extends EventTarget {
  #data; #root; #tools; #views; #sites = []; #current = null; #ghosts = [];
  part = "whole"; picture = 0; deep = false;

  /** @param {{root: HTMLElement, data: import("./chart_data.js").ChartData, ghosts: {view: string, x: number, y: number}[]}} props */
  constructor({ root, data, ghosts }) {
    super();
    this.#data = data;
    this.#root = root;
    this.#ghosts = ghosts;
    this.#tools = root.querySelector("[data-tools]");
    this.#views = root.querySelector("[data-views]");
    new ResizeObserver(() => this.#drawDots()).observe(this.#views);
  }

  async show(part = this.part, picture = 0) {
    this.part = part;
    this.picture = picture;
    this.#drawTools();
    const { views } = PARTS[part].pictures[picture];
    try {
      await this.#data.need(views);
    } catch {
      this.#views.replaceChildren(h(
        "div", { class: "empty editor__nochart" }, h("b", {}, "The body chart did not come"),
        h("p", {}, "Type the muscle in the list instead, or try again."),
        h("button", { type: "button", class: "btn", on: { click: () => this.show(part, picture) } }, "Try again"),
      ));
      return;
    }
    if (this.part === part && this.picture === picture) this.#drawViews();
  }

  /** Bring a site's view into the pictures, if it is not there. */
  reveal(point) {
    const shown = PARTS[this.part].pictures[this.picture];
    if (!point || shown.views.includes(point.view)) return;
    const { part, index } = pictureOf(point.view);
    this.show(part, index);
  }

  /** @param {Object[]} sites in the order of their numbers; `current` is the id of the open one. */
  mark(sites, current) {
    this.#sites = sites;
    this.#current = current;
    this.#shade();
    this.#drawDots();
  }

  #drawTools() {
    const parts = Object.entries(PARTS).map(([key, { label }]) => chip({
      id: `part-${key}`, label, pressed: key === this.part, onClick: () => this.show(key),
    }));
    const { pictures } = PARTS[this.part];
    const others = pictures.slice(1).map(({ label }, index) => chip({
      id: `picture-${index}`, label, pressed: this.picture === index + 1,
      onClick: () => this.show(this.part, this.picture === index + 1 ? 0 : index + 1),
    }));
    const deep = chip({
      id: "layer-deep", label: "Deep", pressed: this.deep, deep: true,
      onClick: () => { this.deep = !this.deep; this.#drawTools(); this.#shade(); },
    });
    redraw(
      this.#tools, h("div", { class: "chips", role: "group", "aria-label": "Part of the body" }, parts),
      h("div", { class: "chips push", role: "group", "aria-label": "Pictures and layers" }, others, deep),
    );
  }

  #drawViews() {
    const { views, boxes } = PARTS[this.part].pictures[this.picture];
    this.#views.replaceChildren(...views.map((name, index) => this.#figure(this.#data.views.get(name), boxes[index])));
    this.#shade();
    this.#drawDots();
  }

  #figure(view, box) {
    const inside = `${view.title}. Tap a muscle to add a site, or type its name in the list.`;
    const muscles = (deep) => view.regions.filter((region) => region.deep === deep).map((region) => svg(
      "path", { d: region.d, data: { region: region.id } },
    ));
    const picture = svg(
      "svg", {
        class: "chart", viewBox: (box ?? view.viewBox).join(" "), role: "img", "aria-label": inside,
        data: { view: view.id }, on: { click: (event) => this.#tap(event, view.id) },
      },
      svg("path", { class: "skin", d: view.outline }),
      svg("g", { class: "m" }, muscles(false)),
      svg("path", { class: "mark", d: [...view.creases, ...view.marks.map(({ d }) => d)].join("") }),
      svg("path", { class: "edge", d: view.outline }),
      svg("g", { class: "deeper" }, muscles(true)),
      svg("g", { data: { dots: "" } }),
    );
    const letters = view.letters.filter(
      ({ text }) => "LR".includes(text),
    ).sort((a, b) => a.x - b.x).map(({ text }) => h("b", {}, text));
    return h(
      "figure", { class: "view" }, picture, h("figcaption", {}, letters[0], h("span", {}, view.title), letters[1]),
    );
  }

  #tap(event, view) {
    const picture = event.currentTarget;
    const toChart = picture.getScreenCTM().inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(toChart);
    this.dispatchEvent(new CustomEvent("place", { detail: { view, x, y, reach: FINGER * toChart.a } }));
  }

  /** Yellow: needled now. Dashed violet: deep, shown when needled or when the deep layer is on. */
  #shade() {
    for (const picture of this.#views.querySelectorAll("svg.chart")) {
      for (const region of this.#data.views.get(picture.dataset.view).regions) {
        const hit = this.#sites.some(
          (site) => region.structures.includes(site.structure) && [site.side, "midline"].includes(region.side),
        );
        const path = picture.querySelector(`[data-region="${region.id}"]`);
        path.setAttribute(
          "class",
          [
            hit && "hit", region.deep && (hit || this.deep) && "deep", region.deep && !hit && !this.deep && "off",
          ].filter(Boolean).join(" "),
        );
      }
    }
  }

  #drawDots() {
    for (const picture of this.#views.querySelectorAll("svg.chart")) {
      const matrix = picture.getScreenCTM();
      if (!matrix?.a) continue;
      const scale = 1 / matrix.a;
      const here = ({ view }) => view === picture.dataset.view;
      const ghosts = this.#ghosts.filter(here).map(({ x, y }) => svg(
        "circle", { class: "ghost", cx: x, cy: y, r: DOT * 0.7 * scale },
      ));
      const dots = this.#sites.map((site, index) => ({
        number: index + 1, id: site.id, ...site.chart_point,
      })).filter(here);
      const marks = clusters(dots, DOT * 1.5 * scale).map((group) => this.#badge(group, scale));
      picture.querySelector("[data-dots]").replaceChildren(...ghosts, ...marks);
    }
  }

  #badge(group, scale) {
    const middle = (axis) => group.reduce((sum, dot) => sum + dot[axis], 0) / group.length;
    const now = group.some(({ id }) => id === this.#current);
    const text = group.map(({ number }) => number).join(", ");
    const half = group.length > 1 ? text.length * 3.6 + 6 : DOT;
    const shape = (grow) => (group.length > 1 ? svg(
      "rect", { x: -half - grow, y: -DOT - grow, width: 2 * (half + grow), height: 2 * (DOT + grow), rx: DOT + grow },
    ) : svg("circle", { r: DOT + grow }));
    return svg(
      "g", { class: now ? "pt pt--now" : "pt", transform: `translate(${middle("x")} ${middle("y")}) scale(${scale})` },
      now && shape(4), shape(0), svg("text", { y: 4.2 }, text),
    );
  }
}

/** Dots that would cover each other share one badge: "4, 5, 6". */
function clusters(dots, near) {
  const groups = [];
  for (const dot of dots) {
    const group = groups.find(([first]) => Math.hypot(first.x - dot.x, first.y - dot.y) < near);
    if (group) group.push(dot);
    else groups.push([dot]);
  }
  return groups;
}

export { FIRST_VIEWS };
