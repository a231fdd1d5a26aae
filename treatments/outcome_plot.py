"""The picture of one series of scores: its line, the band that is too small to count on, every number in text. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from treatments.instruments import plain
from treatments.outcomes import Point, Series, band
from treatments.plots import Bar, Line, Plot, Scale, Shape, Words, columns, line, thinned

WIDTH, HEIGHT = 660.0, 128.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 650.0, 24.0, 104.0
MOST_POINTS = 24  # more would not be read; the first stays, so that the begin of the care is seen
LABELS = 9

Slot = tuple[date, Decimal | None, Decimal | None]  # a visit: before or between, after


def slots(points: Sequence[Point]) -> list[Slot]:
    """One column a moment: before and after of the same day stand above each other."""
    found: list[Slot] = []
    for point in points:
        after = point.timing == "after"
        if found and after and found[-1][0] == point.day and found[-1][2] is None:
            found[-1] = (point.day, found[-1][1], point.value)
        else:
            found.append((point.day, None, point.value) if after else (point.day, point.value, None))
    return found


def shown(points: Sequence[Slot]) -> list[Slot]:
    """The first and the latest, when there are more than can be read."""
    return list(points) if len(points) <= MOST_POINTS else [points[0], *points[-(MOST_POINTS - 1) :]]


def outcome_plot(series: Series) -> Plot:
    """Solid line and filled dots: before a session or between; dashed and open: after it."""
    every = slots(series.points)
    drawn = shown(every)
    xs = columns(len(drawn), LEFT + 10, RIGHT)
    first = [None if s[1] is None else float(s[1]) for s in drawn]
    after = [None if s[2] is None else float(s[2]) for s in drawn]
    scale = _scale(series, [v for v in [*first, *after] if v is not None])
    shapes = [*_band(series, scale), *_axis(scale), *_band_words(series, scale)]
    shapes += line("1", first, xs, scale) + line("2", after, xs, scale)
    shapes += _numbers(drawn, xs, scale) + _days(drawn, xs)
    return Plot(WIDTH, HEIGHT, words_of(series, len(every)), tuple(shapes))


def words_of(series: Series, count: int) -> str:
    values = [p for p in series.points if p.value is not None]
    if not values:
        return f"{series.title}: nothing recorded."
    many = "1 score" if len(values) == 1 else f"{len(values)} scores"
    part = "" if count <= MOST_POINTS else f" Drawn are the first and the latest {MOST_POINTS - 1} of {count}."
    newest = values[-1]
    return f"{series.title}, {series.direction}: {many}, the latest {plain(newest.value or 0)}.{part} The numbers are in the table."


def _scale(series: Series, values: Sequence[float]) -> Scale:
    """The instrument's range where that can be read, else what was measured (kPa, degrees) with a little room."""
    one = series.instrument
    if one.most - one.least <= 100:
        return Scale(float(one.least), float(one.most), TOP, BOTTOM)
    step = 50 if one.most > 1000 else 10
    low = min([*values, 0.0]) if one.least < 0 else 0.0
    high = max([*values, 2.0 * step])
    return Scale(step * (low // step), step * -(-high // step), TOP, BOTTOM)


def _axis(scale: Scale) -> list[Shape]:
    middle = (scale.least + scale.most) / 2
    shapes: list[Shape] = []
    for value in (scale.most, middle, scale.least):
        y = scale.y(value)
        shapes += [Line("axis", ((LEFT, y), (RIGHT, y))), Words("note", LEFT - 8, y + 4, plain(value), "end")]
    return shapes


def _band(series: Series, scale: Scale) -> list[Shape]:
    limits = _limits(series)
    if limits is None:
        return []
    top, bottom = scale.y(float(limits[1])), scale.y(float(limits[0]))
    return [Bar("band", LEFT, top, RIGHT - LEFT, round(max(bottom - top, 1), 1))]


def _band_words(series: Series, scale: Scale) -> list[Shape]:
    """Above the plot, where no line can cross it."""
    one = series.instrument
    if _limits(series) is None or one.mcid_low is None:
        return []
    unit = one.unit or "points"
    text = f"shaded: under {plain(one.mcid_low)} {unit} from the first, too small to count on ({one.mcid_source})"
    return [Words("note", RIGHT, 11, text, "end")]


def _limits(series: Series) -> tuple[Decimal, Decimal] | None:
    course = series.course
    first = course[0].value if course else None
    return None if first is None else band(series.instrument, first)


def _numbers(drawn: Sequence[Slot], xs: Sequence[float], scale: Scale) -> list[Shape]:
    """Each value beside its dot: the first line's above it, the second's at its right."""
    kept = thinned(len(drawn), 16)
    shapes: list[Shape] = []
    for i, ((_, value, after), x) in enumerate(zip(drawn, xs, strict=True)):
        if i not in kept:
            continue
        if value is not None:
            shapes.append(Words("val", x, scale.y(float(value)) - 9, plain(value)))
        if after is not None and after != value:
            shapes.append(Words("note", x + 8, scale.y(float(after)) - 6, plain(after), "start"))
    return shapes


def _days(drawn: Sequence[Slot], xs: Sequence[float]) -> list[Shape]:
    kept = thinned(len(drawn), LABELS)
    return [Words("note", xs[i], HEIGHT - 6, f"{drawn[i][0].day} {drawn[i][0]:%b}") for i in sorted(kept)]
