"""Blocks on pages: nothing widowed, headings with their text, no block ever lost."""

from collections import deque
from collections.abc import Iterable

from reports.drawing.flow import Block

Page = list[tuple[Block, float]]  # every block with its distance from the top


class TooTall(ValueError):
    """A block that cannot be split is taller than a page. Contents within the model's lengths never raise it."""


def paginate(blocks: Iterable[Block], measure: float, room: float, *, first: float | None = None) -> list[Page]:
    """All blocks in order, on as many pages as they need; `first` is the room of page one. Raises TooTall."""
    pages: list[Page] = [[]]
    queue, y, later = deque(blocks), 0.0, room
    room = room if first is None else first
    while queue:
        block = queue.popleft()
        page = pages[-1]
        before = block.before if page else 0.0
        must_begin = not page or page[-1][0].keep
        if not must_begin and y + before + _chain(block, queue, measure) > room:
            parts, fits = None, False
        else:
            fits = y + before + block.height(measure) <= room
            parts = None if fits else block.split(measure, room - y - before)
        if not fits and parts is None:
            if not page:
                raise TooTall(type(block).__name__)
            pages.append([])
            queue.appendleft(block)
            y, room = 0.0, later
            continue
        if parts:
            block, rest = parts
            queue.appendleft(rest)
        page.append((block, y + before))
        y += before + block.height(measure)
    return pages


def _chain(block: Block, following: Iterable[Block], measure: float) -> float:
    """Height needed here by a block and all it must not be parted from."""
    need = 0.0
    for below in following:
        if not block.keep:
            break
        need += block.height(measure) + below.before
        block = below
    return need + block.least(measure)
