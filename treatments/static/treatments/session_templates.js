/**
 * The templates that may begin a session, behind one button. Nothing happens until one is pressed: in a select the arrow
 * keys of some browsers would choose the first on the way to the third.
 */
import { button } from "./controls.js";
import { counted } from "./words.js";
import { h, icon } from "./dom.js";

/** @param {{templates: Object[], open: boolean, onChosen: (template: Object) => void}} props `open`: it was, before a redraw. */
export function offerTemplates({ templates, open, onChosen }) {
  const details = h(
    "details", { class: "from-template", open },
    h("summary", { class: "btn", id: "from-template" }, "From a template", icon("down")),
    h("ul", { class: "from-template__list" }, templates.map((template) => h("li", {}, button({
      id: `template-${template.id}`, label: h("span", {}, template.title, h("span", { class: "small muted" }, brings(template))),
      onClick: () => { details.open = false; onChosen(template); },
    })))),
  );
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  return details;
}

/** What it would propose, in words. */
function brings({ sites, subjective, objective, assessment, plan }) {
  const notes = [subjective, objective, assessment, plan].filter(Boolean).length;
  return [sites.length && counted(sites.length, "site"), notes && counted(notes, "note")].filter(Boolean).map((part) => ` · ${part}`).join("");
}
