"""Numbered dots: where they stand when there is room, and where they go when there is none.

Same points, same places: nothing here is random. Coordinates are points on the paper, y up.
"""

from collections.abc import Sequence

from reports.drawing import ink
from reports.drawing.faces import width
from reports.drawing.sheet import Box, Sheet

Place = tuple[float, float]

CROWDED_RADIUS = 5.2
LEAST_RADIUS = 2.6
CAPTION_ROOM = 26.0  # the side letters stand at the top of a frame


def draw_dots(sheet: Sheet, numbers: Sequence[int], true: Sequence[Place], frame: Box, radius: float) -> None:
    """A dot for every true place; in a crowd they stand at the edge of the frame and a line leads to the place."""
    seen = spread(true, 2 * radius + 1.4)
    if any(abs(tx - sx) + abs(ty - sy) > radius * 1.5 for (tx, ty), (sx, sy) in zip(true, seen, strict=True)):
        radius = min(radius, CROWDED_RADIUS, _radius_for(len(true), frame))
        seen = at_the_edge(true, frame, radius)
    for (tx, ty), (sx, sy) in zip(true, seen, strict=True):
        if (tx - sx) ** 2 + (ty - sy) ** 2 > 9:
            _draw_leader(sheet, tx, ty, sx, sy)
    for number, (sx, sy) in zip(numbers, seen, strict=True):
        badge(sheet, sx, sy, str(number), radius)


def _radius_for(count: int, frame: Box) -> float:
    """Small enough for half of the dots to stand at either edge."""
    rows = (count + 1) // 2
    return max(LEAST_RADIUS, ((frame[3] - CAPTION_ROOM - 6) / rows - 1.6) / 2)


def _draw_leader(sheet: Sheet, tx: float, ty: float, sx: float, sy: float) -> None:
    for colour, weight in ((ink.WHITE, 1.8), (ink.INK, 0.7)):
        sheet.setStrokeColor(colour)
        sheet.setLineWidth(weight)
        sheet.line(tx, ty, sx, sy)
    sheet.setFillColor(ink.INK)
    sheet.setStrokeColor(ink.WHITE)
    sheet.setLineWidth(0.5)
    sheet.circle(tx, ty, 1.6, stroke=1, fill=1)


def badge(sheet: Sheet, x: float, y: float, text: str, radius: float) -> None:
    """The numbered dot, on the drawing and in the list alike."""
    sheet.setFillColor(ink.ACCENT)
    sheet.setStrokeColor(ink.WHITE)
    sheet.setLineWidth(1)
    sheet.circle(x, y, radius, stroke=1, fill=1)
    size = radius * (1.42, 1.2, 0.95)[min(len(text), 3) - 1]
    sheet.setFont(ink.BOLD, size)
    sheet.setFillColor(ink.WHITE)
    sheet.drawString(x - width(text, ink.BOLD, size) / 2, y - size * 0.357, text)


def spread(points: Sequence[Place], gap: float, rounds: int = 60) -> list[Place]:
    """Push dots apart until no two are closer than the gap, or the rounds are over."""
    moved = list(points)
    for _ in range(rounds):
        quiet = True
        for i in range(len(moved)):
            for j in range(i):
                pushed = _pushed(moved[i], moved[j], gap)
                if pushed:
                    quiet = False
                    moved[i], moved[j] = pushed
        if quiet:
            break
    return moved


def _pushed(a: Place, b: Place, gap: float) -> tuple[Place, Place] | None:
    """Both places moved by half of what is lacking, or None when there is room between them."""
    dx, dy = a[0] - b[0], a[1] - b[1]
    distance: float = (dx * dx + dy * dy) ** 0.5
    if distance >= gap - 0.05:
        return None
    if distance < 0.01:
        dx, dy, distance, push = 0.6, -0.8, 1.0, gap / 2
    else:
        push = (gap - distance) / 2
    dx, dy = dx / distance * push, dy / distance * push
    return (a[0] + dx, a[1] + dy), (b[0] - dx, b[1] - dy)


def at_the_edge(points: Sequence[Place], frame: Box, radius: float) -> list[Place]:
    """Places along the nearer side of the frame, as level with the points as the gap allows; lines do not cross."""
    x, bottom, w, h = frame
    gap, placed = 2 * radius + 1.6, dict[int, Place]()
    room = max(1, int((h - CAPTION_ROOM - radius - 3) / gap) + 1)
    for group, edge in zip(_sides(points, x + w / 2, room), (x + radius + 2.5, x + w - radius - 2.5), strict=True):
        ceiling, floor = bottom + h - CAPTION_ROOM, bottom + radius + 3 + gap * (len(group) - 1)
        wanted = [max(min(points[i][1], ceiling - gap * k), floor - gap * k) for k, i in enumerate(group)]
        placed |= {i: (edge, y) for i, y in zip(group, apart(wanted, gap), strict=True)}
    return [placed[i] for i in range(len(points))]


def _sides(points: Sequence[Place], middle: float, room: int) -> list[list[int]]:
    """Which points go to the left edge and which to the right, each from top to bottom. A full edge gives those
    nearest to the middle to the other one."""
    across = sorted(range(len(points)), key=lambda i: (points[i][0], points[i][1]))
    cut = sum(points[i][0] < middle for i in across)
    cut = min(max(cut, len(across) - room), room) if len(across) <= 2 * room else len(across) // 2
    sides = across[:cut], across[cut:]
    return [sorted(side, key=lambda i: (-points[i][1], points[i][0])) for side in sides]


def apart(wanted: Sequence[float], gap: float) -> list[float]:
    """Heights in falling order, each at least a gap below the last, moved as little as possible in all."""
    blocks: list[tuple[float, int]] = []  # (sum of the levelled wishes, count)
    for index, y in enumerate(wanted):
        blocks.append((y + gap * index, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] < blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = (blocks[-1][0] + total, blocks[-1][1] + count)
    level = [total / count for total, count in blocks for _ in range(count)]
    return [y - gap * index for index, y in enumerate(level)]
