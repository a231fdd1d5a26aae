/** The panel over the chart: what the chart is, or the hazards of the picture. One at a time; the hatching outlives its panel. */
import { drawAbout } from "./chart_about.js";

export class Panels {
  #root; #panel; #data; #hazards; #chart;

  /**
   * @param {HTMLElement} root The chart, with its buttons and the panel.
   * @param {{data: Object, hazards: Object, structures: () => string[], changed: () => void, choose: (body: string) => void}} chart
   *   `structures` of the pictures that are shown; `changed`: other hazards are hatched; `choose`: the other body.
   */
  constructor(root, { data, hazards, ...chart }) {
    this.#root = root;
    this.#panel = root.querySelector("[data-panel]");
    this.#data = data;
    this.#hazards = hazards;
    this.#chart = chart;
    this.#button("about").addEventListener("click", () => this.#toggleAbout());
    this.#button("hazards").addEventListener("click", () => this.#toggleHazards());
    this.#panel.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
  }

  /** Other pictures are shown: other hazards lie in them. */
  drawAgain() {
    if (this.#shows === "hazards") this.#drawHazards();
  }

  get #shows() { return this.#panel.dataset.shows; }

  #button(name) { return this.#root.querySelector(`[data-chart=${name}]`); }

  #toggleAbout() {
    const opens = this.#shows !== "about";
    this.#open(opens ? "about" : "");
    if (opens) drawAbout({ root: this.#panel, data: this.#data, choose: this.#chart.choose, close: () => this.#close() });
  }

  async #toggleHazards() {
    this.#hazards.on = !this.#hazards.on && await this.#hazards.load();
    this.#button("hazards").setAttribute("aria-pressed", String(this.#hazards.on));
    this.#chart.changed();
    this.#open(this.#hazards.on ? "hazards" : "");
    if (this.#hazards.on) this.#drawHazards();
  }

  #drawHazards() {
    const changed = () => { this.#chart.changed(); this.#drawHazards(); };
    this.#hazards.drawPanel({ root: this.#panel, structures: this.#chart.structures(), changed, close: () => this.#close() });
  }

  #open(shows) {
    this.#panel.hidden = !shows;
    this.#panel.dataset.shows = shows;
    this.#button("about").setAttribute("aria-expanded", String(shows === "about"));
  }

  #close() {
    const button = this.#button(this.#shows);
    this.#open("");
    button.focus();
  }
}
