"""Reasons given for findings: stamped with who and when, and lapsing when the site they speak of changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from practice.models import User
from treatments.facts import site_facts
from treatments.models import NeedlingSession, Site


def stamp(
    session: NeedlingSession, sites: Sequence[Site], before: Sequence[Mapping[str, Any]], *, by: User, at: datetime
) -> None:
    """Give new reasons their who and when. A reason that was given for a site before it changed is dropped, so that
    it has to be given anew."""
    digests = {str(site.pk): site_facts(site).digest() for site in sites}
    known = {(entry["key"], entry["reason"]): entry for entry in before}
    kept: list[dict[str, Any]] = []
    for sent in session.acknowledged_findings:
        key, reason = sent["key"], sent["reason"].strip()
        digest = digests.get(key.partition(":")[2], "")
        earlier = known.get((key, reason))
        if earlier is not None and earlier.get("digest", "") == digest:
            kept.append(dict(earlier))
        elif earlier is None:
            stamped = {"by": str(by.pk), "at": at.isoformat(), "digest": digest}
            kept.append({"key": key, "reason": reason} | stamped)
    session.acknowledged_findings = kept
