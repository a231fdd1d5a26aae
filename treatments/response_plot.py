"""The picture of one muscle's answers: passes as bars, soreness at 24 h (solid) and 72 h (dashed), the rest as numbers. Pure."""

from collections.abc import Sequence

from treatments.plots import Bar, Gap, Line, Plot, Scale, Shape, Words, columns, line
from treatments.response import Muscle, Visit, signed

WIDTH = 660.0
LEFT, RIGHT, TOP, BOTTOM = 92.0, 650.0, 14.0, 116.0
ROW, FIRST_ROW = 19.0, 157.0
HEIGHT = FIRST_ROW + 2 * ROW + 8
MOST_VISITS = 8
BAR = 24.0


def response_plot(muscle: Muscle) -> Plot:
    """The latest visits, oldest at the left. An unanswered check is a dotted box or a gap, never a zero."""
    visits = muscle.oldest_first[-MOST_VISITS:]
    xs = columns(len(visits), LEFT, RIGHT)
    scale = Scale(0, 10, TOP, BOTTOM)
    shapes = [*_axis(scale), *_bars(visits, xs, scale)]
    shapes += line("1", [v.sore_first for v in visits], xs, scale)
    shapes += line("2", [v.sore_second for v in visits], xs, scale)
    shapes += [*_names(visits, xs, scale), *_silent(visits, xs), *_rows(visits, xs)]
    return Plot(WIDTH, HEIGHT, words_of(muscle, visits), tuple(shapes))


def words_of(muscle: Muscle, visits: Sequence[Visit]) -> str:
    many = "1 visit" if len(visits) == 1 else f"{len(visits)} visits"
    return (
        f"{muscle.name}: passes, soreness at 24 and 72 hours and pain at the next visit over {many}. "
        f"{muscle.sentence} The numbers are in the table."
    )


def _axis(scale: Scale) -> list[Shape]:
    shapes: list[Shape] = []
    for value in (10, 5, 0):
        y = scale.y(value)
        shapes += [Line("axis", ((LEFT, y), (RIGHT, y))), Words("note", LEFT - 8, y + 4, str(value), "end")]
    return shapes


def _bars(visits: Sequence[Visit], xs: Sequence[float], scale: Scale) -> list[Shape]:
    """On the same axis while the passes fit; with more than ten the bars shrink together and the numbers say how many."""
    most = max([10, *[v.dose.passes or 0 for v in visits]])
    shapes: list[Shape] = []
    for visit, x in zip(visits, xs, strict=True):
        if visit.dose.passes:
            y = scale.y(visit.dose.passes * 10 / most)
            shapes.append(Bar("bar", x - BAR / 2, y, BAR, round(BOTTOM - y, 1)))
    return shapes


def _names(visits: Sequence[Visit], xs: Sequence[float], scale: Scale) -> list[Shape]:
    """Each line is named at its last dot, and each dot has its number."""
    shapes: list[Shape] = []
    for visit, x in zip(visits, xs, strict=True):
        first, second = visit.sore_first, visit.sore_second
        if first is not None:
            shapes.append(Words("val", x, max(scale.y(first) - 9, 10), str(first)))
        if second is not None and (first is None or abs(first - second) > 1):
            shapes.append(Words("note", x + 9, scale.y(second) - 5, str(second), "start"))
    return shapes


def _silent(visits: Sequence[Visit], xs: Sequence[float]) -> list[Shape]:
    """Where a session was asked about and nobody answered."""
    wide = min(76.0, (RIGHT - LEFT) / max(len(visits), 1) - 6)
    shapes: list[Shape] = []
    for visit, x in zip(visits, xs, strict=True):
        if visit.sore_first is None:
            words = ("24 h:", "to come") if "first" in visit.waits else ("24 h: no", "answer")
            shapes.append(Gap(x - wide / 2, TOP + 6, wide, 36, words))
    return shapes


def _rows(visits: Sequence[Visit], xs: Sequence[float]) -> list[Shape]:
    shapes: list[Shape] = [
        Words("note", x, BOTTOM + 18, f"{v.day.day} {v.day:%b}") for v, x in zip(visits, xs, strict=True)
    ]
    told = (
        ("Passes (bar)", "val", [_known(v.dose.passes) for v in visits]),
        ("Twitches", "val", [_known(v.dose.twitches) for v in visits]),
        ("Pain, next", "note", [signed(v.change) if v.change is not None or v.has_next else "due" for v in visits]),
    )
    for i, (name, kind, values) in enumerate(told):
        y = FIRST_ROW + i * ROW
        shapes.append(Words("note", 0, y, name, "start"))
        shapes += [Words(kind, x, y, value) for x, value in zip(xs, values, strict=True)]
    return shapes


def _known(number: int | None) -> str:
    return "–" if number is None else str(number)
