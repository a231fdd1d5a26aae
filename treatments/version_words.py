"""Differences between versions as a clinician reads them: the words of the record, names instead of identifiers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.dateparse import parse_datetime

from consent.regions import label
from treatments import narrative
from treatments.clocks import day, moment
from treatments.models import NeedlingSession, Site, Structure
from treatments.version_rows import POINTS_AT
from treatments.versions import PLACE, SITE, Change, Row

LABELS = {
    "started_at": "Treated from", "ended_at": "Treated to", "clinic": "Place", "episode": "Course of care",
    "pain_before": "Pain before", "pain_after": "Pain after", "adjuncts": "Other treatment",
    "skin_preparation": "Skin prepared", "gloves": "Gloves worn", "consent_confirmed": "Spoken yes today",
    "no_needling": "No needling today", "needles_in": "Needles in", "needles_out": "Needles out",
    "discrepancy_kind": "Needles that differ", "discrepancy_note": "What happened to them",
    "safety_net_given": "Safety-net advice given", "next_review_on": "Next review",
    "acknowledged_findings": "Reasons given", "taken_over_by": "Taken over by", "taken_over_reason": "Reason",
    "deviations": "Signed against a stop", "first_issued_at": "First document made", "void_reason": "Reason",
    "criteria.taut_band": "Taut band", "criteria.hypersensitive_spot": "Hypersensitive spot",
    "criteria.referred_pain": "Referred pain", "chart_point": "Point on the chart", "gauge_mm": "Gauge",
    "length_mm": "Needle length", "depth_mm": "Depth", "insertions": "Passes", "retention_s": "Left in for",
    "twitch.seen": "Twitch", "twitch.count": "Twitches counted", "twitch.strength": "Twitch strength",
    "familiar_pain": "Familiar pain", "referred_to": "Pain referred to", "pain_during": "Pain during",
    "ppt_before_kpa": "Pressure pain threshold before", "ppt_after_kpa": "Pressure pain threshold after",
}  # fmt: skip
UNITS = {"gauge_mm": " mm", "length_mm": " mm", "depth_mm": " mm", "retention_s": " s", "ppt_before_kpa": " kPa",
         "ppt_after_kpa": " kPa", "pain_before": "/10", "pain_after": "/10", "pain_during": "/10"}  # fmt: skip
CHOICES = {"twitch.seen": "twitch_seen", "twitch.strength": "twitch_strength"} | {
    f"criteria.{name}": name for name in ("taut_band", "hypersensitive_spot", "referred_pain")
}
KEYS = {"hvla": "HVLA", "red_flags": "warning signs", "contact": "whom to call"}
# The heading of a group says these already.
IN_THE_HEADING = {"status", "signed_by", "taken_over_by"}
# What the sentence about a site does not say.
BESIDE_THE_SENTENCE = ("criteria.taut_band", "criteria.hypersensitive_spot", "criteria.referred_pain", "landmark", "lot",
                       "direction", "twitch.strength", "pain_before", "pain_after", "ppt_before_kpa", "ppt_after_kpa",
                       "note")  # fmt: skip
TEXTS = {"subjective", "objective", "assessment", "plan", "tolerance", "discrepancy_note", "advice_note", "landmark",
         "direction", "reaction", "note"}  # fmt: skip
LONG_LISTS = {"acknowledged_findings", "deviations", "others_present"}  # only the entries that differ are told
TICKS = {"no_needling", "consent_confirmed", "safety_net_given"}  # not ticked is nothing said, not a no
UNSAID = (None, "", "not_tested")
AROUND = 8  # words of unchanged text shown on either side of a difference
MOST_WORDS = 1500  # longer than this, a changed stretch is told as one


@dataclass(frozen=True)
class Piece:
    """Some words of a text: `kept`, `added`, `removed`, or `left_out` (unchanged words that are not repeated)."""

    kind: str
    words: str


@dataclass(frozen=True)
class Line:
    """One difference of one field. A text comes in pieces; anything else as old and new words, empty when there were
    none."""

    label: str
    old: str = ""
    new: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Told:
    """What became different in one thing: the session itself (no name), or one site."""

    name: str = ""
    act: str = ""  # Added, Removed, Moved ..., or nothing
    sentence: str = ""
    gone: bool = False
    lines: tuple[Line, ...] = ()


def worded(text: str) -> list[str]:
    """Words with the white space in front of them (so that adding a word leaves the one before it); joined, the text."""
    return re.findall(r"\s*\S+|\s+", text)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The difference of two texts word by word. Kept and removed pieces make the old text, kept and added the new."""
    a, b = worded(old), worded(new)
    start = _shared(a, b)
    end = _shared(a[start:][::-1], b[start:][::-1])
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    found = [("kept", a[:start]), *_between(middle_a, middle_b), ("kept", a[len(a) - end :])]
    return tuple(Piece(kind, "".join(words)) for kind, words in found if words)


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _between(a: Sequence[str], b: Sequence[str]) -> Iterable[tuple[str, Sequence[str]]]:
    if len(a) + len(b) > MOST_WORDS:
        yield from (("removed", a), ("added", b))
        return
    for act, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if act == "equal":
            yield "kept", a[a1:a2]
        else:
            yield from (("removed", a[a1:a2]), ("added", b[b1:b2]))


