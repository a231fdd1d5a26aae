"""The phone card as the front desk meets it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practice.identifiers import new_id
from practice.models import AccessEntry
from tests.cast import page_as
from tests.world import a_site, start
from treatments import actions
from treatments.models import Triage


@pytest.fixture
def chest(world):
    """Needled over the lung five hours ago; the note is not signed yet."""
    at = timezone.now() - timedelta(hours=5, minutes=10)
    sites = [a_site(structure="rhomboid_major", side=side, depth_mm=15) for side in ("left", "right")]
    return start(world.patient, world.cast.anna, at=at, sites=[*sites, a_site()], needles_out=3, started_at=at)


def card_of(world, who="dana"):
    return page_as(world.cast.person(who)).get(f"/sessions/triage/patient/{world.patient.pk}").content.decode()


def test_the_card_says_where_when_and_by_whom_and_no_more(world, chest):
    words = card_of(world)

    assert "Near the lung: shoulder girdle and scapula, both sides" in words
    assert "5 h 10 min ago" in words
    assert "Anna Kovač" in words
    for secret in ("homboid", "pistoning", "15 mm", "0.30", "Calf ache"):
        assert secret not in words


def test_opening_a_card_is_in_the_access_log(world):
    card_of(world)

    assert (
        AccessEntry.objects.filter(kind="phone_card", patient_id=world.patient.pk, created_by=world.cast.dana).count()
        == 1
    )


def test_nobody_needled_lately_says_so(world):
    words = page_as(world.cast.dana).get("/sessions/triage/caller").content.decode()

    assert "No needling recorded in 30 days." in words


def test_no_answer_is_chosen_beforehand(world):
    assert " checked" not in card_of(world)


def test_from_the_first_yes_to_the_hand_over(world, chest):
    dana = page_as(world.cast.dana)
    sent = dana.post(f"/sessions/triage/patient/{world.patient.pk}", {
        "card": str(new_id()), "answers.breathing": "yes", "place": "At home", "opened_at": timezone.now().isoformat(),
    })  # fmt: skip
    card = Triage.objects.get(patient=world.patient)
    assert (sent.status_code, sent["Location"]) == (302, f"/sessions/triage/{card.pk}")
    words = dana.get(sent["Location"]).content.decode()
    assert "Ambulance: 000, now" in words
    assert "Hang up and call 000" in words
    assert "Nobody told yet" in words
    assert "At home" in words
    waiting = dana.get("/sessions/today/triage").content.decode()
    assert f"/sessions/triage/{card.pk}" in waiting

    dana.post(f"/sessions/triage/{card.pk}/tell", {"to": str(world.cast.ben.pk)})
    assert "Told: Ben Adeyemi. Not taken yet." in dana.get(f"/sessions/triage/{card.pk}").content.decode()
    page_as(world.cast.ben).post(f"/sessions/triage/{card.pk}/take", {"note": "Sent to the hospital"})
    assert "Ben Adeyemi has the call" in dana.get(f"/sessions/triage/{card.pk}").content.decode()
    assert f"/sessions/triage/{card.pk}" not in dana.get("/sessions/today/triage").content.decode()
    record = page_as(world.cast.anna).get(f"/sessions/patient/{world.patient.pk}").content.decode()
    assert f"/sessions/triage/{card.pk}" in record


def test_sent_twice_it_is_stamped_once(world):
    body = {"card": str(new_id()), "answers.breathing": "no", "answers.nerves": "no", "answers.swelling": "no"}
    dana = page_as(world.cast.dana)
    places = {dana.post(f"/sessions/triage/patient/{world.patient.pk}", body)["Location"] for _ in range(2)}

    assert len(places) == Triage.objects.filter(patient=world.patient).count() == 1


def test_what_was_answered_stays_when_a_question_is_missing(world):
    page = page_as(world.cast.dana).post(f"/sessions/triage/patient/{world.patient.pk}", {"answers.breathing": "yes"})
    words = page.content.decode()

    assert (page.status_code, words.count("Ask this one too."), words.count(" checked")) == (422, 2, 1)


def test_asking_again_begins_with_what_was_said(world):
    no = {"breathing": "no", "nerves": "unsure", "swelling": "no"}
    card = actions.record_triage(patient=world.patient, values={"answers": no}, by=world.cast.dana, at=timezone.now())
    path = f"/sessions/triage/patient/{world.patient.pk}?follows={card.pk}"
    words = page_as(world.cast.dana).get(path).content.decode()
    assert words.count(" checked") == 3

    body = {f"answers.{key}": "no" for key in no} | {"follows": str(card.pk)}
    page_as(world.cast.dana).post(path, body)
    assert card.followed_by.result == "practitioner_now"
    again = page_as(world.cast.dana).post(path, body)
    assert (again.status_code, "answered again already" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("follows", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_address_that_names_no_card_begins_a_new_one(world, follows):
    path = f"/sessions/triage/patient/{world.patient.pk}?follows={follows}"

    assert " checked" not in page_as(world.cast.dana).get(path).content.decode()


def test_the_caller_is_found_by_three_letters(world):
    words = (
        page_as(world.cast.dana).get("/sessions/triage?search=oneil", headers={"HX-Request": "true"}).content.decode()
    )

    assert f"/sessions/triage/patient/{world.patient.pk}" in words
    assert "<html" not in words


@pytest.mark.parametrize(("who", "there"), [("dana", True), ("ben", True), ("olga", False)])
def test_the_key_is_on_every_page_of_who_may(world, who, there):
    words = page_as(world.cast.person(who)).get("/patients/?search=oneil").content.decode()

    assert ("<kbd>t</kbd>" in words) is there
    assert (f"/sessions/triage/patient/{world.patient.pk}" in words) is there


def test_the_warning_of_a_card_does_not_say_more_than_the_caller_did(world, chest):
    page_as(world.cast.dana).post(f"/sessions/triage/patient/{world.patient.pk}", {
        "card": str(new_id()), "answers.breathing": "yes", "place": "At home", "opened_at": timezone.now().isoformat(),
    })  # fmt: skip
    banner = page_as(world.cast.anna).get("/sessions/escalations").text

    assert "chest pain or short of breath or pain when breathing in" in banner
    assert "chest pain, short of breath" not in banner
