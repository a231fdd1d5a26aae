"""One box: what people type at a desk finds who they mean, on both databases."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from patients import duplicates, search, search_candidates
from patients.models import Alert, Patient, SearchLink
from patients.result_rows import with_dangers
from practice.history import keep
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
    return [m.patient.family_name for m in search.find(text, practice=rows[0].practice, today=TODAY)]


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
    match = search.find("si 1987", practice=people[0].practice, today=TODAY)[0]
    assert (match.patient.family_name, match.why) == ("Hargreave", "year of birth")
    assert search.find("0491570006", practice=people[0].practice, today=TODAY)[0].why == "phone"


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


def seen(patient, *, days_ago, by):
    at = timezone.now() - timedelta(days=days_ago)
    Patient.objects.filter(pk=patient.pk).update(last_session_at=at, last_session_by=by)


def test_of_many_who_answer_alike_those_seen_lately_come_first(cast: Cast):
    people = [
        make_patient(cast.anna, record_number=700 + n, family_name="Quimby", given_names=f"Ada{n}", date_of_birth=TODAY)
        for n in range(search_candidates.RANKED + 12)
    ]
    seen(people[0], days_ago=200, by=cast.ben)
    seen(people[1], days_ago=100, by=cast.anna)

    matches = search.find("quimby", practice=cast.home, today=TODAY)

    assert [(m.patient, m.seen.partition("by ")[2]) for m in matches[:2]] == [(people[1], "Anna"), (people[0], "Ben")]


def test_a_merged_record_leads_to_one_that_was_not_found_itself(cast: Cast):
    stands = make_patient(cast.anna, record_number=700, family_name="Quimby", date_of_birth=TODAY)
    gone = make_patient(cast.anna, record_number=701, family_name="Vandenberg", date_of_birth=TODAY)
    seen(stands, days_ago=0, by=cast.ben)
    Patient.objects.filter(pk=gone.pk).update(merged_into=stands)
    (match,) = search.find("vandenberg", practice=cast.home, today=TODAY)

    assert (match.patient, match.patient.last_session_by, match.why) == (
        stands, cast.ben, f"merged from No. 000701, {gone.full_name}",
    )  # fmt: skip


def test_a_year_that_is_typed_twice_lists_nobody_twice(cast: Cast):
    born = make_patient(cast.anna, record_number=700, family_name="Quimby", date_of_birth=date(1988, 2, 3))
    matches = search.find("quimby 88 1988", practice=cast.home, today=TODAY)
    assert [match.patient for match in matches] == [born]


def test_a_danger_of_a_merged_record_stands_in_the_row_while_it_is_in_force(cast: Cast):
    stands = make_patient(cast.anna, record_number=700, family_name="Quimby", date_of_birth=TODAY)
    gone = make_patient(cast.anna, record_number=701, family_name="Quimbi", date_of_birth=TODAY)
    other = make_patient(cast.anna, record_number=702, family_name="Quimbe", date_of_birth=TODAY)
    yesterday = TODAY - timedelta(days=1)
    for patient, kind, severity, ends_on in (
        (stands, "implant", "danger", None),
        (gone, "allergy", "danger", TODAY),
        (gone, "fainting", "danger", yesterday),
        (stands, "pregnancy", "caution", None),
        (other, "other", "danger", yesterday),
    ):
        keep(
            Alert(practice=cast.home, patient=patient, kind=kind, severity=severity, text="t",
                  starts_on=yesterday, ends_on=ends_on),
            by=cast.anna, why="test",
        )  # fmt: skip
    Patient.objects.filter(pk=gone.pk).update(merged_into=stands)
    with_dangers(rows := [stands, other], practice=cast.home, today=TODAY)

    assert [sorted(row.dangers) for row in rows] == [["allergy", "implant"], []]


def test_the_list_shows_who_was_seen_last_before_who_was_never_seen(cast: Cast):
    first = make_patient(cast.anna, record_number=700, family_name="Aaron", date_of_birth=TODAY)
    make_patient(cast.anna, record_number=701, family_name="Abel", date_of_birth=TODAY)
    last = make_patient(cast.anna, record_number=702, family_name="Zuckerman", date_of_birth=TODAY)
    seen(first, days_ago=9, by=cast.ben)
    seen(last, days_ago=2, by=cast.ben)

    page = page_as(cast.dana).get("/patients/").text

    places = [page.index(name) for name in ("Zuckerman", "Aaron", "Abel")]
    assert places == sorted(places)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="settings of PostgreSQL")
@pytest.mark.django_db
def test_every_connection_asks_for_near_words_and_for_no_workers():
    settings = ("pg_trgm.similarity_threshold", "max_parallel_workers_per_gather", "jit")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(["current_setting(%s)"] * len(settings)), settings)
        assert cursor.fetchone() == ("0.4", "0", "off")


def test_digits_that_are_a_record_number_and_a_birth_date_lead_with_the_number(cast: Cast):
    for number in range(900, 930):
        make_patient(cast.anna, record_number=number, family_name="Born", date_of_birth=date(1955, 2, 4))
    meant = make_patient(cast.anna, record_number=40255, family_name="Zed", date_of_birth=date(1990, 1, 1))

    matches = search.find("040255", practice=cast.home, today=TODAY)

    assert (matches[0].patient, matches[0].why, matches[1].why) == (meant, "record number", "date of birth")
    assert matches[0].score - matches[1].score < 0.02


def test_a_corrected_birth_date_is_found_by_its_new_year_and_no_more_by_the_old_one(cast: Cast):
    for number in range(700, 700 + search_candidates.RANKED):  # so many of the year that nobody else is read
        make_patient(cast.anna, record_number=number, family_name="Quimby", date_of_birth=date(1988, 1, 1))
    row = make_patient(cast.anna, record_number=800, family_name="Quimby", given_names="Zed", date_of_birth=TODAY)
    row = Patient.objects.get(pk=row.pk)
    row.date_of_birth = date(1961, 5, 5)
    keep(row, by=cast.anna, why="test")

    def first(text):
        return search.find(text, practice=cast.home, today=TODAY)[0]

    assert (first("quimby 61").patient, first("quimby 61").why) == (row, "year of birth")
    assert first("quimby 2026").why != "year of birth"
    assert set(SearchLink.objects.filter(patient_id=row.pk).values_list("born", flat=True)) == {date(1961, 5, 5)}
