"""A program of its own: says whether somebody else's PDF is whole, opens and carries nothing that could run.

    python -I foreign_pdf.py SECONDS < file.pdf

`patients.file_kinds` starts it. It ends with 0 and writes the number of pages, or with one of the numbers below.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

NOT_WHOLE, LOCKED, RUNS, TOO_MUCH = 3, 4, 5, 6
OUT_OF_MEMORY = "bad_alloc"  # qpdf goes on, and takes the object for nothing
PROGRAMS = {"/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute"}


def judge(content: bytes) -> int:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if any(_runs(thing) for thing in pdf.objects):
                return RUNS
            if any(OUT_OF_MEMORY in warning for warning in pdf.get_warnings()):
                return TOO_MUCH  # what was not unfolded was not looked at
            print(len(pdf.pages))  # noqa: T201
            return 0 if len(pdf.pages) else NOT_WHOLE
    except pikepdf.PasswordError:
        return LOCKED
    except pikepdf.PdfError:
        return NOT_WHOLE


def _runs(thing: Any, depth: int = 0) -> bool:
    """A program, or another file inside: in this object, or in those written directly into it."""
    import pikepdf

    if depth > 20:
        return True  # nothing that a scanner or a letter needs is nested so deep
    if isinstance(thing, pikepdf.Array):
        return any(_runs(item, depth + 1) for item in thing if not _stands_alone(item))
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    if (
        "/JS" in thing
        or str(thing.get("/S", "")) in PROGRAMS
        or "/EF" in thing
        or str(thing.get("/Type", "")) == "/EmbeddedFile"
    ):
        return True
    return any(_runs(value, depth + 1) for _, value in thing.items() if not _stands_alone(value))


def _stands_alone(value: Any) -> bool:
    """It is an object of its own, which is looked at by itself."""
    import pikepdf

    return isinstance(value, pikepdf.Object) and value.is_indirect


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from practice.bounds import bound

    bound(int(sys.argv[1]))
    ended = judge(sys.stdin.buffer.read())
    sys.stdout.flush()
    sys.exit(ended)
