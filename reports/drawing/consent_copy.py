"""The copy of a consent a patient takes home, or the form to be signed on paper: the whole text, word for word.

What the patient decided comes first, then what they were told, then the signature. Whose it is and which page stand
on every page, so that no leaf of it is taken for another's.
"""

from dataclasses import dataclass
from functools import cached_property

from reports.contents import ConsentCopy, Decided, Risk
from reports.drawing import ink
from reports.drawing.flow import Aside, Block, Bullets, Columns, Paragraph, bold, heading
from reports.drawing.ink import Paper, Style
from reports.drawing.letterhead import BETWEEN, Letterhead, draw_foot, draw_missing, foot_height
from reports.drawing.pages import paginate
from reports.drawing.sheet import Printed, Sheet
from reports.drawing.signature_strokes import SignatureStrokes
from reports.drawing.table import Column, Facts, Row, Table
from reports.drawing.text import height_of
from reports.drawing.words import Run, tie

MARGIN, ABOVE, BELOW = 48.0, 34.0, 48.0
TITLE = Style(ink.BOLD, 14, 18)
WHOSE = Style(ink.REGULAR, 9.5, 13)
ALERT = Style(ink.BOLD, 9.5, 13, ink.STOP)
TEXT = Style(ink.REGULAR, 9.75, 13.5)
DECISION_COLUMNS = (Column("What was asked", 62), Column("Answer", 18), Column("Since then", 24))
FORM_COLUMNS = (Column("What is asked", 66), Column("I agree", 14), Column("No", 12), Column("Not asked", 14))
RISK_COLUMNS = (Column("What can happen", 34), Column("How often", 30), Column("Counted in", 22), Column("Source", 34))
BOX = "☐"
LINE = "_" * 46
PEN_LINE = "_" * 42
BY_HAND = (
    ("Signed by (patient, guardian or attorney)", "Date and time"),
    ("Name, and what they are to the patient", "Witness, if there was one"),
    ("Obtained by", "Signature of who obtained it"),
)
DRAFT = "Draft. This text is not published: nobody can consent with it."


@dataclass(frozen=True)
class Frame:
    """Head and foot of every page."""

    content: ConsentCopy
    paper: Paper

    @property
    def measure(self) -> float:
        return self.paper.width - 2 * MARGIN

    @property
    def top(self) -> float:
        return self.paper.height - ABOVE

    @cached_property
    def letterhead(self) -> Letterhead:
        return Letterhead(self.content.practice, self.measure)

    @cached_property
    def whose(self) -> tuple[Run, ...]:
        patient = self.content.patient
        if patient is None:
            return (Run("Name "), Run(LINE), Run("  born "), Run("_" * 20))
        return (
            Run("For "),
            Run(patient.name, True),
            Run(f", born {tie(patient.born)}, record {patient.record_number}"),
        )

    @property
    def head(self) -> float:
        return self.letterhead.height() + 6 + height_of(self.whose, WHOSE, self.measure) + 4

    @property
    def foot(self) -> str:
        parts = (self.content.title, self.content.version, self.content.document)
        return BETWEEN.join(filter(None, parts))

    @property
    def room(self) -> float:
        return self.top - self.head - BELOW - foot_height(self.foot, self.measure - 60)

    def draw(self, sheet: Sheet, page: int, pages: int) -> None:
        """Content on page one, a repeated artifact afterwards."""
        if page == 1:
            self.letterhead.draw(sheet, MARGIN, self.top)
            with sheet.tag("P"):
                self._draw_whose(sheet)
        else:
            with sheet.artifact("Pagination"):
                self._draw_whose(sheet)
                sheet.line_of_text(MARGIN, self.top - 14, self.content.practice.name, ink.LABEL)
                sheet.rule(MARGIN, self.top - self.letterhead.height(), MARGIN + self.measure, ink.ACCENT, 1.2)
        draw_foot(sheet, MARGIN, MARGIN + self.measure, 26, self.foot, f"Page {page} of {pages}")

    def _draw_whose(self, sheet: Sheet) -> None:
        top = self.top - self.letterhead.height() - 6
        sheet.paragraph(MARGIN, top, self.whose, WHOSE, self.measure)


def render(content: ConsentCopy) -> Printed:
    """The copy as PDF; the same content always gives the same bytes."""
    frame = Frame(content, ink.paper(content.practice.paper_size))
    pages = paginate(compose(content), frame.measure, frame.room)
    whose = f", record {content.patient.record_number}" if content.patient else ""
    title = f"{content.title or 'Consent'}, {content.version}{whose}"
    sheet = Sheet(frame.paper, title=title, author=content.practice.name, language=content.language)
    for number, page in enumerate(pages, 1):
        frame.draw(sheet, number, len(pages))
        for block, distance in page:
            block.draw(sheet, MARGIN, frame.top - frame.head - distance, frame.measure)
        draw_missing(sheet, MARGIN, 41 + foot_height(frame.foot, frame.measure - 60))
        sheet.showPage()
    return sheet.printed()


