"""CSV that leaves the practice: a spreadsheet opens it as text, never as a formula.

A cell that begins with a sign a spreadsheet would calculate with carries an apostrophe in front; numbers stay numbers.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

CALCULATES = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"  # so that every spreadsheet reads the letters as UTF-8


def guarded(value: Any) -> Any:
    """The value as a cell; only text can be taken for a formula."""
    if isinstance(value, str) and value.startswith(CALCULATES):
        return f"'{value}"
    return "" if value is None else value


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file piece by piece, in UTF-8 with its mark, rows ended as RFC 4180 says."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    yield (MARK + buffer.getvalue()).encode()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([guarded(value) for value in row])
        yield buffer.getvalue().encode("utf-8", "replace")
