/** Elements without a framework. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Object} [props] `class`, `on: {event: listener}`, `data: {}`, attributes; true sets a bare attribute,
 *   false, null and undefined leave it out; `value` and `checked` are set as properties.
 * @param {...(Node|string|number|null|false|Array)} children
 */
export function h(tag, props = {}, ...children) {
  return filled(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

function filled(element, { on = {}, data = {}, value, checked, ...attributes }, children) {
  for (const [name, content] of Object.entries(attributes)) {
    if (content === true) element.setAttribute(name, "");
    else if (content !== false && content !== null && content !== undefined) element.setAttribute(name, content);
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [name, content] of Object.entries(data)) element.dataset[name] = content;
  element.append(...children.flat(Infinity).filter(
    (child) => child !== null && child !== false && child !== undefined,
  ));
  if (value !== undefined) element.value = value ?? "";
  if (checked !== undefined) element.checked = checked;
  return element;
}

export function icon(name) {
  const sprite = document.documentElement.dataset.icons;
  return svg(
    "svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: `${sprite}#${name}` }),
  );
}

/** Words for those who listen instead of look. */
export const hidden = (text) => h("span", { class: "hidden" }, text);

const IS_TEXT = "textarea, input:not([type=radio], [type=checkbox])";

/**
 * Replace what `root` holds; the element that had the focus keeps it, found again by its id, with what is typed in it. Nothing here
 * asks for a measure of the page: each would lay it out anew, once for every part that is drawn.
 */
export function redraw(root, ...children) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const { id, selectionStart, selectionEnd } = active ?? {};
  root.replaceChildren(...children.flat(Infinity).filter(Boolean));
  const again = id ? document.getElementById(id) : null;
  if (active?.matches(IS_TEXT) && again?.matches(IS_TEXT)) again.value = active.value;
  again?.focus({ preventScroll: true });
  if (Number.isInteger(selectionStart)) again?.setSelectionRange?.(selectionStart, selectionEnd);
}

/** Something done that can be undone, for eight seconds. */
export function toast(text, undo) {
  const place = document.querySelector("#toasts");
  const undoButton = undo && h(
    "button", { type: "button", class: "btn btn--quiet", on: { click: () => { undo(); shown.remove(); } } }, "Undo",
  );
  const shown = h("span", { class: "toast" }, text, undoButton);
  place.append(shown);
  setTimeout(() => shown.remove(), 8000);
}