def compose(content: ConsentCopy) -> list[Block]:
    """The parts in reading order; what a form leaves to the pen is blank."""
    blocks: list[Block] = [
        Paragraph(content.title or "Consent", TITLE, "H1", before=6, keep=True),
        Paragraph(content.version, ink.SMALL_SOFT, before=1),
    ]
    if content.draft:
        blocks.append(Paragraph(DRAFT, ALERT, before=4))
    if content.taken_back:
        blocks += _taken_back(content)
    if content.patient is None:
        return [*blocks, *_told(content), *_asked(content), *_by_hand()]
    answers = [Facts(content.facts, columns=2, label_width=84, row_gap=1, before=8), *_decided(content)]
    return [*blocks, *answers, *_talked(content), *_told(content), *_signed(content)]


def _taken_back(content: ConsentCopy) -> list[Block]:
    title = Paragraph("Taken back", ALERT, "H2", before=8, keep=True)
    return [title, Bullets(content.taken_back, ink.BODY, gap=1, before=1)]


def _decided(content: ConsentCopy) -> list[Block]:
    rows = tuple(
        (_asked_words(d), bold(d.said) if d.said != "Not asked" else d.said, d.taken_back) for d in content.decisions
    )
    return [
        heading("What was decided"),
        Table(DECISION_COLUMNS, rows, "Each item asked about, with the answer", before=2),
    ]


def _asked(content: ConsentCopy) -> list[Block]:
    rows = tuple((_asked_words(decided), BOX, BOX, BOX) for decided in content.decisions)
    return [heading("What you agree to"), Table(FORM_COLUMNS, rows, "Each item asked about, to be answered", before=2)]


def _asked_words(decided: Decided) -> tuple[Run, ...]:
    return (Run(decided.label, True), Run(f"  {decided.line}" if decided.line else ""))


def _talked(content: ConsentCopy) -> list[Block]:
    said: list[Block] = []
    if content.discussed:
        said.append(Aside("Risks explained", Paragraph(content.discussed), before=10))
    if content.questions.strip():
        said.append(Aside("Questions", Paragraph(content.questions), before=8))
    return said


def _told(content: ConsentCopy) -> list[Block]:
    """The text as it was shown, section by section, and the risks."""
    blocks: list[Block] = []
    for title, paragraphs in content.sections:
        blocks.append(heading(title, before=12))
        blocks += [Paragraph(text, TEXT, before=0 if i == 0 else 4) for i, text in enumerate(paragraphs)]
    if content.risks:
        rows = tuple(_risk_cells(risk) for risk in content.risks)
        blocks += [
            heading("What can happen"),
            Table(RISK_COLUMNS, rows, "Risks, how often, counted in, source", before=2),
        ]
    return blocks


def _risk_cells(risk: Risk) -> Row:
    label: Row = (bold(risk.label) if risk.serious else risk.label,)
    return (*label, risk.how_often, risk.out_of, risk.source)


def _signed(content: ConsentCopy) -> list[Block]:
    blocks: list[Block] = [heading("Signature" if content.drawn else "How it was given")]
    if content.drawn:
        blocks.append(SignatureStrokes(content.drawn, content.signed, before=3, keep=True))
    blocks.append(Paragraph(content.signed, ink.BODY, before=3, keep=True))
    if content.drawn:
        digest = content.drawn.sha256
        groups = " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
        blocks.append(
            Paragraph((Run("Fingerprint of the signature (SHA-256) ", True), Run(groups)), ink.SMALL, keep=True)
        )
    for number, digest in enumerate(content.scans, 1):
        said = (Run(f"Scan {number} of the signed paper (SHA-256) ", True), Run(digest))
        blocks.append(Paragraph(said, ink.SMALL, keep=True))
    return [*blocks, Paragraph(content.made, ink.SMALL_SOFT, before=3)]


def _by_hand() -> list[Block]:
    """Lines for the pen, kept together, two beside each other."""
    rows: list[Block] = [
        Paragraph(f"Questions asked, and the answers\n\n{PEN_LINE}{PEN_LINE}", ink.BODY, before=3, keep=True)
    ]
    for left, right in BY_HAND:
        pair: list[Block] = [Paragraph(f"{name}\n\n{PEN_LINE}", ink.BODY) for name in (left, right)]
        rows.append(Columns(pair, (0.5, 0.5), before=8, keep=True))
    rows[-1].keep = False
    return [heading("Signature"), *rows]
