/** What a session says, as plain values: pure functions over the body of the REST API. */

export const SESSION_FIELDS = [
  "patient", "practitioner", "clinic", "episode", "started_at", "ended_at", "subjective", "objective", "assessment", "plan",
  "pain_before", "pain_after", "range_of_motion", "position", "adjuncts", "skin_preparation", "gloves", "sharps_disposed", "others_present",
  "tolerance", "consent", "consent_confirmed", "screening", "needles_in", "needles_out", "discrepancy_kind",
  "discrepancy_note", "remove_by", "no_needling", "safety_net_given", "advice_given", "advice_note", "next_review_on",
  "acknowledged_findings", "sites",
];
const TEXTS = new Set([
  "subjective", "objective", "assessment", "plan", "advice_note", "discrepancy_note", "tolerance", "note",
]);
export const NAMES = {
  subjective: "Subjective", objective: "Objective", assessment: "Assessment", plan: "Plan", pain_before: "Pain before", pain_after: "Pain after", range_of_motion: "Range of motion",
  position: "Position", needles_in: "Needles in", needles_out: "Needles out", depth_mm: "Depth", insertions: "Passes", technique: "Technique",
  pain_during: "Pain during", familiar_pain: "Familiar pain", referred_to: "Refers to", structure: "Muscle", side: "Side", twitch: "Twitch",
  acknowledged_findings: "Reasons given", advice_given: "Advice", chart_point: "Place on the chart", safety_net_given: "Safety-net advice",
  consent_confirmed: "Spoken yes today", ended_at: "Ended", next_review_on: "Next review", trigger_point: "Trigger point",
};

/** The content of an answered session, as it may be sent again. */
export function contentOf(session) {
  const content = Object.fromEntries(SESSION_FIELDS.map((name) => [name, structuredClone(session[name] ?? null)]));
  content.acknowledged_findings = (content.acknowledged_findings ?? []).map(({ key, reason }) => ({ key, reason }));
  content.sites ??= [];
  return content;
}

/** As the server will understand it: a trigger point that follows from the criteria is left to the server. */
export function sendable(content) {
  const sites = content.sites.map((site) => ({
    ...site, trigger_point: site.trigger_point === derived(site) ? null : site.trigger_point,
  }));
  const motions = content.range_of_motion.filter(({ movement, before, after }) => movement.trim() || before !== null || after !== null);
  return {
    ...content, sites, range_of_motion: motions.map((entry) => ({ ...entry, movement: entry.movement.trim() || "Movement" })),
    acknowledged_findings: content.acknowledged_findings.filter(({ reason }) => reason.trim()),
  };
}

/** Active, latent or none from the criteria; the server has the same table. */
export function derived({ criteria, familiar_pain: familiar }) {
  const { taut_band: band, hypersensitive_spot: spot } = criteria;
  if (band === "no" && spot === "no") return "none";
  if (band === "yes" && spot === "yes" && familiar !== null) return familiar ? "active" : "latent";
  return "unspecified";
}

/** Time-ordered identifier, so that a retry with the same id is the same record. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A site with nothing answered; `carried` brings the technique and the needle of the one before. */
export function newSite({ structure, side, chart_point = null, carried = {} }) {
  return {
    id: newId(), structure, side, trigger_point: "unspecified",
    criteria: { taut_band: "not_tested", hypersensitive_spot: "not_tested", referred_pain: "not_tested" },
    chart_point, landmark: "", technique: carried.technique ?? null, gauge_mm: carried.gauge_mm ?? null,
    length_mm: carried.length_mm ?? null, lot: carried.lot ?? null, depth_mm: null, direction: "", needles: 1,
    insertions: null, retention_s: null, stimulation: null, twitch: {
      seen: "unspecified", count: null, strength: null,
    },
    familiar_pain: null, referred_to: [], pain_during: null, pain_before: null, pain_after: null, ppt_before_kpa: null,
    ppt_after_kpa: null, reaction: "", note: "",
  };
}

/** A site with what a row says of it; what the row leaves open stays as it is. */
export function merge(site, row) {
  const said = Object.entries(row).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return {
    ...site, ...Object.fromEntries(said), id: site.id, criteria: { ...site.criteria, ...row.criteria },
    twitch: { ...site.twitch, ...row.twitch },
  };
}