def shortened(found: Sequence[Piece]) -> tuple[Piece, ...]:
    """Long unchanged stretches give way to an ellipsis; what stands beside a difference stays."""
    told: list[Piece] = []
    for index, piece in enumerate(found):
        words = worded(piece.words)
        head = AROUND if index else 0
        tail = AROUND if index < len(found) - 1 else 0
        if piece.kind != "kept" or len(words) <= head + tail + AROUND:
            told.append(piece)
            continue
        told += [Piece("kept", "".join(words[:head]))] if head else []
        told.append(Piece("left_out", "".join(words[head : len(words) - tail])))
        told += [Piece("kept", "".join(words[-tail:]))] if tail else []
    return tuple(told)


@dataclass(frozen=True)
class Wording:
    """Says differences with the names of one practice's people and things, and the sites that they speak of."""

    zone: ZoneInfo
    named: Mapping[type[Any], Mapping[Any, Any]]
    sites: Mapping[UUID, Row]

    def told(self, changes: Sequence[Change]) -> list[Told]:
        """The session's own differences, then those of each site together."""
        own = tuple(self.line(c, NeedlingSession) for c in changes if not c.site and c.field not in IN_THE_HEADING)
        of_sites: dict[UUID, list[Change]] = {}
        for change in changes:
            if change.site:
                of_sites.setdefault(change.site, []).append(change)
        return ([Told(lines=own)] if own else []) + [self.site(found) for found in of_sites.values()]

    def site(self, changes: Sequence[Change]) -> Told:
        if changes[0].field == SITE:
            return self.whole_site(changes[0])
        moved = next((c for c in changes if c.field == PLACE), None)
        act = f"Moved from place {moved.old} to {moved.new}" if moved else ""
        lines = tuple(self.line(c, Site) for c in changes if c.field != PLACE)
        return Told(self.site_name(changes[0].site), act, lines=lines)

    def whole_site(self, change: Change) -> Told:
        row = change.old if change.new is None else change.new
        beside = [Change(change.site, name, None, row[name]) for name in BESIDE_THE_SENTENCE if row[name] not in UNSAID]
        lines = tuple(self.line(c, Site) for c in beside)
        act = "Removed" if change.new is None else "Added"
        return Told(self.site_name(change.site), act, self.sentence(row), gone=change.new is None, lines=lines)

    def site_name(self, key: UUID | None) -> str:
        row = self.sites[key] if key else {}
        return narrative.sided(self.reference("structure", row["structure"]), row["side"])

    def sentence(self, row: Row) -> str:
        return narrative.sentence(_told(row, self.named[Structure].get(row["structure"])))

    def line(self, change: Change, model: type[models.Model]) -> Line:
        name = LABELS.get(change.field) or change.field.replace("_", " ").capitalize()
        old, new = change.old, change.new
        if change.field in TEXTS:
            return Line(name, pieces=shortened(pieces(old or "", new or "")))
        if isinstance(new, list) and change.field in LONG_LISTS:
            old, new = [e for e in old or [] if e not in new], [e for e in new if e not in (old or [])]
        return Line(name, self.value(change.field, old, model), self.value(change.field, new, model))

    def value(self, name: str, value: Any, model: type[models.Model]) -> str:
        """A value in words; nothing recorded is nothing said."""
        if value is None or value == "" or value == [] or (name in TICKS and not value):
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if name in POINTS_AT:
            return self.reference(name, value)
        if isinstance(value, datetime):
            return moment(value, self.zone)
        if isinstance(value, date):
            return day(value)
        if isinstance(value, list):
            return "; ".join(self.entry(name, entry) for entry in value)
        if isinstance(value, dict):
            return _parts(value)
        return _choice(CHOICES.get(name, name), value, model) + UNITS.get(name, "")

    def reference(self, name: str, key: Any) -> str:
        found = self.named[POINTS_AT[name]].get(key)
        if found is None:
            return str(key).replace("_", " ") if name == "structure" else "not known here"
        if name in ("consent", "screening"):
            return f"of {moment(found.given_at if name == 'consent' else found.taken_at, self.zone)}"
        if name == "lot":
            return f"{found.brand} {found.lot_number}"
        return str(getattr(found, "full_name", "") or getattr(found, "name", "") or found)

    def entry(self, name: str, entry: Any) -> str:
        if name == "referred_to":
            return label(entry)
        if name == "others_present":
            return f"{entry['name']} ({entry['role']})"
        if isinstance(entry, dict):
            at = parse_datetime(entry.get("at") or "")
            when = f" ({moment(at, self.zone)})" if at else ""
            return f"{self.rule(entry['key'])}: “{entry['reason']}”{when}"
        return KEYS.get(entry) or entry.replace("_", " ")

    def rule(self, key: str) -> str:
        """`lung_zone:<site>` is the lung zone of that site."""
        rule, _, site = key.partition(":")
        known = next((pk for pk in self.sites if str(pk) == site), None)
        words = rule.replace("_", " ").capitalize()
        return f"{words}, {self.site_name(known)}" if known else words


