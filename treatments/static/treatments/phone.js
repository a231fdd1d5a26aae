// The phone card by keyboard: 1 2 3 go to a question, y n u answer it and go on. Once the answers are enough the card is
// sent by itself; without this module the button does it.
const form = document.querySelector("[data-triage-form]");
const questions = [...form.querySelectorAll("[data-question]")];
const alone = form.dataset.enoughAlone.split(" ");
const ANSWERS = { y: "yes", n: "no", u: "unsure" };
const correcting = questions.some(answered); // answers that stand already are sent with the button
let now = questions.find((question) => !answered(question)) ?? questions[0];
let sent = false;

function answered(question) {
  return question.querySelector("input:checked")?.value;
}

/** The question that the next letter answers. */
function goTo(question, focus = true) {
  for (const other of questions) other.toggleAttribute("data-now", other === question);
  now = question;
  if (focus) (question.querySelector("input:checked") ?? question.querySelector("input")).focus();
}

/** All answered, or a yes that calls the ambulance: nobody waits for another tap. */
function enough() {
  const certain = questions.some((question) => alone.includes(question.dataset.question) && answered(question) && answered(question) !== "no");
  return certain || questions.every(answered);
}

function sendIfEnough() {
  if (sent || correcting || !enough()) return;
  sent = true;
  form.requestSubmit();
}

function next() {
  const open = questions.find((question) => !answered(question));
  if (open) goTo(open);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]), textarea, select");
  if (typing && event.key === "Enter") {
    event.preventDefault();
    goTo(now);
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (questions[Number(event.key) - 1]) goTo(questions[Number(event.key) - 1]);
  const answer = ANSWERS[event.key.toLowerCase()];
  if (!answer) return;
  event.preventDefault();
  now.querySelector(`input[value=${answer}]`).checked = true;
  next();
  sendIfEnough();
});

// A tap answers and goes on; the arrow keys of a radio group only move, so they never send a card half chosen.
form.addEventListener("click", (event) => {
  const radio = event.target.closest("input[type=radio]");
  if (!radio || event.detail === 0) return;
  goTo(questions.find((question) => !answered(question)) ?? radio.closest("[data-question]"), false);
  sendIfEnough();
});

goTo(now, !form.querySelector("[aria-invalid=true]") && matchMedia("(hover: hover)").matches);
addEventListener("pageshow", () => (sent = false));
