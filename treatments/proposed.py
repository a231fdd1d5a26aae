"""The mark before a note that is proposed from another patient's session, until somebody makes it this patient's. Pure."""

import re

MARKED = re.compile(r"Proposed, from a session of [^:\n]{1,40} written for another patient: ")


def mark(day: str) -> str:
    """Stands before every proposed text until somebody changes it (proposals.js knows it). Never the other's name."""
    return f"Proposed, from a session of {day} written for another patient: "


def is_marked(text: str) -> bool:
    """Whether a note still says that it is another patient's."""
    return MARKED.search(text) is not None
