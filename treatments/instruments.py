"""The outcome instruments of the clinical content: range, direction, yardstick with its source, and what may be shown. Pure.

Item texts are here only where the catalogue's licence column says that they may ship; of the others the practice uses its own
paper form and writes the total. An instrument with items (the patient's own activities) computes its total from them.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "outcome_measures.csv"
ITEM_LOW, ITEM_HIGH = 0, 10  # of one activity


@dataclass(frozen=True)
class Instrument:
    """`better` is lower or higher; `measures` is state (compared with an earlier score) or change (says itself how much).

    The yardstick `mcid_low` to `mcid_high` is the smallest change that patients call worthwhile, in points; two limits
    where the sources differ, None where there is none.
    """

    key: str
    name: str
    short: str
    measures: str
    unit: str
    least: Decimal
    most: Decimal
    step: Decimal
    better: str
    least_items: int
    most_items: int
    scoring_rule: str
    mdc: str
    mcid: str
    mcid_low: Decimal | None
    mcid_high: Decimal | None
    mcid_source: str
    source: str
    licence: str
    ships_item_text: bool
    prompt: str

    @property
    def has_items(self) -> bool:
        return self.most_items > 0

    @property
    def lower_is_better(self) -> bool:
        return self.better == "lower"

    def problem_with(self, value: Decimal) -> str | None:
        """What is wrong with a total, with the cure; None when it can be."""
        if not self.least <= value <= self.most:
            return f"{self.name} goes from {plain(self.least)} to {plain(self.most)}."
        if value % self.step:
            return "Write a whole number." if self.step == 1 else f"Write it in steps of {plain(self.step)}."
        return None

    def problem_with_items(self, scores: Sequence[int]) -> str | None:
        if not self.has_items:
            return f"{self.name} takes the total alone." if scores else None
        if not self.least_items <= len(scores) <= self.most_items:
            return f"{self.name} takes {self.least_items} to {self.most_items} activities, each with its score."
        return None

    def total(self, scores: Sequence[int]) -> Decimal:
        """The mean of the activities, to one step."""
        mean = Decimal(sum(scores)) / len(scores)
        return mean.quantize(self.step, rounding=ROUND_HALF_UP)


@cache
def instruments() -> dict[str, Instrument]:
    """All of the catalogue by key, in its order."""
    with DATA.open(newline="", encoding="utf-8") as file:
        return {row["key"]: _instrument(row) for row in csv.DictReader(file)}


def plain(value: Decimal | float) -> str:
    """A number without needless zeros: 5, 4.3, -2.5."""
    text = f"{Decimal(str(value)):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _instrument(row: dict[str, str]) -> Instrument:
    return Instrument(
        key=row["key"],
        name=row["name"],
        short=row["short"],
        measures=row["measures"],
        unit=row["unit"],
        least=Decimal(row["min"]),
        most=Decimal(row["max"]),
        step=Decimal(row["step"]),
        better=row["better"],
        least_items=int(row["least_items"] or 0),
        most_items=int(row["most_items"] or 0),
        scoring_rule=row["scoring_rule"],
        mdc=row["mdc"],
        mcid=row["mcid"],
        mcid_low=_number(row["mcid_low"]),
        mcid_high=_number(row["mcid_high"]),
        mcid_source=row["mcid_source"],
        source=row["source"],
        licence=row["licence"],
        ships_item_text=row["ship_item_text"] == "yes",
        prompt=row["prompt"],
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
