// Keys while a contact is being chosen inside a larger form: down and up walk through what was found, Enter takes it (and
// does not send the form), Escape puts the list away.
document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("[data-picker]");
  if (!picker) return;
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    (picker.querySelector("[data-picker-enter]") ?? picker.querySelector("[data-pick]"))?.click();
  }
  if (event.key === "Escape") picker.querySelector("[id^=found-]")?.replaceChildren();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(picker, event);
});

function walk(picker, event) {
  const choices = [...picker.querySelectorAll("[data-pick]")];
  if (choices.length === 0) return;
  event.preventDefault();
  const next = choices.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) picker.querySelector("input[type=search]")?.focus();
  else choices[Math.min(next, choices.length - 1)].focus();
}
