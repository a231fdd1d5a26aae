"""A program of its own: draws one page of somebody else's PDF, with little memory, little time and nothing to read.

    python -I foreign_page.py PAGE LONGEST SECONDS < file.pdf > page.jpg

`practice.pdf_reading` starts it. It ends with 0, NO_PDF or NO_SUCH_PAGE; a file that is made to crash the reader or to
hold it up ends it in another way, and nothing else with it. It imports nothing of ours.
"""

import ctypes
import resource
import signal
import sys
from contextlib import suppress

NO_PDF, NO_SUCH_PAGE = 3, 4
MEGABYTE = 1024 * 1024
MEMORY, PICTURE = 1024 * MEGABYTE, 16 * MEGABYTE
PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES = 1, 38


def bound(seconds: int) -> None:
    """From here on: no more memory, time or output than this, no further process, and an end when the parent ends."""
    limits = {
        resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: PICTURE, resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }  # fmt: skip
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # not every system knows each of them; the parent's clock is the last bound
            resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def draw(content: bytes, page: int, longest: int) -> int:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        if not 1 <= page <= len(document):
            return NO_SUCH_PAGE
        found = document[page - 1]
    except pypdfium2.PdfiumError:
        return NO_PDF
    scale = longest / max(*found.get_size(), 1)
    found.render(scale=scale).to_pil().convert("RGB").save(sys.stdout.buffer, "JPEG", quality=80)
    return 0


if __name__ == "__main__":
    page, longest, seconds = map(int, sys.argv[1:])
    bound(seconds)
    ended = draw(sys.stdin.buffer.read(), page, longest)
    sys.stdout.flush()
    sys.exit(ended)
