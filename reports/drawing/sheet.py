"""The page: a reportlab canvas that also writes the structure a screen reader follows.

Everything drawn is either inside `tag(role)` (and so part of the reading order) or inside `artifact()`
(running heads, rules, repeated table heads). `tools/check_tags.py` proves it for every page.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.drawing import ink, structure
from reports.drawing.faces import plain, printable
from reports.drawing.ink import Paper, Style
from reports.drawing.structure import Node
from reports.drawing.text import Line, Text, lines_of

rl_config.useA85 = 0  # bytes as they are: a fifth smaller, and every reader takes them

Align = Literal["left", "right", "centre"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Printed:
    """A finished document. `missing` are the characters it had to replace, in code point order."""

    content: bytes
    pages: int
    missing: tuple[str, ...] = ()


class FormXObject(pdfdoc.PDFStream):
    """A drawing compressed once per process and put into any number of documents as it is."""

    def __init__(self, stream: bytes, box: Box) -> None:
        super().__init__(pdfdoc.PDFDictionary(), stream)
        self.dictionary.dict |= {
            "Type": pdfdoc.PDFName("XObject"),
            "Subtype": pdfdoc.PDFName("Form"),
            "BBox": pdfdoc.PDFArray(list(box)),
            "Filter": pdfdoc.PDFName("FlateDecode"),
        }


class Sheet(Canvas):
    """One document being drawn. The same calls always give the same bytes."""

    def __init__(self, paper: Paper, *, title: str, author: str, language: str) -> None:
        self.target = io.BytesIO()
        super().__init__(
            self.target,
            pagesize=(paper.width, paper.height),
            invariant=1,
            pageCompression=1,
            pdfVersion=(1, 7),
            lang=language,
            initialFontName=ink.REGULAR,
        )
        self.setTitle(plain(title))
        self.setAuthor(plain(author))
        self.setSubject("")
        self.setCreator("Tautband")
        self.setViewerPreference("DisplayDocTitle", "true")
        self.root = self.node = Node("Document", None)
        self.missing: set[str] = set()  # on this page
        self._missing_before: set[str] = set()
        self._marks: list[list[Node]] = [[]]

    # ---- structure ---------------------------------------------------------------------------------------------------
    @contextmanager
    def group(self, role: str, alt: str = "", attributes: str = "") -> Iterator[None]:
        """A structure element that holds others."""
        outside = self.node
        self.node = Node(role, outside, alt, attributes)
        outside.kids.append(self.node)
        yield
        self.node = outside

    @contextmanager
    def inside(self, node: Node) -> Iterator[None]:
        """Go on with an element that was begun on an earlier page."""
        outside, self.node = self.node, node
        yield
        self.node = outside

    @contextmanager
    def tag(self, role: str, alt: str = "", attributes: str = "") -> Iterator[None]:
        """A structure element with what is drawn inside."""
        with self.group(role, alt, attributes), self.marked(self.node):
            yield

    @contextmanager
    def marked(self, node: Node) -> Iterator[None]:
        """Marked content for an element that may already have some on an earlier page."""
        marks = self._marks[-1]
        self.write(f"/{node.role} <</MCID {len(marks)}>> BDC")
        node.kids.append((len(self._marks) - 1, len(marks)))
        marks.append(node)
        yield
        self.write("EMC")

    @contextmanager
    def artifact(self, kind: str = "") -> Iterator[None]:
        """What belongs to the paper and not to the text."""
        self.write(f"/Artifact <</Type/{kind}>> BDC" if kind else "/Artifact BMC")
        yield
        self.write("EMC")

    # ---- drawing -----------------------------------------------------------------------------------------------------
    def write(self, operators: str) -> None:
        """PDF operators that reportlab has no method for."""
        self._code.append(operators)

    def line_of_text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """One line, baseline at y."""
        text, missing = printable(text)
        self.missing |= missing
        self.setFont(style.font, style.size)
        self.setFillColor(style.colour)
        draw = {"left": self.drawString, "right": self.drawRightString, "centre": self.drawCentredString}[align]
        draw(x, y, text.replace("\n", " "))

    def lines_of_text(
        self, x: float, top: float, lines: Iterable[Line], style: Style, align: Align = "left", measure: float = 0.0
    ) -> float:
        """Lines already broken, the first line's top at `top`; answers the bottom."""
        self.setFillColor(style.colour)
        for line in lines:
            self.missing |= line.missing
            free = measure - line.width
            left = x + {"left": 0.0, "right": free, "centre": free / 2}[align]
            for piece in line.pieces:
                self.setFont(piece.font, style.size)
                self.drawString(left + piece.x, top - style.drop, piece.text)
            top -= style.leading
        return top

    def paragraph(self, x: float, top: float, text: Text, style: Style, measure: float, align: Align = "left") -> float:
        """Break and draw, no tag of its own; answers the bottom."""
        return self.lines_of_text(x, top, lines_of(text, style, measure), style, align, measure)

    def rule(self, left: float, y: float, right: float, colour: Color = ink.LINE, weight: float = 0.6) -> None:
        self.setStrokeColor(colour)
        self.setLineWidth(weight)
        self.line(left, y, right, y)

    def place(self, name: str, stream: bytes, box: Box, x: float, y: float, scale: float) -> None:
        """Put a form XObject (its box's lower left corner) at x, y; the stream enters the file once."""
        if not self.hasForm(name):
            self._doc.addForm(name, FormXObject(stream, box))
        self.saveState()
        self.transform(scale, 0, 0, scale, x - box[0] * scale, y - box[1] * scale)
        self.doForm(name)
        self.restoreState()

    # ---- pages and the end -------------------------------------------------------------------------------------------
    def showPage(self) -> None:
        super().showPage()
        page: Any = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._marks) - 1, pdfdoc.PDFName("S")
        self._marks.append([])
        self._missing_before |= self.missing
        self.missing = set()

    def printed(self) -> Printed:
        """Close the document."""
        structure.write(self._doc, self.root, self._marks)
        super().save()
        return Printed(self.target.getvalue(), len(self._marks) - 1, tuple(sorted(self._missing_before)))
