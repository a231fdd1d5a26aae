"""A letter to the GP, the referrer or whom it is about: prose, the facts in a short list, one page as a rule.

Whose letter it is and which page stand in the foot of every page.
"""

from dataclasses import dataclass
from functools import cached_property

from reports.contents import Letter
from reports.drawing import ink
from reports.drawing.flow import Block, Paragraph, heading
from reports.drawing.ink import Paper, Style
from reports.drawing.letterhead import BETWEEN, Letterhead, draw_foot, draw_missing, foot_height
from reports.drawing.pages import paginate
from reports.drawing.sheet import Printed, Sheet
from reports.drawing.table import Facts
from reports.drawing.text import height_of
from reports.drawing.words import Run, tie

MARGIN, ABOVE, BELOW = 68.0, 40.0, 56.0
AFTER_HEAD = 26.0
TEXT = Style(ink.REGULAR, 10, 14.5)
SUBJECT = Style(ink.BOLD, 12.5, 17)
IN_SHORT = Style(ink.BOLD, 10, 14, ink.ACCENT)
NOTE = Style(ink.REGULAR, 8.5, 12, ink.INK_SOFT)
DRAFT = Style(ink.BOLD, 8.5, 12, ink.STOP)
NOT_ISSUED = "Draft, not issued"
PEN_ROOM = 44.0  # for the signature by hand
CONFIDENTIAL = "Confidential health information"


class LetterFacts(Facts):
    """The short list: a little larger than in a record, read by somebody who does not know the form."""

    LABEL, VALUE = Style(ink.REGULAR, 9.25, 13, ink.INK_SOFT), Style(ink.REGULAR, 9.25, 13)


@dataclass(frozen=True)
class Frame:
    """Head and foot: the practice's letterhead on the first page, the subject and the date on the next ones."""

    content: Letter
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

    @property
    def first_head(self) -> float:
        return self.letterhead.height() + AFTER_HEAD

    @cached_property
    def next_head(self) -> float:
        return 18 + height_of(self._running, NOTE, self._running_room)

    @property
    def _running(self) -> str:
        return self.content.subject or self.content.patient.name

    @property
    def _running_room(self) -> float:
        return self.measure - 110

    @property
    def _foot(self) -> str:
        patient = self.content.patient
        whose = f"{patient.name}, born {tie(patient.born)}"
        which = NOT_ISSUED if self.content.draft else f"letter {self.content.document}"
        return BETWEEN.join((whose, f"record {patient.record_number}", which, CONFIDENTIAL))

    def head(self, page: int) -> float:
        return self.first_head if page == 1 else self.next_head

    def room(self, page: int) -> float:
        return self.top - self.head(page) - BELOW - foot_height(self._foot, self.measure - 60)

    def draw(self, sheet: Sheet, page: int, pages: int) -> None:
        if page == 1:
            self.letterhead.draw(sheet, MARGIN, self.top)
        else:
            with sheet.artifact("Pagination"):
                sheet.paragraph(MARGIN, self.top, self._running, NOTE, self._running_room)
                sheet.paragraph(MARGIN, self.top, self.content.date, NOTE, self.measure, "right")
                sheet.rule(MARGIN, self.top - self.next_head + 12, MARGIN + self.measure)
        if self.content.draft:
            with sheet.artifact("Pagination"):
                sheet.line_of_text(MARGIN + self.measure, self.paper.height - 24, NOT_ISSUED, DRAFT, "right")
        draw_foot(sheet, MARGIN, MARGIN + self.measure, 28, self._foot, f"Page {page} of {pages}")
        draw_missing(sheet, MARGIN, 43 + foot_height(self._foot, self.measure - 60))


def render(content: Letter) -> Printed:
    """The letter as PDF; the same content always gives the same bytes."""
    frame = Frame(content, ink.paper(content.practice.paper_size))
    pages = paginate(compose(content), frame.measure, frame.room(2), first=frame.room(1))
    title = f"Letter about record {content.patient.record_number}, {content.date}"
    sheet = Sheet(frame.paper, title=title, author=content.practitioner.name, language=content.language)
    for number, page in enumerate(pages, 1):
        for block, distance in page:
            block.draw(sheet, MARGIN, frame.top - frame.head(number) - distance, frame.measure)
        frame.draw(sheet, number, len(pages))
        sheet.showPage()
    return sheet.printed()


def compose(content: Letter) -> list[Block]:
    """From the date to the enclosures; a part with nothing to say is not there."""
    blocks: list[Block] = [
        Paragraph(content.date, TEXT),
        *_said("\n".join(content.addressee), TEXT, before=TEXT.leading),
        *_said(content.salutation, TEXT, before=TEXT.leading * 1.6),
        *_said(content.subject, SUBJECT, before=8, role="H1"),
        *_paragraphs(content.opening, first=8),
    ]
    if content.facts:
        blocks += [heading("In short", style=IN_SHORT, before=13), _facts(content)]
    blocks += _paragraphs(content.closing, first=13 if content.facts else 8)
    if content.farewell.strip():
        blocks.append(Paragraph(content.farewell, TEXT, before=14, keep=True))
    blocks.append(Paragraph(_signed(content), TEXT, before=PEN_ROOM))
    if content.enclosures.strip():
        blocks[-1].keep = True
        blocks.append(Paragraph(content.enclosures, NOTE, before=14))
    return blocks


def _said(text: str, style: Style, *, before: float, role: str = "P") -> list[Block]:
    return [Paragraph(text, style, role, before=before)] if text.strip() else []


def _paragraphs(texts: tuple[str, ...], *, first: float) -> list[Block]:
    """Each paragraph of each text; an empty line in a text begins a new one."""
    parts = [part.strip("\n") for text in texts for part in text.split("\n\n") if part.strip()]
    return [Paragraph(part, TEXT, before=8 if i else first) for i, part in enumerate(parts)]


def _facts(content: Letter) -> Block:
    return LetterFacts(content.facts, columns=1, label_width=126, row_gap=2.5, before=2)


def _signed(content: Letter) -> tuple[Run, ...]:
    who = content.practitioner
    profession = who.profession[:1].upper() + who.profession[1:]
    registered = f"registration {who.registration}" if who.registration else ""
    qualities = ", ".join(filter(None, (profession, registered)))
    return (Run(who.name, True), Run(f"\n{qualities}" if qualities else ""))
