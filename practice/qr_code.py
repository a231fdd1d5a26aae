"""A link as a code that a phone's camera reads, drawn as SVG: one path, no script, no style."""

from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # modules of empty margin that cameras need


def as_svg(text: str, *, label: str) -> SafeString:
    """`label` is what a screen reader says of it."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row))
    return format_html(
        '<svg class="code" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
        len(rows), label, path,
    )  # fmt: skip


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin, and how many stand side by side."""
    found, x = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            found.append((x, length))
        x += length
    return found
