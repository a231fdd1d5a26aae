"""What a draft must not do, must explain, or should take care of. Pure: facts in, findings out.

Every rule is a row of RULES with its level, field and source; the functions below only decide where a rule applies
and fill in the sentence. Levels: `stop` (signing refuses), `reason` (answered once, kept in the record), `warn`,
`hint`. A rule without a source never stops a site.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from consent.coverage import Coverage, in_lung_zone, scopes_needed
from consent.restrictions import Restriction
from treatments.narrative import sided, spoken

BN121 = "AHPCSA Board Notice 121, dry needling"
OBA_LUNG = "Osteopathy Board of Australia, newsletters April 2015 and June 2024"
OBA_CONSENT = "Osteopathy Board of Australia, newsletter June 2013"
HDC_LEDGER = "NZ HDC decision 15HDC01325; Clean Needle Technique Manual"
AHPRA = "Ahpra shared Code of conduct, 8.4"
LUNG_DEPTH_MM = 33  # mean distance to the lung at the angle of the neck in cadavers, quoted by BN121 s5.1


@dataclass(frozen=True)
class Rule:
    level: str
    field: str
    source: str
    confidence: str
    cure: str
    deviable: bool = False  # what already happened may be signed against this stop, with a reason


RULES: dict[str, Rule] = {
    "nothing_recorded": Rule("stop", "subjective", AHPRA, "high", "Write at least one of S, O, A and P."),
    "unfilled_note": Rule("warn", "subjective", "Own rule: a text from a snippet is finished by hand", "low",
                          "Write what belongs there, or take the mark out."),
    "proposed_note": Rule("stop", "subjective", AHPRA, "high",
                          "Read it for this patient: put it right and take the mark off, or empty it."),
    "no_sites": Rule("stop", "sites", AHPRA, "high", "Add a site, or mark that nothing was needled today."),
    "technique_missing": Rule("stop", "technique", "STRICTA 2010, item 2", "high", "Choose the technique."),
    "consent": Rule("stop", "consent", OBA_CONSENT, "high", "Ask for consent and record it.", deviable=True),
    "consent_confirmed": Rule("stop", "consent_confirmed", OBA_CONSENT, "high",
                              "Ask again today and tick the spoken yes.", deviable=True),
    "screening": Rule("stop", "screening", BN121 + " s3", "high", "Take today's screening and review it.",
                      deviable=True),
    "hard_stop": Rule("stop", "screening", "", "", "Do not needle. If it has happened, sign with a deviation.",
                      deviable=True),
    "area_stop": Rule("stop", "structure", "", "", "Take the site out. If it was needled, sign with a deviation.",
                      deviable=True),
    "site_stop": Rule("stop", "structure", "", "", "Take the site out. If it was needled, sign with a deviation.",
                      deviable=True),
    "technique_stop": Rule("stop", "technique", "", "", "Choose another technique. If it was done, sign with a "
                           "deviation.", deviable=True),
    "restriction": Rule("reason", "screening", "", "", "Say why needling is right today."),
    "caution": Rule("warn", "screening", "", "", "Keep it in mind."),
    "lung_zone_credential": Rule("stop", "practitioner", OBA_LUNG, "high",
                                 "Have a thoracic needling credential recorded, in date.", deviable=True),
    "electrical_credential": Rule("warn", "practitioner", BN121, "medium", "Record the training, with its expiry."),
    "lung_zone_safety_net": Rule("stop", "safety_net_given", OBA_LUNG, "high", "Give the advice and tick it."),
    "lung_zone_needle": Rule("reason", "length_mm", BN121 + " s5.1", "medium",
                             "Say how the needle was kept off the lung, or take a shorter one."),
    "lung_zone_direction": Rule("warn", "direction", BN121 + " s5.1; Kalichman and Vulfsons 2010 (JABFM)", "medium",
                                "Write which way the needle pointed, away from the lung, or needle superficially."),
    "sourced_depth": Rule("reason", "depth_mm", "", "medium", "Correct the depth, or say why it was right."),
    "bilateral_thorax": Rule("reason", "sites", BN121 + " s5.1", "high", "Say why both sides on one day."),
    "lot_expired": Rule("stop", "lot", BN121, "high", "Choose a lot that is in date.", deviable=True),
    "complaint_side": Rule("warn", "side", "Own rule: the side is the commonest slip of the pen", "low",
                           "Check the side."),
    "ledger": Rule("stop", "needles_out", HDC_LEDGER, "high", "Count again, or say what happened."),
    "ledger_sum": Rule("reason", "needles_in", HDC_LEDGER, "high", "Correct the count, or say why it differs."),
    "remove_by": Rule("stop", "remove_by", HDC_LEDGER, "high", "Write the day by which the needle comes out."),
}  # fmt: skip


@dataclass(frozen=True)
class SiteFacts:
    """A site as the rules see it: what the catalogue says of its structure, and what was done. Lengths in mm."""

    id: str
    name: str
    side: str
    area: str = ""
    pneumothorax_risk: bool = False
    hazards: tuple[str, ...] = ()
    non_compressible: bool = False
    sourced_max_depth_mm: int | None = None
    depth_source: str = ""
    technique: str = ""
    gauge_mm: Decimal | None = None
    length_mm: int | None = None
    depth_mm: int | None = None
    direction: str = ""
    needles: int = 1
    lot_expires_on: date | None = None
    structure: str = ""

    def digest(self) -> str:
        """What an acknowledgement speaks of: when any of this changes, the reason given no longer counts."""
        values = [self.structure, self.side, self.technique, str(self.gauge_mm), self.length_mm, self.depth_mm]
        return hashlib.sha256(json.dumps([*values, self.direction]).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Acknowledged:
    reason: str
    at: str
    digest: str = ""


@dataclass(frozen=True)
class ScreeningFacts:
    """`age_hours` at the start of the session; None of it when there is no screening."""

    complete: bool
    reviewed: bool
    age_hours: float
    valid_hours: int


@dataclass(frozen=True)
class SessionFacts:
    """All that the rules look at, gathered before; the rules ask nothing themselves."""

    sites: tuple[SiteFacts, ...] = ()
    started_on: date = date.min
    soap: bool = False
    unfilled: tuple[str, ...] = ()  # notes that still hold a placeholder
    proposed: tuple[str, ...] = ()  # notes that still say they were written for another patient
    no_needling: bool = False
    student_present: bool = False  # needling, or watching
    consent_confirmed: bool = False
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    screening: ScreeningFacts | None = None
    restrictions: tuple[Restriction, ...] = ()
    credentials: frozenset[str] = frozenset()
    safety_net_given: bool = False
    needles_in: int | None = None
    needles_out: int | None = None
    discrepancy_kind: str = ""
    discrepancy_note: str = ""
    remove_by: date | None = None
    complaint_side: str = ""
    thoracic_sides_rule: str = "reason"
    decided: Mapping[str, str] = field(default_factory=dict)  # rule -> level, as the practice's clinician has it
    acknowledged: Mapping[str, Acknowledged] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing to know about the draft. `key` is stable: the rule, with `:` and the site's id for one site."""

    key: str
    rule: str
    level: str
    site: str | None
    field: str
    message: str
    cure: str
    source: str
    confidence: str
    reason: str | None = None
    acknowledged_at: str | None = None
    deviable: bool = False

    @property
    def blocks(self) -> bool:
        return self.level == "stop" or (self.level == "reason" and self.reason is None)

    def as_item(self) -> dict[str, Any]:
        """As the API answers it (`code` is the rule, as in every problem)."""
        names = ("key", "rule", "level", "site", "field", "message", "cure", "source", "confidence", "reason")
        item = {name: getattr(self, name) for name in names}
        return item | {"acknowledged_at": self.acknowledged_at, "code": self.rule, "deviable": self.deviable}


