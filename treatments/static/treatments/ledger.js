/** The bottom bar: needles in and out, whether everything is saved, undo. */
import { clock } from "../practice/clock.js";
import { button, stepper } from "./controls.js";
import { needlesIn } from "./content.js";
import { h, hidden, icon, redraw } from "./dom.js";
import { counted } from "./words.js";

/** @param {{counts: HTMLElement, draft: Object, explain: () => void}} props */
export function drawCounts({ counts, draft, explain }) {
  const { content } = draft;
  const into = needlesIn(content);
  const out = (value, options) => draft.change("needles out", (changed) => { changed.needles_out = value; }, options);
  redraw(
    counts,
    button({ id: "needles-in", label: h("span", { class: "num" }, counted(into, "needle"), " in"), onClick: explain }),
    stepper({
      id: "needles-out", label: "Needles out", unit: "out", value: content.needles_out, max: 500, onChange: out,
    }),
    into > 0 && content.needles_out !== into && button({
      id: "all-out", label: `All out: ${into}`, onClick: () => out(into),
    }),
    into > 0 && state(content, into, explain),
  );
}

function state({ needles_out: out, discrepancy_kind: kind }, into, explain) {
  if (out === null) return h("span", { class: "tag", data: { level: "open" } }, "Not counted out");
  if (out === into) return h("span", { class: "tag", data: { level: "ok" } }, icon("ok"), "All out");
  const words = out < into ? `${into - out} still in` : `${out - into} more out than in`;
  if (kind) return h("span", { class: "tag", data: { level: "reason" } }, icon("reason"), `${words}, explained`);
  return h(
    "button", { type: "button", class: "tag", id: "explain", data: { level: "stop" }, on: { click: explain } },
    icon("stop"), words, hidden(": explain"),
  );
}

/** Both say what they would take back or do again. */
export function drawUndo({ undo, redo, draft }) {
  name(undo, "Undo", draft.undoable);
  name(redo, "Do again", draft.redoable);
}

function name(control, verb, label) {
  const words = label ? `${verb}: ${label}` : `${verb}: nothing`;
  control.disabled = !label;
  control.setAttribute("aria-label", words);
  control.title = words;
}

/** Whether everything is saved, in words; trouble is also spoken. */
export function drawStatus({ root, spoken, draft, signIn }) {
  const { state: name, at, message } = draft.status;
  const words = {
    saved: () => `Saved ${clock(at, true)}`,
    waiting: () => "Saving …",
    saving: () => "Saving …",
    local: () => `Kept on this device since ${clock(at)}. Sent when the network is back.`,
    refused: () => "Not saved: see the marked values",
    signed_out: () => "Kept on this device. You are signed out.",
    conflict: () => "Two texts for one field: choose one",
    closed: () => message || "This session is closed. What you wrote since is below.",
  }[name]();
  const trouble = !["saved", "waiting", "saving"].includes(name);
  root.dataset.state = trouble ? "local" : "saved";
  root.setAttribute("aria-busy", String(!trouble && name !== "saved"));
  redraw(
    root, icon(trouble ? "reason" : name === "saved" ? "ok" : "clock"), h("span", {}, words),
    name === "signed_out" && h("a", { href: signIn, target: "_blank", rel: "noopener" }, "Sign in in a new tab"),
  );
  if (spoken.textContent !== (trouble ? words : "")) spoken.textContent = trouble ? words : "";
}
