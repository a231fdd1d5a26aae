"""A student's session counts as signed once the supervisor has signed too; what the student signed is what is signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consent import actions as consent_actions
from practice import actions as practice_actions
from practice.models import User
from tests.cast import NOW, api_as, make_user, page_as
from tests.reports.reading import texts
from tests.world import SIGNED_AT, World, give_consent, make_world, session_values, sign, start
from treatments import actions, records
from treatments.actions import refusals
from treatments.models import FollowUp, NeedlingSession

LATER = SIGNED_AT + timedelta(hours=2)
CHEST = {"structure": "rhomboid_major", "side": "left", "technique": "superficial", "gauge_mm": "0.25", "length_mm": 25}


@dataclass
class Teaching:
    """Ben supervises Sam, who has needled Siobhán's calf."""

    world: World
    sam: User
    session: NeedlingSession

    @property
    def ben(self) -> User:
        return self.world.cast.ben

    def submitted(self) -> NeedlingSession:
        return sign(self.session, self.sam)

    def countersigned(self) -> NeedlingSession:
        return sign(self.submitted(), self.ben, at=LATER)


@pytest.fixture
def teaching(cast: Any) -> Teaching:
    world = make_world(cast)
    sam = make_user(cast.home, "sam", "Sam Student", User.Role.PRACTITIONER, supervisor=cast.ben)
    give_consent(world.patient, world.text, cast.anna, students_present="given")
    return Teaching(world, sam, start(world.patient, sam))


def test_the_student_signs_and_it_is_not_signed_yet(teaching: Teaching):
    session = teaching.submitted()

    assert (session.status, session.submitted_by, session.submitted_at) == ("draft", teaching.sam, SIGNED_AT)
    assert (session.signed_at, session.signed_by, session.content_sha256) == (None, None, "")
    assert session.awaits_countersignature


def test_the_supervisor_signs_it_and_both_stand_in_the_hash(teaching: Teaching):
    session = teaching.countersigned()

    assert (session.status, session.signed_by, session.signed_at) == ("signed", teaching.ben, LATER)
    assert (session.practitioner, session.submitted_by) == (teaching.sam, teaching.sam)
    sites = list(session.sites.told())
    assert records.is_unchanged(session, sites)
    session.submitted_by = teaching.world.cast.anna
    assert not records.is_unchanged(session, sites)


def test_a_student_never_makes_it_count(teaching: Teaching):
    session = teaching.submitted()

    with pytest.raises(refusals.AwaitsCountersignature):
        sign(session, teaching.sam, at=LATER)


@pytest.mark.parametrize("who", ["anna", "dana", "olga", "robo", "zoe"])
def test_nobody_but_the_supervisor_countersigns(teaching: Teaching, who: str):
    session = teaching.submitted()

    with pytest.raises((PermissionDenied, NeedlingSession.DoesNotExist)):
        sign(session, teaching.world.cast.person(who), at=LATER)


def test_a_supervisor_signs_nothing_before_the_student_has(teaching: Teaching):
    with pytest.raises(PermissionDenied):
        sign(teaching.session, teaching.ben)


def test_an_absent_supervisor_is_replaced_by_taking_over(teaching: Teaching):
    anna, session = teaching.world.cast.anna, teaching.submitted()
    taken = actions.take_over_session(pk=session.pk, reason="Ben is ill.", by=anna, version=session.version)
    signed = sign(taken, anna, at=LATER)

    assert (signed.signed_by, signed.submitted_by, signed.taken_over_by) == (anna, teaching.sam, anna)


def test_the_days_after_are_planned_once_and_with_the_first_signature(teaching: Teaching):
    session = teaching.submitted()
    planned = list(FollowUp.objects.filter(session=session).values_list("pk", "due_at", "state"))
    sign(session, teaching.ben, at=LATER)

    assert len(planned) == 2
    assert list(FollowUp.objects.filter(session=session).values_list("pk", "due_at", "state")) == planned


def test_a_change_lifts_the_signature_and_saying_the_same_again_does_not(teaching: Teaching):
    session = teaching.submitted()
    same = actions.write_session(pk=session.pk, values=session_values(teaching.sam, sites=[]) | {"sites": None}, by=teaching.sam,
                                 at=LATER, version=session.version).session  # fmt: skip
    assert same.awaits_countersignature
    other = session_values(teaching.sam, plan="Come back on Friday.") | {"sites": None}
    changed = actions.write_session(
        pk=session.pk, values=other, by=teaching.sam, at=LATER, version=same.version
    ).session

    assert (changed.submitted_at, changed.submitted_by) == (None, None)
    assert {c.state for c in FollowUp.objects.filter(session=session)} == {"cancelled"}
    again = sign(changed, teaching.sam, at=LATER)
    assert again.awaits_countersignature
    assert {c.state for c in FollowUp.objects.filter(session=session)} == {"planned"}


