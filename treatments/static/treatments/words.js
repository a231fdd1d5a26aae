/** Words and numbers as they stand on the screen. */

export const SIDES = { left: "left", right: "right", midline: "midline" };
export const TECHNIQUES = {
  superficial: "Superficial", deep_pistoning: "Pistoning", deep_static: "Static", winding: "Winding", electrical: "Electrical",
  peritendinous: "Peritendinous", periosteal: "Periosteal", intradermal_retained: "Intradermal, left in",
};
export const MAIN_TECHNIQUES = ["superficial", "deep_pistoning", "deep_static"];
export const TRIGGER_POINTS = { active: "Active", latent: "Latent", none: "No trigger point" };
export const POSITIONS = {
  prone: "Prone", supine: "Supine", side_lying: "Side-lying", sitting: "Sitting", other: "Other",
};
export const DISCREPANCIES = {
  retained_on_purpose: "Left in on purpose", fell_out_found: "Fell out and found", broken: "Broken", lost: "Lost",
};
export const ADJUNCTS = {
  soft_tissue: "Soft tissue", hvla: "HVLA", articulation: "Articulation", muscle_energy: "Muscle energy", counterstrain: "Counterstrain",
  myofascial_release: "Myofascial release", cranial: "Cranial", visceral: "Visceral", exercise: "Exercise", taping: "Taping", other: "Other",
};
export const ADVICE = {
  soreness: "Soreness", bruising: "Bruising", drowsiness: "Drowsiness", heat: "Heat", movement: "Movement", training: "Training",
  red_flags: "Warning signs", contact: "Who to call", written_sheet: "Written sheet",
};
export const PRESENT = {
  chaperone: "Chaperone", interpreter: "Interpreter", student: "Student", supervisor: "Supervisor", family: "Family",
  other: "Other",
};
const SIZES = [
  ["0.16", 30], ["0.20", 15], ["0.20", 30], ["0.25", 25], ["0.25", 30], ["0.25", 40], ["0.30", 30], ["0.30", 40],
  ["0.30", 50], ["0.30", 60], ["0.30", 75], ["0.30", 100],
];

export const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
export const size = ({ gauge_mm: gauge, length_mm: length }) => (gauge && length ? `${gauge} × ${length} mm` : "");

export function siteName(site, structures) {
  const name = structures[site.structure]?.name ?? site.structure.replaceAll("_", " ");
  return `${name}, ${SIDES[site.side]}`;
}

/** The one line of a closed site: what was answered, nothing else. */
export function siteLine(site) {
  const { seen, count } = site.twitch;
  return [
    TRIGGER_POINTS[site.trigger_point],
    site.depth_mm !== null && `${site.depth_mm} mm`,
    site.insertions !== null && counted(site.insertions, "pass", "passes"),
    count ? counted(count, "twitch", "twitches") : (seen === "none" || count === 0) && "no twitch",
    site.technique === null && "technique not chosen",
  ].filter(Boolean).join(" · ");
}

/** Needles to choose from: boxes on the shelf first (with their lot), then the usual sizes. */
export function needleChoices(lots, site) {
  const shelf = lots.map((lot) => [
    JSON.stringify([lot.gauge_mm, lot.length_mm, lot.id]), `${size(lot)}, lot ${lot.lot_number}`,
  ]);
  const sizes = SIZES.map(([gauge, length]) => [
    JSON.stringify([gauge, length, null]), size({ gauge_mm: gauge, length_mm: length }),
  ]);
  const chosen = site.gauge_mm ? JSON.stringify([site.gauge_mm, site.length_mm, site.lot]) : "";
  const known = [...shelf, ...sizes].some(([key]) => key === chosen);
  if (chosen && !known) sizes.unshift([chosen, size(site)]);
  return { shelf, sizes, chosen };
}

/** What placeholders become that only the draft knows; empty where nothing is said yet. */
export function draftInWords({ sites, pain_before: before, pain_after: after, needles_in: counted_in }, structures) {
  const muscles = [...new Set(sites.map((site) => {
    const name = structures[site.structure]?.name ?? site.structure;
    return site.side === "midline" ? name.toLowerCase() : `${site.side} ${name.toLowerCase()}`;
  }))];
  const sides = [...new Set(sites.map(({ side }) => side).filter((side) => side !== "midline"))];
  const needles = counted_in ?? sites.reduce((sum, site) => sum + (site.needles ?? 1), 0);
  return {
    muscles: muscles.length > 1 ? `${muscles.slice(0, -1).join(", ")} and ${muscles.at(-1)}` : muscles[0] ?? "",
    side: sides.length > 1 ? "both sides" : sides[0] ?? "", needles: needles ? String(needles) : "",
    pain_before: before === null ? "" : String(before), pain_after: after === null ? "" : String(after),
  };
}
