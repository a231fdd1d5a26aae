"""The labels of body areas and referral regions, straight from the shipped content: no query for a word."""

import csv
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "regions.csv"


@lru_cache
def rows() -> tuple[dict[str, str], ...]:
    with DATA.open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@lru_cache
def labels() -> dict[str, str]:
    return {row["key"]: row["label"] for row in rows()}


def label(key: str) -> str:
    """The label of a region, or its key made readable when the content does not know it."""
    return labels().get(key, key.replace("_", " "))
