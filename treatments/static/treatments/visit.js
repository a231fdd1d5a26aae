/** Everything around the needles: the spoken yes, pain, position, what was advised, who else was there. */
import { momentOf, wall } from "../practice/clock.js";
import { button, check, chip, fieldError, line, note, levelWord, segmented, selectField, stepper, textField } from "./controls.js";
import { needlesIn } from "./content.js";
import { h, icon, redraw } from "./dom.js";
import { ADJUNCTS, ADVICE, DISCREPANCIES, POSITIONS, PRESENT } from "./words.js";

const YES_NO = [[true, "Yes"], [false, "No"]];

export class Visit {
  #draft; #root;

  constructor({ root, draft }) {
    this.#draft = draft;
    this.#root = root;
    root.querySelector("summary").addEventListener("click", () => root.open || this.#drawBody());
  }

  /** Open the visit and go to a field of it. */
  jump(field) {
    this.#root.open = true;
    this.#drawBody();
    const target = document.getElementById(`visit-${field}`) ?? document.getElementById(`visit-${field}-0`);
    const control = target?.matches("fieldset, div") ? target.querySelector("input, button") : target;
    (control ?? this.#root.querySelector("summary")).focus();
    target?.scrollIntoView({ block: "nearest" });
    return Boolean(target);
  }

  draw() {
    const { content } = this.#draft;
    this.#root.querySelector("[data-line]").textContent = this.#line(content);
    if (this.#root.open) this.#drawBody();
  }

  /** Closed it is not drawn: every tap on the chart would wait for what nobody sees. */
  #drawBody() {
    const { content } = this.#draft;
    redraw(
      this.#root.querySelector("[data-body]"), this.#errors(), this.#findings(), this.#first(content),
      this.#ledger(content), this.#advice(content), this.#rest(content),
    );
  }

  #line({ consent_confirmed: said, pain_before: before, pain_after: after, position, safety_net_given: net }) {
    const later = after === null ? "" : `, ${after} after`;
    const pain = before !== null && `pain ${before} before${later}`;
    return [
      said ? "spoken yes" : "spoken yes not ticked", pain, POSITIONS[position]?.toLowerCase(),
      net && "safety-net advice given",
    ].filter(Boolean).join(" · ");
  }

  #set(label, name, options) {
    return (value, more) => this.#draft.change(label, (content) => { content[name] = value; }, { ...options, ...more });
  }

  #quietly(label, name) { return this.#set(label, name, { quiet: true, key: name }); }

