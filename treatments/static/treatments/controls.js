/** The pieces of a form as the design draws them. Nothing is chosen until a person chooses it. */
import { h, icon, toast } from "./dom.js";

/**
 * One of two to five known answers. Choosing the chosen one again takes the answer back, unless it `stays`.
 * @param {{id: string, label: string, options: [any, string][], value: any, onChange: (value: any) => void, stays?: boolean}}
 *   props
 */
export function segmented({ id, label, options, value, onChange, stays = false }) {
  const items = options.map(([answer, text], index) => {
    const chosen = answer === value;
    const choose = () => onChange(answer);
    const takeBack = () => chosen && !stays && onChange(null);
    return h(
      "label", {},
      h(
        "input",
        { type: "radio", name: id, id: `${id}-${index}`, checked: chosen, on: { change: choose, click: takeBack } },
      ),
      text,
    );
  });
  return h("fieldset", { class: "seg", id }, h("legend", { class: "hidden" }, label), items);
}

/**
 * A small count in one tap, 0 to `most`; more is typed or added in the stepper at its end. Choosing the chosen one again takes
 * it back: nothing is recorded then.
 */
export function counter({ id, label, value, most = 5, max, onChange }) {
  const numbers = [...Array(most + 1).keys()].map((count) => [count, String(count)]);
  const group = segmented({ id, label, options: numbers, value: value !== null && value <= most ? value : undefined, onChange });
  group.append(wholeNumber({
    id: `${id}-count`, label: `${label}: another number`, value: value > most ? value : null, max, placeholder: `${most + 1}+`,
    class: value > most ? "seg__count is-on" : "seg__count", onChange: (number) => onChange(number),
  }));
  return group;
}

/** A segmented control with its words at the left. */
export function line(label, control) {
  return h("div", { class: "line wide" }, h("span", { class: "label", "aria-hidden": "true" }, label), control);
}

/**
 * A whole number that is typed. Every keystroke that makes one counts, so that a save in between takes nothing away; what is
 * not a number in these limits stays in the field, marked, and the limits are said when it is left.
 * @param {{id: string, label: string, value: number|null, min?: number, max: number, placeholder?: string, error?: Object, onChange: Function}} props
 */
export function wholeNumber({ id, label, value, min = 0, max, placeholder = "", error = null, onChange, ...attributes }) {
  const typed = ({ target }) => {
    const text = target.value.trim();
    const number = text === "" ? null : Number(text);
    const fits = number === null || (Number.isInteger(number) && number >= min && number <= max);
    if (!fits) return target.setAttribute("aria-invalid", "true");
    target.removeAttribute("aria-invalid");
    return onChange(number, { quiet: true, key: id });
  };
  const explain = ({ target }) => target.getAttribute("aria-invalid") === "true" && toast(`${label}: a whole number from ${min} to ${max}.`);
  return h("input", {
    id, value: value ?? "", inputmode: "numeric", autocomplete: "off", placeholder, "aria-label": label,
    "aria-invalid": error ? "true" : null, ...attributes,
    on: { input: typed, blur: explain },
  });
}

/**
 * A count or measure near a usual value; the number can be typed over, emptying it means "not recorded".
 * @param {{id: string, label: string, unit: string, value: number|null, min?: number, max: number, by?: number, start?: number, onChange: Function}} props
 */
export function stepper({ id, label, unit, value, min = 0, max, by = 1, start = min, onChange, error }) {
  const next = (direction) => (value === null ? (direction > 0 ? start : min) : Math.min(
    max, Math.max(min, value + direction * by),
  ));
  const go = (direction) => onChange(next(direction));
  const field = wholeNumber({ id, label, value, min, max, placeholder: "–", error, onChange });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    field.value = next(event.key === "ArrowUp" ? 1 : -1);
    onChange(Number(field.value));
  });
  const button = (sign, direction) => h(
    "button", {
      type: "button", id: `${id}-${direction > 0 ? "more" : "less"}`,
      "aria-label": `${label}: one ${direction > 0 ? "more" : "less"}`, on: { click: () => go(direction) },
    }, sign,
  );
  const unitWords = h("small", { "aria-hidden": "true" }, unit);
  return h(
    "div", { class: "step", role: "group", "aria-label": label }, button("−", -1),
    h("label", { class: "step__value" }, field, unitWords), button("+", 1),
  );
}

export function check({ id, label, checked, onChange }) {
  return h(
    "label", { class: "check" },
    h("input", { type: "checkbox", id, checked, on: { change: (event) => onChange(event.target.checked) } }),
    h("span", {}, label),
  );
}

/** Free text; every keystroke counts, so that nothing typed is ever lost. */
export function textField({ id, label, value, onInput, placeholder = "", maxlength = 1000, type = "text" }) {
  const field = h(
    "input",
    {
      id, type, value: value ?? "", placeholder, maxlength, autocomplete: "off",
      on: { input: (event) => onInput(event.target.value) },
    },
  );
  return h("div", { class: "field" }, h("label", { for: id }, label), field);
}

/** @param {{options: [string, string][], value: string|null, onChange: (value: string|null) => void}} props */
export function selectField({ id, label, options, value, onChange, empty = "Not recorded" }) {
  const choices = [["", empty], ...options].map(([key, text]) => h(
    "option", { value: key, selected: key === (value ?? "") }, text,
  ));
  const field = h("select", { id, on: { change: (event) => onChange(event.target.value || null) } }, choices);
  return h("div", { class: "field" }, h("label", { for: id }, label), field);
}

export const chip = ({ id, label, pressed, deep = false, onClick, extra = null }) => h(
  "button", {
    type: "button", id, class: deep ? "chip chip--deep" : "chip",
    "aria-pressed": pressed === undefined ? null : String(pressed), on: { click: onClick },
  }, label, extra,
);

export const button = ({ id, label, kind = "", onClick, extra = null, ...attributes }) => h(
  "button", {
    type: "button", id, class: kind ? `btn btn--${kind}` : "btn", on: { click: onClick }, ...attributes,
  }, label, extra,
);

const WORDS = {
  stop: "Stops signing", reason: "Needs a reason", warn: "Take care", hint: "Good to know", ok: "In order",
};

/** The word that stands beside the shape and the colour of a level. */
export const levelWord = (level) => WORDS[level];

export function note(level, title, text, ...controls) {
  const body = h(
    "div", { class: "stack note__body" }, h("div", {}, h("b", {}, title), text && h("p", { class: "small" }, text)),
    controls,
  );
  return h("div", { class: "note", data: { level } }, icon(level), body);
}

export const fieldError = (id, message) => h(
  "p", { class: "field__error wide", id }, icon("stop"), h("span", {}, message),
);