def test_the_supervisor_sends_it_back_with_what_is_wrong(teaching: Teaching):
    session = teaching.submitted()
    with pytest.raises(ValidationError, match="put right"):
        actions.send_back_session(pk=session.pk, reason=" ", by=teaching.ben, at=SIGNED_AT, version=session.version)
    back = actions.send_back_session(
        pk=session.pk, reason="Which way?", by=teaching.ben, at=SIGNED_AT, version=session.version
    )

    assert (back.submitted_by, back.sent_back_reason) == (None, "Which way?")
    assert "Which way?" in page_as(teaching.sam).get("/sessions/today/notes").content.decode()
    assert sign(back, teaching.sam, at=LATER).sent_back_reason == ""


def test_what_waits_is_not_discarded(teaching: Teaching):
    session = teaching.submitted()
    with pytest.raises(refusals.AwaitsCountersignature, match="Send it back"):
        actions.discard_session(pk=session.pk, by=teaching.sam, version=session.version)


def test_what_was_taken_back_meanwhile_stops_the_countersignature(teaching: Teaching):
    session = teaching.submitted()
    consent_actions.withdraw(
        consent_pk=teaching.world.consent.pk, scope="all", reason="", by=teaching.world.cast.anna, at=SIGNED_AT
    )
    for consent in teaching.world.patient.consents.all():
        consent_actions.withdraw(consent_pk=consent.pk, scope="all", reason="", by=teaching.ben, at=SIGNED_AT)

    with pytest.raises(refusals.NotReadyToSign):
        sign(session, teaching.ben, at=LATER)


def test_the_students_reasons_for_a_deviation_stand(teaching: Teaching):
    world = teaching.world
    for consent in world.patient.consents.all():
        consent_actions.withdraw(consent_pk=consent.pk, scope="general", reason="", by=world.cast.anna, at=NOW)
    deviation = {"key": "consent_general", "reason": "Taken back after the needles were out."}
    session = actions.sign_session(pk=teaching.session.pk, by=teaching.sam, at=SIGNED_AT, version=teaching.session.version,
                                   deviations=[deviation]).session  # fmt: skip
    signed = sign(session, teaching.ben, at=LATER)

    assert signed.deviations == [deviation]


def test_the_supervisors_credential_counts_for_the_chest(teaching: Teaching):
    session = start(teaching.world.patient, teaching.sam, sites=[CHEST], safety_net_given=True)
    assert sign(session, teaching.sam).awaits_countersignature


def test_a_student_needs_the_patients_yes_to_students(teaching: Teaching):
    given = teaching.world.patient.consents.get(decisions__students_present="given")
    consent_actions.withdraw(consent_pk=given.pk, scope="students_present", reason="", by=teaching.ben, at=NOW)

    with pytest.raises(refusals.NotReadyToSign) as refused:
        teaching.submitted()
    assert [error["key"] for error in refused.value.errors] == ["consent_students_present"]


def test_who_qualified_meanwhile_signs_alone(teaching: Teaching):
    session = teaching.submitted()
    qualified = practice_actions.change_person(
        pk=teaching.sam.pk, values={"supervisor": None}, by=teaching.world.cast.anna, version=teaching.sam.version
    )
    signed = sign(session, qualified, at=LATER)

    assert (signed.signed_by, signed.submitted_by) == (qualified, None)


def test_reopening_gives_it_back_to_the_student(teaching: Teaching):
    signed = teaching.countersigned()
    reopened = actions.reopen_session(pk=signed.pk, by=teaching.ben, at=LATER, version=signed.version).session

    assert (reopened.status, reopened.submitted_by) == ("draft", None)
    assert sign(reopened, teaching.sam, at=LATER).awaits_countersignature


# ---- one verb, both surfaces ------------------------------------------------------------------------------------------


def on_the_page(user: User | None, session: NeedlingSession, verb: str, body: dict[str, str]) -> tuple[int, str]:
    path = {"sign": "countersign"}.get(verb, verb)
    version = {"version": str(session.version)}
    client = page_as(user)
    answer = client.post(f"/sessions/{session.pk}/{path}", body | version, follow=True)
    said = " ".join(str(m) for m in answer.context["messages"]) if answer.status_code == 200 and answer.context else ""
    return answer.status_code, said


def through_the_api(user: User | None, session: NeedlingSession, verb: str, body: dict[str, str]) -> tuple[int, str]:
    headers = {"If-Match": f'"{session.version}"'}
    answer = api_as(user).post(f"/api/v1/sessions/{session.pk}/{verb}", body, format="json", headers=headers)
    return answer.status_code, answer.json().get("detail", "")


