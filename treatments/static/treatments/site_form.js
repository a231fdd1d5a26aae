/** The open site: what is asked at every needle first, the rest under "More". */
import { button, chip, counter, fieldError, levelWord, line, note, segmented, stepper } from "./controls.js";
import { h, hidden, icon } from "./dom.js";
import { siteMore } from "./site_more.js";
import { MAIN_TECHNIQUES, TECHNIQUES, needleChoices } from "./words.js";

const FOUND_BY = ["palpated", "visible", "ultrasound", "unspecified"];

/**
 * @param {Object} site
 * @param {{number: number, structures: Object, candidates: Object[], lots: Object[], regions: Object[], findings: Object[],
 *   errors: Object[], reasons: Map<string, string>, more: boolean, saidNotAsked: Set<string>, last: Object,
 *   actions: {change: Function, reason: Function, again: Function, mirror: Function, remove: Function, reorder: Function, toggleMore: Function,
 *   placeOnChart: Function}}} props
 */
export function siteForm(site, props) {
  const { actions, errors, number } = props;
  const id = (name) => `${site.id}-${name}`;
  const set = (label, name) => (value, options) => actions.change(
    `site ${number}: ${label}`, (own) => { own[name] = value; }, options,
  );
  const error = (name) => errors.find(({ field }) => field.split(".")[0] === name);
  const count = (name, label, unit, options) => [
    stepper({
      id: id(name), label, unit, value: site[name], error: error(name), onChange: set(label, name), ...options,
    }),
  ];
  return h(
    "div", { class: "site__body" },
    errors.map(({ message }, index) => fieldError(id(`error-${index}`), message)),
    underThePoint(site, props, id),
    line("Technique", technique(site, set("Technique", "technique"), id)),
    line("Twitches", counter({
      id: id("twitches"), label: "Twitches", value: site.twitch.count, max: 200,
      onChange: (value) => actions.change(`site ${number}: twitches`, (own) => countTwitches(own, value)),
    })),
    line("Familiar pain", familiarPain(site, props, id)),
    count("depth_mm", "Depth in mm", "mm deep", { max: 150, by: 5, start: props.last.depth_mm ?? 10 }),
    count("insertions", "Passes", "passes", { max: 200, min: 1 }),
    count("pain_during", "Pain during, 0 to 10", "pain 0–10", { max: 10, start: 1 }),
    needle(site, props, id),
    line("Refers to", refersTo(site, props, id)),
    site.twitch.count > 0 && line("Seen by", twitchSeen(site, number, actions, id)), // last: nothing above moves under the finger
    h("div", { class: "btns wide site__acts" }, buttons(site, props, id)),
    findingNotes(props, id), // below: nothing moves under the finger when a finding comes
    props.more && siteMore(site, props, id),
  );
}

function findingNotes({ findings, reasons, actions }, id) {
  return findings.map((finding) => {
    const text = `${finding.message} ${finding.cure}`;
    if (finding.level !== "reason") return note(finding.level, levelWord(finding.level), text);
    const field = h(
      "input",
      {
        id: id(`reason-${finding.rule}`), "aria-label": `Reason. ${finding.message}`, placeholder: "Write the reason",
        value: reasons.get(finding.key) ?? "", maxlength: 500, autocomplete: "off",
        on: { input: (event) => actions.reason(finding.key, event.target.value) },
      },
    );
    return note("reason", levelWord("reason"), text, field);
  });
}

function underThePoint(site, { candidates, structures, number, actions }, id) {
  const own = candidates.some(({ structure, side }) => structure === site.structure && side === site.side);
  const offered = own ? candidates : [{ structure: site.structure, side: site.side, deep: false }, ...candidates];
  if (offered.length < 2) return null; // the heading says it
  const chips = offered.slice(0, 9).map((candidate) => {
    const pressed = candidate.structure === site.structure && candidate.side === site.side;
    const name = structures[candidate.structure]?.name ?? candidate.structure;
    const other = candidate.side !== site.side ? `, ${candidate.side}` : "";
    const choose = () => actions.change(
      `site ${number}: ${name}`,
      (changed) => { Object.assign(changed, { structure: candidate.structure, side: candidate.side }); },
    );
    return chip({
      id: id(`is-${candidate.structure}-${candidate.side}`), label: `${name}${other}${candidate.deep ? ", deep" : ""}`,
      pressed, deep: candidate.deep, onClick: choose,
    });
  });
  return h("div", { class: "chips wide", role: "group", "aria-label": "Structure under this point" }, chips);
}

function technique(site, set, id) {
  const isOther = site.technique !== null && !MAIN_TECHNIQUES.includes(site.technique);
  const others = Object.entries(TECHNIQUES).filter(([key]) => !MAIN_TECHNIQUES.includes(key));
  const options = MAIN_TECHNIQUES.map((key) => [key, TECHNIQUES[key]]);
  const select = h(
    "select",
    {
      id: id("other-technique"), class: isOther ? "seg__more is-on" : "seg__more", "aria-label": "Another technique",
      on: { change: (event) => event.target.value && set(event.target.value) },
    },
    h("option", { value: "" }, "Other"),
    others.map(([key, text]) => h("option", { value: key, selected: key === site.technique }, text)),
  );
  const group = segmented({
    id: id("technique"), label: "Technique", options, value: site.technique, onChange: set, stays: true,
  });
  group.append(select);
  return group;
}

