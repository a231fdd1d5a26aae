"""A course of care on as few pages as it takes: how pain moved, what was done, how the body answered, what comes next."""

from dataclasses import dataclass
from functools import cached_property

from reports.contents import CourseReport, Visit
from reports.drawing import ink
from reports.drawing.course_plots import PainPlot, SeriesPlot, grids
from reports.drawing.flow import Block, Bullets, Paragraph, heading
from reports.drawing.ink import Paper, Style
from reports.drawing.letterhead import BETWEEN, Letterhead, draw_foot, draw_missing, foot_height
from reports.drawing.pages import paginate
from reports.drawing.sheet import Printed, Sheet
from reports.drawing.table import Column, Facts, Row, Table
from reports.drawing.text import height_of
from reports.drawing.words import tie

MARGIN, ABOVE, BELOW = 48.0, 36.0, 54.0
AFTER_HEAD = 14.0
TITLE = Style(ink.BOLD, 19, 25)
TITLE_LONG = Style(ink.BOLD, 14, 19)
WHOSE = Style(ink.BOLD, 10.5, 15)
LEAD = Style(ink.REGULAR, 10.5, 15)
SECTION = Style(ink.BOLD, 12, 17, ink.ACCENT)
SIGNED = Style(ink.BOLD, 9.25, 13)
NEXT = Style(ink.BOLD, 9.5, 12)
NEXT_SOFT = Style(ink.REGULAR, 9, 12)
DASH = "–"
DASHED = "Pain and soreness from 0 to 10. A dash means that nobody asked or no answer came; it does not mean zero."
OUTCOME_COLUMNS = (
    Column("Outcome", 34),
    Column("First", 10, "right"),
    Column("Latest", 10, "right"),
    Column("Change", 11, "right"),
    Column("Better is", 12),
    Column("Change that matters, and its source", 40),
)
VISIT_COLUMNS = (
    Column("Visit", 7),
    Column("Date", 11),
    Column("Muscles", 22),
    Column("Needles", 11, "right"),
    Column("Passes", 10, "right"),
    Column("Twitches", 12, "right"),
    Column("Pain\nbefore", 10, "right"),
    Column("Pain\nafter", 9, "right"),
    Column("Sore\n24 h", 9, "right"),
    Column("Sore\n72 h", 9, "right"),
    Column("Note", 26),
)


@dataclass(frozen=True)
class Frame:
    """Head and foot: the letterhead on the first page, the course and the patient on the next ones."""

    content: CourseReport
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
    def _whose(self) -> str:
        return f"{self.content.patient.name}, born {tie(self.content.patient.born)}"

    @property
    def _title(self) -> str:
        return f"Course of care: {self.content.title}"

    @cached_property
    def next_head(self) -> float:
        half = self.measure * 0.48
        return 20 + max(height_of(self._title, NEXT, half), height_of(self._whose, NEXT_SOFT, half))

    @property
    def _foot(self) -> str:
        whose = (self._whose, f"record {self.content.patient.record_number}", f"report {self.content.document}")
        return BETWEEN.join(whose)

    def head(self, page: int) -> float:
        return self.letterhead.height() + AFTER_HEAD if page == 1 else self.next_head

    def room(self, page: int) -> float:
        return self.top - self.head(page) - BELOW - foot_height(self._foot, self.measure - 60)

    def draw(self, sheet: Sheet, page: int, pages: int) -> None:
        if page == 1:
            self.letterhead.draw(sheet, MARGIN, self.top)
        else:
            half, bottom = self.measure * 0.48, self.top - self.next_head + 14
            with sheet.artifact("Pagination"):
                sheet.paragraph(MARGIN, self.top, self._title, NEXT, half)
                sheet.paragraph(MARGIN + self.measure - half, self.top, self._whose, NEXT_SOFT, half, "right")
                sheet.rule(MARGIN, bottom, MARGIN + self.measure, ink.ACCENT, 1.2)

    def draw_foot(self, sheet: Sheet, page: int, pages: int) -> None:
        draw_foot(sheet, MARGIN, MARGIN + self.measure, 26, self._foot, f"Page {page} of {pages}")
        draw_missing(sheet, MARGIN, 41 + foot_height(self._foot, self.measure - 60))


