"""The one page a patient takes home: what was done, what to expect, when to call. Made to be read at arm's length.

Always exactly one page: the body chart takes what the words leave, and the type steps down before anything is cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.contents import PatientSummary, Practice, Practitioner
from reports.drawing import ink
from reports.drawing.flow import Block, Bullets, Columns, Paragraph, Stack
from reports.drawing.ink import Style
from reports.drawing.letterhead import BETWEEN, Letterhead, draw_foot, draw_missing
from reports.drawing.sheet import Printed, Sheet
from reports.drawing.soreness_scale import SorenessScale
from reports.drawing.spot_list import MANY_SPOTS, Drawing, SpotList, spot_columns, spot_sentence
from reports.drawing.summary_type import Type
from reports.drawing.void import REASON, draw_void
from reports.drawing.warning_box import WarningBox
from reports.drawing.words import Run, tie

MARGIN, ABOVE, FLOOR = 48.0, 36.0, 50.0
SIZES = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0)
LONG_LIST = 12  # spots; more stand in columns under the drawing
MOST_AIR = 12.0  # between two parts of the page
DRAWING_NOTE = "The drawing is a guide: muscle borders are schematic."


class DoesNotFit(ValueError):
    """Even the smallest type does not bring this content on one page."""


@dataclass(frozen=True)
class Fit:
    """One way to fill the page."""

    size: float
    tallest: float = 200.0  # of the drawing; none at 0
    listed: Style | None = None  # the list as running text in this style

    @property
    def type_(self) -> Type:
        return Type.of(self.size)


RUNNING, NARROW = Type.of(9.0).body, ink.CELL
FITS = (
    *(Fit(size) for size in SIZES),
    *(Fit(9.0, tallest) for tallest in (160.0, 120.0, 90.0)),
    Fit(8.5, 120.0),
    Fit(8.0, 90.0),
    *(Fit(9.0, tallest, RUNNING) for tallest in (160.0, 120.0)),
    *(Fit(8.5, tallest, NARROW) for tallest in (160.0, 120.0, 90.0, 0.0)),
    Fit(8.0, 0.0, NARROW),
)


def render(content: PatientSummary) -> Printed:
    """The page as PDF; the same content always gives the same bytes. Raises DoesNotFit."""
    paper = ink.paper(content.practice.paper_size)
    measure = paper.width - 2 * MARGIN
    head = Letterhead(content.practice, measure)
    space = paper.height - ABOVE - head.height() - FLOOR
    for fit in FITS:
        blocks = compose(content, fit, measure)
        air = space - sum(block.height(measure) + block.before for block in blocks)
        if air >= 0:
            break
    else:
        raise DoesNotFit("This summary does not fit on one page.")
    for block in blocks[2:]:
        block.before += min(air / (len(blocks) - 2), MOST_AIR)
    return _draw(content, head, blocks)


def _draw(content: PatientSummary, head: Letterhead, blocks: Sequence[Block]) -> Printed:
    practice, paper = content.practice, ink.paper(content.practice.paper_size)
    title = f"{'Dry needling' if content.spots else 'Treatment'} summary, {content.date}"
    sheet = Sheet(paper, title=title, author=practice.name, language=content.language)
    if content.void:
        draw_void(sheet, paper)
    head.draw(sheet, MARGIN, paper.height - ABOVE)
    y = paper.height - ABOVE - head.height()
    for block in blocks:
        y -= block.before
        block.draw(sheet, MARGIN, y, head.measure)
        y -= block.height(head.measure)
    note = DRAWING_NOTE if content.points or content.referrals else ""
    foot = (f"Record {content.patient.record_number}", f"document {content.document}", note)
    draw_foot(sheet, MARGIN, paper.width - MARGIN, 26, BETWEEN.join(filter(None, foot)), "Page 1 of 1")
    draw_missing(sheet, MARGIN, 42)
    sheet.showPage()
    return sheet.printed()


# ---- what the page says ----------------------------------------------------------------------------------------------
def compose(content: PatientSummary, fit: Fit, measure: float) -> list[Block]:
    """The parts from top to bottom; one with nothing to say is not there."""
    type_, patient = fit.type_, content.patient
    title = "Your dry needling treatment" if content.spots else "Your treatment"
    born = f", born {tie(patient.born)}. {content.date}."
    whose = (Run("For "), Run(patient.name, True), Run(born))
    void = [Paragraph(f"VOID: {content.void}", REASON, before=2)] if content.void else []
    columns = ((about(content, type_), 0.46), (expect(content, type_), 0.54))
    return [
        Paragraph(title, type_.title, "H1", before=14),
        Paragraph(whose, type_.body, before=1),
        *void,
        *where(content, fit, measure),
        *side_by_side(columns, gap=24, before=14),
        WarningBox(content, type_, before=12),
        *closing(content, type_),
    ]


def where(content: PatientSummary, fit: Fit, measure: float) -> list[Block]:
    """Drawing and list side by side; a long list stands under the drawing."""
    sentences = [text for text in (content.needles, content.change) if text]
    air = 9 if content.spots else 0
    said: list[Block] = [Paragraph(t, fit.type_.body, before=1 if i else air) for i, t in enumerate(sentences)]
    if not content.spots:
        return [Stack([Paragraph("What was done", fit.type_.heading, "H2"), *said], before=12)] if said else []
    heading = Paragraph("Where you were needled", fit.type_.heading, "H2")
    drawing, gap = Drawing(content, fit.tallest), 20
    if len(content.spots) > LONG_LIST or fit.listed:
        listed = _long_list(content, fit)
        listed.before = 3
        return [Stack([heading, *([drawing] if drawing.frames else []), listed, *said], before=12)]
    spots = SpotList(content.spots, fit.type_, plain=len(content.spots) > MANY_SPOTS, before=3)
    words = Stack([heading, spots, *said])
    wide = drawing.width(0.54 * (measure - gap))
    if not wide:
        return [replace(words, before=12)]
    return [Columns([drawing, words], (wide, measure - gap - wide), gap=gap, before=12)]


def _long_list(content: PatientSummary, fit: Fit) -> Block:
    return spot_sentence(content.spots, fit.listed) if fit.listed else spot_columns(content.spots, fit.type_, 3)


def about(content: PatientSummary, type_: Type) -> Stack:
    blocks: list[Block] = []
    if content.what_it_is:
        blocks.append(Paragraph("What is dry needling?", type_.heading, "H2"))
        blocks.append(Paragraph(content.what_it_is, type_.body))
    if content.helps:
        blocks.append(Paragraph("What helps", type_.heading, "H2", before=8))
        blocks.append(Bullets(content.helps, type_.body, gap=1))
    return Stack(blocks)


def expect(content: PatientSummary, type_: Type) -> Stack:
    blocks: list[Block] = [Paragraph(content.expect, type_.body)] if content.expect else []
    if content.spots:
        blocks.append(SorenessScale(content.soreness, type_, before=9))
    if content.check_in:
        blocks.append(Paragraph(content.check_in, type_.body, before=6))
    return Stack([Paragraph("What to expect", type_.heading, "H2"), *blocks] if blocks else [])


def closing(content: PatientSummary, type_: Type) -> list[Block]:
    calls, by = contact(content.practice), treated_by(content.practitioner)
    questions = "Questions? Call us" if content.practice.phone else "Questions?"
    parts = (("Your next visit", content.next_visit, 0.30), (questions, calls, 0.36), ("You were treated by", by, 0.34))
    text = replace(type_.body, size=type_.body.size * 0.94, leading=type_.body.leading * 0.96)
    stacks = [
        (Stack([Paragraph(name, type_.heading, "H2"), Paragraph(words, text)]), share)
        for name, words, share in parts
        if words
    ]
    return side_by_side(stacks, gap=16, before=8)


def contact(practice: Practice) -> str:
    """How to reach the practice, as far as it says."""
    after_hours = f"After hours {tie(practice.after_hours_phone)}" if practice.after_hours_phone else ""
    return "\n".join(filter(None, (tie(practice.phone), after_hours, practice.email)))


def treated_by(who: Practitioner) -> str:
    name = ", ".join(filter(None, (who.name, who.profession)))
    return f"{name}\nRegistration {who.registration}" if who.registration else name


def side_by_side(stacks: Sequence[tuple[Stack, float]], *, gap: float, before: float) -> list[Block]:
    """Those that say something, each with its share of the width."""
    said = [(stack, share) for stack, share in stacks if stack.blocks]
    if not said:
        return []
    return [Columns([stack for stack, _ in said], tuple(share for _, share in said), gap=gap, before=before)]
