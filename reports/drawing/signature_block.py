"""Who signed what and when; the hash in groups of eight so that two people can compare it aloud."""

from dataclasses import dataclass

from reports.contents import ClinicalRecord
from reports.drawing import ink
from reports.drawing.flow import Block, Paragraph
from reports.drawing.sheet import Sheet
from reports.drawing.table import Facts
from reports.drawing.words import Run

COVERS = (
    "The hash covers the ids and values of the record as it was signed. Anyone with the record can compute "
    "it again; additions made later are listed above and are not part of it."
)


@dataclass
class SignatureBlock(Block):
    content: ClinicalRecord

    PAD = 9.0

    def __post_init__(self) -> None:
        digest = self.content.content_hash
        groups = " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
        self.parts: list[Block] = [
            Facts(self.content.signature, columns=2, label_width=72),
            Paragraph((Run("Content hash (SHA-256) ", True), Run(groups)), ink.SMALL, before=5),
            Paragraph(COVERS, ink.SMALL_SOFT, before=2),
        ]
        if self.content.versions:
            self.parts.append(Paragraph(self.content.versions, ink.SMALL_SOFT, before=2))

    def height(self, measure: float) -> float:
        inner = measure - 2 * self.PAD
        return sum(part.height(inner) + part.before for part in self.parts) + 2 * self.PAD + 11

    def draw(self, sheet: Sheet, x: float, top: float, measure: float) -> None:
        height, inner = self.height(measure), measure - 2 * self.PAD
        with sheet.artifact("Layout"):
            sheet.setStrokeColor(ink.INK)
            sheet.setLineWidth(0.8)
            sheet.rect(x, top - height, measure, height)
        y = top - self.PAD + 2
        with sheet.tag("H2"):
            y = sheet.paragraph(x + self.PAD, y, "Signature", ink.LABEL, inner) - 1.5
        for part in self.parts:
            y -= part.before
            part.draw(sheet, x + self.PAD, y, inner)
            y -= part.height(inner)