def evaluate(facts: SessionFacts) -> tuple[Finding, ...]:
    """Every finding of the draft, stops first. Reasons already given stand in their findings. What an answer and an alert
    both say is one finding, as strict as the stricter of them: a milder word never lifts a stop."""
    found = [_as_decided(finding, facts.decided) for rule in CHECKS for finding in rule(facts)]
    answered = [_with_reason(finding, facts) for finding in found]
    order = {"stop": 0, "reason": 1, "warn": 2, "hint": 3}
    unique: dict[str, Finding] = {}
    for finding in answered:
        known = unique.get(finding.key)
        if known is None or order[finding.level] <= order[known.level]:
            unique[finding.key] = finding
    return tuple(sorted(unique.values(), key=lambda f: (order[f.level], f.reason is not None)))


def blocks_signing(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """All that stands in the way at once: stops, and reasons not given yet."""
    return tuple(finding for finding in findings if finding.blocks)


def _as_decided(finding: Finding, decided: Mapping[str, str]) -> Finding:
    """A rule that the practice weighs otherwise. What is tightened to a stop can be signed against like every stop of its kind."""
    level = decided.get(finding.rule)
    if level is None or finding.level == "hint":
        return finding
    return replace(finding, level=level, deviable=finding.deviable or level == "stop")


def _with_reason(finding: Finding, facts: SessionFacts) -> Finding:
    given = facts.acknowledged.get(finding.key)
    if given is None or finding.level not in ("reason", "warn"):
        return finding
    digests = {site.id: site.digest() for site in facts.sites}
    if finding.site and given.digest != digests.get(finding.site):
        return finding  # its site changed since: the reason lapsed
    return replace(finding, reason=given.reason, acknowledged_at=given.at)


def _finding(rule: str, message: str, *, site: SiteFacts | None = None, key: str = "", **other: str) -> Finding:
    row = RULES[rule]
    name = key or rule
    return Finding(
        key=f"{name}:{site.id}" if site else name,
        rule=name,
        level=other.get("level", row.level),
        site=site.id if site else None,
        field=other.get("field", row.field),
        message=message,
        cure=other.get("cure", row.cure),
        source=other.get("source", row.source),
        confidence=other.get("confidence", row.confidence),
        deviable=row.deviable,
    )


def _content(facts: SessionFacts) -> Iterator[Finding]:
    if not facts.soap:
        yield _finding("nothing_recorded", "Nothing is written yet.")
    for note in facts.unfilled:
        yield _finding(
            "unfilled_note", f"The {note} still holds a place to fill in.", field=note, key=f"unfilled_{note}"
        )
    for note in facts.proposed:
        yield _finding(
            "proposed_note",
            f"The {note} is still what was written for another patient.",
            field=note,
            key=f"proposed_{note}",
        )
    if not facts.sites and not facts.no_needling:
        yield _finding("no_sites", "No site is recorded.")
    if facts.sites and facts.no_needling:
        yield _finding("no_sites", "Sites are recorded, and the session says that nothing was needled.",
                       cure="Take the mark off, or the sites out.", field="no_needling")  # fmt: skip
    for site in facts.sites:
        if not site.technique:
            yield _finding("technique_missing", f"{_named(site)}: the technique is not recorded.", site=site)


def _consent(facts: SessionFacts) -> Iterator[Finding]:
    if facts.no_needling and not facts.sites:
        return
    for scope, name in scopes_needed(
        facts.sites, discrepancy_kind=facts.discrepancy_kind, student_present=facts.student_present
    ).items():
        covered = facts.coverage.get(scope)
        if covered is None or not covered.in_force:
            why = covered.reason if covered else "There is no consent."
            because = f" It is needed for {spoken(name)}." if name else ""
            yield _finding("consent", f"{why}{because}", key=f"consent_{scope}")
    if not facts.consent_confirmed:
        yield _finding("consent_confirmed", "Today's spoken yes is not recorded.")


def _screening(facts: SessionFacts) -> Iterator[Finding]:
    if facts.no_needling and not facts.sites:
        return
    screening = facts.screening
    if screening is None:
        yield _finding("screening", "There is no screening for today.")
    elif not screening.complete:
        yield _finding("screening", "The screening is not complete.", cure="Answer the questions that are left.")
    elif not screening.reviewed:
        yield _finding("screening", "The screening is not reviewed.", cure="Read it and mark it as reviewed.")
    elif screening.age_hours > screening.valid_hours:
        yield _finding("screening", f"The screening is {round(screening.age_hours)} h old.")


def _restrictions(facts: SessionFacts) -> Iterator[Finding]:
    for restriction in facts.restrictions:
        if restriction.action == "hard_stop":
            yield _restricted("hard_stop", restriction)
        elif restriction.area or restriction.flag or restriction.technique:
            yield from _at_sites(restriction, facts.sites)
        elif facts.sites:
            yield _restricted("restriction" if restriction.action == "warn_reason" else "caution", restriction)


def _at_sites(restriction: Restriction, sites: Sequence[SiteFacts]) -> Iterator[Finding]:
    rule = {"warn_reason": "restriction", "warn": "caution"}.get(restriction.action, restriction.action)
    for site in sites:
        if _applies(restriction, site):
            yield _restricted(rule, restriction, site)


def _applies(restriction: Restriction, site: SiteFacts) -> bool:
    if restriction.technique and site.technique != restriction.technique:
        return False
    if restriction.area and site.area != restriction.area:
        return False
    if restriction.side and site.side not in (restriction.side, "midline"):
        return False
    flags = {"non_compressible": site.non_compressible, "lung_zone": in_lung_zone(site)}
    return flags.get(restriction.flag, True)


def _restricted(rule: str, restriction: Restriction, site: SiteFacts | None = None) -> Finding:
    where = f"{_named(site)}: " if site else ""
    message = f"{where}{restriction.message}"
    return _finding(rule, message, site=site, key=restriction.key, source=restriction.source,
                    confidence=restriction.confidence)  # fmt: skip


def _lung_zone(facts: SessionFacts) -> Iterator[Finding]:
    sites = [site for site in facts.sites if in_lung_zone(site)]
    if not sites:
        return
    if "thoracic_needling" not in facts.credentials:
        yield _finding("lung_zone_credential", "No thoracic needling credential is in date for the practitioner.")
    if not facts.safety_net_given:
        yield _finding("lung_zone_safety_net", "Safety-net advice has to be given after needling over the lung.")
    for site in sites:
        if site.length_mm and site.length_mm > LUNG_DEPTH_MM and site.technique != "superficial":
            message = f"{_named(site)}: {site.length_mm} mm needle; the lung can lie {LUNG_DEPTH_MM} mm deep here."
            yield _finding("lung_zone_needle", message, site=site)
        if site.technique not in ("", "superficial") and not site.direction.strip():
            message = f"{_named(site)}: deep over the lung, and the direction of the needle is not written."
            yield _finding("lung_zone_direction", message, site=site)
    if {"left", "right"} <= {site.side for site in sites}:
        level = facts.thoracic_sides_rule
        yield _finding("bilateral_thorax", "Both sides of the chest in one session.", level=level)


def _depth(facts: SessionFacts) -> Iterator[Finding]:
    for site in facts.sites:
        limit = site.sourced_max_depth_mm
        if limit is not None and site.depth_mm is not None and site.depth_mm > limit:
            message = f"{_named(site)}: {site.depth_mm} mm; a study names {limit} mm as the limit."
            yield _finding("sourced_depth", message, site=site, source=site.depth_source or "See the catalogue row")


def _electrical(facts: SessionFacts) -> Iterator[Finding]:
    if any(site.technique == "electrical" for site in facts.sites) and "electrical" not in facts.credentials:
        yield _finding("electrical_credential", "No credential for electrical stimulation is recorded.")


def _lots(facts: SessionFacts) -> Iterator[Finding]:
    for site in facts.sites:
        if site.lot_expires_on and site.lot_expires_on < facts.started_on:
            day = f"{site.lot_expires_on.day} {site.lot_expires_on:%b %Y}"
            yield _finding("lot_expired", f"{_named(site)}: this lot expired on {day}.", site=site)


def _sides(facts: SessionFacts) -> Iterator[Finding]:
    if facts.complaint_side not in ("left", "right"):
        return
    for site in facts.sites:
        if site.side in ("left", "right") and site.side != facts.complaint_side:
            message = f"{_named(site)}: the problem is on the {facts.complaint_side}."
            yield _finding("complaint_side", message, site=site)


def _ledger(facts: SessionFacts) -> Iterator[Finding]:
    total = sum(site.needles for site in facts.sites)
    if not total and not facts.needles_in:
        return
    went_in = total if facts.needles_in is None else facts.needles_in
    if went_in != total:
        yield _finding("ledger_sum", f"{went_in} needles in; the sites add up to {total}.")
    if facts.needles_out is None:
        yield _finding("ledger", f"{_needles(went_in)} in, none counted out yet.")
    elif facts.needles_out != went_in and not (facts.discrepancy_kind and facts.discrepancy_note.strip()):
        yield _finding("ledger", f"{_needles(went_in)} in, {facts.needles_out} out.")
    if facts.discrepancy_kind == "retained_on_purpose" and facts.remove_by is None:
        yield _finding("remove_by", "A needle stays in, and nothing says until when.")


def _needles(number: int) -> str:
    return f"{number} needle" if number == 1 else f"{number} needles"


def _named(site: SiteFacts) -> str:
    return sided(site.name, site.side)


CHECKS: tuple[Callable[[SessionFacts], Iterator[Finding]], ...] = (
    _content,
    _consent,
    _screening,
    _restrictions,
    _lung_zone,
    _depth,
    _electrical,
    _lots,
    _sides,
    _ledger,
)
