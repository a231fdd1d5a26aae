"""Finding a structure by what people type."""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from practice.folding import fold
from practice.history import load_reference
from treatments.models import Structure

DATA = Path(__file__).parent / "data"
CONTENT_VERSION = "1"
SOURCE_COLUMNS = ("id_source", "innervation_source", "roots_source", "referral_source", "hazard_source", "needle_source",
                  "source")  # fmt: skip


def load() -> int:
    """Bring the shipped catalogue into the database; running it again changes nothing. Returns the number of rows."""
    codes = _codes()
    rows = [_structure(row, codes) for name in ("muscles", "structures") for row in _read(name)]
    load_reference(Structure, rows, key="key")
    return len(rows)


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@lru_cache
def _codes() -> dict[str, dict[str, list[str]]]:
    return {row["key"]: {name: _list(row.get(name, "")) for name in ("short_codes", "synonyms")}
            for row in _read("shortcodes")}  # fmt: skip


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _number(text: str) -> int | None:
    return int(text) if text.strip() else None


def _structure(row: dict[str, str], codes: dict[str, dict[str, list[str]]]) -> Structure:
    own = codes.get(row["key"], {"short_codes": [], "synonyms": []})
    area = row.get("area", "")
    return Structure(
        key=row["key"],
        name=row["name"],
        kind=row.get("kind") or Structure.Kind.MUSCLE,
        area_id=area if area and area != "any" else None,
        group=row.get("group", ""),
        laterality=row["laterality"] if row["laterality"] in Structure.Laterality.values else Structure.Laterality.ANY,
        innervation=row.get("innervation", ""),
        roots=row.get("roots", ""),
        typical_referral=_list(row.get("typical_referral_regions", "")),
        hazards=_list(row.get("hazard_structures", "")),
        hazard_level=row.get("hazard_level", ""),
        pneumothorax_risk=row.get("pneumothorax_risk", "") == "yes",
        non_compressible_bleed_site=row.get("non_compressible_bleed_site", "") == "yes",
        sourced_max_depth_mm=_number(row.get("sourced_max_depth_mm", "")),
        needle_length_min_mm=_number(row.get("needle_length_min_mm", "")),
        needle_length_max_mm=_number(row.get("needle_length_max_mm", "")),
        uberon_id=row.get("uberon_id", ""),
        fma_id=row.get("fma_id", ""),
        synonyms=own["synonyms"],
        short_codes=own["short_codes"],
        sources={c: row[c] for c in SOURCE_COLUMNS if row.get(c)},
        confidence=row.get("confidence", ""),
        note=(row.get("notes") or "")[:300],
        content_version=CONTENT_VERSION,
        search_key=fold(" ".join([row["name"], row["key"].replace("_", " "), *own["synonyms"], *own["short_codes"]])),
    )


def hazards(structures: QuerySet[Structure]) -> list[dict[str, Any]]:
    """The hazards of the content in its order, each with its source and the structures it concerns."""
    concerned: dict[str, list[str]] = {}
    for key, named in structures.order_by("key").values_list("key", "hazards"):
        for hazard in named:
            concerned.setdefault(hazard, []).append(key)
    names = ("key", "label", "basis", "basis_kind")
    return [{n: row[n] for n in names} | {"structures": concerned.get(row["key"], [])} for row in _read("hazards")]


def best(rows: QuerySet[Structure], words: str, *, limit: int) -> list[Structure]:
    """The structures that fit what was typed, best first: exact short code, then word beginnings, then near misses."""
    wanted = fold(words).split()
    if not wanted:
        return []
    everything = list(rows)  # some 230 rows: ranking them here costs less than asking cleverly
    scored = [(_score(structure, wanted), structure.name, structure) for structure in everything]
    ranked = sorted((s for s in scored if s[0] > 0), key=lambda s: (-s[0], s[1]))
    return [structure for _, _, structure in ranked[:limit]]


def _score(structure: Structure, wanted: list[str]) -> float:
    if " ".join(wanted) in structure.short_codes:
        return 100
    tokens = structure.search_key.split()
    scores = [_word_score(word, tokens) for word in wanted]
    if not all(scores):
        return 0
    in_name = sum(1 for word in wanted if any(t.startswith(word) for t in fold(structure.name).split()))
    return sum(scores) / len(scores) + in_name / len(wanted) - len(tokens) / 1000


def _word_score(word: str, tokens: list[str]) -> float:
    if word in tokens:
        return 10
    if any(token.startswith(word) for token in tokens):
        return 8
    if len(word) >= 4 and any(_near(word, token) for token in tokens):
        return 4
    return 0


def _near(word: str, token: str) -> bool:
    """One slip apart (a letter more, less, other, or two swapped), also against the token's beginning."""
    return any(_one_slip(word, token[:length]) for length in {len(word) - 1, len(word), len(word) + 1, len(token)})


def _one_slip(a: str, b: str) -> bool:
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    return rest_a[1:] == rest_b or rest_a == rest_b[1:] or rest_a[1:] == rest_b[1:] or (
        rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:]
    )  # fmt: skip
