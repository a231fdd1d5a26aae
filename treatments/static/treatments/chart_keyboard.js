/** The chart without a pointer: from muscle to muscle, a dot carried by the arrows, and one key for every button. */
import { Cursor, directionOf } from "./chart_cursor.js";

const STEP = 8; // screen pixels that an arrow moves a dot; with Shift one

export class Keyboard {
  #chart; #cursor; #hand = null;

  /**
   * @param {HTMLElement} root Has the focus while the chart is worked with.
   * @param {{places: Function, begin: Function, stand: Function, choose: Function, carry: Function, put: Function, drop: Function, toggleDeep: Function,
   *   zoom: Function, turn: Function, leave: Function}} chart
   */
  constructor(root, chart) {
    this.#chart = chart;
    this.#cursor = new Cursor(chart);
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("blur", () => this.#leave());
    root.addEventListener("focus", () => this.#hand || (root.matches(":focus-visible") && this.#chart.stand(this.#cursor.now)));
  }

  /** What is drawn is new: nothing is stood on or carried. */
  clear() {
    this.#cursor.clear();
    this.#hand = null;
  }

  isAt(picture, key) { return this.#cursor.is(picture, key); }

  get place() { return this.#hand ?? this.#cursor.now; }

  get carries() { return Boolean(this.#hand); }

  /** @param {{id: string, picture: Object, x: number, y: number}} dot A dot that the arrows move from now on. */
  take(dot) {
    this.#hand = dot;
    this.#chart.carry(dot);
  }

  #leave() {
    if (this.#hand) this.#let(null);
    this.#chart.leave();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = (this.#hand && this.#carrying(event)) ?? this.#standing(event.key) ?? this.#anyway(event.key.toLowerCase());
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  #standing(key) {
    if (this.#hand) return undefined;
    if (key === "Enter" || key === " ") return () => this.#chart.choose(this.#cursor.now);
    const place = this.#cursor.follow(key);
    return place && (() => this.#chart.stand(place));
  }

  #anyway(key) {
    const { toggleDeep, zoom, turn } = this.#chart;
    return {
      d: toggleDeep, "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1), 0: () => zoom(0), "[": () => turn(-1), "]": () => turn(1),
    }[key];
  }

  // ---- a dot in the hand ---------------------------------------------------------------------------------------------
  #carrying({ key, shiftKey }) {
    const direction = directionOf(key);
    if (direction) return () => this.#step(direction, (shiftKey ? 1 : STEP) * this.#hand.picture.unit);
    if (key === "Enter" || key === " ") return () => this.#let(this.#hand);
    if (key === "Escape") return () => this.#let(null);
    return undefined;
  }

  #step([dx, dy], by) {
    const { picture, x, y } = this.#hand;
    this.#hand = { ...this.#hand, ...picture.within(x + dx * by, y + dy * by) };
    this.#chart.carry(this.#hand);
  }

  /** @param {Object|null} dot Where it is put; null leaves it where it was. */
  #let(dot) {
    this.#hand = null;
    if (dot) this.#chart.put(dot);
    else this.#chart.drop();
  }
}
