/**
 * The signature pad: strokes as vectors ({x, y, t, pressure} in pad units), written as JSON into a hidden input.
 *
 *   <svg data-signature-pad="signature" viewBox="0 0 600 200">…</svg>
 *   <input type="hidden" id="signature" name="signature">
 *   <button data-signature-clear="signature">
 *
 * The picture is a vector too, so it fits every size of the screen. Who cannot draw says yes aloud or signs on paper:
 * the pad is only there while the method "signature" is chosen.
 */

const SVG = "http://www.w3.org/2000/svg";
const NEAREST = 0.7; // pad units between two points; less adds nothing to the line
const MOST_STROKES = 200;
const MOST_POINTS = 5000;

class Pad {
  #svg; #input; #strokes = []; #current = null; #begun = null;

  constructor(svg, input) {
    this.#svg = svg;
    this.#input = input;
    this.#restore();
    svg.addEventListener("pointerdown", (event) => this.#begin(event));
    svg.addEventListener("pointermove", (event) => this.#go(event));
    svg.addEventListener("pointerup", (event) => this.#end(event));
    svg.addEventListener("pointercancel", (event) => this.#end(event));
  }

  clear() {
    for (const { line } of this.#strokes) line.remove();
    this.#strokes = [];
    this.#current = this.#begun = null;
    this.#input.value = "";
    this.#tell();
  }

  get #size() {
    const { width, height } = this.#svg.viewBox.baseVal;
    return { width, height };
  }

  get #points() { return this.#strokes.reduce((sum, { points }) => sum + points.length, 0); }

  #begin(event) {
    if (event.button !== 0 || this.#current || this.#strokes.length >= MOST_STROKES) return;
    event.preventDefault();
    this.#svg.setPointerCapture(event.pointerId);
    this.#begun ??= event.timeStamp;
    this.#current = { pointer: event.pointerId, ...this.#stroke([]) };
    this.#strokes.push(this.#current);
    this.#add(event);
  }

  #go(event) {
    if (event.pointerId !== this.#current?.pointer) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) this.#add(part);
  }

  #end(event) {
    if (event.pointerId !== this.#current?.pointer) return;
    this.#current = null;
    this.#write();
  }

  #add(event) {
    const { width, height } = this.#size;
    const inside = (value, most) => Math.round(Math.min(Math.max(value, 0), most) * 10) / 10;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.#svg.getScreenCTM().inverse());
    const { points, line } = this.#current;
    const last = points.at(-1);
    if ((last && Math.hypot(x - last.x, y - last.y) < NEAREST) || this.#points >= MOST_POINTS) return;
    const t = Math.max(Math.round(event.timeStamp - this.#begun), last?.t ?? 0);
    points.push({
      x: inside(x, width), y: inside(y, height), t, pressure: Math.round((event.pressure || 0.5) * 100) / 100,
    });
    line.setAttribute("d", path(points));
  }

  #stroke(points) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("class", "pad__stroke");
    line.setAttribute("d", path(points));
    this.#svg.append(line);
    return { points, line };
  }

  #write() {
    const strokes = this.#strokes.map(({ points }) => points);
    this.#input.value = JSON.stringify({ ...this.#size, strokes });
    this.#tell();
  }

  /** A form that comes back with something to put right keeps its signature. */
  #restore() {
    try {
      const { strokes } = JSON.parse(this.#input.value || "null") ?? {};
      this.#strokes = (strokes ?? []).map((points) => this.#stroke(points));
      this.#begun = strokes?.length ? performance.now() - (strokes.at(-1).at(-1)?.t ?? 0) : null;
    } catch {
      this.#input.value = "";
    }
  }

  #tell() { this.#input.dispatchEvent(new Event("change", { bubbles: true })); }
}

/** A dot is drawn as a line of no length, which round ends make visible. */
function path(points) {
  if (points.length === 1) return `M${points[0].x} ${points[0].y}h0`;
  return points.map(({ x, y }, index) => `${index ? "L" : "M"}${x} ${y}`).join("");
}

const pads = new Map();
for (const svg of document.querySelectorAll("[data-signature-pad]")) {
  const name = svg.dataset.signaturePad;
  const pad = new Pad(svg, document.getElementById(name));
  pads.set(name, pad);
  followMethod(svg);
}
for (const button of document.querySelectorAll("[data-signature-clear]")) {
  button.addEventListener("click", () => pads.get(button.dataset.signatureClear)?.clear());
}

/** The pad is there only while "signature" is the chosen method of its form. */
function followMethod(svg) {
  const form = svg.closest("form");
  const methods = form?.querySelectorAll("[name=method]") ?? [];
  if (!methods.length) return;
  const show = () => { (svg.closest(".signing") ?? svg).hidden = new FormData(form).get("method") !== "signature"; };
  for (const method of methods) method.addEventListener("change", show);
  show();
}
