"""A handed-over tablet: the patient's page and nothing else, until the staff's password."""

import pytest
from django.test import Client

from consent import screening_form
from consent.models import Screening
from tests.cast import page_as
from tests.world import World, make_world

PASSWORD = "needle-demo-of-a-test"


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


@pytest.fixture
def tablet(world: World) -> Client:
    world.cast.anna.set_password(PASSWORD)
    world.cast.anna.save()
    client = page_as(world.cast.anna)
    handed = client.post(f"/consent/patient/{world.patient.pk}/screening/hand-over")
    assert handed.headers["Location"] == page_of(world)
    return client


def page_of(world: World) -> str:
    return f"/consent/patient/{world.patient.pk}/screening/patient"


def answers(**more: str) -> dict[str, str]:
    return {f"answer_{q['key']}": more.get(q["key"], "no") for q in screening_form.questions()}


OUTSIDE = ("/", "/patients/", "/sessions/follow-ups", "/practice/staff", "/account", "/accounts/logout/", "/accounts/password/change/",
           "/consent/texts", "/no-such-page")  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_address_leads_out_of_it(tablet: Client, world: World, path: str):
    for answer in (tablet.get(path), tablet.post(path)):
        assert (answer.status_code, answer.headers["Location"]) == (302, page_of(world))


def test_no_program_and_no_fragment_either(tablet: Client, world: World):
    for path in ("/api/v1/patients", f"/api/v1/patients/{world.patient.pk}", "/api/v1/me"):
        assert tablet.get(path).status_code == 403
    fragment = tablet.get("/sessions/today/notes", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (403, page_of(world))


def test_another_patients_questions_are_out_of_reach(tablet: Client, world: World):
    other = f"/consent/patient/{world.cast.xaver.pk}/screening/patient"
    assert tablet.get(other).headers["Location"] == page_of(world)


def test_the_page_says_the_first_name_and_nothing_else_of_the_record(tablet: Client, world: World):
    page = tablet.get(page_of(world)).content.decode()
    assert "Hello Siobhán" in page
    for private in ("O&#x27;Neill", "O'Neill", "1988", "Latex", "Find a patient", "/patients/"):
        assert private not in page


def test_what_the_patient_says_waits_for_the_practitioner(tablet: Client, world: World):
    before = Screening.objects.count()
    done = tablet.post(page_of(world), answers(anticoagulant="unsure") | {"reviewed": "yes", "done": "yes"})
    assert (done.status_code, done.headers["Location"]) == (302, "/handed-over")
    taken = Screening.objects.latest("taken_at")
    assert (Screening.objects.count(), taken.filled_by, taken.complete, taken.is_reviewed) == (
        before + 1,
        "patient",
        True,
        False,
    )
    assert next(a for a in taken.answers if a["key"] == "anticoagulant")["answer"] == "unsure"
    assert tablet.get(page_of(world)).headers["Location"] == "/handed-over"  # the answers cannot be looked at again


def test_questions_left_open_are_pointed_out_and_given_back_only_on_purpose(tablet: Client, world: World):
    some = dict(list(answers().items())[:3])
    page = tablet.post(page_of(world), some | {"done": "yes"})
    assert page.status_code == 422
    assert "Not answered yet" in page.content.decode()
    assert page.content.decode().count(" checked") == 3  # nothing typed is lost
    assert tablet.post(page_of(world), some | {"done": "anyway"}).status_code == 302
    assert Screening.objects.latest("taken_at").complete is False


def test_only_the_password_of_who_handed_it_over_brings_the_record_back(tablet: Client, world: World):
    world.cast.ben.set_password("another-password-of-a-test")
    world.cast.ben.save()
    tablet.post(page_of(world), answers() | {"done": "yes"})
    for wrong in ("", "needle", "another-password-of-a-test", "x" * 5000):
        refused = tablet.post("/handed-over", {"password": wrong})
        assert refused.status_code in (422, 429, 403)
    assert tablet.get("/patients/").status_code == 302


def test_with_the_password_the_staff_go_on_where_they_were(tablet: Client, world: World):
    tablet.post(page_of(world), answers() | {"done": "yes"})
    back = tablet.post("/handed-over", {"password": PASSWORD})
    assert back.headers["Location"] == f"/consent/patient/{world.patient.pk}"
    assert tablet.get("/patients/").status_code == 200


def test_staff_can_take_it_back_before_the_patient_has_finished(tablet: Client, world: World):
    assert tablet.get("/handed-over").status_code == 200
    assert tablet.post("/handed-over", {"password": PASSWORD}).status_code == 302
    assert tablet.get(page_of(world)).status_code == 404


def test_another_browser_of_the_same_person_is_not_touched(tablet: Client, world: World):
    assert page_as(world.cast.anna).get("/patients/").status_code == 200
