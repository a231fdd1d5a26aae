/**
 * Review and sign: the words as they will read, everything that blocks with its cure in place, one act.
 * The same draft as in the editor: what is put right here is saved by itself.
 */
import { request } from "../practice/http.js";
import { button, check, fieldError, levelWord, note, selectField, textField } from "./controls.js";
import { needlesIn } from "./content.js";
import { drawConflicts } from "./conflicts.js";
import { h, icon, redraw, toast } from "./dom.js";
import { Draft } from "./draft.js";
import { drawStatus } from "./ledger.js";
import { openFindings } from "./safety.js";
import { DISCREPANCIES, POSITIONS, counted } from "./words.js";

const data = JSON.parse(document.querySelector("#editor-data").textContent);
const at = (name) => document.querySelector(`[data-part=${name}]`);
const { structures, urls } = data;
const draft = new Draft({ session: data.session, url: urls.session, owner: data.me, open: urls.editor });
let explaining = false;
let signing = false;

// ---- as it will read ---------------------------------------------------------------------------------------------
const NOTES = [
  ["subjective", "Subjective"], ["objective", "Objective"], ["assessment", "Assessment"], ["plan", "Plan"],
];

function drawWords() {
  const { content, narrative } = draft;
  const written = NOTES.filter(([name]) => content[name].trim()).map(([name, label]) => [
    h("dt", {}, label), h("dd", { class: "written" }, content[name].trim()),
  ]);
  const sentences = narrative?.sites ?? [];
  redraw(
    at("words"),
    h("h2", {}, "As it will read"),
    written.length ? h("dl", { class: "facts" }, written) : h("p", { class: "muted" }, "No notes yet."),
    h("h2", {}, "Needling ", h("span", { class: "count" }, narrative?.totals ?? "")),
    sentences.length ? h(
      "ol", { class: "sentences" }, sentences.map((sentence) => h("li", {}, h("span", {}, sentence))),
    ) : h("p", { class: "muted" }, content.no_needling ? "No needling today." : "No sites yet."),
    h("p", { class: "small" }, [narrative?.ledger, around(content)].filter(Boolean).join(" ")),
  );
}

function around({ pain_before: before, pain_after: after, position, skin_preparation: skin, gloves, sharps_disposed: sharps }) {
  const pain = [before !== null && `${before} before`, after !== null && `${after} after`].filter(Boolean).join(", ");
  const words = [
    pain && `Pain ${pain}.`, position && `${POSITIONS[position]}.`, skin && "Skin prepared.", gloves && "Gloves worn.",
    sharps && "Sharps disposed.",
  ];
  return words.filter(Boolean).join(" ");
}

// ---- what is missing, each with its cure ---------------------------------------------------------------------------
const set = (name, label) => (value) => draft.change(label, (content) => { content[name] = value; });
const quietly = (name, label) => (value) => draft.change(
  label, (content) => { content[name] = value; }, { quiet: true, key: name },
);

/** A control that puts it right here, or the way to where it can be. */
function cureFor(finding) {
  const { content } = draft;
  if (finding.level === "reason") return reasonField(finding);
  if (finding.field === "safety_net_given") return check({
    id: "cure-net", label: "Given, spoken and on paper", checked: content.safety_net_given,
    onChange: set("safety_net_given", "safety-net advice"),
  });
  if (finding.field === "consent_confirmed") return check({
    id: "cure-yes", label: "Risks explained, questions answered, spoken yes today", checked: content.consent_confirmed,
    onChange: set("consent_confirmed", "spoken yes"),
  });
  if (finding.field === "needles_out") return ledgerCure(content);
  if (finding.field === "remove_by") return textField({
    id: "cure-by", label: "Comes out by", type: "date", value: content.remove_by,
    onInput: (text) => quietly("remove_by", "comes out by")(text || null),
  });
  const elsewhere = {
    consent: ["Take consent", urls.consent], screening: ["Take the screening", urls.screening],
  }[finding.field];
  if (elsewhere?.[1]) return h("a", { class: "btn", href: elsewhere[1] }, elsewhere[0]);
  const target = finding.site ? `${finding.site}/${finding.field}` : finding.field;
  return h("a", { class: "btn", href: `${urls.editor}#${target}` }, "Go to it");
}

