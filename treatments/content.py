"""What a session says, as plain values: which columns are its content, and whether two versions say the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from treatments.models import NeedlingSession, Site

# Foreign keys appear by their column (`clinic_id`), so that comparing costs no query.
SESSION_CONTENT = (
    "practitioner_id",
    "clinic_id",
    "episode_id",
    "started_at",
    "ended_at",
    "subjective",
    "objective",
    "assessment",
    "plan",
    "pain_before",
    "pain_after",
    "range_of_motion",
    "position",
    "adjuncts",
    "skin_preparation",
    "gloves",
    "sharps_disposed",
    "others_present",
    "tolerance",
    "no_needling",
    "consent_id",
    "consent_confirmed",
    "screening_id",
    "needles_in",
    "needles_out",
    "discrepancy_kind",
    "discrepancy_note",
    "remove_by",
    "safety_net_given",
    "advice_given",
    "advice_note",
    "next_review_on",
    "acknowledged_findings",
)
SITE_CONTENT = tuple(
    f.attname
    for f in Site._meta.concrete_fields
    if f.name not in {"id", "practice", "created_at", "created_by", "version", "updated_at", "session", "position"}
)
# What the person at the screen may set; who, when and the digest beside an acknowledgement are stamped here.
ACKNOWLEDGEMENT = ("key", "reason")


def apply(row: NeedlingSession | Site, values: Mapping[str, Any]) -> set[str]:
    """Set the values on the row; answers the columns that became different."""
    different = {column for column, value in values.items() if getattr(row, column) != value}
    for column in different:
        setattr(row, column, values[column])
    return different


def says_the_same(session: NeedlingSession, sites: Iterable[Site], values: Mapping[str, Any]) -> bool:
    """Whether writing these values would change nothing: a retry after a lost answer is safe."""
    same = all(_plain(getattr(session, c)) == _plain(values[c]) for c in SESSION_CONTENT if c in values)
    if not same or "sites" not in values:
        return same
    stored = [{"id": site.pk} | {c: getattr(site, c) for c in SITE_CONTENT} for site in sites]
    sent = [{"id": v["id"]} | {c: v[c] for c in SITE_CONTENT} for v in values["sites"]]
    return stored == sent


def _plain(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict) and set(ACKNOWLEDGEMENT) <= set(value[0]):
        return [{k: entry[k] for k in ACKNOWLEDGEMENT} for entry in value]
    return value
