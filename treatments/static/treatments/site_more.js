/** The rest of what a site can say, under "More". */
import { button, check, line, segmented, stepper, textField } from "./controls.js";
import { derived } from "./content.js";
import { h } from "./dom.js";
import { siteName } from "./words.js";

const YES_NO = [["yes", "Yes"], ["no", "No"], ["not_tested", "Not tested"]];
const KINDS = [["active", "Active"], ["latent", "Latent"], ["none", "None"]];
const STRENGTHS = [["weak", "Weak"], ["medium", "Medium"], ["strong", "Strong"]];

/** The same arguments as siteForm; `id` names a control of this site. */
export function siteMore(site, props, id) {
  const { number, actions, structures } = props;
  const set = (label, name) => (value, options) => actions.change(
    `site ${number}: ${label}`, (own) => { own[name] = value; }, options,
  );
  const move = button({
    id: id("move"), label: site.chart_point ? "Move its dot" : "Put it on the chart",
    onClick: () => actions.placeOnChart(site),
  });
  const hasSides = structures[site.structure]?.laterality !== "midline";
  return h(
    "div", { class: "site__more wide" },
    criteria(site, number, actions, set, id),
    amounts(site, set, id),
    twitch(site, number, actions, id),
    site.technique === "electrical" && stimulation(site, number, actions, id),
    words(site, number, actions, id),
    h("div", { class: "btns wide" }, move, hasSides && otherSide(site, props, id), order(number, props, id)),
  );
}

/** "Not tested" is how a criterion begins, so it is shown only as the absence of an answer. */
function criteria(site, number, actions, set, id) {
  const criterion = (name, label) => line(label, segmented({
    id: id(name), label, options: YES_NO,
    value: site.criteria[name] === "not_tested" ? undefined : site.criteria[name],
    onChange: (value) => actions.change(
      `site ${number}: ${label}`, (own) => { own.criteria[name] = value ?? "not_tested"; },
    ),
  }));
  const kind = segmented({
    id: id("trigger"), label: "Trigger point", options: KINDS, value: site.trigger_point,
    onChange: (value) => set("trigger point", "trigger_point")(value ?? derived(site)),
  });
  return [
    criterion("taut_band", "Taut band"),
    criterion("hypersensitive_spot", "Tender spot"),
    criterion("referred_pain", "Referred pain"),
    line("Trigger point", kind),
  ];
}

function amounts(site, set, id) {
  const measure = (name, label, unit, options = {}) => stepper({
    id: id(name), label, unit, value: site[name], max: 10, start: 1, onChange: set(label, name), ...options,
  });
  const pressure = { max: 1500, by: 10, start: 200 };
  return [
    measure("needles", "Needles", "needles", { min: 1, max: 50 }),
    stepper({
      id: id("minutes"), label: "Minutes in place", unit: "min in place", max: 1440, start: 5,
      value: site.retention_s === null ? null : Math.round(site.retention_s / 60),
      onChange: (value, options) => set("time in place", "retention_s")(value === null ? null : value * 60, options),
    }),
    measure("pain_before", "Pain before, here", "pain before"),
    measure("pain_after", "Pain after, here", "pain after"),
    measure("ppt_before_kpa", "Pressure threshold before, kPa", "kPa before", pressure),
    measure("ppt_after_kpa", "Pressure threshold after, kPa", "kPa after", pressure),
  ];
}

function twitch(site, number, actions, id) {
  const change = (mutate) => actions.change(`site ${number}: twitch`, (own) => mutate(own.twitch));
  const strength = segmented({
    id: id("strength"), label: "Strength of the twitch", options: STRENGTHS, value: site.twitch.strength,
    onChange: (value) => change((own) => { own.strength = value; }),
  });
  const notSought = check({
    id: id("not-sought"), label: "A twitch was not sought", checked: site.twitch.seen === "not_sought",
    onChange: (on) => change((own) => Object.assign(own, { seen: on ? "not_sought" : "unspecified", count: null, strength: null })),
  });
  return [site.twitch.count > 0 ? line("Strength", strength) : h("div", { class: "wide" }, notSought)];
}

function words(site, number, actions, id) {
  const text = (name, label, maxlength) => textField({
    id: id(name), label, value: site[name], maxlength,
    onInput: (value) => actions.change(
      `site ${number}: ${label.toLowerCase()}`, (own) => { own[name] = value; }, { quiet: true, key: id(name) },
    ),
  });
  return [
    text("direction", "Direction", 120), text("landmark", "Landmark", 200), text("reaction", "Reaction", 80),
    text("note", "Note", 1000),
  ];
}

function order(number, { count, actions }, id) {
  const move = (name, label, by, possible) => possible && button({ id: id(name), label, onClick: () => actions.reorder(by) });
  return [move("earlier", `Make it ${number - 1}`, -1, number > 1), move("later", `Make it ${number + 1}`, 1, number < count)];
}

function otherSide(site, { number, structures, actions }, id) {
  const other = site.side === "left" ? "right" : "left";
  const change = (own) => Object.assign(own, { side: other, chart_point: null });
  return button({
    id: id("side"), label: `It was the ${other} side`,
    onClick: () => actions.change(`site ${number}: ${siteName({ ...site, side: other }, structures)}`, change),
  });
}

function stimulation(site, number, actions, id) {
  const now = site.stimulation ?? { frequency_hz: null, intensity_ma: null, minutes: null };
  const field = (name, label) => textField({ id: id(name), label, type: "number", value: now[name], onInput: (text) => actions.change(`site ${number}: current`, (own) => {
    const current = { ...(own.stimulation ?? now), [name]: text === "" ? null : Number(text) };
    own.stimulation = Object.values(current).every((value) => value === null) ? null : current;
  }, { quiet: true, key: id(name) }) });
  return [field("frequency_hz", "Frequency, Hz"), field("intensity_ma", "Intensity, mA"), field("minutes", "Minutes")];
}
