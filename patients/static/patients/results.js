// Keys in the patient search, on the page of patients and in the bar of every page: down and up choose a result,
// Enter opens it, Escape puts the list away. Results are plain links, so that everything works without this module.
for (const box of document.querySelectorAll("[data-results]")) {
  const results = document.getElementById(box.dataset.results);
  if (results) listen(box, results);
}

function listen(box, results) {
  /** All results on the page, in order. */
  const links = () => [...results.querySelectorAll("[data-result]")];

  /** Moves the focus by one, from the box into the list and back. */
  function move(step) {
    const all = links();
    const next = all.indexOf(document.activeElement) + step;
    if (next < 0) box.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  }

  for (const place of new Set([box, results])) {
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && hangs(results)) {
        event.stopPropagation();
        results.replaceChildren();
        box.focus();
      }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      event.stopPropagation();
      move(event.key === "ArrowDown" ? 1 : -1);
    });
  }

  box.form.addEventListener("submit", (event) => {
    const first = links()[0];
    if (first && box.value.trim()) {
      event.preventDefault();
      first.click();
    }
  });

  box.addEventListener("input", () => {
    if (hangs(results) && !box.value.trim()) results.replaceChildren();
  });
  document.addEventListener("click", (event) => {
    if (hangs(results) && !box.form.contains(event.target)) results.replaceChildren();
  });
}

/** A list that hangs under the box in the bar, over the page; the others are part of their page. */
function hangs(results) {
  return results.classList.contains("found-here");
}
