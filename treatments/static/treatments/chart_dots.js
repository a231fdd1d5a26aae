/** Numbered dots that stay the same size however near the picture is. */
import { svg } from "./dom.js";

/** Dots that would cover each other share one badge: "4, 5, 6". */
export function clusters(dots, near) {
  const groups = [];
  for (const dot of dots) {
    const group = groups.find(([first]) => Math.hypot(first.x - dot.x, first.y - dot.y) < near);
    if (group) group.push(dot);
    else groups.push([dot]);
  }
  return groups;
}

/** @param {{unit: number, current: string, radius: number}} props `unit`: chart units on one pixel; `radius` in pixels. */
export function drawBadge(group, { unit, current, radius }) {
  const middle = (axis) => group.reduce((sum, dot) => sum + dot[axis], 0) / group.length;
  const now = group.some(({ id }) => id === current);
  const text = group.map(({ number }) => number).join(", ");
  const half = group.length > 1 ? text.length * 3.6 + 6 : radius;
  const shape = (grow) => (group.length > 1 ? svg(
    "rect", { x: -half - grow, y: -radius - grow, width: 2 * (half + grow), height: 2 * (radius + grow), rx: radius + grow },
  ) : svg("circle", { r: radius + grow }));
  return svg(
    "g", { class: now ? "pt pt--now" : "pt", transform: `translate(${middle("x")} ${middle("y")}) scale(${unit})` },
    now && shape(4), shape(0), svg("text", { y: 4.2 }, text),
  );
}
