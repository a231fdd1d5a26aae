"""What screening answers and alerts forbid or ask care for. Pure; each restriction carries its source.

"Unsure" counts as yes. Only sourced rows stop: a row of low confidence, or whose source is common knowledge, asks at
most for a reason. An area-bound yes without its area is never silently nothing: it asks for a reason everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from consent.screening_form import Row, rows

STOPS = frozenset({"hard_stop", "area_stop", "site_stop", "technique_stop"})
AREA_BOUND = frozenset(
    {
        "lymphoedema_limb",
        "infection_or_swelling_local",
        "implant_at_site",
        "malignancy_local",
        "lymph_node_removal",
        "recent_surgery_radiotherapy",
        "altered_sensation",
    }
)
LUNG_ONLY = frozenset({"lung_disease", "thin_build", "scoliosis"})
BLEEDING = frozenset({"anticoagulant", "bleeding_tendency"})
ALERT_ROWS = {
    "anticoagulant": "anticoagulant",
    "implant": "implant_at_site",
    "pregnancy": "pregnancy",
    "phobia": "needle_phobia",
    "fainting": "history_fainting",
    "lymphoedema": "lymphoedema_limb",
    "infection_risk": "blood_borne_virus",
}


@dataclass(frozen=True)
class Alerted:
    """An alert as the rule sees it."""

    key: str
    kind: str
    severity: str
    text: str
    side: str = ""
    area: str = ""


@dataclass(frozen=True)
class Restriction:
    """`action`: hard_stop, area_stop, site_stop, technique_stop, warn_reason or warn.

    `area` and `side` bound an area_stop (empty side: both); `flag` bounds a site_stop or a warning to sites with that
    property (`non_compressible`, `lung_zone`); `technique` bounds a technique_stop.
    """

    key: str
    action: str
    message: str
    source: str
    confidence: str
    area: str = ""
    side: str = ""
    flag: str = ""
    technique: str = ""


def restrictions(answers: Sequence[Mapping[str, Any]], alerts: Sequence[Alerted] = ()) -> tuple[Restriction, ...]:
    """Everything that follows, in the order of the table; answers first, then alerts."""
    yes = [a for a in answers if a.get("answer") in ("yes", "unsure") and a.get("key") in rows()]
    found = [r for answer in yes for r in _from_answer(answer)]
    found += [r for alert in alerts for r in _from_alert(alert)]
    return tuple(dict.fromkeys(found))


def _from_answer(answer: Mapping[str, Any]) -> list[Restriction]:
    row = rows()[answer["key"]]
    detail = str(answer.get("detail") or "").strip()
    doubt = " (unsure)" if answer["answer"] == "unsure" else ""
    what = f"{row.label}{doubt}{': ' + detail if detail else ''}."
    return _follow(row, what, str(answer.get("area") or ""), str(answer.get("side") or ""))


def _from_alert(alert: Alerted) -> list[Restriction]:
    found: list[Restriction] = []
    if row := rows().get(ALERT_ROWS.get(alert.kind, "")):
        found = [_capped(r, alert.severity) for r in _follow(row, f"Alert: {alert.text}.", alert.area, alert.side)]
    if alert.severity == "danger":
        source = "Alert in this patient's record"
        found.append(Restriction(f"alert_{alert.key}", "warn_reason", f"Danger: {alert.text}.", source, "high"))
    return found


def _capped(restriction: Restriction, severity: str) -> Restriction:
    """An alert weighs as much as its severity says: info warns, caution asks for a reason, danger has the full effect."""
    if severity == "info":
        return replace(restriction, action="warn")
    if severity == "caution" and restriction.action in STOPS:
        return replace(restriction, action="warn_reason")
    return restriction


def _follow(row: Row, what: str, area: str, side: str) -> list[Restriction]:
    action, flag, technique = shipped_action(row), "", ""
    if row.key in AREA_BOUND and not area:
        action, what = "warn_reason", f"{what} Record which area, so that only that area is stopped."
    if row.key in LUNG_ONLY:
        flag = "lung_zone"
    if action == "technique_stop" or row.key == "pacemaker_electrical":
        technique = "electrical"
    side = "" if side == "midline" else side
    found = [Restriction(row.key, action, what, row.source, row.confidence, area, side, flag, technique)]
    return found + _derived(row, what)


def _derived(row: Row, what: str) -> list[Restriction]:
    """Rules of the table that are not asked but follow: bleeding and the deep site, pregnancy and the abdomen."""
    if row.key in BLEEDING:
        rule = rows()["bleeding_risk_noncompressible"]
        return [_bound(rule, f"{what} Pressure cannot stop bleeding here.", flag="non_compressible")]
    if row.key == "pregnancy":
        return [_bound(rows()["pregnancy_abdomen"], f"{what} The abdomen is not needled.", area="abdomen")]
    return []


def _bound(rule: Row, message: str, *, flag: str = "", area: str = "") -> Restriction:
    return Restriction(rule.key, shipped_action(rule), message, rule.source, rule.confidence, area=area, flag=flag)


def shipped_action(row: Row) -> str:
    """No source, no stop: low confidence or common knowledge drives at most a reason."""
    unsourced = row.confidence == "low" or row.source.strip() == "common clinical knowledge"
    return "warn_reason" if unsourced and row.suggested_action in STOPS else row.suggested_action
