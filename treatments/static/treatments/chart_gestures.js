/**
 * Fingers, pen and mouse on the pictures of the chart: a tap, a dot that is dragged, a picture that is moved or pinched, a
 * loop that is drawn. Says what was meant; the chart decides what it means.
 */
const STILL = 6; // screen pixels within which a press is a tap
const DOUBLE_TAP = 300; // ms

export class Gestures {
  #root; #chart; #pressed = new Map(); #act = null; #pinch = null; #lastTap = { at: 0, x: 0, y: 0 };

  /**
   * @param {HTMLElement} root
   * @param {{pictureOf: Function, dotAt: Function, referring: () => boolean, tap: Function, drag: Function, drop: Function,
   *   cancel: Function, untap: Function, lasso: Function, looped: Function, hover: Function, moved: Function}} chart
   */
  constructor(root, chart) {
    this.#root = root;
    this.#chart = chart;
    const on = (type, listener, options) => root.addEventListener(type, listener, options);
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("pointerleave", () => chart.hover(null));
    on("wheel", (event) => this.#wheel(event), { passive: false });
    // One finger scrolls the page as usual, except where it holds a dot, a near picture or the loop.
    on("touchstart", (event) => this.#takesTouch(event) && event.preventDefault(), { passive: false });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#act && this.#stop());
  }

  #takesTouch({ touches: [touch, second], target }) {
    const picture = this.#chart.pictureOf(target);
    return picture && (second || picture.zoomed || this.#chart.referring() || this.#chart.dotAt(picture, touch.clientX, touch.clientY));
  }

  #down(event) {
    const picture = this.#chart.pictureOf(event.target);
    if (!picture || (event.pointerType === "mouse" && event.button !== 0)) return;
    if (event.isPrimary) this.#pressed.clear(); // a finger whose end was never heard of
    this.#pressed.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pressed.size === 2) return this.#beginPinch(picture);
    if (this.#pressed.size > 2) return;
    const start = { x: event.clientX, y: event.clientY };
    this.#act = { kind: "press", picture, start, dot: this.#chart.dotAt(picture, start.x, start.y), id: event.pointerId };
    if (event.pointerType !== "mouse") this.#chart.hover(picture, start.x, start.y);
  }

  #move(event) {
    const [x, y] = [event.clientX, event.clientY];
    if (this.#pressed.has(event.pointerId)) this.#pressed.set(event.pointerId, { x, y });
    if (this.#pinch) return this.#pinched();
    const act = this.#act;
    if (!act) return this.#chart.hover(this.#chart.pictureOf(event.target), x, y);
    if (act.id !== event.pointerId) return undefined;
    if (act.kind === "press" && Math.hypot(x - act.start.x, y - act.start.y) > STILL) this.#begin(act);
    if (act.kind === "drag") this.#chart.drag(this.#over(act, x, y), act.dot, x, y);
    if (act.kind === "lasso") this.#chart.lasso(act.picture, act.points = [...act.points, act.picture.place(x, y)]);
    if (act.kind === "pan") {
      act.picture.panBy((x - act.start.x) * act.picture.unit, (y - act.start.y) * act.picture.unit);
      act.start = { x, y };
      this.#chart.moved(act.picture);
    }
    return undefined;
  }

  /** The picture under a dragged dot: it may go over to the other one. */
  #over(act, x, y) { return this.#chart.pictureOf(document.elementFromPoint(x, y)) ?? act.picture; }

  #begin(act) {
    this.#root.setPointerCapture(act.id);
    if (this.#chart.referring()) Object.assign(act, { kind: "lasso", points: [act.picture.place(act.start.x, act.start.y)] });
    else if (act.dot) act.kind = "drag";
    else act.kind = act.picture.zoomed ? "pan" : "none";
  }

  #up(event) {
    const act = this.#act;
    this.#pressed.delete(event.pointerId);
    if (this.#pinch && this.#pressed.size < 2) this.#pinch = null;
    if (!act || act.id !== event.pointerId) return;
    this.#act = null;
    const [x, y] = [event.clientX, event.clientY];
    if (act.kind === "press") this.#tapped(act, event.timeStamp, x, y);
    if (act.kind === "drag") this.#chart.drop(this.#over(act, x, y), act.dot, x, y);
    if (act.kind === "lasso") this.#chart.looped(act.picture, act.points);
    if (event.pointerType !== "mouse") this.#chart.hover(null);
  }

  /** The second of two quick taps on a near picture looks at the whole again, and what the first one did is taken back. */
  #tapped(act, now, x, y) {
    const double = act.picture.zoomed && now - this.#lastTap.at < DOUBLE_TAP && Math.hypot(x - this.#lastTap.x, y - this.#lastTap.y) < 30;
    this.#lastTap = { at: now, x, y };
    if (!double) return this.#chart.tap(act.picture, x, y);
    this.#lastTap.at = 0;
    this.#chart.untap();
    act.picture.reset();
    return this.#chart.moved(act.picture);
  }

  #cancel(event) {
    this.#pressed.delete(event.pointerId);
    this.#pinch = null;
    if (this.#act?.id === event.pointerId) this.#stop();
  }

  #stop() {
    this.#chart.cancel();
    this.#act = null;
  }

  // ---- nearer and farther -----------------------------------------------------------------------------------------------
  #beginPinch(picture) {
    if (this.#act) this.#stop();
    this.#pinch = { picture, ...this.#fingers() };
  }

  #fingers() {
    const [a, b] = [...this.#pressed.values()];
    return { apart: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }

  #pinched() {
    const { picture, apart, x, y } = this.#pinch;
    const now = this.#fingers();
    picture.zoomBy(now.apart / apart, picture.place(now.x, now.y));
    picture.panBy((now.x - x) * picture.unit, (now.y - y) * picture.unit);
    Object.assign(this.#pinch, now);
    this.#chart.moved(picture);
  }

  /** A wheel with Ctrl, as a pinch on a track pad arrives too; without it where nothing could scroll. */
  #wheel(event) {
    const picture = this.#chart.pictureOf(event.target);
    if (!picture || !(event.ctrlKey || nothingScrolls(this.#root))) return;
    event.preventDefault();
    picture.zoomBy(Math.exp(-event.deltaY / (event.ctrlKey ? 200 : 400)), picture.place(event.clientX, event.clientY));
    this.#chart.moved(picture);
  }
}

function nothingScrolls(element) {
  for (let around = element; around; around = around.parentElement) {
    const hidden = ["hidden", "clip"].includes(getComputedStyle(around).overflowY);
    if (!hidden && around.scrollHeight > around.clientHeight + 1) return false;
  }
  return true;
}
