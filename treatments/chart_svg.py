"""The body chart as read-only SVG for a page: numbered dots, side letters, shading by class. No inline style.

Colour never speaks alone: dots carry the numbers of the list beside them, and every picture has words for those who
do not see it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from treatments import bodychart
from treatments.bodychart import Chart, Region, View
from treatments.chart_geometry import bounds

Box = tuple[float, float, float, float]
Marks = Mapping[tuple[str, str], str]  # (catalogue key, side) -> CSS class of the shading

DOT_SCALE = 296  # box width at which a dot has its drawn size; dots stay the same size on the screen
MARGIN = 60.0  # chart units kept around the dots of a cropped picture
SMALLEST = 240.0
NEEDLED, HEAT = "hit", ("", "h1", "h2", "h3")
PLAIN_CROP: Box = (-246, 8, 492, 984)


@dataclass(frozen=True)
class Dot:
    """One site on one view, with the number it has in the list."""

    number: int
    view: str
    x: float
    y: float
    structure: str = ""
    side: str = ""


def views_needed(dots: Iterable[Dot]) -> list[str]:
    """The views that hold a dot, in the drawing's order of importance; the back when there is none."""
    held = {dot.view for dot in dots}
    return [name for name in bodychart.load().views if name in held] or ["posterior"]


def signed_views(dots: Sequence[Dot], body: str, *, version: str = bodychart.VERSION) -> list[SafeString]:
    """What a signed page shows: each view with a dot, cropped to its dots, the needled muscles shaded."""
    chart = bodychart.load(version, body)
    marks = {(dot.structure, dot.side): NEEDLED for dot in dots if dot.structure}
    figures = []
    for name in views_needed(dots):
        here = [dot for dot in dots if dot.view == name]
        words = f"{chart.view(name).title}. {_sites(here)} The same sites are in the list."
        figures.append(figure(chart, name, words=words, marks=marks, dots=here, box=crop(chart.view(name), here)))
    return figures


def heat_views(heat: Mapping[tuple[str, str], int], body: str) -> list[SafeString]:
    """Back and front with everything needled, darker for more often. `heat`: (catalogue key, side) -> 1, 2 or 3."""
    chart = bodychart.load(bodychart.VERSION, body)
    marks = {place: HEAT[max(0, min(3, level))] for place, level in heat.items()}
    words = {"posterior": "Back", "anterior": "Front"}
    return [
        figure(chart, name, words=f"{title}: what was needled, the same as in the list", marks=marks, box=PLAIN_CROP)
        for name, title in words.items()
    ]


def _sites(dots: Sequence[Dot]) -> str:
    if not dots:
        return "No site is placed here."
    numbers = ", ".join(str(dot.number) for dot in dots)
    return f"Site{'s' if len(dots) > 1 else ''} {numbers}."


def crop(view: View, dots: Sequence[Dot]) -> Box:
    """A square around the dots with room on every side, inside the picture."""
    left, top, width, height = view.box
    if not dots:
        return view.box
    xs, ys = [dot.x for dot in dots], [dot.y for dot in dots]
    size = max(max(xs) - min(xs) + 2 * MARGIN, max(ys) - min(ys) + 2 * MARGIN, SMALLEST)
    wide, high = min(size, width), min(size, height)
    x = min(max((min(xs) + max(xs) - wide) / 2, left), left + width - wide)
    y = min(max((min(ys) + max(ys) - high) / 2, top), top + height - high)
    return (round(x, 1), round(y, 1), round(wide, 1), round(high, 1))


def figure(
    chart: Chart, name: str, *, words: str, marks: Marks | None = None, dots: Sequence[Dot] = (), box: Box | None = None
) -> SafeString:
    """One view as `<figure class="view">`. Raises NotDrawn for a view the chart does not have."""
    view = chart.view(name)
    box = box or view.box
    parts = [
        f'<svg class="chart" viewBox="{_numbers(box)}" role="img" aria-label="{escape(words)}">',
        f'<path class="skin" d="{view.outline}"/>',
        *_muscles(view, marks or {}, box),
        f'<path class="mark" d="{"".join(view.lines)}"/>',
        f'<path class="edge" d="{view.outline}"/>',
        *_dots(dots, box[2] / DOT_SCALE),
        "</svg>",
        caption(view),
    ]
    # the words are escaped above, everything else is our own drawing
    return mark_safe(f'<figure class="view">{"".join(parts)}</figure>')


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:g}" for value in values)


def _muscles(view: View, marks: Marks, box: Box) -> Iterable[str]:
    """Plain muscles as one path; shaded ones by themselves, with their name; deep ones only when shaded, on top."""
    shaded = [(region, kind) for region in view.regions if (kind := _shade(region, marks))]
    names = {region.id for region, _ in shaded}
    plain = (r.path for r in view.regions if not r.deep and r.id not in names and _in(box, r))
    yield f'<path class="m" d="{"".join(plain)}"/>'
    for region, kind in sorted(shaded, key=lambda entry: entry[0].deep):
        deep = " deep" if region.deep else ""
        title = escape(f"{region.name}, {region.side}")
        yield f'<path class="m {kind}{deep}" d="{region.path}"><title>{title}</title></path>'


def _shade(region: Region, marks: Marks) -> str:
    """The strongest shading of the region's structures: h3 over h2 over h1."""
    sides: Collection[str] = ("left", "right", "midline") if region.side == "midline" else (region.side,)
    kinds = [marks.get((key, side), "") for key in bodychart.structures_of(region.muscle) for side in sides]
    return max(kinds, default="")


def _in(box: Box, region: Region) -> bool:
    left, top, right, bottom = bounds(region.path)
    return not (right < box[0] or left > box[0] + box[2] or bottom < box[1] or top > box[1] + box[3])


def _dots(dots: Sequence[Dot], scale: float) -> Iterable[str]:
    """Dots nearer than a finger's width share one badge, as on paper: "4, 5, 6"."""
    for x, y, numbers in clusters(dots, 15 * scale):
        place = f'transform="translate({x:g} {y:g}) scale({scale:.3g})"'
        if len(numbers) == 1:
            yield f'<g class="pt" {place}><circle r="8.5"/><text y="3.5">{numbers[0]}</text></g>'
        else:
            text = ", ".join(map(str, numbers))
            half = 3.2 * len(text) + 5
            badge = f'<rect x="{-half:g}" y="-9" width="{2 * half:g}" height="18" rx="9"/>'
            yield f'<g class="pt" {place}>{badge}<text y="3.5">{text}</text></g>'


def clusters(dots: Sequence[Dot], near: float) -> list[tuple[float, float, list[int]]]:
    """Dots in groups whose members lie within `near` of the group's first; the badge stands at their middle."""
    groups: list[list[Dot]] = []
    for dot in dots:
        group = next((g for g in groups if abs(g[0].x - dot.x) < near and abs(g[0].y - dot.y) < near), None)
        if group is None:
            groups.append([dot])
        else:
            group.append(dot)
    return [
        (round(sum(d.x for d in g) / len(g), 1), round(sum(d.y for d in g) / len(g), 1), [d.number for d in g])
        for g in groups
    ]


def caption(view: View) -> str:
    """The patient's sides at the corners where they are, the title between."""
    ordered = sorted((place[0], text) for text, place in view.letters.items() if text in "LR")
    first = f"<b>{ordered[0][1]}</b>"
    last = f"<b>{ordered[-1][1]}</b>" if len(ordered) > 1 else ""
    return f"<figcaption>{first}<span>{escape(view.title)}</span>{last}</figcaption>"