@pytest.mark.parametrize("way", [on_the_page, through_the_api])
@pytest.mark.parametrize("verb", ["sign", "send-back"])
@pytest.mark.parametrize(
    ("who", "status"), [("ben", 200), ("anna", 403), ("dana", 403), ("olga", 403), ("zoe", 404)]
)  # fmt: skip
def test_page_and_api_let_the_same_people_through(
    teaching: Teaching, way: Callable[..., tuple[int, str]], verb: str, who: str, status: int
):
    session = teaching.submitted()
    body = {"reason": "Write the depth."} if verb == "send-back" else {}

    assert way(teaching.world.cast.person(who), session, verb, body)[0] == status
    session.refresh_from_db()
    done = {"sign": session.status == "signed", "send-back": session.submitted_by_id is None}[verb]
    assert done == (who == "ben")


@pytest.mark.parametrize("way", [on_the_page, through_the_api])
def test_a_stale_page_countersigns_nothing(teaching: Teaching, way: Callable[..., tuple[int, str]]):
    session = teaching.submitted()
    session.version -= 1
    status, _ = way(teaching.ben, session, "sign", {})
    session.refresh_from_db()

    assert (status in (200, 412), session.status) == (True, "draft")


def test_the_api_tells_and_finds_what_waits(teaching: Teaching):
    session = teaching.submitted()
    client = api_as(teaching.ben)
    waiting = client.get("/api/v1/sessions?awaits_countersignature=true").json()["results"]
    others = client.get("/api/v1/sessions?awaits_countersignature=false").json()["results"]

    assert [(row["id"], row["submitted_by"]["full_name"]) for row in waiting] == [(str(session.pk), "Sam Student")]
    assert str(session.pk) not in {row["id"] for row in others}
    assert len(others) == NeedlingSession.objects.exclude(pk=session.pk).count()


def test_the_supervisors_today_and_the_session_page_ask_for_it(teaching: Teaching):
    session = teaching.submitted()
    today = page_as(teaching.ben).get("/sessions/today/notes").content.decode()
    page = page_as(teaching.ben).get(f"/sessions/{session.pk}").content.decode()
    students = page_as(teaching.sam).get(f"/sessions/{session.pk}").content.decode()

    assert ("To countersign" in today, "Sam Student" in today) == (True, True)
    assert ("Countersign as Ben Adeyemi" in page, "Send back to the student" in page) == (True, True)
    assert ("Countersign as" in students, "Waits for the countersignature" in students) == (False, True)


def test_the_clinical_record_prints_both_signatures(teaching: Teaching):
    from reports.actions import issue_document

    signed = teaching.countersigned()
    document = issue_document(session_pk=signed.pk, kind="clinical_record", by=teaching.ben, at=LATER)
    text = " ".join(" ".join(texts(bytes(document.content))).split())

    assert "Countersigned by Ben Adeyemi" in text
    assert "Sam Student, signed 24 Nov 2026, 11:50" in text


# ---- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (lambda t: {"supervisor": t.sam}, "Nobody supervises themselves"),
        (lambda t: {"supervisor": t.world.cast.dana}, "a practitioner who works here"),
        (lambda t: {"role": "front_desk", "is_manager": False}, "Only somebody who treats"),
    ],
)
def test_a_supervisor_is_a_qualified_practitioner(
    teaching: Teaching, values: Callable[[Teaching], dict[str, Any]], sentence: str
):
    with pytest.raises(ValidationError, match=sentence):
        practice_actions.change_person(
            pk=teaching.sam.pk, values=values(teaching), by=teaching.world.cast.anna, version=teaching.sam.version
        )


def test_students_supervise_nobody(teaching: Teaching):
    with pytest.raises(ValidationError, match="A student does not supervise"):
        practice_actions.change_person(
            pk=teaching.ben.pk, values={"supervisor": teaching.world.cast.anna}, by=teaching.world.cast.anna,
            version=teaching.ben.version,
        )  # fmt: skip


def test_who_has_students_is_not_deactivated(teaching: Teaching):
    from practice.actions.people import HasStudents

    with pytest.raises(HasStudents):
        practice_actions.deactivate_person(
            pk=teaching.ben.pk, by=teaching.world.cast.anna, at=LATER, version=teaching.ben.version
        )


def test_the_manager_makes_somebody_a_student_on_page_and_api(teaching: Teaching):
    anna, ben = teaching.world.cast.anna, teaching.ben
    body = {"full_name": "Ida Moss", "email": "ida@example.org", "role": "practitioner", "supervisor": str(ben.pk)}
    answer = api_as(anna).post("/api/v1/users", body, format="json")
    assert (answer.status_code, answer.json()["supervisor"]) == (201, str(ben.pk))
    stranger = api_as(anna).post("/api/v1/users", body | {"email": "i2@example.org", "supervisor": str(teaching.world.cast.zoe.pk)},
                                 format="json")  # fmt: skip
    assert (stranger.status_code, stranger.json()["errors"][0]["field"]) == (400, "supervisor")
