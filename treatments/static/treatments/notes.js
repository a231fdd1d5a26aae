/** Subjective, objective, assessment, plan: text fields that follow the draft and change it with every keystroke. */
import { editedProposal } from "./proposals.js";

export class Notes {
  #fields; #draft;

  constructor({ fields, draft }) {
    this.#fields = [...fields];
    this.#draft = draft;
    for (const field of this.#fields) {
      field.value = draft.content[field.dataset.note];
      field.addEventListener("input", () => this.#typed(field));
    }
  }

  /** The place of the cursor stays when nothing is new. */
  draw() {
    for (const field of this.#fields) {
      const text = this.#draft.content[field.dataset.note];
      if (field.value !== text) field.value = text;
    }
  }

  /** Whether there is such a note; its field has the focus then. */
  jump(name) {
    const field = this.#fields.find(({ dataset }) => dataset.note === name);
    field?.focus();
    return Boolean(field);
  }

  #typed(field) {
    const { note } = field.dataset;
    const text = editedProposal(this.#draft.content[note], field.value);
    if (text !== field.value) replaceKeepingTheCursor(field, text);
    this.#draft.change(note, (content) => { content[note] = text; }, { quiet: true, key: note });
  }
}

function replaceKeepingTheCursor(field, text) {
  const fromEnd = field.value.length - field.selectionEnd;
  field.value = text;
  const cursor = Math.max(0, text.length - fromEnd);
  field.setSelectionRange(cursor, cursor);
}
