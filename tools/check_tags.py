"""What a checker of accessible PDF would ask first, asked of every file named.

Title shown, language, marked, tab order; every drawing operator inside marked content; every mark in the parent tree
and back; figures with alternative text; table rows with as many cells as heads; fonts embedded with a Unicode map.

    python tools/check_tags.py document.pdf ...
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

PAINT = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI"}

Marks = dict[tuple[tuple[int, int], int], tuple[int, int]]  # (page, mark) -> structure element


def problems(pdf: bytes) -> list[str]:
    """Everything wrong with a document; an empty list for a good one."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_problems(document))


def _problems(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    if "/Lang" not in root or not root.MarkInfo.Marked or not root.ViewerPreferences.DisplayDocTitle:
        yield "language, mark or title setting missing"
    if not str(document.docinfo.Title):
        yield "no title"
    numbers = root.StructTreeRoot.ParentTree.Nums
    parents = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    marks: Marks = {}
    for number, page in enumerate(document.pages, 1):
        yield from (f"page {number}: {problem}" for problem in _page_problems(page, parents, marks))
    used: set[tuple[tuple[int, int], int]] = set()
    yield from _element_problems(root.StructTreeRoot.K, marks, used)
    if marks.keys() != used:
        yield f"{len(marks.keys() - used)} marks belong to no element"


def _page_problems(page: Any, parents: dict[int, Any], marks: Marks) -> Iterator[str]:
    if page.get("/Tabs") != "/S":
        yield "tab order"
    elements, depth, unmarked = parents[int(page.StructParents)], 0, 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            depth += 1
            if name == "BDC" and "/MCID" in operands[1]:
                mark = int(operands[1].MCID)
                marks[page.objgen, mark] = elements[mark].objgen
        elif name == "EMC":
            depth -= 1
        elif name in PAINT and depth == 0:
            unmarked += 1
        if depth > 1:
            yield "nested marked content"
    if depth or unmarked:
        yield f"{unmarked} operators outside marked content, depth {depth}"
    yield from _font_problems(page)


def _font_problems(page: Any) -> Iterator[str]:
    for name, font in page.Resources.Font.items():
        if font.Subtype == "/TrueType" and ("/FontFile2" not in font.FontDescriptor or "/ToUnicode" not in font):
            yield f"font {name} not embedded or without a Unicode map"


def _element_problems(element: Any, marks: Marks, used: set[tuple[tuple[int, int], int]]) -> Iterator[str]:
    role = str(element.S)
    if role == "/Figure" and "/Alt" not in element:
        yield "figure without alternative text"
    if role == "/Table":
        cells = {sum(str(cell.S) in ("/TH", "/TD") for cell in row.K) for row in element.K}
        if len(cells) > 1:
            yield f"table with rows of {sorted(cells)} cells"
    if not len(element.K):
        yield f"empty {role}"
    for kid in element.K:
        if "/MCID" in kid:
            place = (kid.Pg.objgen, int(kid.MCID))
            used.add(place)
            if marks.get(place) != element.objgen:
                yield f"{role}: mark {place[1]} does not come back"
        else:
            yield from _element_problems(kid, marks, used)


if __name__ == "__main__":
    found = {name: problems(Path(name).read_bytes()) for name in sys.argv[1:]}
    for name, wrong in found.items():
        print(name, "; ".join(wrong[:6]) or "ok")
    sys.exit(any(found.values()))
