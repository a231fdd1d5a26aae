/**
 * What the patient said after the last session: a tap writes it into Subjective, with its origin. Never by itself, and once:
 * the button goes when its lines stand in the note, and comes back when they are taken out.
 */
const field = document.querySelector("[data-note=subjective]");
const button = document.querySelector("[data-insert]");

if (button) {
  const text = button.dataset.insert;
  const offer = () => { button.hidden = field.value.includes(text); };
  button.addEventListener("click", () => {
    const before = field.value.trimEnd();
    field.value = before ? `${before}\n${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    offer();
  });
  field.addEventListener("input", offer);
  setTimeout(offer); // after the editor has filled the note in
}
