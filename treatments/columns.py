"""From the nested body of the API to flat columns and back; the two directions stand beside each other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from practice.identifiers import new_id
from treatments import trigger_points
from treatments.models import NeedlingSession, Site

REFERENCES = ("patient", "practitioner", "clinic", "episode", "consent", "screening")
NOT_TESTED = Site.Criterion.NOT_TESTED
SAME_NAME = (
    "side",
    "landmark",
    "technique",
    "gauge_mm",
    "length_mm",
    "depth_mm",
    "direction",
    "insertions",
    "retention_s",
    "familiar_pain",
    "referred_to",
    "pain_during",
    "pain_before",
    "pain_after",
    "ppt_before_kpa",
    "ppt_after_kpa",
    "reaction",
    "note",
)
EMPTY: dict[str, Any] = dict.fromkeys(("landmark", "technique", "direction", "reaction", "note"), "") | {
    "referred_to": []
}
SESSION_EMPTY: dict[str, Any] = (
    dict.fromkeys(("subjective", "objective", "assessment", "plan", "position", "tolerance"), "")
    | dict.fromkeys(("discrepancy_kind", "discrepancy_note", "advice_note"), "")
    | {name: [] for name in ("adjuncts", "others_present", "advice_given", "acknowledged_findings", "sites")}
    | {"range_of_motion": []}
    | dict.fromkeys(("no_needling", "consent_confirmed", "safety_net_given"), False)
    | dict.fromkeys(("ended_at", "pain_before", "pain_after", "needles_in", "needles_out", "remove_by"))
    | dict.fromkeys(("skin_preparation", "gloves", "sharps_disposed", "next_review_on"))
    | dict.fromkeys(("clinic", "episode", "consent", "screening"))
)


def session_columns(body: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Content columns of a checked body. `whole` (PUT, POST): what was not sent becomes empty."""
    values = dict(SESSION_EMPTY if whole else {}) | dict(body)
    columns = {f"{n}_id" if n in REFERENCES else n: v for n, v in values.items() if n != "sites"}
    if "sites" in values:
        columns["sites"] = [site_columns(site) for site in values["sites"]]
    return columns


def site_columns(body: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: body.get(name, EMPTY.get(name)) for name in SAME_NAME}
    values |= {"id": body.get("id") or new_id(), "structure_id": body["structure"], "lot_id": body.get("lot")}
    needles = body.get("needles")
    values["needles"] = 1 if needles is None else needles
    return values | _criteria(body) | _chart(body) | _stimulation(body) | _twitch(body)


def _criteria(body: Mapping[str, Any]) -> dict[str, Any]:
    sent = body.get("criteria") or {}
    names = ("taut_band", "hypersensitive_spot", "referred_pain")
    criteria = {name: sent.get(name) or str(NOT_TESTED) for name in names}
    chosen = body.get("trigger_point") or trigger_points.derive(
        criteria["taut_band"], criteria["hypersensitive_spot"], body.get("familiar_pain")
    )
    return criteria | {"trigger_point": str(chosen)}


def _chart(body: Mapping[str, Any]) -> dict[str, Any]:
    point = body.get("chart_point") or {}
    columns = {f"chart_{name}": point.get(name, "") for name in ("body", "view")}
    places = {f"chart_{name}": Decimal(str(round(point[name], 1))) if point else None for name in ("x", "y")}
    return columns | places | {"chart_version": point.get("chart_version", "")}


def _stimulation(body: Mapping[str, Any]) -> dict[str, Any]:
    sent = body.get("stimulation") or {}
    return {f"stimulation_{name}": sent.get(name) for name in ("frequency_hz", "intensity_ma", "minutes")}


def _twitch(body: Mapping[str, Any]) -> dict[str, Any]:
    sent = body.get("twitch") or {}
    return {
        "twitch_seen": sent.get("seen") or str(Site.TwitchSeen.UNSPECIFIED),
        "twitch_count": sent.get("count"),
        "twitch_strength": sent.get("strength") or "",
    }


def site_body(site: Site) -> dict[str, Any]:
    """A site as the API answers it: what it would accept again."""
    body = {name: getattr(site, name) for name in SAME_NAME}
    return body | {
        "id": site.pk,
        "structure": site.structure_id,
        "lot": site.lot_id,
        "technique": site.technique or None,
        "gauge_mm": str(site.gauge_mm) if site.gauge_mm is not None else None,
        "needles": site.needles,
        "trigger_point": site.trigger_point,
        "criteria": {
            "taut_band": site.taut_band,
            "hypersensitive_spot": site.hypersensitive_spot,
            "referred_pain": site.referred_pain,
        },
        "chart_point": chart_body(site),
        "stimulation": stimulation_body(site),
        "twitch": {
            "seen": site.twitch_seen,
            "count": site.twitch_count,
            "strength": site.twitch_strength or None,
        },
    }


def chart_body(site: Site) -> dict[str, Any] | None:
    if site.chart_x is None or site.chart_y is None:
        return None
    return {
        "chart_version": site.chart_version,
        "body": site.chart_body,
        "view": site.chart_view,
        "x": float(site.chart_x),
        "y": float(site.chart_y),
    }


def stimulation_body(site: Site) -> dict[str, Any] | None:
    frequency, intensity, minutes = (
        site.stimulation_frequency_hz,
        site.stimulation_intensity_ma,
        site.stimulation_minutes,
    )
    if frequency is None and intensity is None and minutes is None:
        return None
    return {"frequency_hz": _float(frequency), "intensity_ma": _float(intensity), "minutes": minutes}


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def session_body(session: NeedlingSession) -> dict[str, Any]:
    """The session's own content as the API answers it, without sites and derived parts."""
    names = [n for n in SESSION_EMPTY if n not in REFERENCES and n not in {"sites", "acknowledged_findings"}]
    body = {name: getattr(session, name) for name in names}
    references = {name: getattr(session, f"{name}_id") for name in REFERENCES}
    entries = [{k: e.get(k) for k in ("key", "reason", "by", "at")} for e in session.acknowledged_findings]
    return (
        references
        | body
        | {
            "started_at": session.started_at,
            "position": session.position or None,
            "discrepancy_kind": session.discrepancy_kind or None,
            "acknowledged_findings": entries,
        }
    )
