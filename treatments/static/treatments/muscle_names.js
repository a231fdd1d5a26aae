/** Finding a muscle by what people type: here at once and without a network, then through the API for near misses. */
import { request } from "../practice/http.js";

const MOST = 8;
const parts = (name) => name.toLowerCase().split(/[\s,()]+/).filter(Boolean);

export class MuscleNames {
  #url; #structures; #whole = new Set();

  /** @param {{url: string, structures: Object<string, {name: string, codes?: string[], synonyms?: string[]}>}} props */
  constructor({ url, structures }) {
    this.#url = url;
    this.#structures = structures;
    for (const [key, structure] of Object.entries(structures)) this.#know(key, structure);
  }

  #know(key, { name, codes = [], synonyms = [] }) {
    for (const words of [key, key.replaceAll("_", " "), name, ...codes, ...synonyms]) this.#whole.add(words.toLowerCase());
  }

  /** Whether the words are the whole name or code of a muscle. */
  isWhole = (words) => this.#whole.has(words);

  /** The code itself; then muscles before all else: codes and names that begin so, names of which each word is begun. */
  found(words) {
    const wanted = parts(words);
    if (!wanted.length) return [];
    const ranked = Object.entries(this.#structures).map(([key, structure]) => [this.#rank(wanted, structure), structure.name, key]);
    return ranked.filter(([rank]) => rank < Infinity)
      .sort(([a, nameA], [b, nameB]) => a - b || nameA.localeCompare(nameB)).slice(0, MOST).map(([, , key]) => key);
  }

  #rank(wanted, { name, kind, codes = [], synonyms = [] }) {
    const written = wanted.join(" ");
    if (codes.includes(written)) return 0;
    const other = kind === "muscle" ? 0 : 3;
    const begun = [name, ...synonyms].map(parts);
    if (begun.some((own) => wanted.every((word) => own.some((part) => part.startsWith(word))))) {
      return other + (name.toLowerCase().startsWith(written) ? 2 : 3);
    }
    return codes.some((code) => code.startsWith(written)) ? other + 1 : Infinity;
  }

  /** The server also forgives slips. Null when nobody answered. */
  async asked(words, { signal } = {}) {
    const answer = await request(`${this.#url}?limit=${MOST}&search=${encodeURIComponent(words)}`, { signal }).catch(() => null);
    if (!answer?.ok) return null;
    for (const structure of answer.data.results) this.#structures[structure.key] ??= structure;
    return answer.data.results.map(({ key }) => key);
  }
}