/** A field for the reason; an alert that only has to be read is read with one tap. */
function reasonField({ key, message }) {
  const given = draft.content.acknowledged_findings.find((entry) => entry.key === key)?.reason ?? "";
  const write = (event) => draft.change("reason", (content) => {
    content.acknowledged_findings = [
      ...content.acknowledged_findings.filter((entry) => entry.key !== key), { key, reason: event.target.value },
    ];
  }, { quiet: true, key });
  const field = h(
    "input",
    {
      id: `reason-${key}`, "aria-label": `Reason. ${message}`, placeholder: "Write the reason", value: given,
      maxlength: 500, autocomplete: "off", on: { input: write },
    },
  );
  if (!key.startsWith("alert_")) return field;
  const read = () => {
    field.value = "Read before needling.";
    field.dispatchEvent(new Event("input"));
  };
  return [field, button({ id: `read-${key}`, label: "I have read it", onClick: read })];
}

function ledgerCure(content) {
  const into = needlesIn(content);
  const buttons = h(
    "div", { class: "btns" },
    button({ id: "cure-all-out", label: `All out: ${into}`, onClick: () => set("needles_out", "needles out")(into) }),
    button({
      id: "cure-explain", label: "Explain", "aria-expanded": String(explaining),
      onClick: () => { explaining = !explaining; draw(); },
    }),
  );
  if (!explaining) return buttons;
  return [
    buttons,
    selectField({
      id: "cure-kind", label: "What happened to the needle", options: Object.entries(DISCREPANCIES),
      value: content.discrepancy_kind, empty: "Choose", onChange: set("discrepancy_kind", "what happened"),
    }),
    textField({
      id: "cure-note", label: "In words", value: content.discrepancy_note,
      onInput: quietly("discrepancy_note", "what happened"),
    }),
  ];
}

/** A reason being written stays on the screen after it was saved; it only moves away when the page is drawn again. */
function drawMissing() {
  const held = document.activeElement?.id?.startsWith("reason-") ? document.activeElement.id.slice(7) : null;
  const open = openFindings(draft);
  const stays = draft.findings.filter(({ key }) => key === held && !open.some((finding) => finding.key === key));
  const numbers = new Map(draft.content.sites.map(({ id }, index) => [id, index + 1]));
  const rows = [...open, ...stays].map((finding) => {
    const where = finding.site ? `Site ${numbers.get(finding.site)}. ` : "";
    return note(
      finding.level, `${levelWord(finding.level)}: ${finding.message}`, `${where}${finding.cure}`,
      finding.level !== "warn" && cureFor(finding),
    );
  });
  const errors = draft.errors.map(({ message }, index) => fieldError(`error-${index}`, message));
  at("missing-count").textContent = String(draft.blocks.length);
  redraw(at("missing"), errors, rows.length ? rows : note("ok", "Nothing is missing"));
}

function drawInPlace() {
  const { content, findings } = draft;
  const fine = (...rules) => !findings.some(({ rule }) => rules.includes(rule));
  const hasSites = content.sites.length > 0;
  const lung = content.sites.some(({ structure }) => structures[structure]?.lung);
  const reasons = content.acknowledged_findings.filter(({ reason }) => reason.trim()).length;
  const ticks = [
    fine("consent") && "Consent in force",
    fine("screening", "hard_stop") && "Screening reviewed",
    content.consent_confirmed && "Spoken yes today",
    lung && fine("lung_zone_credential") && "Thoracic credential",
    content.sites.some(({ lot }) => lot) && fine("lot_expired") && "Lots in date",
    hasSites && content.needles_out === needlesIn(content) && "All needles out",
    content.safety_net_given && "Safety-net advice",
    reasons > 0 && `${counted(reasons, "reason")} given`,
  ].filter(Boolean);
  at("place-count").textContent = String(ticks.length);
  redraw(at("place"), ticks.map((text) => h("li", {}, icon("ok"), h("span", {}, text))));
}

