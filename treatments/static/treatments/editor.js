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
import { listenToKeys } from "./editor_keys.js";
import { drawCounts, drawStatus, drawUndo } from "./ledger.js";
import { Measures } from "./measures.js";
import { Notes } from "./notes.js";
import { Proposals } from "./proposals.js";
import { drawStrip } from "./safety.js";
import { SiteActs } from "./site_acts.js";
import { Sites } from "./sites.js";
import { Snippets } from "./snippets.js";
import { applyWords, drawStarters } from "./starters.js";
import { Visit } from "./visit.js";
import { draftInWords } from "./words.js";

const data = JSON.parse(document.querySelector("#editor-data").textContent);
const at = (name) => document.querySelector(`[data-part=${name}]`);
const { structures, urls } = data;

const draft = new Draft({ session: data.session, url: urls.session, owner: data.me, open: urls.editor });
const drawing = new ChartData({ url: urls.chart, everyView: urls.views });
const ghosts = data.previous?.points ?? [];
const chart = new Chart({
  root: at("chart"), data: drawing, ghosts, structures, hazardsUrl: urls.hazards, regions: () => sites.regions, waits: () => acts.waits,
});
const acts = new SiteActs({ draft, structures, chart: drawing, lastNeedle: data.last_needle });
const sites = new Sites({ root: { numbers: at("numbers"), list: at("sites") }, draft, acts, structures, chart: drawing });
const proposals = new Proposals({ root: at("proposals"), acts, structures });
const visit = new Visit({ root: at("visit"), draft });
const measures = new Measures({ root: at("measures"), draft, acts, structures });
const addMuscle = new AddMuscle({ root: at("quick"), url: urls.structures, shorthandUrl: urls.shorthand, structures });
const noteFields = [...document.querySelectorAll("[data-note]")];
const notes = new Notes({ fields: noteFields, draft });
const spoken = () => ({ ...data.spoken, ...draftInWords(draft.content, structures) });
new Snippets({ fields: noteFields, snippets: data.offered.snippets, context: spoken });

// ---- what is on the screen follows the draft -----------------------------------------------------------------------
function draw() {
  sites.draw();
  visit.draw();
  measures.draw();
  notes.draw();
  drawStarters({ root: at("starters"), draft, previous: data.previous, templates: data.offered.templates, repeat, begin });
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
  chart.mark(draft.content.sites, acts.open);
  drawUndo({ undo: at("undo"), redo: at("redo"), draft });
}

function status() {
  drawStatus({ root: at("saved"), spoken: at("spoken"), draft, signIn: urls.sign_in });
  drawConflicts(at("conflicts"), draft);
}

draft.addEventListener("change", ({ detail }) => (detail.quiet ? drawAround() : draw()));
draft.addEventListener("answer", draw);
draft.addEventListener("status", status);
acts.addEventListener("opened", () => {
  drawAround();
  chart.reveal(draft.content.sites.find(({ id }) => id === acts.open)?.chart_point);
});
acts.addEventListener("added", () => {
  at("visit").open = false;
  requestAnimationFrame(() => at("sites").parentElement.scrollTo(0, 0)); // when the page is laid out anyway
});

// ---- what people do -------------------------------------------------------------------------------------------------
let byKeyboard = false; // whether the last thing touched was a key: then the arrows carry a dot to its place
for (const type of ["keydown", "pointerdown"]) document.addEventListener(type, () => { byKeyboard = type === "keydown"; }, true);
let tapped = null; // what the last tap on the chart did, for the first half of a double tap
function byTap(act) {
  const [before, { open }] = [draft.lastStep, acts];
  act();
  tapped = draft.lastStep === before ? null : { step: draft.lastStep, open };
}
chart.addEventListener("place", ({ detail }) => byTap(() => acts.tap(detail)));
chart.addEventListener("untap", () => {
  if (!tapped || draft.lastStep !== tapped.step) return;
  acts.open = tapped.open;
  draft.undo();
});
chart.addEventListener("open", ({ detail }) => sites.show(detail.id, { scroll: true }));
chart.addEventListener("released", () => acts.release());
acts.addEventListener("placing", ({ detail }) => {
  if (byKeyboard) chart.hold(detail.id);
});
chart.addEventListener("region", ({ detail }) => acts.addAt(detail));
chart.addEventListener("moved", ({ detail }) => acts.moved(detail));
chart.addEventListener("referred", ({ detail }) => byTap(() => acts.refer(detail.regions)));
chart.addEventListener("body", ({ detail }) => wear(detail.body));
addMuscle.addEventListener("chosen", ({ detail }) => acts.addByName(detail));
addMuscle.addEventListener("rows", ({ detail }) => acts.addRows(detail.sites));
at("undo").addEventListener("click", () => draft.undo());
at("redo").addEventListener("click", () => draft.redo());
at("review").addEventListener("click", async (event) => {
  event.preventDefault();
  if (await draft.flush()) location.assign(event.target.href);
  else toast("Not everything is saved yet. It is kept on this device.");
});
listenToKeys({ draft, addMuscle, acts, noteFields, review: at("review") });

/** The body is the patient's, on every device from now on; the drawing changes at once. */
async function wear(body) {
  await chart.wear(body);
  draw();
  const patient = await request(urls.patient).catch(() => null);
  const kept = patient?.ok && await request(urls.patient, { method: "PATCH", body: { chart_body: body }, version: patient.data.version }).catch(() => null);
  if (!kept?.ok) toast("The body is changed here only: it could not be kept for the patient.");
}

/** Repeat last plan: rows to accept, the plan marked with its date, no answer of that day. */
async function repeat() {
  const { ok, data: proposal } = await request(urls.copy_forward, { method: "POST", body: {} }).catch(() => ({ ok: false }));
  if (!ok) return toast(proposal?.detail ?? "The network is away. The last plan cannot be read now.");
  if (proposal.plan && !draft.content.plan.trim()) draft.change("plan repeated", (content) => { content.plan = proposal.plan; });
  return proposals.offer({ title: "From the last plan", sites: proposal.sites });
}

/** A template begins a session: first words, advice, and sites to accept. */
function begin(template) {
  applyWords(draft, template, spoken());
  proposals.offer({ title: template.title, sites: template.sites });
}

/** A finding leads to the field that answers it. */
function goTo({ site, field, rule, level, key }) {
  const ofSite = site && draft.content.sites.some(({ id }) => id === site);
  if (ofSite) return sites.jump(site, level === "reason" ? `reason-${rule}` : field);
  if (notes.jump(field)) return undefined;
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
async function bring(url, into) {
  const answer = await request(url).catch(() => null);
  if (!answer?.ok) return;
  sites[into] = answer.data.results ?? answer.data;
  sites.draw();
}

if (!draft.content.sites.length) at("visit").open = true;
draw();
status();
if (data.rewritten?.length && !draft.content.sites.length) {
  proposals.offer({ title: "Needled in this patient? Accept what is true", sites: data.rewritten });
}
draft.begin().then((restored) => restored && toast("What was not saved on this device is back."));
chart.show("whole").then(draw).then(goToHash);
if (draft.content.sites.length) chart.reveal(draft.content.sites.at(-1).chart_point);
bring(urls.regions, "regions");
bring(urls.lots, "lots");
