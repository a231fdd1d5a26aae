"""The whole record of one session for the file, another practitioner, an insurer or a court.

Sober and made for a black-and-white printer: rules instead of fills, the patient's identity and the page count on
every page, later additions kept apart from what was signed.
"""

from reports.contents import Addendum, ClinicalRecord, SiteRow
from reports.drawing import ink
from reports.drawing.charts import ChartRows, Thumbnails, is_crowded
from reports.drawing.flow import Aside, Block, Bullets, Paragraph, bold, heading
from reports.drawing.pages import paginate
from reports.drawing.record_frame import Frame
from reports.drawing.sheet import Printed, Sheet
from reports.drawing.signature_block import SignatureBlock
from reports.drawing.table import Column, Facts, Row, Table
from reports.drawing.words import Run, tie

SITE_COLUMNS = (
    Column("No", 11, "right"),
    Column("Structure", 63),
    Column("Side", 22),
    Column("Trigger point", 46),
    Column("Technique", 56),
    Column("Needle mm", 40),
    Column("Depth mm", 22, "right"),
    Column("Passes", 27, "right"),
    Column("Twitch", 44),
    Column("Familiar pain", 52),
    Column("Reaction", 46),
)
MEASURE_COLUMNS = (
    Column("Measure", 44),
    Column("Before", 12, "right"),
    Column("After", 12, "right"),
    Column("Change", 12, "right"),
    Column("Change that matters, and its source", 36),
)
LOT_COLUMNS = (
    Column("Needle", 30),
    Column("Size", 22),
    Column("Lot", 20),
    Column("Expires", 18),
    Column("Used at sites", 20),
)
FINDING_COLUMNS = (
    Column("Level", 12),
    Column("Finding", 38),
    Column("Reason given or what was done", 46),
    Column("By", 18),
)
DEVIATION_COLUMNS = (
    Column("What said stop", 42),
    Column("What had happened, and why", 54),
    Column("By", 18),
)
AGAINST = "Signed against a stop, because what it warns of had already happened and must stay on record."


def render(content: ClinicalRecord) -> Printed:
    """The record as PDF; the same content always gives the same bytes."""
    frame = Frame(content, ink.paper(content.practice.paper_size))
    pages = paginate(compose(content), frame.measure, frame.room)
    title = f"Clinical record {content.patient.record_number}, session of {content.treated_on}"
    sheet = Sheet(frame.paper, title=title, author=content.practice.name, language=content.language)
    for number, page in enumerate(pages, 1):
        frame.draw(sheet, number, len(pages))
        for block, distance in page:
            block.draw(sheet, frame.left, frame.top - frame.head - distance, frame.measure)
        frame.draw_foot(sheet)
        sheet.showPage()
    return sheet.printed()


def compose(content: ClinicalRecord) -> list[Block]:
    """The parts in reading order. What was not recorded says so; only what does not apply is left out."""
    signed: list[Block] = [
        Facts(content.facts, columns=2, label_width=72, row_gap=1),
        *notes(content),
        *sites(content),
        *measures(content),
        *ledger(content),
        *safety(content),
        *deviations(content),
        *consent(content),
        *advice(content),
        *addenda(content),
    ]
    signed[-1].keep = True  # a signature never stands on a page by itself
    return [*signed, SignatureBlock(content, before=13)]


def notes(content: ClinicalRecord) -> list[Block]:
    written = [(name, text) for name, text in content.notes if text.strip()]
    return [Aside(name, Paragraph(text), before=7 if i else 12) for i, (name, text) in enumerate(written)]


def sites(content: ClinicalRecord) -> list[Block]:
    """Sentences beside the chart, then the same as a table."""
    if not content.sites:
        return [Aside("Sites treated", Paragraph("No needles were used in this session."), before=12)]
    numbers = tuple(str(site.number) for site in content.sites)
    sentences = Bullets(tuple(site.sentence for site in content.sites), indent=16, gap=3, marks=numbers)
    rows = tuple(_site_cells(site) for site in content.sites)
    table = Table(SITE_COLUMNS, rows, "One row per needled site, in the order of treatment", gap=5, before=8)
    if not content.points and not content.referrals:
        return [Aside("Sites treated", sentences, before=12), table]
    if is_crowded(content):
        return [Aside("Sites treated", sentences, before=12), ChartRows(content, before=10), table]
    return [Aside("Sites treated", sentences, drawing=Thumbnails(content), before=12), table]


