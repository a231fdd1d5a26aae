"""The type of the patient's page: all styles hung on one body size, so that they step down together."""

from dataclasses import dataclass

from reports.drawing import ink
from reports.drawing.ink import Style


@dataclass(frozen=True)
class Type:
    body: Style
    soft: Style
    heading: Style
    title: Style

    @classmethod
    def of(cls, size: float) -> "Type":
        return cls(
            Style(ink.REGULAR, size, size * 1.36),
            Style(ink.REGULAR, size * 0.9, size * 1.22, ink.INK_SOFT),
            Style(ink.BOLD, size * 1.12, size * 1.62, ink.ACCENT),
            Style(ink.BOLD, size * 1.95, size * 2.4),
        )
