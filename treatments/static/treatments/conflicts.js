/** Two people wrote one field at once: both texts beside each other, nothing lost. */
import { clock } from "../practice/clock.js";
import { button } from "./controls.js";
import { h, redraw } from "./dom.js";

export function drawConflicts(root, draft) {
  if (draft.status.state === "closed" && draft.unsaved.length) return drawUnsaved(root, draft);
  root.hidden = draft.conflicts.length === 0;
  if (root.hidden) return redraw(root);
  const cards = draft.conflicts.map((conflict, index) => card(conflict, index, draft));
  return redraw(
    root, h("h2", {}, "Two people wrote at once"),
    h(
      "p", { class: "small" },
      `Someone saved at ${clock(draft.theirsAt, true)} while you were writing. Both are kept until you choose.`,
    ),
    cards,
  );
}

/** The server takes no more (signed, discarded, taken over): what was written since stays readable, to be copied. */
function drawUnsaved(root, draft) {
  root.hidden = false;
  const rows = draft.unsaved.flatMap(({ name, was, is }) => [
    h("dt", {}, name), h("dd", { class: "written" }, told(is), was !== null && h("p", { class: "small muted" }, `before: ${told(was)}`)),
  ]);
  return redraw(
    root, h("h2", {}, "Not saved any more"), h("p", { class: "small" }, `${draft.status.message} Copy what you need, for example into an addendum.`),
    h("dl", { class: "facts" }, rows),
    button({ id: "leave-unsaved", label: "Done, leave it", onClick: () => { draft.forget(); root.hidden = true; } }),
  );
}

function card(conflict, index, draft) {
  const { name, mine, theirs, isText } = conflict;
  const keep = (id, label, value, kind = "") => button({
    id: `${id}-${index}`, label, kind, onClick: () => draft.decide(conflict, value),
  });
  const side = (title, value, control) => h("div", {}, h("b", {}, title), h("p", {}, told(value)), control);
  return h(
    "section", { class: "stack", "aria-label": name }, h("h3", {}, name),
    h(
      "div", { class: "conflict" }, side("Yours", mine, keep("mine", "Keep mine", mine)),
      side(`Saved ${clock(draft.theirsAt, true)}`, theirs, keep("theirs", "Keep this one", theirs)),
    ),
    isText && h(
      "div", { class: "btns" }, keep("both", "Keep both, one below the other", `${theirs}\n${mine}`.trim(), "primary"),
    ),
  );
}

function told(value) {
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "Nothing";
  if (Array.isArray(value)) return value.map((entry) => told(entry.reason ?? entry)).join("; ");
  if (typeof value === "object") return Object.entries(value).filter(([, part]) => part !== null).map(
    ([key, part]) => `${key.replaceAll("_", " ")}: ${part}`,
  ).join(", ");
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return String(value).replaceAll("_", " ");
}
