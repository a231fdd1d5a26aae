/** What each chip over the body chart shows: pairs of views, and the part of them in chart units (x, y, width, height). */

const FRONT_BACK = ["posterior", "anterior"];
const SIDES = ["lateral_left", "lateral_right"];
const mirrored = ([x, y, width, height]) => [-x - width, y, width, height];

/** The lateral pictures are mirror images of each other, so one box serves both. */
const sides = (box) => ({ views: SIDES, boxes: [box, box && mirrored(box)] });
const frontBack = (box) => ({ views: FRONT_BACK, boxes: [box, box] });

/** @type {Object<string, {label: string, pictures: {label: string, views: string[], boxes: (number[]|null)[]}[]}>} */
export const PARTS = {
  whole: {
    label: "Whole",
    pictures: [{ label: "Back and front", ...frontBack([-246, 8, 492, 984]) }, { label: "Sides", ...sides(null) }],
  },
  head: {
    label: "Head",
    pictures: [
      { label: "Back and front", ...frontBack([-85, 5, 170, 175]) },
      { label: "Sides", views: ["head_neck_lateral_left", "head_neck_lateral_right"], boxes: [null, null] },
    ],
  },
  shoulder: {
    label: "Shoulder",
    pictures: [
      { label: "Back and front", ...frontBack([-148, 66, 296, 300]) },
      { label: "Sides", ...sides([-80, 110, 400, 260]) },
    ],
  },
  arm: {
    label: "Arm",
    pictures: [
      { label: "Back and front", ...frontBack([-246, 140, 492, 400]) },
      { label: "Sides", ...sides([100, 140, 220, 400]) },
    ],
  },
  trunk: {
    label: "Trunk",
    pictures: [
      { label: "Back and front", ...frontBack([-130, 150, 260, 310]) },
      { label: "Sides", ...sides([-85, 150, 190, 310]) },
    ],
  },
  hip: {
    label: "Hip",
    pictures: [
      { label: "Back and front", ...frontBack([-130, 360, 260, 260]) },
      { label: "Sides", ...sides([-90, 360, 200, 260]) },
    ],
  },
  leg: {
    label: "Leg",
    pictures: [
      { label: "Back and front", ...frontBack([-120, 500, 240, 490]) },
      { label: "Sides", ...sides([-90, 500, 210, 490]) },
      { label: "Inner sides", views: ["leg_medial_left", "leg_medial_right"], boxes: [null, null] },
    ],
  },
  hand: {
    label: "Hand", pictures: [{ label: "Palm and back", views: ["hand_palmar", "hand_dorsal"], boxes: [null, null] }],
  },
  foot: {
    label: "Foot", pictures: [{ label: "Sole and top", views: ["foot_plantar", "foot_dorsal"], boxes: [null, null] }],
  },
};
export const FIRST_VIEWS = FRONT_BACK;

/** The part and picture that show a view best: where to go when a site of that view is opened. */
export function pictureOf(view) {
  for (const part of ["hand", "foot", "head", "leg", "whole"]) {
    const index = PARTS[part].pictures.findIndex((picture) => picture.views.includes(view));
    if (index >= 0) return { part, index };
  }
  return { part: "whole", index: 0 };
}

/** The picture before or after this one, over all parts and round again. */
export function turned(part, picture, by) {
  const all = Object.entries(PARTS).flatMap(([key, { pictures }]) => pictures.map((_, index) => ({ part: key, index })));
  const now = all.findIndex((other) => other.part === part && other.index === picture);
  return all.at((now + by) % all.length);
}