/** A counted twitch was seen somehow; zero is none. Taking the count away takes back only what it had said. */
function countTwitches({ twitch }, count) {
  const follows = count === 0 || (count ? !FOUND_BY.includes(twitch.seen) : twitch.seen === "none");
  twitch.count = count;
  if (follows) twitch.seen = count === 0 ? "none" : "unspecified";
  if (!count) twitch.strength = null;
}

function twitchSeen(site, number, actions, id) {
  const options = [["palpated", "Hand"], ["visible", "Eye"], ["ultrasound", "Ultrasound"]];
  const onChange = (seen) => actions.change(`site ${number}: twitch`, ({ twitch }) => { twitch.seen = seen ?? "unspecified"; });
  return segmented({ id: id("seen"), label: "How the twitch was seen", options, value: site.twitch.seen, onChange });
}

/** "Not asked" is stored as no answer; that it was chosen is remembered while the page is open. */
function familiarPain(site, { number, actions, saidNotAsked }, id) {
  const notSaid = saidNotAsked.has(site.id) ? "not asked" : undefined;
  const value = site.familiar_pain ?? notSaid;
  const onChange = (answer) => {
    saidNotAsked[answer === "not asked" ? "add" : "delete"](site.id);
    actions.change(
      `site ${number}: familiar pain`, (own) => { own.familiar_pain = typeof answer === "boolean" ? answer : null; },
    );
  };
  return segmented({
    id: id("familiar"), label: "Familiar pain reproduced",
    options: [[true, "Yes"], [false, "No"], ["not asked", "Not asked"]], value, onChange,
  });
}

function refersTo(site, { number, regions, structures, actions }, id) {
  const labels = new Map(regions.map(({ key, label }) => [key, label]));
  const chosen = site.referred_to.map((key) => h(
    "button",
    {
      type: "button", class: "chip", id: id(`refers-${key}`),
      on: { click: () => actions.change(
        `site ${number}: refers to`, (own) => { own.referred_to = own.referred_to.filter((other) => other !== key); },
      ) },
    },
    labels.get(key) ?? key.replaceAll("_", " "), icon("x"), hidden("remove"),
  ));
  const left = regions.filter(({ key }) => !site.referred_to.includes(key));
  const often = structures[site.structure]?.refers ?? [];
  const option = ({ key, label }) => h("option", { value: key }, label);
  const groups = [
    h("optgroup", { label: "Often from here" }, left.filter(({ key }) => often.includes(key)).map(option)),
    h("optgroup", { label: "All areas" }, left.filter(({ key }) => !often.includes(key)).map(option)),
  ].filter((group) => group.children.length);
  const add = (event) => event.target.value && actions.change(
    `site ${number}: refers to`, (own) => { own.referred_to = [...own.referred_to, event.target.value]; },
  );
  return h(
    "div", { class: "chips" }, chosen,
    h(
      "select",
      {
        class: "chip chip--select", id: id("refers"), "aria-label": "Add an area the pain is referred to",
        on: { change: add },
      },
      h("option", { value: "" }, "+ Area"), groups,
    ),
  );
}

function needle(site, { number, lots, actions }, id) {
  const { shelf, sizes, chosen } = needleChoices(lots, site);
  const option = ([key, text]) => h("option", { value: key, selected: key === chosen }, text);
  const choose = (event) => actions.change(`site ${number}: needle`, (own) => {
    const [gauge, length, lot] = event.target.value ? JSON.parse(event.target.value) : [null, null, null];
    Object.assign(own, { gauge_mm: gauge, length_mm: length, lot });
  });
  return h(
    "select", { class: "site__needle", id: id("needle"), "aria-label": "Needle and lot", on: { change: choose } },
    h("option", { value: "" }, "Needle"),
    shelf.length > 0 && h("optgroup", { label: "On the shelf" }, shelf.map(option)),
    h("optgroup", { label: "Size only" }, sizes.map(option)),
  );
}

function buttons(site, { number, more: isOpen, structures, actions }, id) {
  const hasSides = site.side !== "midline" && structures[site.structure]?.laterality !== "midline";
  return [
    button({
      id: id("again"), label: [hidden("Same muscle "), "Again"], extra: icon("plus"),
      onClick: () => actions.again(site),
    }),
    hasSides && button({
      id: id("mirror"), label: [site.side === "left" ? "Right" : "Left", hidden(" side too")], extra: icon("plus"),
      onClick: () => actions.mirror(site),
    }),
    button({
      id: id("more"), label: "More", extra: icon("down"), onClick: actions.toggleMore, "aria-expanded": String(isOpen),
    }),
    button({
      id: id("remove"), label: [icon("x"), hidden(`Remove site ${number}`)], kind: "icon",
      onClick: () => actions.remove(site),
    }),
  ];
}
