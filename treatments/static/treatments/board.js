// The follow-up board by keyboard: down and up go from one follow-up to the next, Enter does what its button says.
// The call that was chosen is marked, and its heading gets the focus, so that a screen reader goes on there.
const acts = () => [...document.querySelectorAll("[data-act]")];

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target.closest("input, textarea, select, #call, dialog")) return;
  const all = acts();
  const next = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (!all[next]) return;
  event.preventDefault();
  all[next].focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "call") return;
  for (const act of acts()) act.removeAttribute("aria-current");
  event.detail.requestConfig.elt.setAttribute("aria-current", "true");
  const heading = event.target.querySelector("[data-heading]");
  heading?.focus({ preventScroll: true });
  event.target.scrollIntoView({ block: "nearest" });
});

const print = document.querySelector("[data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());
