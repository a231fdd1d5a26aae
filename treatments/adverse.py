"""Adverse events: their kinds and severities, who has to be told by when, and how often they happen. Pure.

Severity after White (BMJ 2001;323:485, as quoted by Physiotherapy Alberta). Rates are counted per session and per needle, each
with its denominator and Wilson's interval: numbers of one practice are small, and no national system counts them.
"""

import csv
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

DATA = Path(__file__).parent / "data" / "adverse_events.csv"
USUAL = {"mild": "mild", "moderate": "significant", "severe": "serious"}  # words of the table -> of the record
DEFINITIONS = {
    "mild": "Short, passes by itself, no inconvenience: a bruise, some bleeding, feeling faint.",
    "significant": "Needs medical care, or gets in the way of everyday activities.",
    "serious": "Admission to hospital, lasting disability, or death.",
}
DISCLOSURE = "Australian Open Disclosure Framework; Ahpra shared Code of conduct"
OBA = "Osteopathy Board of Australia, newsletters April 2015 and June 2024"
TGA = "TGA, reporting device problems through IRIS: encouraged for health professionals"
INSURER = "Insurers' terms: incidents that may become a claim"
BN121 = "AHPCSA Board Notice 121, s7"
DEVICE = {"stuck_needle", "bent_needle", "broken_needle", "retained_needle"}
STAFF = "needlestick_staff"
Z = 1.959964  # 95 %


@dataclass(frozen=True)
class Kind:
    key: str
    label: str
    usual_severity: str
    published_rate: str
    rate_source: str
    response: str


@dataclass(frozen=True)
class Notice:
    """Somebody to be told: who, within how many hours, in which words, and after which source."""

    to: str
    hours: int
    words: str
    source: str


@dataclass(frozen=True)
class Rate:
    """`count` among `total`, per 1,000, with the limits of its 95 % interval; None where nothing was counted."""

    count: int
    total: int
    per_1000: float | None
    low: float | None
    high: float | None


@cache
def kinds() -> dict[str, Kind]:
    with DATA.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        r["key"]: Kind(r["key"], r["label"], USUAL[r["usual_severity"]], r["published_rate"], r["rate_source"], r["suggested_response"])
        for r in rows
    }  # fmt: skip


def notices(kind: str, severity: str) -> list[Notice]:
    """Who has to be told. The patient of anything that is not mild; the staff's own needlestick has its own way."""
    if kind == STAFF:
        return [Notice("medical", 2, "Blood-borne virus assessment for who was hurt, today", BN121)]
    found = []
    if severity != "mild":
        found.append(
            Notice("patient", 24, "Tell the patient what happened, say sorry, say what comes next", DISCLOSURE)
        )
        found.append(Notice("gp", 48, "Tell the patient's GP", DISCLOSURE))
    if severity == "serious":
        found.append(Notice("insurer", 72, "Notify the insurer", INSURER))
    if kind in DEVICE and severity != "mild":
        found.append(Notice("tga", 240, "Report the needle to the TGA", TGA))
    return found


def rate(count: int, total: int) -> Rate:
    """Per 1,000 with Wilson's interval, which stays honest for none and for few."""
    if total <= 0 or not 0 <= count <= total:
        return Rate(count, total, None, None, None)
    share, wide = count / total, Z * Z / total
    middle = (share + wide / 2) / (1 + wide)
    half = Z * sqrt(share * (1 - share) / total + wide / (4 * total)) / (1 + wide)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Rate(count, total, round(1000 * share, 2), round(1000 * low, 2), round(1000 * high, 2))
