/**
 * What every staff page does: `/` finds a patient, `t` opens the phone card, `?` shows the keys, the user menu closes itself, htmx requests
 * carry the CSRF token, and a fragment that was answered with the sign-in page sends the whole page there.
 */
import { csrfToken } from "./http.js";

const keys = document.querySelector("#keys");
const menu = document.querySelector("[data-menu]");

/** Letters typed into a field are text, not commands. */
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) return closeMenu();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") focusSearch(event);
  if (event.key === "?") keys?.showModal();
  if (event.key === "t") openPhoneCard(event);
});

/** Of the result that has the focus, else of the patient on the page, else the page that finds the caller. */
function openPhoneCard(event) {
  const near = event.target.closest("li, tr")?.querySelector("[data-triage]");
  const link = near ?? document.querySelector(".patient [data-triage]") ?? document.querySelector("#keys [data-triage]");
  link?.click();
}

function focusSearch(event) {
  const box = document.querySelector("main [data-find], [data-find]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

function closeMenu() {
  menu.open = false;
  menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});

const showKeys = document.querySelector("[data-keys]");
if (showKeys) {
  showKeys.hidden = false;
  showKeys.addEventListener("click", () => keys.showModal());
}

const THEMES = { auto: "as the device", light: "light", dark: "dark" };
const nextTheme = document.querySelector("[data-theme-next]");
if (nextTheme) {
  nextTheme.hidden = false;
  nameTheme(localStorage.getItem("theme") ?? "auto");
  nextTheme.addEventListener("click", () => {
    const order = Object.keys(THEMES);
    const next = order[(order.indexOf(localStorage.getItem("theme") ?? "auto") + 1) % order.length];
    localStorage.setItem("theme", next);
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    nameTheme(next);
  });
}

function nameTheme(theme) {
  nextTheme.querySelector("[data-theme-name]").textContent = THEMES[theme] ?? THEMES.auto;
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (new URL(event.detail.xhr.responseURL, location).pathname.startsWith("/accounts/")) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});
