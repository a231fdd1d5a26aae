/** The chips over the chart: part of the body, its other pictures, the deep layer, the referral areas. */
import { PARTS } from "./body_parts.js";
import { chip } from "./controls.js";
import { h, redraw } from "./dom.js";

/** @param {{part: string, picture: number, deep: boolean, referring: boolean, show: Function, toggleDeep: Function, toggleReferring: Function}} chart */
export function drawTools(root, { part, picture, deep, referring, show, toggleDeep, toggleReferring }) {
  const parts = Object.entries(PARTS).map(([key, { label }]) => chip({
    id: `part-${key}`, label, pressed: key === part, onClick: () => show(key, 0),
  }));
  const others = PARTS[part].pictures.slice(1).map(({ label }, index) => chip({
    id: `picture-${index}`, label, pressed: picture === index + 1, onClick: () => show(part, picture === index + 1 ? 0 : index + 1),
  }));
  redraw(
    root, h("div", { class: "chips", role: "group", "aria-label": "Part of the body" }, parts),
    h(
      "div", { class: "chips push", role: "group", "aria-label": "Pictures and layers" }, others,
      chip({ id: "layer-deep", label: "Deep", pressed: deep, deep: true, onClick: toggleDeep }),
      chip({ id: "mode-refer", label: "Referral", pressed: referring, onClick: toggleReferring }),
    ),
  );
}
