/** Ways to begin a session that has no sites yet: repeat the last plan, or a template. */
import { day } from "../practice/clock.js";
import { button } from "./controls.js";
import { icon, redraw } from "./dom.js";
import { filled } from "./placeholders.js";
import { offerTemplates } from "./session_templates.js";

const NOTES = ["subjective", "objective", "assessment", "plan"];

/** @param {{root: HTMLElement, draft: Object, previous: {started_at: string}|null, templates: Object[], repeat: () => void, begin: (template: Object) => void}} props */
export function drawStarters({ root, draft, previous, templates, repeat, begin }) {
  const { sites, no_needling: none } = draft.content;
  root.hidden = sites.length > 0 || none || (!previous && !templates.length);
  if (root.hidden) return redraw(root);
  const open = root.querySelector("details")?.open ?? false;
  return redraw(
    root, previous && button({
      id: "repeat-plan", label: `Repeat the plan of ${day(new Date(previous.started_at))}`, extra: icon("undo"), onClick: repeat,
    }),
    templates.length > 0 && offerTemplates({ templates, open, onChosen: begin }),
  );
}

/** First words go only into notes that say nothing; what else is usual is added. The sites are proposed by somebody else. */
export function applyWords(draft, template, values) {
  draft.change(`template ${template.title}`, (content) => {
    for (const note of NOTES) if (!content[note].trim() && template[note]) content[note] = filled(template[note], values);
    content.position ||= template.position;
    for (const list of ["adjuncts", "advice_given"]) content[list] = [...new Set([...content[list], ...template[list]])];
  });
}