def _site_cells(site: SiteRow) -> Row:
    return (
        str(site.number),
        site.structure,
        site.side,
        site.trigger_point,
        site.technique,
        site.needle,
        site.depth,
        site.passes,
        site.twitch,
        site.familiar_pain,
        site.reaction,
    )


def measures(content: ClinicalRecord) -> list[Block]:
    if not content.measures:
        return [Aside("Before and after", Paragraph("Nothing was measured."), before=14)]
    rows = tuple((m.name, m.before, m.after, m.change, m.yardstick) for m in content.measures)
    return [heading("Before and after"), Table(MEASURE_COLUMNS, rows, "Measures before and after treatment")]


def ledger(content: ClinicalRecord) -> list[Block]:
    blocks: list[Block] = []
    if content.ledger_verdict:
        blocks.append(Aside("Needle count", Paragraph(bold(content.ledger_verdict)), before=13))
    if content.ledger:
        label = "" if blocks else "Needle count"
        facts = Facts(content.ledger, columns=2, label_width=82)
        blocks.append(Aside(label, facts, section="Needle count", before=2 if blocks else 13))
    if content.lots:
        rows = tuple((lot.needle, lot.size, lot.number, lot.expires, lot.sites) for lot in content.lots)
        blocks.append(Table(LOT_COLUMNS, rows, "Needle lots and the sites they were used at", before=4))
    return _kept(blocks)


def safety(content: ClinicalRecord) -> list[Block]:
    screening = content.screening or "No screening is on record for this session."
    blocks: list[Block] = [Aside("Screening", Paragraph(screening), before=13)]
    if content.findings:
        rows = tuple((finding.level, finding.text, finding.reason, finding.by) for finding in content.findings)
        blocks.append(Table(FINDING_COLUMNS, rows, "Safety findings with the reason given", before=4))
    return _kept(blocks)


def deviations(content: ClinicalRecord) -> list[Block]:
    if not content.deviations:
        return []
    rows = tuple((deviation.stop, deviation.reason, deviation.by) for deviation in content.deviations)
    said = Aside("Against a stop", Paragraph(bold(AGAINST)), before=13)
    return _kept([said, Table(DEVIATION_COLUMNS, rows, "Stops the session was signed against, with reasons", before=4)])


def consent(content: ClinicalRecord) -> list[Block]:
    if not content.consent:
        return [Aside("Consent relied on", Paragraph("No consent is on record for this session."), before=13)]
    return [Aside("Consent relied on", Facts(content.consent, columns=1, label_width=60), before=13)]


def advice(content: ClinicalRecord) -> list[Block]:
    given = " ".join(f"{text.rstrip('. ')}." for text in content.advice if text.strip())
    return [Aside("Advice given", Paragraph(given or "No advice is on record."), before=12)]


def addenda(content: ClinicalRecord) -> list[Block]:
    """Byline and text of each, in the order they were written."""
    blocks: list[Block] = []
    for addendum in content.addenda:
        label, before = ("", 7) if blocks else ("Addenda", 13)
        byline = Paragraph(_byline(addendum), ink.SMALL)
        blocks.append(Aside(label, byline, section="Addenda", before=before, keep=True))
        blocks.append(Aside("", Paragraph(addendum.text), section="Addenda", before=1))
    return blocks


def _byline(addendum: Addendum) -> tuple[Run, ...]:
    reason = f"Reason: {addendum.reason.rstrip('. ')}." if addendum.reason.strip() else ""
    return (Run(f"{addendum.author}, {tie(addendum.at)}. ", True), Run(reason))


def _kept(blocks: list[Block]) -> list[Block]:
    """Each stays with the one below it."""
    for block in blocks[:-1]:
        block.keep = True
    return blocks