  #errors() {
    return this.#draft.errors.filter(({ site }) => site === null).map(({ message }, index) => fieldError(
      `visit-error-${index}`, message,
    ));
  }

  /** Findings that speak of the whole session and ask a reason; a stop is answered by the field it names. */
  #findings() {
    const given = new Map(this.#draft.content.acknowledged_findings.map(({ key, reason }) => [key, reason]));
    return this.#draft.findings.filter(({ site, level }) => !site && level === "reason").map((finding) => {
      const write = (event) => this.#draft.change("reason", (content) => {
        content.acknowledged_findings = [
          ...content.acknowledged_findings.filter(({ key }) => key !== finding.key),
          { key: finding.key, reason: event.target.value },
        ];
      }, { quiet: true, key: finding.key });
      const field = h(
        "input",
        {
          id: `visit-reason-${finding.key}`, "aria-label": `Reason. ${finding.message}`,
          placeholder: "Write the reason", value: given.get(finding.key) ?? "", maxlength: 500, autocomplete: "off",
          on: { input: write },
        },
      );
      return note("reason", `${levelWord("reason")}: ${finding.message}`, finding.cure, field, read(finding, field));
    });
  }

  #first(content) {
    const pain = (name, label, unit) => stepper({
      id: `visit-${name}`, label, unit, value: content[name], max: 10, start: 1, onChange: this.#set(label, name),
    });
    const yesNo = (name, label) => line(
      label,
      segmented({
        id: `visit-${name}`, label, options: YES_NO, value: content[name], onChange: this.#set(label, name),
      }),
    );
    return [
      h(
        "div", { class: "wide" },
        check({
          id: "visit-consent_confirmed", label: "Risks explained, questions answered, spoken yes today",
          checked: content.consent_confirmed, onChange: this.#set("spoken yes", "consent_confirmed"),
        }),
      ),
      pain("pain_before", "Pain before, 0 to 10", "pain before"),
      pain("pain_after", "Pain after, 0 to 10", "pain after"),
      selectField({
        id: "visit-position", label: "Position", options: Object.entries(POSITIONS), value: content.position,
        onChange: this.#set("position", "position"),
      }),
      textField({
        id: "visit-tolerance", label: "Tolerated", value: content.tolerance, maxlength: 250,
        onInput: this.#quietly("tolerated", "tolerance"),
      }),
      yesNo("skin_preparation", "Skin prepared"), yesNo("gloves", "Gloves"),
      yesNo("sharps_disposed", "Sharps disposed"),
    ];
  }

  /** The count, and what happened when it does not come out even. */
  #ledger(content) {
    const uneven = content.needles_out !== null && content.needles_out !== needlesIn(content);
    const inField = stepper({
      id: "visit-needles_in", label: "Needles in, if not the sum of the sites",
      unit: content.needles_in === null ? `in, ${needlesIn(content)} by the sites` : "in", value: content.needles_in,
      max: 500, start: needlesIn(content), onChange: this.#set("needles in", "needles_in"),
    });
    const retained = content.discrepancy_kind === "retained_on_purpose";
    const explain = uneven || content.discrepancy_kind ? [
      h(
        "div", { class: "wide" },
        selectField({
          id: "visit-discrepancy_kind", label: "What happened to the needle", options: Object.entries(DISCREPANCIES),
          value: content.discrepancy_kind, empty: "Choose", onChange: this.#set("what happened", "discrepancy_kind"),
        }),
      ),
      h(
        "div", { class: "wide" },
        textField({
          id: "visit-discrepancy_note", label: "In words", value: content.discrepancy_note,
          onInput: this.#quietly("what happened", "discrepancy_note"),
        }),
      ),
      retained && textField({
        id: "visit-remove_by", label: "Comes out by", type: "date", value: content.remove_by,
        onInput: (text) => this.#quietly("comes out by", "remove_by")(text || null),
      }),
    ] : [];
    return [inField, ...explain];
  }

  #advice(content) {
    const ticks = Object.entries(ADVICE).map(([key, label]) => this.#tick("advice_given", key, label));
    return [
      h(
        "div", { class: "wide" },
        check({
          id: "visit-safety_net_given", label: "Safety-net advice given, spoken and on paper",
          checked: content.safety_net_given, onChange: this.#set("safety-net advice", "safety_net_given"),
        }),
      ),
      h(
        "div", { class: "wide stack" }, h("span", { class: "label" }, "Advice given"),
        h("div", { class: "chips", role: "group", "aria-label": "Advice given" }, ticks),
      ),
      h(
        "div", { class: "wide" },
        textField({
          id: "visit-advice_note", label: "Advice, in words", value: content.advice_note, maxlength: 2000,
          onInput: this.#quietly("advice", "advice_note"),
        }),
      ),
    ];
  }

  #tick(name, key, label) {
    const pressed = this.#draft.content[name].includes(key);
    const change = () => this.#draft.change(
      label,
      (content) => {
        content[name] = pressed ? content[name].filter((other) => other !== key) : [...content[name], key];
      },
    );
    return chip({ id: `visit-${name}-${key}`, label, pressed, onClick: change });
  }

  #rest(content) {
    const begun = wall(content.started_at);
    const ended = (text) => this.#quietly("ended", "ended_at")(text ? momentOf(`${begun.slice(0, 10)}T${text}`).toISOString() : null);
    return [
      h(
        "div", { class: "wide stack" }, h("span", { class: "label" }, "Also done"),
        h(
          "div", { class: "chips", role: "group", "aria-label": "Also done" },
          Object.entries(ADJUNCTS).map(([key, label]) => this.#tick("adjuncts", key, label)),
        ),
      ),
      h("div", { class: "wide" }, textField({
        id: "visit-started_at", label: "Treated", type: "datetime-local", value: begun,
        onInput: this.#began,
      })),
      textField({
        id: "visit-ended_at", label: "Ended", type: "time", value: content.ended_at ? wall(content.ended_at).slice(11) : "",
        onInput: ended,
      }),
      textField({
        id: "visit-next_review_on", label: "Next review", type: "date", value: content.next_review_on,
        onInput: (text) => this.#quietly("next review", "next_review_on")(text || null),
      }),
      this.#others(content),
      h(
        "div", { class: "wide" },
        check({
          id: "visit-no_needling", label: "No needling today", checked: content.no_needling,
          onChange: this.#set("no needling", "no_needling"),
        }),
      ),
    ];
  }

  /** Corrected for what is written later than it was done; the server says when it is not possible. */
  #began = (text) => {
    const moment = momentOf(text);
    if (!moment) return;
    this.#draft.change("treated at", (content) => { content.started_at = moment.toISOString(); }, { quiet: true, key: "started_at" });
  };

  #others(content) {
    const remove = (index) => () => this.#draft.change(
      "someone removed", ({ others_present: others }) => others.splice(index, 1),
    );
    const present = content.others_present.map(({ name, role }, index) => h(
      "button",
      {
        type: "button", class: "chip", id: `visit-other-${index}`, "aria-label": `Remove ${name}, ${PRESENT[role]}`,
        on: { click: remove(index) },
      },
      `${name}, ${PRESENT[role].toLowerCase()}`, icon("x"),
    ));
    const name = h(
      "input",
      {
        id: "visit-other-name", "aria-label": "Name of someone else present", placeholder: "Someone else present",
        maxlength: 120, autocomplete: "off",
      },
    );
    const role = h(
      "select", { id: "visit-other-role", "aria-label": "Their role" },
      Object.entries(PRESENT).map(([key, text]) => h("option", { value: key }, text)),
    );
    const add = () => name.value.trim() && this.#draft.change(
      "someone present", (changed) => changed.others_present.push({ name: name.value.trim(), role: role.value }),
    );
    const enter = (event) => { if (event.key === "Enter") add(); };
    name.addEventListener("keydown", enter);
    return h(
      "div", { class: "wide stack" }, present.length > 0 && h("div", { class: "chips" }, present),
      h(
        "div", { class: "visit__other" }, name, role,
        h(
          "button", { type: "button", class: "btn btn--icon", "aria-label": "Add this person", on: { click: add } },
          icon("plus"),
        ),
      ),
    );
  }
}

/** An alert is read rather than argued with: one tap says so, with who and when. */
function read({ key }, field) {
  return key.startsWith("alert_") && button({
    id: `read-${key}`, label: "I have read it", onClick: () => {
      field.value = "Read before needling.";
      field.dispatchEvent(new Event("input"));
    },
  });
}
