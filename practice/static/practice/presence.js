/**
 * The idle lock, seen from the page. Typing and tapping are told to the server twice a minute at most, so that nobody
 * is signed out in the middle of a long form; and once a minute the page asks whether its person is still signed in.
 * If not, it goes to sign-in, so that no record stays on an abandoned screen.
 */
import { csrfToken } from "./http.js";

const MINUTE = 60_000;
const TELL_EVERY = 30_000;
let told = Date.now();

/** POST: somebody is here. GET: the page asks by itself, which is no activity. */
async function ask(method) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  if (method === "POST") headers["X-CSRFToken"] = csrfToken();
  else headers["X-Background"] = "1";
  try {
    const answer = await fetch("/presence", { method, headers, credentials: "same-origin" });
    if (answer.status === 401) location.assign(answer.headers.get("HX-Redirect"));
  } catch {
    // no network: what is on the screen stays, and the next minute asks again
  }
}

function somebodyIsHere() {
  if (Date.now() - told < TELL_EVERY) return;
  told = Date.now();
  ask("POST");
}

for (const kind of ["input", "pointerdown", "keydown"]) document.addEventListener(kind, somebodyIsHere, { passive: true });
setInterval(() => ask("GET"), MINUTE);
