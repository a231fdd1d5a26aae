"""Who may be one person: the score and its reasons, the gate before saving, the worker's list."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from patients import actions, duplicate_hunt, duplicates
from patients.likeness import WEIGHTS, Person, compare
from patients.models import DuplicateHunt, DuplicatePair, Patient
from practice.history import keep
from tests.cast import NOW, api_as, make_patient, page_as

ME = Person(family=frozenset({"hartnoll"}), former=frozenset(), given=frozenset({"amelia"}), born=date(1987, 3, 14),
            sex="female", phones=frozenset({"600075194416"}), email="a@example.org", postcode="3198")  # fmt: skip
words = st.lists(st.sampled_from(["smith", "smyth", "jones", "anna", "ann", "maria", "li"]), max_size=2).map(frozenset)
people = st.builds(
    Person, family=st.sampled_from(["smith", "smyth", "jones", "anna"]).map(lambda word: frozenset({word})), former=words, given=words, born=st.dates(date(1950, 1, 1), date(1952, 12, 31)),
    sex=st.sampled_from(["", "female", "male"]), phones=st.sampled_from([frozenset(), frozenset({"1"}), frozenset({"1", "2"})]),
    email=st.sampled_from(["", "a@b", "c@d"]), postcode=st.sampled_from(["", "3000"]),
)  # fmt: skip


@given(people, people)
def test_the_score_is_the_same_both_ways(a, b):
    assert compare(a, b) == compare(b, a)
    assert 0 <= compare(a, b).score <= 1


@given(people, people)
def test_saying_more_of_the_same_never_lowers_the_score(a, b):
    same_names = {"family": a.family, "given": a.given, "former": a.former}
    for more in (
        {"born": a.born},
        {"email": a.email},
        {"phones": a.phones},
        {"postcode": a.postcode},
        {"sex": a.sex},
        same_names,
    ):
        if all(more.values()) or more is same_names:
            assert compare(a, replace(b, **more)).score >= compare(a, b).score, more


@given(people)
def test_nobody_is_liker_than_oneself(a):
    assert compare(a, a).score == max(compare(a, a).score, compare(a, replace(a, born=date(1990, 1, 1))).score)


def test_better_outcomes_weigh_more():
    order = {"born": ["other", "slip", "same"], "family": ["other", "alike", "former", "same"],
             "given": ["other", "alike", "same"]}  # fmt: skip
    for field, outcomes in order.items():
        assert [WEIGHTS[field][o] for o in outcomes] == sorted(WEIGHTS[field].values())


@pytest.mark.parametrize(
    ("changes", "likely", "reason"),
    [
        ({}, True, "Same birth date, same name, same phone, same e-mail"),
        ({"family": frozenset({"hartnol"}), "phones": frozenset(), "email": ""}, True, "Same birth date, name spelled a little differently"),
        ({"born": date(1987, 3, 15), "phones": frozenset()}, True, "Birth date one slip apart, same name, same e-mail"),
        ({"family": frozenset({"winslow"}), "former": frozenset({"hartnoll"}), "phones": frozenset(), "email": ""}, True,
         "Same birth date, a former name"),
        ({"family": frozenset({"amelia"}), "given": frozenset({"hartnoll"}), "phones": frozenset(), "email": ""}, True,
         "Same birth date, names the other way round"),
        ({"given": frozenset({"charlotte"}), "email": "c@example.org"}, False, "Same birth date, another given name, same phone"),
        ({"born": date(1960, 1, 1), "phones": frozenset(), "email": ""}, False, "Another birth date, same name"),
    ],
)  # fmt: skip
def test_twins_are_two_and_a_slip_is_one(changes, likely, reason):
    found = compare(ME, replace(ME, **changes))

    assert (found.score >= 0.6, found.reason) == (likely, reason)


def test_saving_anyway_is_remembered_with_who_and_of_whom(cast):
    values = {"family_name": "O'Neil", "given_names": "Siobhan", "date_of_birth": date(1988, 2, 29)}
    with pytest.raises(actions.PossibleDuplicate):
        actions.register_patient(values=values, by=cast.dana, at=NOW)
    new = actions.register_patient(values=values, by=cast.dana, at=NOW, confirm_not_duplicate=True)

    pair = DuplicatePair.objects.of_both(new, cast.siobhan).get()
    assert (pair.state, pair.decided_by, pair.decided_at, pair.at_registration) == ("different", cast.dana, NOW, True)
    assert actions.hunt_duplicates(timezone.now()) == 0
    assert not DuplicatePair.objects.waiting().exists()


def test_another_practices_people_are_no_candidates(cast):
    like = Patient(practice=cast.home, family_name="Fremd", given_names="Xaver", date_of_birth=date(1970, 1, 1))

    assert duplicates.likely(Patient.objects.visible_to(cast.anna), like) == []


@pytest.fixture
def twice(cast):
    return make_patient(cast.anna, record_number=50, family_name="ONeil", given_names="Siobhán",
                        date_of_birth=date(1988, 2, 29))  # fmt: skip


def hunt():
    return actions.hunt_duplicates(timezone.now())


def test_the_worker_finds_a_pair_once_and_looks_no_further(cast, twice, django_assert_max_num_queries):
    assert hunt() == 1
    with django_assert_max_num_queries(20):
        assert hunt() == 0
    (pair,) = DuplicatePair.objects.waiting()
    assert {pair.first, pair.second} == {cast.siobhan, twice}


def test_in_everybody_finds_what_around_finds(cast, twice):
    rows = Patient.objects.filter(practice=cast.home)

    assert set(duplicate_hunt.in_everybody(rows)) == set(duplicate_hunt.around(rows, [twice]))


def test_what_was_dismissed_comes_back_only_when_a_record_changes(cast, twice):
    hunt()
    (pair,) = DuplicatePair.objects.waiting()
    answer = page_as(cast.dana).post(f"/patients/duplicates/{pair.pk}/dismiss", {"version": pair.version})
    assert answer.status_code == 302
    twice.occupation = "Chef"
    keep(twice, by=cast.dana, why="corrected")
    assert hunt() == 0

    twice.email = "s@example.org"
    keep(twice, by=cast.dana, why="corrected")
    assert hunt() == 1
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == ("open", None)


def test_a_pair_that_is_no_longer_alike_leaves_the_list(cast, twice):
    hunt()
    twice.date_of_birth, twice.given_names = date(1950, 1, 1), "Bram"
    keep(twice, by=cast.dana, why="corrected")
    hunt()

    assert not DuplicatePair.objects.waiting().exists()


def test_dismissing_twice_is_refused_the_same_on_both_ways(cast, twice):
    hunt()
    (pair,) = DuplicatePair.objects.waiting()
    client = api_as(cast.ben)
    path = f"/api/v1/patients/duplicates/{pair.pk}/dismiss"
    assert client.post(path, headers={"If-Match": '"1"'}).json()["state"] == "different"
    again = client.post(path, headers={"If-Match": '"2"'})
    assert (again.status_code, again.json()["detail"]) == (409, actions.NotWaiting.message)
    page = page_as(cast.dana).post(f"/patients/duplicates/{pair.pk}/dismiss", {"version": 2}, follow=True)
    assert actions.NotWaiting.message in page.content.decode()


def test_the_list_costs_the_same_for_many(cast, twice, django_assert_max_num_queries):
    for number in range(12):
        make_patient(cast.anna, record_number=100 + number, family_name="O'Neill", given_names="Siobhan",
                     date_of_birth=date(1988, 2, 29))  # fmt: skip
    hunt()
    assert DuplicatePair.objects.waiting().count() > 12
    client = page_as(cast.anna)
    client.get("/patients/duplicates")
    with django_assert_max_num_queries(6):
        assert client.get("/patients/duplicates").status_code == 200


def test_late_commits_are_looked_at_again(cast, twice):
    hunt()
    bookmark = DuplicateHunt.objects.get(practice=cast.home)

    assert bookmark.looked_until - timedelta(minutes=1) < Patient.objects.latest("updated_at").updated_at
