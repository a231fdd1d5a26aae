"""The editor's form of a consent text: what it sends as values, its rows for the page, and what two managers wrote
differently. Rows are numbered inputs (`section-0-heading`), so that the form works without scripts."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import QueryDict

from consent import wording
from consent.actions.texts import FIRST_TEXT
from consent.coverage import SCOPES
from practice.sent_numbers import whole_number

SECTION, RISK = ("key", "heading", "body"), ("key", "label", "how_often", "denominator", "source", "serious")
MOST_ROWS = 80  # more numbers than a text may have rows are not looked at
BLANK_LINE = re.compile(r"\n\s*\n")

Row = dict[str, Any]


def values_of(post: QueryDict) -> dict[str, Any]:
    """What the editor sent. Rows taken out or never filled are left out; paragraphs are parted by an empty line."""
    sections, risks = _rows(post, "section", SECTION), _rows(post, "risk", RISK)
    return {
        "title": _text(post, "title"),
        "sections": _with_keys([_section(row) for row in sections], named_by="heading", otherwise="section"),
        "risks": _with_keys([row | {"serious": row["serious"] == "yes"} for row in risks], named_by="label",
                            otherwise="risk"),
        "scope_items": [
            {"key": key, "label": _text(post, f"scope-{key}-label"), "line": _text(post, f"scope-{key}-line")}
            for key in SCOPES
            if post.get(f"scope-{key}-offer")
        ],
    }  # fmt: skip


def _text(post: QueryDict, name: str) -> str:
    """As typed, but with one kind of line end, and without what no database holds."""
    return post.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()


def _rows(post: QueryDict, kind: str, names: tuple[str, ...]) -> list[Row]:
    rows = [{name: _text(post, f"{kind}-{i}-{name}") for name in names} for i in _numbers(post, kind)]
    kept = [row for i, row in zip(_numbers(post, kind), rows, strict=True) if not post.get(f"{kind}-{i}-remove")]
    return [row for row in kept if any(value for name, value in row.items() if name not in ("key", "serious"))]


def _numbers(post: QueryDict, kind: str) -> list[int]:
    sent = {int(m[1]) for name in post if (m := re.fullmatch(rf"{kind}-(\d{{1,3}})-\w+", name))}
    return sorted(sent)[:MOST_ROWS]


def _section(row: Row) -> Row:
    paragraphs = [part.strip() for part in BLANK_LINE.split(row["body"])]
    return row | {"body": [part for part in paragraphs if part]}


def _with_keys(rows: list[Row], *, named_by: str, otherwise: str) -> list[Row]:
    taken = {row["key"] for row in rows if row["key"]}
    for row in rows:
        if not row["key"]:
            row["key"] = wording.key_for(row[named_by], taken, otherwise=otherwise)
            taken.add(row["key"])
    return rows


def acted(values: dict[str, Any], act: str) -> dict[str, Any]:
    """The rows after a button of the editor: another empty one, or one moved up. Nothing is saved by it."""
    verb, _, place = act.partition(":")
    part, _, number = place.partition(":")
    part = {"section": "sections", "risk": "risks"}.get(part, "")
    if not part:
        return values
    rows = list(values[part])
    if verb == "add":
        rows.append(EMPTY[part] | {"new": True})
    index = whole_number(number, 0)
    if verb == "up" and 0 < index < len(rows):
        rows[index - 1], rows[index] = rows[index], rows[index - 1]
    return values | {part: rows}


EMPTY: dict[str, Row] = {
    "sections": {"key": "", "heading": "", "body": []},
    "risks": {"key": "", "label": "", "how_often": "", "denominator": "", "source": "", "serious": False},
}


def shown(values: Mapping[str, Any], problems: Mapping[str, str]) -> dict[str, Any]:
    """The rows as the page draws them, each with what has to be put right in it."""

    def with_errors(part: str) -> list[Row]:
        return [
            row | {"errors": [message for field, message in problems.items() if field.startswith(f"{part}.{i}.")]}
            for i, row in enumerate(values[part])
        ]

    sections = [row | {"text": "\n\n".join(row["body"])} for row in with_errors("sections")]
    offered = {item["key"]: item for item in with_errors("scope_items")}
    scopes = [offered.get(key, {**_shipped()[key], "left_out": True}) for key in SCOPES]
    return {"title": values["title"], "sections": sections, "risks": with_errors("risks"), "scopes": scopes}


@cache
def _shipped() -> dict[str, Row]:
    """How the shipped text words each scope item: what the editor proposes for one that is not offered yet."""
    items = json.loads(FIRST_TEXT.read_text(encoding="utf-8"))["scope_items"]
    return {item["key"]: item for item in items}


@dataclass(frozen=True)
class Difference:
    name: str
    theirs: str
    mine: str


def differences(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[Difference]:
    """What two people wrote differently, part by part, so that neither text is lost unseen."""
    left, right = dict(_parts(theirs)), dict(_parts(mine))
    names = [*left, *(name for name in right if name not in left)]
    pairs = ((name, left.get(name, ("", "")), right.get(name, ("", ""))) for name in names)
    return [Difference(a[0] or b[0], a[1], b[1]) for _, a, b in pairs if a[1] != b[1]]


def _parts(values: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "title", ("Title", values["title"])
    for row in values["sections"]:
        text = "\n\n".join((row["heading"], *row["body"]))
        yield f"section {row['key']}", (f"Section: {row['heading']}", text)
    for row in values["risks"]:
        told = (row["label"], row["how_often"], row.get("denominator", ""), row["source"])
        text = " · ".join(filter(None, told)) + (" · serious" if row.get("serious") else "")
        yield f"risk {row['key']}", (f"Risk: {row['label']}", text)
    for row in values["scope_items"]:
        yield (
            f"scope {row['key']}",
            (f"Agreed to: {row['label']}", " · ".join(filter(None, (row["label"], row["line"])))),
        )
