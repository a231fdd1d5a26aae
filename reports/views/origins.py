"""What a document was made from, in words."""

from reports.models import Document

NAMES = {
    "session": "Session version",
    "sessions": "Sessions",
    "chart": "Body chart",
    "addenda": "Addenda",
    "text": "Consent text version",
    "withdrawals": "Taken back",
    "letter": "Letter version",
    "answers": "Soreness answers",
    "events": "Adverse events",
    "scores": "Scores",
}


def made_from(document: Document) -> list[tuple[str, str]]:
    """Label and value of each source version; of many rows their count."""
    return [(NAMES.get(name, name), _said(value)) for name, value in document.source_versions.items() if value != ""]


def _said(value: object) -> str:
    if isinstance(value, dict):
        return str(len(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
