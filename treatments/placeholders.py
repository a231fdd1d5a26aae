"""Placeholders of snippets and templates: `{muscles}` becomes what the session says when the words are used.

The names and their meaning stand here once; the session's page fills them in, because only it knows the draft.
"""

import re
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{([^{}\s]{1,30})\}")
IN_BRACES = re.compile(r"\{([^{}\n]{0,60})\}")
MEANINGS = {
    "patient": "the name the patient is called by",
    "pronoun": "she, he or they, as the patient's details say",
    "age": "age in years",
    "practitioner": "who treats",
    "today": "the day of the treatment",
    "last_visit": "the day of the last signed session",
    "muscles": "the muscles needled so far",
    "side": "left, right or both sides, as needled so far",
    "needles": "how many needles so far",
    "pain_before": "pain before, 0 to 10",
    "pain_after": "pain after, 0 to 10",
    "?": "a place to fill in: the cursor goes there",
}


def unknown(text: str) -> list[str]:
    """Words in braces that nothing fills, each once, in order: also a slip of the pen such as `{last visit}`."""
    return list(dict.fromkeys(name for name in IN_BRACES.findall(text) if name not in MEANINGS))


def holds_one(text: str) -> bool:
    """Whether a known placeholder was left to be filled in."""
    return any(name in MEANINGS for name in PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known; what is not known stays to be seen."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1]) or match[0], text)
