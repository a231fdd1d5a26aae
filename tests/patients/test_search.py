"""One box: what people type at a desk finds who they mean, on both databases."""

from datetime import date

import pytest

from patients import duplicates, search
from patients.models import Patient
from tests.cast import Cast, make_patient, page_as

TODAY = date(2026, 11, 24)
PEOPLE = [
    (2, "Hartnoll", "Amelia", date(1987, 3, 14), {"phones": [{"kind": "mobile", "number": "+61491570006"}]}),
    (3, "Hargreave", "Simon", date(1987, 8, 2), {"preferred_name": "Si"}),
    (4, "Nguyễn", "Thị Hồng", date(1990, 5, 5), {}),
    (5, "Søndergaard", "Ingrid", date(1986, 3, 14), {"email": "ingrid@example.org"}),
    (6, "Groß", "Łukasz", date(1975, 12, 1), {}),
    (7, "Smith-Jones", "Mary Ann", date(1960, 1, 31), {}),
]


@pytest.fixture
def people(cast: Cast):
    for number, family, given, born, more in PEOPLE:
        make_patient(cast.anna, record_number=number, family_name=family, given_names=given, date_of_birth=born, **more)
    return Patient.objects.visible_to(cast.anna)


def found(rows, text):
    return [m.patient.family_name for m in search.find(rows, text, practice=rows[0].practice, today=TODAY)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hartnoll", "Hartnoll"), ("amelia har", "Hartnoll"), ("har amelia", "Hartnoll"), ("HARTNOLL, AMELIA", "Hartnoll"),
        ("oneil 88", "O'Neill"), ("o'neill", "O'Neill"), ("o’neill", "O'Neill"), ("siobhan", "O'Neill"),
        ("nguyen", "Nguyễn"), ("sondergaard", "Søndergaard"), ("gross", "Groß"), ("lukasz", "Groß"),
        ("smith jones", "Smith-Jones"), ("smithjones", "Smith-Jones"), ("si hargreave", "Hargreave"),
        ("hartnol", "Hartnoll"), ("hartnlol", "Hartnoll"), ("hartnell", "Hartnoll"), ("sondergard", "Søndergaard"),
        ("14/3/87", "Hartnoll"), ("14 mar 1987", "Hartnoll"), ("1987-03-14", "Hartnoll"), ("har 1987", "Hargreave"),
        ("0006", "Hartnoll"), ("0491 570 006", "Hartnoll"), ("ingrid@example.org", "Søndergaard"), ("4", "Nguyễn"),
    ],
)  # fmt: skip
def test_what_is_typed_finds_who_is_meant(people, typed, first):
    names = found(people, typed)

    assert first in names[:2], names


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "zzzzzz", "'", "%", "_", "x" * 1000])
def test_nothing_meant_finds_nothing_and_breaks_nothing(people, typed):
    assert found(people, typed) == []


def test_every_row_says_why_it_is_there(people):
    match = search.find(people, "si 1987", practice=people[0].practice, today=TODAY)[0]
    assert (match.patient.family_name, match.why) == ("Hargreave", "year of birth")
    assert search.find(people, "0491570006", practice=people[0].practice, today=TODAY)[0].why == "phone"


def test_another_practices_people_are_never_found(people):
    assert found(people, "fremd") == []


def test_likely_duplicates_have_a_score_and_a_reason(people, cast):
    candidate = Patient(
        practice=cast.home, family_name="Hartnol", given_names="Amelia", date_of_birth=date(1987, 3, 14)
    )
    (entry,) = duplicates.likely(people, candidate)

    assert (entry.patient.family_name, entry.reason) == (
        "Hartnoll", "Same birth date, name spelled a little differently",
    )  # fmt: skip


def test_a_list_that_is_cut_says_so(cast: Cast):
    def register(number):
        make_patient(cast.anna, record_number=number, family_name="Quimby", given_names=f"Ada{number}",
                     date_of_birth=date(1980, 1, 1))  # fmt: skip

    for number in range(700, 700 + search.SHOWN - 1):
        register(number)
    page = page_as(cast.dana)
    assert f"{search.SHOWN - 1} match “quimby”, best first" in page.get("/patients/?search=quimby").text
    register(800)
    register(801)
    told = page.get("/patients/?search=quimby").text
    assert f"The {search.SHOWN} likeliest for “quimby”. Type more to see others." in told
    assert told.count(" data-result>") == search.SHOWN