def render(content: CourseReport) -> Printed:
    """The report as PDF; the same content always gives the same bytes."""
    frame = Frame(content, ink.paper(content.practice.paper_size))
    pages = paginate(compose(content, frame.measure), frame.measure, frame.room(2), first=frame.room(1))
    title = f"Course of care report, record {content.patient.record_number}"
    sheet = Sheet(frame.paper, title=title, author=content.practice.name, language=content.language)
    for number, page in enumerate(pages, 1):
        frame.draw(sheet, number, len(pages))
        for block, distance in page:
            block.draw(sheet, MARGIN, frame.top - frame.head(number) - distance, frame.measure)
        frame.draw_foot(sheet, number, len(pages))
        sheet.showPage()
    return sheet.printed()


def compose(content: CourseReport, measure: float) -> list[Block]:
    """The parts in reading order; one with nothing to say is not there."""
    patient, title = content.patient, f"Course of care: {content.title}"
    style = TITLE if height_of(title, TITLE, measure) <= TITLE.leading else TITLE_LONG
    whose = f"{patient.name}, born {tie(patient.born)}, record {patient.record_number}"
    blocks: list[Block] = [
        Paragraph(title, style, "H1"),
        Paragraph(whose, WHOSE, before=1),
    ]
    if content.facts:
        blocks.append(Facts(content.facts, columns=2, label_width=78, before=9))
    if content.in_short:
        blocks.append(Paragraph(content.in_short, LEAD, before=11))
    return [
        *blocks,
        *pain(content),
        *plots(content),
        *outcomes(content),
        *muscles(content),
        *visits(content),
        *listed("Response to needling", content.response),
        *listed("Plan", content.plan),
        *signed(content),
    ]


def section(text: str, before: float = 13) -> Paragraph:
    return heading(text, style=SECTION, before=before)


def pain(content: CourseReport) -> list[Block]:
    if not any(visit.before is not None or visit.after is not None for visit in content.visits):
        return []
    plot = PainPlot(content.visits, content.band, before=3)
    if content.band is None:
        return [section("Pain over the visits"), plot]
    plot.keep = True
    return [section("Pain over the visits"), plot, Paragraph(content.band.source, ink.SMALL_SOFT, before=3)]


def plots(content: CourseReport) -> list[Block]:
    """The other scores, each with its own scale and yardstick."""
    blocks: list[Block] = []
    for figure in content.plots:
        title = heading(figure.title, 3, ink.LABEL, before=8 if blocks else 2)
        blocks += [title, SeriesPlot(figure.plot, before=2)]
    return [section("Scores over time"), *blocks] if blocks else []


def outcomes(content: CourseReport) -> list[Block]:
    if not content.outcomes:
        return []
    rows: tuple[Row, ...] = tuple(
        (o.name, o.first, o.latest, o.change, o.better, o.yardstick) for o in content.outcomes
    )
    return [section("Outcomes"), Table(OUTCOME_COLUMNS, rows, "First and latest outcome scores")]


def muscles(content: CourseReport) -> list[Block]:
    made = grids(content.muscles, tuple(visit.label for visit in content.visits))
    if not made:
        return []
    for index, grid in enumerate(made):
        grid.before = 9 if index else 2
    return [section("Muscles needled"), *made]


def visits(content: CourseReport) -> list[Block]:
    if not content.visits:
        return []
    rows = tuple(visit_row(visit) for visit in content.visits)
    table = Table(VISIT_COLUMNS, rows, "One row per visit", gap=5)
    return [section("Visits"), table, Paragraph(DASHED, ink.SMALL_SOFT, before=4)]


def visit_row(visit: Visit) -> Row:
    scores = (visit.before, visit.after, visit.soreness_24, visit.soreness_72)
    counts = (visit.needles, visit.passes, visit.twitches)
    said = [DASH if number is None else str(number) for number in (*counts, *scores)]
    return (visit.label, visit.date, visit.treated, *said, visit.note)


def listed(title: str, items: tuple[str, ...]) -> list[Block]:
    return [section(title), Bullets(items, before=1)] if items else []


def signed(content: CourseReport) -> list[Block]:
    who = content.practitioner
    registered = f"registration {who.registration}" if who.registration else ""
    name = Paragraph(", ".join(filter(None, (who.name, who.profession, registered))), SIGNED, before=18)
    if not content.made:
        return [name]
    name.keep = True
    return [name, Paragraph(content.made, ink.SMALL_SOFT, before=2)]
