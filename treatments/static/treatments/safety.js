/** The safety strip: what stops signing, what needs a reason, what to take care of; each leads to its field. */
import { levelWord } from "./controls.js";
import { h, icon, redraw } from "./dom.js";

const ORDER = ["stop", "reason", "warn"];

/** Everything that is still open, the worst first, each once. */
export function openFindings({ findings, blocks }) {
  const all = new Map([...blocks, ...findings].map((finding) => [finding.key, finding]));
  const open = [...all.values()].filter(
    ({ level, reason }) => ORDER.includes(level) && !(level === "reason" && reason),
  );
  return open.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}

/** @param {(finding: Object) => void} goTo */
export function drawStrip(root, draft, goTo) {
  const numbers = new Map(draft.content.sites.map(({ id }, index) => [id, index + 1]));
  const items = openFindings(draft).map((finding) => {
    const where = finding.site && numbers.has(finding.site) ? `Site ${numbers.get(finding.site)}: ` : "";
    return h(
      "button",
      {
        class: "finding", type: "button", id: `finding-${finding.key}`, title: finding.cure,
        data: { level: finding.level }, on: { click: () => goTo(finding) },
      },
      icon(finding.level),
      h(
        "span", {}, h("b", {}, levelWord(finding.level)), h("br"),
        h("span", { class: "finding__text" }, where + finding.message),
      ),
    );
  });
  redraw(
    root,
    items.length ? items : h("span", { class: "tag", data: { level: "ok" } }, icon("ok"), "Nothing stops signing"),
  );
}