// ---- the act -------------------------------------------------------------------------------------------------------
function drawBar() {
  const { blocks } = draft;
  const stops = blocks.filter(({ level }) => level === "stop").length;
  const stopping = `${counted(stops, "thing stops", "things stop")} signing`;
  const words = stops ? stopping : `${counted(blocks.length, "reason is", "reasons are")} missing`;
  redraw(
    at("bar"),
    blocks.length ? [
      h("span", { class: "tag", data: { level: stops ? "stop" : "reason" } }, icon(stops ? "stop" : "reason"), words),
      h("span", { class: "muted small" }, "They are listed beside the text."),
    ] : h("span", { class: "tag", data: { level: "ok" } }, icon("ok"), "Ready to sign"),
  );
  const blocked = blocks.length > 0 || draft.conflicts.length > 0 || signing;
  at("sign").setAttribute("aria-disabled", String(blocked));
  at("deviate").hidden = stops === 0;
}

async function sign(deviations = []) {
  if (signing) return;
  signing = true;
  drawBar();
  try {
    if (!(await draft.flush())) return void toast("Not everything is saved yet, so it is not signed.");
    const answer = await request(
      urls.sign, { method: "POST", body: deviations.length ? { deviations } : {}, version: draft.version },
    );
    if (answer.ok) return void location.assign(urls.signed);
    refused(answer);
  } catch {
    toast("The network is away: not signed. Try again when it is back.");
  } finally {
    signing = false;
    drawBar();
  }
}

function refused({ status, data: problem }) {
  if (status === 412) return void location.reload();
  if (status === 409 && problem?.errors?.length) {
    const { narrative, version } = draft;
    const [findings, blocks] = [draft.findings, draft.blocks].map((known) => merge(known, problem.errors));
    draft.adopt({ findings, blocks_signing: blocks, narrative, version, status: "draft" });
  }
  const away = "You are signed out. Sign in in another tab, then sign here.";
  const said = problem?.errors?.[0]?.message ?? problem?.detail ?? "It was not signed. Try again.";
  toast(status === 401 ? away : said);
}

const merge = (known, newer) => [...new Map([...known, ...newer].map((finding) => [finding.key, finding])).values()];

function deviation({ key, message, cure, deviable }) {
  if (deviable === false) return h("p", { class: "small" }, `This can still be put right. ${cure}`);
  return h("input", {
    id: `deviation-${key}`, data: { key }, "aria-label": `What happened and why. ${message}`, required: true,
    placeholder: "What happened and why", maxlength: 500, autocomplete: "off",
  });
}

/** Signing against the truth of a rule cannot be undone, so it has a dialog, and a reason for every stop. */
function openDeviations() {
  const stops = draft.blocks.filter(({ level }) => level === "stop");
  const rows = stops.map((finding) => note("stop", finding.message, "", deviation(finding)));
  redraw(at("deviations"), rows);
  const unfinished = draft.blocks.length > stops.length || stops.some(({ deviable }) => deviable === false);
  at("deviation-hint").textContent = unfinished
    ? "Something beside the text can still be put right or needs its reason: do that first."
    : "The manager is told. It is printed in the clinical record.";
  at("deviation-sign").hidden = unfinished;
  at("deviation-dialog").showModal();
}

at("sign").addEventListener("click", () => {
  const blocked = at("sign").getAttribute("aria-disabled") === "true";
  if (blocked) at("missing").querySelector("input, button, a, select")?.focus();
  else sign();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  at("sign").click();
});
at("deviate").addEventListener("click", openDeviations);
at("deviation-form").addEventListener("submit", (event) => {
  if (event.submitter?.value !== "sign") return;
  const fields = [...at("deviations").querySelectorAll("input[data-key]")];
  sign(fields.map((field) => ({ key: field.dataset.key, reason: field.value.trim() })));
});
document.querySelector("[data-part=back]").addEventListener("click", async (event) => {
  event.preventDefault();
  await draft.flush();
  location.assign(urls.editor);
});

// ---- the screen follows the draft --------------------------------------------------------------------------------
function draw() {
  drawWords();
  drawMissing();
  drawInPlace();
  drawConflicts(at("conflicts"), draft);
  drawBar();
}
draft.addEventListener("change", ({ detail }) => detail.quiet || draw());
draft.addEventListener("answer", draw);
draft.addEventListener(
  "status", () => {
    drawStatus({ root: at("saved"), spoken: at("spoken"), draft, signIn: urls.sign_in });
    drawConflicts(at("conflicts"), draft);
  },
);
draw();
draft.begin();
drawStatus({ root: at("saved"), spoken: at("spoken"), draft, signIn: urls.sign_in });
