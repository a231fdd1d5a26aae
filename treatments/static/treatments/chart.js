/**
 * The body chart on the screen: two pictures of one part of the body, chips to choose it, numbered dots.
 * The list of sites says the same in words, and everything here can be done from the keyboard.
 * Emits `place` {view, x, y, reach}, `region` {structure, side, view, x, y}, `moved` {id, view, x, y}, `open` {id}, `referred` {regions},
 * `body` {body}, `untap` (the last tap was the first half of a double tap) and `released` (the dot that waited for a place waits no more).
 */
import { FIRST_VIEWS, PARTS, pictureOf, turned } from "./body_parts.js";
import { BODIES } from "./chart_about.js";
import { drawn } from "./chart_data.js";
import { clusters, drawBadge } from "./chart_dots.js";
import { Gestures } from "./chart_gestures.js";
import { Hazards } from "./chart_hazards.js";
import { Keyboard } from "./chart_keyboard.js";
import { Panels } from "./chart_panels.js";
import { Picture, grain } from "./chart_picture.js";
import { Referral } from "./chart_referral.js";
import { drawTools } from "./chart_tools.js";
import { h, svg } from "./dom.js";
import { siteName } from "./words.js";

const FINGER = 11; // screen pixels around a tap that still mean the muscle
const DOT = 10.5; // radius on the screen
const GRIP = 22; // screen pixels around a dot that take hold of it
const NEARER = 1.6;

export class Chart extends EventTarget {
  #data; #root; #tools; #views; #name; #spoken; #structures; #ghosts; #waits;
  #hazards; #panels; #referral; #keyboard; #pictures = []; #sites = []; #current = null; #dragged = null; #marked = "";
  part = "whole"; picture = 0; deep = false;

  /**
   * @param {{root: HTMLElement, data: Object, ghosts: Object[], structures: Object, hazardsUrl: string, regions: () => Object[],
   *   waits: () => boolean}} props `regions`: the referral regions with their names; `waits`: whether a site waits for its place.
   */
  constructor({ root, data, ghosts, structures, hazardsUrl, regions = () => [], waits = () => false }) {
    super();
    this.#data = data;
    this.#root = root;
    this.#ghosts = ghosts;
    this.#structures = structures;
    this.#waits = waits;
    this.#hazards = new Hazards(hazardsUrl);
    this.#referral = new Referral(regions);
    [this.#tools, this.#views, this.#name, this.#spoken] = ["tools", "views", "name", "spoken"].map((name) => root.querySelector(`[data-${name}]`));
    this.#panels = new Panels(root, {
      data, hazards: this.#hazards, changed: () => this.#drawMarks(), choose: (body) => this.#tell("body", { body }),
      structures: () => this.#pictures.flatMap((picture) => picture.regions.flatMap((region) => region.structures)),
    });
    this.#listen();
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
  async reveal(point) {
    const shown = PARTS[this.part].pictures[this.picture];
    if (!point || shown.views.includes(point.view)) return;
    const { part, index } = pictureOf(point.view);
    await this.show(part, index);
  }

  /** @param {Object[]} sites in the order of their numbers; `current` is the id of the open one. */
  mark(sites, current) {
    this.#sites = sites;
    this.#current = current;
    const seen = JSON.stringify([current, sites.map((site) => [site.id, site.structure, site.side, site.chart_point, site.referred_to])]);
    if (seen === this.#marked) return; // a keystroke in a note changes nothing here
    this.#marked = seen;
    this.#draw();
  }

  /** The other body: everything is drawn anew, and a dot of the first one stands where its muscle is in this one. */
  async wear(body) {
    this.#data.wear(body);
    await this.show(this.part, this.picture);
  }

  /** The dot of a site comes into the hand: the arrows carry it, Enter puts it down, a tap as well. */
  async hold(id) {
    const site = this.#sites.find((other) => other.id === id);
    if (!site) return;
    await this.reveal(site.chart_point);
    this.#take(site);
  }

  #take(site) {
    const { id } = site;
    const picture = this.#pictures.find(({ view }) => this.#data.placeIn(view.id, site)) ?? this.#pictures[0];
    if (!picture) return;
    const { x, y } = this.#data.placeIn(picture.view.id, site) ?? picture.middle;
    this.#views.focus();
    this.#keyboard.take({ id, picture, x, y });
    this.#say(`Site ${this.#number(id)} in hand. Arrows move it, Enter puts it down, Escape leaves it where it was.`);
  }

