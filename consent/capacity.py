"""What to take care of when somebody consents: said in words, never refused. Pure.

In Australia a young person who understands what is proposed may consent alone; under 16 that has to be judged and
written down, so the record asks for a guardian or the judgement (own proposal, to be approved by the practice).
"""

from dataclasses import dataclass
from datetime import date

ADULT_ENOUGH = 16


@dataclass(frozen=True)
class Care:
    key: str
    message: str


def age_on(day: date, born: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def cares(*, born: date, on: date, given_by: str, method: str = "", scans: int = 0) -> list[Care]:
    """`on` is the day of the consent where the practice is."""
    found = []
    age = age_on(on, born)
    if age < ADULT_ENOUGH and given_by != "guardian":
        found.append(Care("minor_without_guardian", _minor(age)))
    if method == "paper_scan" and not scans:
        found.append(Care("scan_missing", "The signed paper is not scanned yet. Add the scan to this consent."))
    return found


def _minor(age: int) -> str:
    old = f"{age} year{'' if age == 1 else 's'} old"
    return (
        f"The patient is {old}, and no guardian has consented. Under {ADULT_ENOUGH} a parent or guardian usually does: "
        "let them consent, or write under the questions why the patient can decide alone."
    )
