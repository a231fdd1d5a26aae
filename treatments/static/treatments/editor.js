/**
 * The session editor: a client of the public REST API. This module only introduces the parts to each other.
 * The page gives its data in <script type="application/json" id="editor-data">.
 */
import { request } from "../practice/http.js";
import { AddMuscle } from "./add_muscle.js";
import { Chart } from "./chart.js";
import { ChartData } from "./chart_data.js";
import { drawConflicts } from "./conflicts.js";
import { toast } from "./dom.js";
import { Draft } from "./draft.js";
import { drawCounts, drawStatus } from "./ledger.js";
import { drawStrip } from "./safety.js";
import { Sites } from "./sites.js";
import { Visit } from "./visit.js";

const data = JSON.parse(document.querySelector("#editor-data").textContent);
const at = (name) => document.querySelector(`[data-part=${name}]`);
const { structures, urls } = data;

const draft = new Draft({ session: data.session, url: urls.session });
const drawing = new ChartData({ url: urls.chart, everyView: urls.views });
const ghosts = (data.previous?.points ?? []).filter(({ body }) => urls.chart.includes(`body=${body}`));
const chart = new Chart({ root: at("chart"), data: drawing, ghosts });
const sites = new Sites({
  root: { numbers: at("numbers"), list: at("sites") }, draft, structures, chart: drawing, lastNeedle: data.last_needle,
});
const visit = new Visit({ root: at("visit"), draft });
const addMuscle = new AddMuscle({ root: at("quick"), url: urls.structures, structures });
const notes = [...document.querySelectorAll("[data-note]")];

// ---- what is on the screen follows the draft -----------------------------------------------------------------------
function draw() {
  sites.draw();
  visit.draw();
  for (const field of notes) {
    const text = draft.content[field.dataset.note];
    if (field.value !== text) field.value = text; // the place of the cursor stays when nothing is new
  }
  drawConflicts(at("conflicts"), draft);
  drawAround();
}

/** What changes with every keystroke, and never takes the focus away. */
function drawAround() {
  drawCounts({
    counts: at("counts"), draft,
    explain: () => visit.jump(draft.content.needles_out === null ? "needles_in" : "discrepancy_kind"),
  });
  drawStrip(at("strip"), draft, goTo);
  chart.mark(draft.content.sites, sites.open);
  const undo = at("undo");
  undo.disabled = draft.undoable === null;
  undo.setAttribute("aria-label", draft.undoable ? `Undo: ${draft.undoable}` : "Nothing to undo");
}

const status = () => drawStatus({ root: at("saved"), spoken: at("spoken"), draft, signIn: urls.sign_in });
draft.addEventListener("change", ({ detail }) => (detail.quiet ? drawAround() : draw()));
draft.addEventListener("answer", draw);
draft.addEventListener("status", status);
sites.addEventListener("opened", () => {
  drawAround();
  chart.reveal(draft.content.sites.find(({ id }) => id === sites.open)?.chart_point);
});

// ---- what people do -------------------------------------------------------------------------------------------------
chart.addEventListener("place", ({ detail }) => sites.tap(detail));
addMuscle.addEventListener("chosen", async ({ detail }) => {
  const site = sites.add({ ...detail, chart_point: null });
  const point = await drawing.labelPoint(detail.structure, detail.side);
  if (!point) return;
  sites.change(site.id, `${draft.undoable}`, (own) => { own.chart_point ??= point; }, { key: site.id });
  chart.reveal(point);
});
sites.addEventListener("added", () => {
  at("visit").open = false;
  at("sites").parentElement.scrollTo(0, 0);
});
for (const field of notes) {
  const { note } = field.dataset;
  field.value = draft.content[note];
  field.addEventListener(
    "input", () => draft.change(note, (content) => { content[note] = field.value; }, { quiet: true, key: note }),
  );
}
at("undo").addEventListener("click", () => draft.undo());
at("review").addEventListener("click", async (event) => {
  event.preventDefault();
  if (await draft.flush()) location.assign(event.target.href);
  else toast("Not everything is saved yet. It is kept in this tab.");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "a" && !event.ctrlKey && !event.metaKey && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    addMuscle.focus();
  }
});

/** A finding leads to the field that answers it. */
function goTo({ site, field, rule, level, key }) {
  const ofSite = site && draft.content.sites.some(({ id }) => id === site);
  if (ofSite) return sites.jump(site, level === "reason" ? `reason-${rule}` : field);
  const note = notes.find((other) => other.dataset.note === field);
  if (note) return note.focus();
  if (field === "needles_out") return document.querySelector("#needles-out").focus();
  if (field === "sites" && level !== "reason") return addMuscle.focus();
  if (level === "reason" && visit.jump(`reason-${key}`)) return undefined;
  return visit.jump(field);
}

/** Where the review sends someone: #field, or #site/field. */
function goToHash() {
  const [first, second] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (first) goTo({ site: second ? first : null, field: second ?? first, rule: "", level: "stop", key: "" });
}

// ---- begin -----------------------------------------------------------------------------------------------------------
if (!draft.content.sites.length) at("visit").open = true;
draw();
status();
if (draft.restored) toast("What was not saved in this tab is back.");
chart.show("whole").then(draw).then(goToHash);
if (draft.content.sites.length) chart.reveal(draft.content.sites.at(-1).chart_point);
request(urls.regions).then(({ ok, data: regions }) => { if (ok) {
  sites.regions = regions.results ?? regions;
  sites.draw();
} }).catch(() => {});
request(urls.lots).then(({ ok, data: lots }) => { if (ok) {
  sites.lots = lots.results;
  sites.draw();
} }).catch(() => {});