def _choice(name: str, value: Any, model: type[models.Model]) -> str:
    field = model._meta.get_field(name)
    return str(dict(getattr(field, "flatchoices", ())).get(value, value))


def _parts(value: Mapping[str, Any]) -> str:
    """A point on the chart, or the current of a stimulation."""
    if "view" in value:
        return f"{value['view'].replace('_', ' ')} view, {value['x']:g} across, {value['y']:g} down"
    units = {"frequency_hz": "Hz", "intensity_ma": "mA", "minutes": "min"}
    return ", ".join(f"{value[key]:g} {unit}" for key, unit in units.items() if value.get(key) is not None)


def _told(row: Row, structure: Structure | None) -> narrative.SiteTold:
    """A site's row as it was, for its sentence."""
    stimulation = row["stimulation"] or {}
    same = ("side", "trigger_point", "length_mm", "depth_mm", "needles", "insertions", "retention_s", "familiar_pain",
            "pain_during", "reaction")  # fmt: skip
    return narrative.SiteTold(
        structure=structure.name if structure else row["structure"].replace("_", " "),
        kind=structure.kind if structure else "muscle",
        technique=row["technique"] or "",
        gauge_mm=_decimal(row["gauge_mm"]),
        frequency_hz=_decimal(stimulation.get("frequency_hz")),
        intensity_ma=_decimal(stimulation.get("intensity_ma")),
        stimulation_minutes=stimulation.get("minutes"),
        twitch_seen=row["twitch.seen"],
        twitch_count=row["twitch.count"],
        referred_to=[label(key) for key in row["referred_to"]],
        **{name: row[name] for name in same},
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
