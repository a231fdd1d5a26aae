// Keys in the patient search: down and up choose a result, Enter opens it. Results are plain links, so that
// everything works without this module too.
const box = document.querySelector("[data-results]");
const results = document.getElementById(box?.dataset.results ?? "");

/** All results on the page, in order. */
const links = () => [...(results?.querySelectorAll("[data-result]") ?? [])];

/** Moves the focus by one, from the box into the list and back. */
function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const next = at + step;
  if (next < 0) box.focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

for (const place of [box, results]) {
  place?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

box?.form.addEventListener("submit", (event) => {
  const first = links()[0];
  if (first && box.value.trim()) {
    event.preventDefault();
    first.click();
  }
});
