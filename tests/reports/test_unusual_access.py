"""Which openings are worth a question, rule by rule; the words never accuse."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.unusual_access import RULES, Opened, Viewer, reasons

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
LATER = AT + timedelta(days=60)


def told(
    name: str = "Dana Whitfield",
    *,
    email: str = "dana@example.org",
    given: str = "Siobhán",
    families: tuple[str, ...] = ("O'Neill",),
    patient_email: str = "",
    events: tuple[timedelta, ...] = (timedelta(0),),
    works_with_patients: bool = True,
    now: datetime = LATER,
) -> dict[str, str]:
    whose = Opened(given, families, patient_email, sorted(AT + shift for shift in events))
    return reasons(Viewer(name, email, works_with_patients), whose, at=AT, now=now)


@pytest.mark.parametrize(("name", "families", "marked"), [
    ("Dana O'Neill", ("O'Neill",), True),
    ("Dana O’NEILL", ("O'Neill",), True),
    ("Dana Kovač", ("Kovac",), True),
    ("Dana Smith-Jones", ("Jones",), True),
    ("Dana Whitfield", ("Murphy", "Whitfield"), True),  # a former name
    ("Jan van der Berg", ("van der Berg",), True),
    ("Dana Whitfield", ("O'Neill",), False),
    ("Dana Lee", ("Leeson",), False),
    ("Neil Adams", ("O'Neill",), False),
])  # fmt: skip
def test_the_same_family_name(name: str, families: tuple[str, ...], marked: bool):
    assert ("same_family_name" in told(name, families=families)) is marked


def test_the_own_record_by_name_or_address_and_then_not_the_family_name_as_well():
    by_name = told("Siobhan O'Neill")
    by_address = told("Siv Neal", email="S@example.org", patient_email="s@EXAMPLE.org")
    assert list(by_name) == list(by_address) == ["own_record"]
    assert told(email="", patient_email="") == {}


@pytest.mark.parametrize(("days", "marked"), [(-31, True), (-30, False), (0, False), (7, False), (8, True)])
def test_nothing_nearby_from_thirty_days_before_to_seven_after(days: int, marked: bool):
    assert ("nothing_nearby" in told(events=(timedelta(days=days),))) is marked


@pytest.mark.parametrize(("days", "marked"), [(-31, True), (-30, False), (0, False), (1, True)])
def test_who_was_registered_lately_is_usual_and_nobody_is_registered_afterwards(days: int, marked: bool):
    whose = Opened("Siobhán", ("O'Neill",), "", [], AT + timedelta(days=days))
    assert bool(reasons(Viewer("Dana Whitfield", "", True), whose, at=AT, now=LATER)) is marked


def test_a_fresh_opening_says_that_the_week_after_is_not_over():
    assert told(events=())["nothing_nearby"].endswith("none in the 7 days after.")
    assert told(events=(), now=AT + timedelta(hours=1))["nothing_nearby"].endswith("none since.")


def test_reading_records_nobody_was_seen_for_is_an_auditors_work():
    assert told(events=(), works_with_patients=False) == {}
    assert list(told("Olga O'Neill", events=(), works_with_patients=False)) == ["same_family_name"]


def test_no_word_accuses():
    words = " ".join([*(rule.meaning for rule in RULES), *told("Dana O'Neill", events=()).values()]).lower()
    assert not {"suspicious", "breach", "violation", "snoop", "illegal", "misuse", "wrong"} & set(words.split())
