"""A consent text as data: what a draft may hold and what a published version must have. Pure.

Sections are `{key, heading, body: [paragraph]}`, risks `{key, label, how_often, denominator, source, serious}`, scope
items `{key, label, line}`. A draft may be unfinished; what patients are shown may not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from consent.coverage import SCOPES

MOST_SECTIONS, MOST_RISKS, MOST_PARAGRAPHS = 40, 60, 40
LENGTHS = {
    "sections": {"key": 40, "heading": 160},
    "risks": {"key": 40, "label": 200, "how_often": 200, "denominator": 200, "source": 200},
    "scope_items": {"key": 40, "label": 160, "line": 200},
}
LONGEST_PARAGRAPH = 4000
DIGIT = re.compile(r"\d")
RATE_NOT_KNOWN = re.compile(r"not known", re.IGNORECASE)


def problems(values: Mapping[str, Any]) -> dict[str, str]:
    """What even a draft cannot hold, by field."""
    found = dict(_too_long(values))
    for part in ("sections", "risks", "scope_items"):
        found |= _repeated(part, values.get(part) or ())
    for index, item in enumerate(values.get("scope_items") or ()):
        if item["key"] not in SCOPES:
            found[f"scope_items.{index}.key"] = "Choose one of the scope items. See the schema."
    return found


def unfinished(values: Mapping[str, Any]) -> dict[str, str]:
    """What has to be there before a version is shown to patients, by field; empty when it can be published."""
    found = {
        "title": "" if values["title"].strip() else "Write a title.",
        "sections": "" if values["sections"] else "Write at least one section.",
        "risks": "" if values["risks"] else "Name the risks: a consent without them is none.",
    }
    if "general" not in {item["key"] for item in values["scope_items"]}:
        found["scope_items"] = "Offer dry needling in general: no consent can be recorded without it."
    for index, section in enumerate(values["sections"]):
        found |= _section_gaps(f"sections.{index}", section)
    for index, risk in enumerate(values["risks"]):
        found |= _risk_gaps(f"risks.{index}", risk)
    for index, item in enumerate(values["scope_items"]):
        found[f"scope_items.{index}.label"] = "" if item["label"].strip() else "Write what is agreed to."
    return {field: message for field, message in found.items() if message}


def _section_gaps(field: str, section: Mapping[str, Any]) -> dict[str, str]:
    said = any(paragraph.strip() for paragraph in section["body"])
    return {
        f"{field}.heading": "" if section["heading"].strip() else "Write a heading, or take the section out.",
        f"{field}.body": "" if said else "Write what this section says, or take it out.",
    }


def _risk_gaps(field: str, risk: Mapping[str, Any]) -> dict[str, str]:
    """A number says out of how many; whatever is said has a source."""
    often, out_of = risk["how_often"].strip(), risk.get("denominator", "").strip()
    unfounded = DIGIT.search(often) and not out_of and not RATE_NOT_KNOWN.search(often)
    return {
        f"{field}.label": "" if risk["label"].strip() else "Name the risk, or take the row out.",
        f"{field}.how_often": "" if often else "Say how often, or that the rate is not known.",
        f"{field}.denominator": "Say out of how many this was counted: 7,629 treatments." if unfounded else "",
        f"{field}.source": "" if risk["source"].strip() else "Name where the rate comes from.",
    }


def _too_long(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part, most in (("sections", MOST_SECTIONS), ("risks", MOST_RISKS)):
        if len(values.get(part) or ()) > most:
            yield part, f"At most {most}. Put some together."
    for part, lengths in LENGTHS.items():
        for index, row in enumerate(values.get(part) or ()):
            for name, most in lengths.items():
                if len(row.get(name) or "") > most:
                    yield f"{part}.{index}.{name}", f"At most {most} characters. Shorten it."
    for index, section in enumerate(values.get("sections") or ()):
        body = section.get("body") or ()
        if len(body) > MOST_PARAGRAPHS or any(len(paragraph) > LONGEST_PARAGRAPH for paragraph in body):
            yield f"sections.{index}.body", "At most 40 paragraphs of 4,000 characters. Begin another section."


def _repeated(part: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    counted = Counter(row["key"] for row in rows)
    return {
        f"{part}.{index}.key": f"{row['key']} is there twice. Give each its own key."
        for index, row in enumerate(rows)
        if counted[row["key"]] > 1
    }


def key_for(words: str, taken: set[str], *, otherwise: str) -> str:
    """A key for a row that was written on the page: from its words, and of its own."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:34] or otherwise
    key, number = plain, 2
    while key in taken:
        key, number = f"{plain}_{number}", number + 1
    return key
