"""Reading a PDF back: the text of every page through the fonts' Unicode maps, and what a screen reader is told."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf


def texts(pdf: bytes) -> list[str]:
    """What is printed on each page, strings in drawing order with a space between them."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [" ".join(_strings(page)) for page in document.pages]


def alternatives(pdf: bytes) -> list[str]:
    """The alternative texts of the drawings."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_alternatives(document.Root.StructTreeRoot.K))


def roles(pdf: bytes) -> list[str]:
    """The structure elements in reading order."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_roles(document.Root.StructTreeRoot.K))


def _strings(page: pikepdf.Page) -> Iterator[str]:
    maps = {name: _unicode_map(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) == "Tj":
            yield "".join(current.get(code, "?") for code in bytes(operands[0]))


def _unicode_map(font: pikepdf.Object) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {code: chr(code) for code in range(256)}
    source = font.ToUnicode.read_bytes().decode("ascii")
    return {int(code, 16): _character(target) for code, target in re.findall(r"<(\w\w)> <(\w{4,})>", source)}


def _character(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")


def _alternatives(element: pikepdf.Object) -> Iterator[str]:
    if "/Alt" in element:
        yield str(element.Alt)
    for kid in element.K:
        if "/MCID" not in kid:
            yield from _alternatives(kid)


def _roles(element: pikepdf.Object) -> Iterator[str]:
    yield str(element.S).removeprefix("/")
    for kid in element.K:
        if "/MCID" not in kid:
            yield from _roles(kid)
