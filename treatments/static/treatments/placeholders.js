/**
 * Placeholders are filled here, because only the browser knows the draft. Their names are the server's
 * (treatments/placeholders.py), which refuses any other before it is saved.
 */
const PLACEHOLDER = /\{([^{}\s]{1,30})\}/g;
const OPEN = "{?}";

/** What is known is filled in; what is not stays to be seen. */
export const filled = (text, values) => text.replace(PLACEHOLDER, (whole, name) => (Object.hasOwn(values, name) && values[name]) || whole);

/** Selects the next place to fill in, so that typing writes over it. Answers whether there was one. */
export function selectOpen(field, from) {
  const place = field.value.indexOf(OPEN, from);
  if (place >= 0) field.setSelectionRange(place, place + OPEN.length);
  return place >= 0;
}

/** A tap into a place to fill in means all of it. */
export function selectAround(field) {
  const { selectionStart: at, selectionEnd } = field;
  const place = field.value.lastIndexOf(OPEN, at);
  if (at === selectionEnd && place >= 0 && at > place && at < place + OPEN.length) selectOpen(field, place);
}

/** What was not known when the words came (a template begins before its sites are accepted) is filled in now. */
export function fillIn(field, values) {
  const text = filled(field.value, values);
  if (text === field.value) return;
  const cursor = filled(field.value.slice(0, field.selectionStart), values).length;
  field.setRangeText(text, 0, field.value.length);
  field.setSelectionRange(cursor, cursor);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
