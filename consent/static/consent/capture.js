/**
 * Helps while a consent is taken; the page works without it. Says how many questions are answered, and says before
 * anything is sent when a scan is too large (a body that is too large is refused whole, and the signature with it).
 */
const form = document.querySelector("[data-consent]");
const count = form?.querySelector("[data-answered]");

function tell() {
  const scopes = [...form.querySelectorAll("[data-scope]")];
  const answered = scopes.filter((scope) => scope.querySelector("input:checked")).length;
  count.textContent = `${answered} of ${scopes.length} answered`;
}

if (count) {
  form.addEventListener("change", tell);
  tell();
}

for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  const said = input.closest(".field").querySelector("[data-too-large]");
  const most = Number(input.dataset.most);
  const size = () => [...input.files].reduce((sum, file) => sum + file.size, 0);
  const check = () => {
    said.hidden = size() <= most;
    said.textContent = said.hidden ? "" : `This is ${(size() / 1048576).toFixed(1)} MB, and 10 MB is the most. Scan it in black and white.`;
    return said.hidden;
  };
  input.addEventListener("change", check);
  input.form.addEventListener("submit", (event) => {
    const used = !input.form.elements.method || new FormData(input.form).get("method") === "paper_scan";
    if (used && !check()) event.preventDefault();
  });
}
