"""The access log as a file: one line per look, for the page and the API."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

from practice import csv_writing
from reports.access_looks import Asked, Look

HEADER = ("Day", "First", "Last", "Opened by", "Record number", "What", "Openings", "Worth a question", "Looked into")


def looks_response(rows: Iterable[Look], asked: Asked) -> StreamingHttpResponse:
    """Patients by their number: a file that leaves the screen names nobody but those who looked."""
    return StreamingHttpResponse(
        csv_writing.lines(HEADER, (_cells(row) for row in rows)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="who-looked-{asked.first}-{asked.last}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _cells(row: Look) -> tuple[object, ...]:
    zone = row.person.practice.zone
    first, last = (at.astimezone(zone).strftime("%H:%M:%S") for at in (row.first_at, row.last_at))
    number = row.patient.record_number if row.patient else "all" if row.is_of_the_practice else "destroyed"
    found = "; ".join(f"{review.created_by}: {review.note}" for review in row.reviews)
    asks = " ".join(row.reasons.values())
    return row.day, first, last, row.person.full_name, number, ", ".join(row.what), len(row.entries), asks, found
