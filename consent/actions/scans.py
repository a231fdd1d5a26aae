"""Scans of the signed paper: added to a paper consent, never changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from consent import policy, scans
from consent.models import Consent, ConsentScan
from practice.errors import Refused
from practice.history import keep, lock
from practice.models import User

MOST_SCANS = 10


class NotOnPaper(Refused):
    code = "not_on_paper"
    message = "This consent was not given on paper, so it has no scan. Take a new consent on paper."


class ScanUnusable(Refused):
    code = "scan_unusable"
    message = "The stored scan is missing or was changed. Find the paper, and tell who looks after the system."


@transaction.atomic
def add_scan(*, consent_pk: UUID, content: bytes, by: User, at: datetime) -> ConsentScan:
    """Add a page to a paper consent. The same file again is the same scan."""
    consent = lock(Consent.objects.visible_to(by).select_related("patient", "practice"), consent_pk)
    if not policy.can_capture(by, consent.patient):
        raise PermissionDenied
    if consent.method != Consent.Method.PAPER_SCAN:
        raise NotOnPaper
    if problems := scan_problems(consent.method, [content]):
        raise ValidationError(problems)
    known = consent.scans.filter(sha256=scans.digest_of(content)).first()
    if known is not None:
        return known
    if consent.scans.count() >= MOST_SCANS:
        raise ValidationError({"scan": f"At most {MOST_SCANS} scans. Put the pages into one PDF."})
    return attach(consent, content, by=by, at=at)


def scan_problems(method: str, contents: Sequence[bytes]) -> dict[str, str]:
    if contents and method != Consent.Method.PAPER_SCAN:
        return {"scan": "A scan belongs to a consent on paper. Choose paper, or leave the scan out."}
    if len({scans.digest_of(content) for content in contents}) < len(contents):
        return {"scan": "The same scan is chosen twice. Choose each page once."}
    try:
        for content in contents:
            scans.kind_of(content)
    except scans.UnreadableScan as error:
        return {"scan": str(error)}
    return {}


def attach(consent: Consent, content: bytes, *, by: User, at: datetime) -> ConsentScan:
    """Write the file, then its row; without the row the file goes again."""
    name = scans.STORE.store(content)
    try:
        scan = ConsentScan(
            practice=consent.practice,
            consent=consent,
            patient=consent.patient,
            content_type=scans.kind_of(content),
            size=len(content),
            sha256=scans.digest_of(content),
            stored_as=name,
            created_at=at,
        )
        return keep(scan, by=by, why="consent scanned")
    except BaseException:
        scans.STORE.drop(name)
        raise


def content_of(scan: ConsentScan) -> bytes:
    """The bytes as they were stored; refuses what is gone or does not match its digest."""
    content = scans.STORE.read(scan.stored_as, sha256=scan.sha256)
    if content is None:
        raise ScanUnusable
    return content


def sweep_scans(at: datetime) -> int:
    """The worker's chore: files whose row was never written go."""
    return scans.STORE.sweep(
        lambda names: ConsentScan.objects.filter(stored_as__in=names).values_list("stored_as", flat=True), at=at
    )
