/** Reading a line of shorthand through the API, and telling one from a muscle's name. The grammar lives on the server. */
import { request } from "../practice/http.js";

/** The words that are letters only; a test holds them equal to the server's. */
const PLAIN = new Set("l r b m left right both midline p pistoning s superficial st stat static w winding e electrical tend peritendinous bone periosteal stay intradermal atp active ltp latent notp weak medium strong fam nofam noltr unsought".split(" "));
const SIDES = new Set(["l", "r", "left", "right"]);
const HAS_AN_ANSWER = /[\d<>+?×]/;

/**
 * "r infra" is still a muscle being looked for; "r inf d20", "b ql", "r inf p" and two rows are shorthand.
 * @param {string} text
 * @param {(words: string) => boolean} isMuscle Whether the words are the whole name or code of a muscle.
 */
export function isShorthand(text, isMuscle) {
  if (/[;\n]/.test(text)) return true;
  const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
  if (words.some((word) => HAS_AN_ANSWER.test(word))) return true;
  const beyondTheName = (rest) => rest.every((word) => PLAIN.has(word)) && rest.length > (SIDES.has(words[0]) ? 1 : 0);
  return words.some((first, from) => words.some((end, last) => last >= from
    && isMuscle(words.slice(from, last + 1).join(" ")) && beyondTheName(words.filter((word, at) => at < from || at > last))));
}

/**
 * What the line says.
 * @returns {Promise<{answer: Object|null, refusal: string}>} Without an answer: nobody was there (no refusal), or why not.
 */
export async function readLine(url, text, { cursor = null, signal } = {}) {
  const asked = await request(url, { method: "POST", body: cursor === null ? { text } : { text, cursor }, signal }).catch(() => null);
  if (asked?.ok) return { answer: asked.data, refusal: "" };
  return { answer: null, refusal: asked ? asked.data?.errors?.[0]?.message ?? asked.data?.detail ?? "This line cannot be read now." : "" };
}

/** JavaScript counts some characters twice; the server counts each once. */
export const characters = (text) => [...text];