  // ---- listening ----------------------------------------------------------------------------------------------------------
  #listen() {
    new ResizeObserver(() => {
      for (const picture of this.#pictures) picture.resized();
      this.#drawMarks();
    }).observe(this.#views);
    new Gestures(this.#views, {
      pictureOf: (element) => this.#pictures.find(({ svg: picture }) => picture.contains(element)),
      referring: () => this.#referral.on,
      dotAt: (picture, x, y) => this.#dotAt(picture, x, y, GRIP),
      tap: (picture, x, y) => this.#tap(picture, x, y),
      untap: () => this.#tell("untap"),
      drag: (picture, dot, x, y) => this.#drag(picture, dot, x, y),
      drop: (picture, dot, x, y) => this.#drop(picture, dot, x, y),
      cancel: () => this.#letGo(),
      lasso: (picture, points) => picture.lasso.setAttribute("d", closed(points)),
      looped: (picture, points) => this.#looped(picture, points),
      hover: (picture, x, y) => this.#hover(picture, x, y),
      moved: () => this.#drawMarks(),
    });
    this.#keyboard = new Keyboard(this.#views, {
      places: () => this.#places(), begin: (places) => this.#beginAt(places), stand: (place) => this.#stand(place),
      choose: (place) => this.#choose(place), carry: (dot) => this.#carry(dot), put: (dot) => this.#put(dot), drop: () => this.#release(),
      leave: () => this.#leave(), toggleDeep: () => this.#toggleDeep(), zoom: (by) => this.#zoom(by), turn: (by) => this.#turn(by),
    });
    const corner = (name, act) => this.#root.querySelector(`[data-chart=${name}]`).addEventListener("click", act);
    corner("nearer", () => this.#zoom(1));
    corner("farther", () => this.#zoom(-1));
    corner("whole", () => this.#zoom(0));
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  get #open() { return this.#sites.find(({ id }) => id === this.#current); }

  #number(id) { return this.#sites.findIndex((site) => site.id === id) + 1; }

  // ---- tools --------------------------------------------------------------------------------------------------------------
  #drawTools() {
    drawTools(this.#tools, {
      part: this.part, picture: this.picture, deep: this.deep, referring: this.#referral.on, show: (...shown) => this.show(...shown),
      toggleDeep: () => this.#toggleDeep(), toggleReferring: () => this.#toggleReferring(),
    });
    this.#root.querySelector("[data-body]").textContent = `${BODIES[this.#data.body]} body`;
  }

  #toggleDeep() {
    this.deep = !this.deep;
    this.#drawTools();
    this.#draw();
    this.#say(this.deep ? "Deep muscles are shown." : "Deep muscles are hidden.");
  }

  #toggleReferring() {
    this.#referral.on = !this.#referral.on;
    this.#keyboard.clear();
    this.#drawTools();
    this.#draw();
    this.#label("");
    this.#say(this.#referral.on ? this.#referral.hint(this.#open) : "Back to the muscles.");
  }

  /** @param {number} by 1: nearer, -1: farther, 0: the whole part again. What is worked on stays in sight. */
  #zoom(by) {
    for (const picture of this.#pictures) {
      const place = [this.#keyboard.place, this.#dotsOf(picture).find(({ id }) => id === this.#current)].find(
        (other) => other && (other.picture ?? picture) === picture,
      );
      if (by) picture.zoomBy(NEARER ** by);
      else picture.reset();
      if (place && by > 0) picture.bring(place);
    }
    this.#drawMarks();
  }

  /** A dot in the hand comes along to the next picture. */
  async #turn(by) {
    const { part, index } = turned(this.part, this.picture, by);
    const carried = this.#keyboard.carries && this.#sites.find(({ id }) => id === this.#dragged.id);
    await this.show(part, index);
    if (carried) this.#take(carried);
    this.#say(`${PARTS[part].label}: ${PARTS[part].pictures[index].label}`);
  }

  // ---- drawing ------------------------------------------------------------------------------------------------------------
  #drawViews() {
    const { views, boxes } = PARTS[this.part].pictures[this.picture];
    this.#pictures = views.map((name, index) => new Picture({
      view: this.#data.views.get(name), box: boxes[index], areas: this.#data.areas.filter(({ view }) => view === name),
    }));
    this.#keyboard.clear();
    this.#dragged = null;
    this.#views.replaceChildren(...this.#pictures.map(({ element }) => element));
    this.#draw();
    this.#panels.drawAgain();
  }

  #draw() {
    this.#shade();
    this.#drawAreas();
    this.#drawMarks();
  }

  /** Yellow: needled now. Dashed violet: deep, shown when needled or when the deep layer is on. */
  #shade() {
    for (const picture of this.#pictures) {
      const needled = new Set(this.#sites.flatMap(({ structure, side }) => drawn(picture.view, structure, side)));
      picture.dress((region) => {
        const [hit, at] = [needled.has(region), this.#keyboard.isAt(picture, region.id) && this.#isFocused];
        const layer = region.deep && (hit || this.deep ? "deep" : "off");
        return [hit && "hit", layer, at && "at"].filter(Boolean).join(" ");
      });
    }
  }

  get #isFocused() { return document.activeElement === this.#views; }

  #drawAreas() {
    const open = this.#open;
    for (const picture of this.#pictures) {
      picture.svg.classList.toggle("chart--refer", this.#referral.on);
      const own = new Set(this.#ownAreas(picture));
      for (const area of picture.areas) {
        const on = own.has(area) && open.referred_to.includes(area.region);
        const dress = ["area", own.has(area) && "area--own", on && "area--on", this.#keyboard.isAt(picture, keyOf(area)) && "at"];
        area.element.setAttribute("class", dress.filter(Boolean).join(" "));
      }
    }
    this.#rest();
  }

  /** What keeps its size on the screen: dots, rings, names, the grain of hatching and stippling. */
  #drawMarks() {
    for (const picture of this.#pictures) {
      const { unit } = picture;
      if (!unit) continue;
      const ghosts = this.#ghosts.map((ghost) => this.#data.placeIn(picture.view.id, { ...ghost, chart_point: ghost })).filter(Boolean).map(
        ({ x, y }) => svg("circle", { class: "ghost", cx: x, cy: y, r: DOT * 0.7 * unit }),
      );
      const marks = clusters(this.#dotsOf(picture), DOT * 1.5 * unit).map((group) => drawBadge(group, { unit, current: this.#current, radius: DOT }));
      picture.dots.replaceChildren(...ghosts, ...marks);
      grain(picture, unit);
      this.#hazards.draw(picture, unit);
      this.#drawFibres(picture);
    }
    this.#root.querySelector("[data-chart=whole]").hidden = !this.#pictures.some(({ zoomed }) => zoomed);
  }

  #isNear(picture) { return this.part !== "whole" || picture.zoomed; }

  /** How the fibres run is of use, and to be seen, only from near. */
  async #drawFibres(picture) {
    const isNear = this.#isNear(picture);
    const fibres = isNear ? await this.#data.fibres(picture.view.id).catch(() => null) : null;
    if (fibres && !picture.fibres.hasAttribute("d")) picture.fibres.setAttribute("d", fibres.superficial);
    if (fibres && this.deep && !picture.fibresDeep.hasAttribute("d")) picture.fibresDeep.setAttribute("d", fibres.deep);
    picture.svg.classList.toggle("chart--near", isNear);
    picture.svg.classList.toggle("chart--deep", this.deep);
  }

  /** The numbered dots of one picture; the one in the hand is where the hand is. */
  #dotsOf(picture) {
    return this.#sites.map((site, index) => {
      const held = this.#dragged?.id === site.id ? this.#dragged : null;
      if (held) return held.view === picture.view.id && { number: index + 1, ...held };
      const point = this.#data.placeIn(picture.view.id, site);
      return point && { number: index + 1, id: site.id, x: point.x, y: point.y };
    }).filter(Boolean);
  }

  // ---- touching -----------------------------------------------------------------------------------------------------------
  /** The dot within so many pixels, and how far from its middle it was taken hold of. */
  #dotAt(picture, clientX, clientY, pixels) {
    const { x, y } = picture.place(clientX, clientY);
    const near = this.#dotsOf(picture).map((dot) => ({ ...dot, away: Math.hypot(dot.x - x, dot.y - y) })).sort((a, b) => a.away - b.away)[0];
    return near?.away <= pixels * picture.unit ? { id: near.id, dx: near.x - x, dy: near.y - y } : null;
  }

  #tap(picture, clientX, clientY) {
    const at = picture.place(clientX, clientY);
    if (this.#referral.on) return this.#refer(this.#referral.tap(this.#open, this.#areaAt(picture, at)));
    // From afar a dot covers half a muscle: there a tap is always a needle.
    const dot = this.#isNear(picture) && !this.#waits() && this.#dotAt(picture, clientX, clientY, DOT);
    if (dot) return this.#tell("open", { id: dot.id });
    this.#dragged = null;
    this.#keyboard.clear();
    return this.#tell("place", { view: picture.view.id, ...picture.within(at.x, at.y), reach: FINGER * picture.unit });
  }

  #drag(picture, { id, dx, dy }, clientX, clientY) {
    const { x, y } = picture.place(clientX, clientY);
    this.#carry({ id, picture, ...picture.within(x + dx, y + dy) });
  }

  #drop(picture, { id, dx, dy }, clientX, clientY) {
    const { x, y } = picture.place(clientX, clientY);
    this.#put({ id, picture, ...picture.within(x + dx, y + dy) });
  }

  #letGo() {
    this.#dragged = null;
    for (const picture of this.#pictures) picture.lasso.removeAttribute("d");
    this.#hover(null);
    this.#drawMarks();
  }

  /** The name of what lies under the pointer; while areas are chosen, of the area. */
  #hover(picture, clientX, clientY) {
    if (!picture) return this.#label("");
    const at = picture.place(clientX, clientY);
    if (this.#referral.on) return this.#label(this.#areaName(this.#areaAt(picture, at)));
    const [region] = this.#data.regionsAt(picture.view.id, at.x, at.y, 0).filter(({ deep }) => !deep || this.deep);
    return this.#label(region ? this.#nameOf(region) : "");
  }

  #label(words) {
    const shown = words || this.#referral.hint(this.#open);
    if (this.#name.textContent !== shown) this.#name.textContent = shown;
  }

  #rest() {
    if (!this.#dragged && !this.#keyboard.place) this.#label("");
  }

  #nameOf(region) {
    const names = region.structures.map((key) => this.#structures[key]?.name).filter(Boolean);
    return [
      names.join(" or ") || region.name, region.side !== "midline" && region.side, region.deep && "deep", ...this.#hazards.labels(region.structures),
    ].filter(Boolean).join(", ");
  }

  // ---- a dot that is moved ------------------------------------------------------------------------------------------------
  #carry({ id, picture, x, y }) {
    this.#dragged = { id, view: picture.view.id, x, y };
    if (this.#keyboard.carries) picture.bring({ x, y });
    this.#label(this.#meantAt(id, picture, x, y));
    if (this.#keyboard.carries) this.#say(this.#name.textContent);
    this.#drawMarks();
  }

  /** The muscle that a dot will mean when it is put down here: its own as long as that lies under it. */
  #meantAt(id, { view }, x, y) {
    const own = this.#sites.find((site) => site.id === id);
    const under = this.#data.structuresAt(view.id, x, y, this.#structures);
    const stays = under.some(({ structure, side }) => structure === own.structure && side === own.side);
    return stays || !under.length ? `${siteName(own, this.#structures)}${stays ? "" : ": no muscle here"}` : siteName(under[0], this.#structures);
  }

  #put({ id, picture, x, y }) {
    this.#letGo();
    this.#tell("moved", { id, view: picture.view.id, x, y });
    this.#say(`Site ${this.#number(id)} put down: ${siteName(this.#sites.find((site) => site.id === id), this.#structures)}`);
  }

  #release() {
    this.#letGo();
    this.#tell("released");
    this.#say("Left where it was.");
  }

  // ---- referral areas -----------------------------------------------------------------------------------------------------
  #areaName(area) { return area ? this.#referral.label(area.region) : ""; }

  #ownAreas(picture) { return this.#referral.own(picture.areas, this.#open); }

  #areaAt(picture, { x, y }) { return this.#referral.at(this.#ownAreas(picture), x, y); }

  #looped(picture, points) {
    this.#letGo();
    const loop = new Path2D(closed(points));
    const inside = picture.areas.filter(({ x, y }) => this.#data.contains(loop, x, y));
    this.#refer(this.#referral.loop(this.#open, inside, this.#number(this.#current)));
  }

  #refer({ regions, words }) {
    if (regions) this.#tell("referred", { regions });
    else this.#label(words);
    this.#say(words);
  }

  // ---- keyboard -----------------------------------------------------------------------------------------------------------
  /** Where the arrows can go: to the muscles that are seen, or to the areas of the open site's side. */
  #places() {
    if (this.#referral.on) return this.#pictures.flatMap((picture) => this.#ownAreas(picture).filter((area) => picture.holds(area)).map(
      (area) => ({ picture, key: keyOf(area), area, x: area.x, y: area.y }),
    ));
    return this.#pictures.flatMap((picture) => picture.regions.filter(
      (region) => region.structures.length && (!region.deep || this.deep),
    ).map((region) => ({ picture, key: region.id, region, x: region.label[0], y: region.label[1] })));
  }

  /** The first arrow goes to the open site's muscle when it is shown. */
  #beginAt(places) {
    const open = this.#open;
    return open && places.find(({ region }) => region?.structures.includes(open.structure) && [open.side, "midline"].includes(region.side));
  }

  #stand(place) {
    if (place?.picture.bring(place)) this.#drawMarks();
    this.#shade();
    this.#drawAreas();
    if (!place) return;
    const words = place.area ? this.#areaName(place.area) : this.#nameOf(place.region);
    this.#label(words);
    this.#say(`${words}${place.area ? this.#chosen(place.area) : this.#counted(place.region)}`);
  }

  #leave() {
    this.#shade();
    this.#label("");
  }

  #counted({ structures, side }) {
    const here = this.#sites.filter((site) => structures.includes(site.structure) && (side === "midline" || [side, "midline"].includes(site.side))).length;
    return here ? `, needled, ${here} ${here === 1 ? "site" : "sites"}` : "";
  }

  #chosen({ region }) { return this.#open.referred_to.includes(region) ? ", chosen" : ""; }

  #choose(place) {
    if (!place) return this.#say("Nothing is chosen. The arrows go from place to place.");
    if (place.area) return this.#refer(this.#referral.tap(this.#open, place.area));
    const { picture, region: { structures: [structure], side, label: [x, y] } } = place;
    const meant = { structure, side: this.#structures[structure]?.laterality === "midline" ? "midline" : side };
    this.#tell("region", { ...meant, view: picture.view.id, x, y });
    return this.#say(`Recorded: ${siteName(meant, this.#structures)}`);
  }

  /** Said again even when the words are the same: a second needle in the same muscle is a second announcement. */
  #say(words) { this.#spoken.textContent = this.#spoken.textContent === words ? `${words}\u00a0` : words; }
}

const closed = (points) => `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
const keyOf = ({ region, side }) => `${region} ${side}`;

export { FIRST_VIEWS };