export const needlesIn = (content) => content.needles_in ?? content.sites.reduce(
  (sum, site) => sum + (site.needles ?? 1), 0,
);

// ---- two people wrote at once ---------------------------------------------------------------------------------
const plain = (value) => {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).sort(
    ([a], [b]) => (a < b ? -1 : 1),
  ).map(([k, v]) => [k, plain(v)]));
  return value ?? null;
};
export const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

/**
 * Three-way merge, field by field and site by site. What only one side changed is taken; what both changed differently
 * stays mine and is reported. `sent` are my attempts that nobody answered: their values coming back are my own, not
 * somebody else's.
 * @returns {{content: Object, conflicts: {path: string[], name: string, mine: any, theirs: any, isText: boolean}[]}}
 */
export function merged(base, mine, theirs, sent = []) {
  const conflicts = [];
  const content = mergedFields(
    SESSION_FIELDS.filter((name) => name !== "sites"), [base, mine, theirs, ...sent], [], "", conflicts,
  );
  content.sites = mergedSites([base, mine, theirs, ...sent].map((side) => side?.sites ?? []), conflicts);
  return { content, conflicts };
}

function mergedFields(names, [base, mine, theirs, ...sent], path, prefix, conflicts) {
  const result = {};
  for (const name of names) {
    const values = [base, mine, theirs].map((side) => side?.[name]);
    const untouchedByThem = [base, ...sent].some((side) => side && same(values[2], side[name]));
    if (untouchedByThem || same(values[1], values[2])) result[name] = mine[name];
    else if (same(values[1], values[0])) result[name] = theirs[name];
    else {
      result[name] = mine[name];
      conflicts.push({
        path: [...path, name], name: `${prefix}${NAMES[name] ?? name}`, mine: mine[name], theirs: theirs[name],
        isText: TEXTS.has(name),
      });
    }
  }
  return result;
}

function mergedSites(lists, conflicts) {
  const [base, mine, theirs, ...sent] = lists.map((list) => new Map(list.map((site) => [site.id, site])));
  const result = [];
  for (const id of new Set([...theirs.keys(), ...mine.keys()])) {
    const [old, own, other] = [base.get(id), mine.get(id), theirs.get(id)];
    const mineBefore = sent.map((attempt) => attempt.get(id)).filter(Boolean);
    if (own && other) result.push(mergedFields(
      Object.keys(own), [old, own, other, ...mineBefore], ["sites", id], `Site ${result.length + 1}: `, conflicts,
    ));
    else if (own && (!old || !same(own, old))) result.push(own);
    else if (other && !old && !mineBefore.length) result.push(other);
    else if (other && old && !same(other, old) && !mineBefore.some((attempt) => same(other, attempt))) result.push(other);
  }
  return result;
}

/** What became different, field by field: {name, was, is}. A site that came or went is one difference. */
export function changesOf(before, after) {
  const changes = fieldChanges(SESSION_FIELDS.filter((name) => name !== "sites"), before, after, "");
  const old = new Map(before.sites.map((site) => [site.id, site]));
  after.sites.forEach((site, index) => {
    const prefix = `Site ${index + 1}: `;
    if (old.has(site.id)) changes.push(...fieldChanges(Object.keys(site), old.get(site.id), site, prefix));
    else changes.push({ name: `${prefix}added`, was: null, is: site.structure });
    old.delete(site.id);
  });
  for (const gone of old.values()) changes.push({ name: "Site removed", was: gone.structure, is: null });
  return changes;
}

const fieldChanges = (names, before, after, prefix) => names.filter((name) => !same(before[name], after[name])).map(
  (name) => ({ name: `${prefix}${NAMES[name] ?? name.replaceAll("_", " ")}`, was: before[name], is: after[name] }),
);

/** Put the chosen value of a conflict into the content. */
export function settle(content, path, value) {
  if (path[0] === "sites") content.sites.find((site) => site.id === path[1])[path[2]] = value;
  else content[path[0]] = value;
}
