/** Where pain was felt elsewhere: areas of the open site's side, collected by a loop, a tap or the keyboard. Draws nothing. */

export class Referral {
  on = false; #regions;

  /** @param {() => {key: string, label: string}[]} regions The referral regions with their names, once they are here. */
  constructor(regions) { this.#regions = regions; }

  label(key) { return this.#regions().find((region) => region.key === key)?.label ?? key.replaceAll("_", " "); }

  #labels(keys) { return keys.map((key) => this.label(key)).join(", "); }

  /** The areas that can be this site's: pain is recorded on the site's side. */
  own(areas, site) {
    return site ? areas.filter(({ side }) => side === "midline" || site.side === "midline" || side === site.side) : [];
  }

  /** The area that a tap means: of those around the point the one whose middle is nearest. */
  at(areas, x, y) {
    const away = (area) => Math.hypot((x - area.x) / area.rx, (y - area.y) / area.ry);
    return areas.filter((area) => away(area) <= 1).sort((a, b) => away(a) - away(b))[0];
  }

  /** A tap adds an area or takes it back. Answers what is said, and the new `regions` when they changed. */
  tap(site, area) {
    if (!site || !area) return { words: site ? "No area here." : this.hint(site) };
    const { referred_to: before } = site;
    const taken = before.includes(area.region);
    const regions = taken ? before.filter((region) => region !== area.region) : [...before, area.region];
    return { regions, words: `${taken ? "Taken back" : "Added"}: ${this.label(area.region)}` };
  }

  /** A loop only adds. @param {Object[]} areas Those whose middle lies in the loop, of both sides. */
  loop(site, areas, number) {
    if (!site) return { words: this.hint(site) };
    const found = [...new Set(this.own(areas, site).map(({ region }) => region))];
    if (found.length) return { regions: [...new Set([...site.referred_to, ...found])], words: `Added: ${this.#labels(found)}` };
    return { words: areas.length ? `This is the other side: site ${number} is on the ${site.side}.` : "No area lies in this loop. Draw around the middle of an area, or tap one." };
  }

  /** What the label says while nothing is pointed at. */
  hint(site) {
    if (!this.on) return "";
    if (!site) return "Open a site first: referred pain belongs to it.";
    const { referred_to: regions } = site;
    return regions.length ? `Refers to: ${this.#labels(regions)}` : "Draw around where the pain was felt, or tap an area.";
  }
}
