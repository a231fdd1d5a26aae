"""The report of an import on its way out: one CSV for the page and the API."""

from django.http import StreamingHttpResponse

from patients.models import Import, ImportedRow
from practice import csv_writing

REPORT = ("Row", "What became of it", "Column", "What stood there", "What to do")


def report_response(of_import: Import) -> StreamingHttpResponse:
    """Every row a person has to know about: which row, which column, what to do. The file's name says nothing."""
    rows = of_import.rows.filter(run=of_import.run).iterator(chunk_size=1000)
    told = ((r.number, ImportedRow.Outcome(r.outcome).label, r.column, r.found, r.message) for r in rows)
    return StreamingHttpResponse(
        csv_writing.lines(REPORT, told),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="import-{of_import.pk.hex[-8:]}-rows.csv"',
            "Cache-Control": "private, no-store",
        },
    )
