"""The whole record of one person for themselves, another practice or a court: everything, in the order it is read.

First who and what is in it, then every session as its own clinical record (a void one is marked on each of its pages),
then what hangs on the person. One count of pages through all of it.
"""

from collections.abc import Iterator

from reports.contents import ConsentCopy, FullRecord, Told
from reports.drawing import clinical_record, consent_copy, ink, record_frame
from reports.drawing.consent_copy import MARGIN
from reports.drawing.flow import Aside, Block, Paragraph, bold, heading
from reports.drawing.letterhead import draw_missing, foot_height
from reports.drawing.pages import paginate
from reports.drawing.sheet import Printed, Sheet
from reports.drawing.table import Column, Facts, Table

SESSION_COLUMNS = (Column("Day", 22), Column("Practitioner", 34), Column("Course of care", 34), Column("State", 24))
Pages = list[list[tuple[Block, float]]]


def render(content: FullRecord) -> Printed:
    """The record as PDF; the same content always gives the same bytes."""
    paper = ink.paper(content.practice.paper_size)
    front = consent_copy.Frame(_head(content), paper)
    before = paginate(opening(content), front.measure, front.room)
    after = paginate(closing(content), front.measure, front.room)
    sessions = [
        (frame, paginate(clinical_record.compose(session), frame.measure, frame.room))
        for session in content.sessions
        for frame in [record_frame.Frame(session, paper)]
    ]
    total = len(before) + len(after) + sum(len(pages) for _, pages in sessions)
    title = f"Full record {content.patient.record_number}"
    sheet = Sheet(paper, title=title, author=content.practice.name, language=content.language)
    number = _draw_own(sheet, front, before, 1, total)
    for frame, pages in sessions:
        for page in pages:
            _draw_session(sheet, frame, page, number, total)
            number += 1
    _draw_own(sheet, front, after, number, total)
    return sheet.printed()


def _head(content: FullRecord) -> ConsentCopy:
    """The head and foot are those of a copy for the patient: practice, whose it is, which page."""
    return ConsentCopy(
        practice=content.practice,
        title="Full record",
        version=content.made,
        sections=(),
        risks=(),
        decisions=(),
        document=content.document,
        patient=content.patient,
        language=content.language,
    )


def _draw_own(sheet: Sheet, frame: consent_copy.Frame, pages: Pages, number: int, total: int) -> int:
    for page in pages:
        frame.draw(sheet, number, total)
        for block, distance in page:
            block.draw(sheet, MARGIN, frame.top - frame.head - distance, frame.measure)
        draw_missing(sheet, MARGIN, 41 + foot_height(frame.foot, frame.measure - 60))
        sheet.showPage()
        number += 1
    return number


def _draw_session(
    sheet: Sheet, frame: record_frame.Frame, page: list[tuple[Block, float]], number: int, total: int
) -> None:
    frame.draw(sheet, number, total)
    for block, distance in page:
        block.draw(sheet, frame.left, frame.top - frame.head - distance, frame.measure)
    frame.draw_foot(sheet)
    sheet.showPage()


def opening(content: FullRecord) -> list[Block]:
    """Who it is about and for, what is in it, what was left out and why, what the patient wanted to have said."""
    blocks: list[Block] = [
        Paragraph("Full record", consent_copy.TITLE, "H1"),
        Facts(content.facts, columns=1, label_width=110, before=8),
        heading("The person"),
        Facts(content.person, columns=2, label_width=84),
    ]
    if content.withheld:
        blocks += [heading("Left out"), Paragraph(content.withheld)]
    blocks += list(section("Statements of the patient", content.statements))
    blocks += list(section("Alerts", content.alerts))
    blocks.append(heading("Sessions"))
    rows = tuple((s.treated_on, who, course, "VOID" if s.void else "Signed") for s, who, course in content.contents())
    empty: Block = Paragraph("No signed session is on record.")
    return [*blocks, Table(SESSION_COLUMNS, rows, "Sessions in this record, oldest first") if rows else empty]


def closing(content: FullRecord) -> list[Block]:
    """What hangs on the person; what there is none of says so."""
    blocks: list[Block] = []
    for title, entries in content.parts:
        blocks += list(section(title, entries)) or [heading(title), Paragraph("Nothing is on record.")]
    return blocks


def section(title: str, entries: tuple[Told, ...]) -> Iterator[Block]:
    """A heading and its entries: day or label in the gutter, what it says beside it."""
    if not entries:
        return
    yield heading(title)
    for entry in entries:
        label = Paragraph(bold(entry.head), ink.SMALL)
        yield Aside(entry.label, label, section=title, before=6, keep=bool(entry.text))
        if entry.text:
            yield Aside("", Paragraph(entry.text), section=title, before=1)
