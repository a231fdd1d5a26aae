"""A program of its own: draws one page of somebody else's PDF.

    python -I foreign_page.py SECONDS PAGE LONGEST < file.pdf > page.jpg

`practice.pdf_reading` starts it. It ends with 0, NO_PDF or NO_SUCH_PAGE; in any other way when the file is made to harm.
"""

import sys
from pathlib import Path

NO_PDF, NO_SUCH_PAGE = 3, 4


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
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from practice.bounds import bound

    seconds, page, longest = map(int, sys.argv[1:])
    bound(seconds)
    ended = draw(sys.stdin.buffer.read(), page, longest)
    sys.stdout.flush()
    sys.exit(ended)
