/** Keys of the editor. In a text field letters are text, and undo is the field's own; what has Alt or Ctrl works everywhere. */
const isText = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select") !== null;

/** @param {{draft: Object, addMuscle: Object, acts: Object, noteFields: HTMLElement[], review: HTMLElement}} props */
export function listenToKeys({ draft, addMuscle, acts, noteFields, review }) {
  const press = (selector) => document.querySelector(selector)?.click();
  const withAlt = {
    ArrowUp: () => reorderOpen(-1), ArrowDown: () => reorderOpen(1), Digit0: () => press("#all-out"),
    ...Object.fromEntries(noteFields.map((field, index) => [`Digit${index + 1}`, () => field.focus()])),
  };
  const outside = { z: (event) => (event.shiftKey ? draft.redo() : draft.undo()), y: () => draft.redo() };

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") return take(event, () => review.click());
    if (event.altKey && !command) return take(event, withAlt[event.code]);
    if (isText(event.target)) return undefined;
    if (command) return take(event, outside[event.key.toLowerCase()]);
    return event.key === "a" ? take(event, () => addMuscle.focus()) : undefined;
  });

  function reorderOpen(by) {
    const site = acts.sites.find(({ id }) => id === acts.open);
    if (site) acts.reorder(site, by);
  }
}

function take(event, act) {
  if (!act) return;
  event.preventDefault();
  act(event);
}
