"""The clinical rules as a practice has them: what ships, what its clinician decided, which way that goes. Pure.

Everything may be tightened. A stop is loosened only with a written reason (the action asks for it), and consent, ledger and
what a record needs at all are nobody's to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consent import screening_form
from consent.restrictions import STOPS, shipped_action
from treatments import safety

ORDER = ("warn", "reason", "stop")
FOLLOWING = {"bleeding_risk_noncompressible", "pregnancy_abdomen"}  # not asked: they follow from an answer and a site
EACH_ITS_OWN = "Each structure's own source"
CHANGEABLE = ("lung_zone_credential", "lung_zone_safety_net", "lung_zone_needle", "lung_zone_direction", "sourced_depth", "bilateral_thorax",
              "electrical_credential", "complaint_side")  # fmt: skip


@dataclass(frozen=True)
class RuleRow:
    """One rule with its source; `level` as it ships, `decided` as the practice has it when that differs."""

    key: str
    label: str
    level: str
    source: str
    confidence: str
    asked: bool
    decided: str = ""


def rulebook(decided: Mapping[str, str]) -> list[RuleRow]:
    """Screening rows first, then the rules about needling itself."""
    rows = [
        RuleRow(
            row.key,
            row.label,
            _level(shipped_action(row)),
            row.source,
            row.confidence,
            row.asked,
            decided.get(row.key, ""),
        )
        for row in screening_form.rows().values()
        if row.asked or row.key in FOLLOWING
    ]
    own = [(key, safety.RULES[key]) for key in CHANGEABLE]
    return rows + [
        RuleRow(
            key,
            key.replace("_", " ").capitalize(),
            rule.level,
            rule.source or EACH_ITS_OWN,
            rule.confidence,
            False,
            decided.get(key, ""),
        )
        for key, rule in own
    ]


def shipped_levels() -> dict[str, str]:
    return {row.key: row.level for row in rulebook({})}


def loosens(key: str, level: str) -> bool:
    """Whether this is less than what ships. Raises KeyError for a rule that nobody may change."""
    return ORDER.index(level) < ORDER.index(shipped_levels()[key])


def _level(action: str) -> str:
    return "stop" if action in STOPS else {"warn_reason": "reason"}.get(action, "warn")
