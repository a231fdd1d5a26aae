/** What the chart is and is not, what its colours and lines mean, and whose body it draws. */
import { button, line, segmented } from "./controls.js";
import { h, hidden, icon, redraw } from "./dom.js";

export const BODIES = { female: "Female", male: "Male" };

/** @param {{root: HTMLElement, data: Object, choose: (body: string) => void, close: () => void}} props */
export function drawAbout({ root, data, choose, close }) {
  const body = segmented({
    id: "chart-body", label: "Body that is drawn for this patient", options: Object.entries(BODIES), value: data.body, onChange: choose, stays: true,
  });
  redraw(
    root, heading("About this chart", close), line("Body", body),
    h("p", { class: "small" }, "Kept for this patient. Sites recorded on the other body are shown at their muscle."),
    h("p", { class: "small" }, h("b", {}, "Muscle borders are schematic"), ": placed from general anatomical knowledge, not from an atlas. A review by a clinician is pending. Feel for the muscle; other names under the point are one tap away."),
    legend(),
    h("p", { class: "small" }, "L and R are the patient's sides. Thin lines in a near picture: how the fibres run."),
    h("p", { class: "small muted" }, `Drawing ${data.version}. ${data.credit}`),
  );
}

function legend() {
  const row = (sign, title, text) => [h("dt", {}, h("i", { class: `sign sign--${sign}` }), title), h("dd", {}, text)];
  return h(
    "dl", { class: "about__legend small" },
    row("hit", "Yellow", "needled in this session"), row("deep", "Dashed violet", "deep, under another muscle"),
    row("ghost", "Dotted rings", "where the last session was"), row("referred", "Red stipple", "where the pain was felt"),
    row("hazard", "Hatching", "something under or beside the muscle asks for care (Hazards)"),
  );
}

export const heading = (title, close) => h(
  "div", { class: "card__head" }, h("h2", {}, title), button({ id: "about-close", kind: "icon", label: [icon("x"), hidden("Close")], onClick: close }),
);
