"""Two records of one person: merged, read as one everywhere, and exactly two again."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError

from consent import state
from consent.models import Consent
from patients import actions, merge_traces, merging, search
from patients.models import DuplicatePair, Merge, OfPatientQuerySet, Patient
from tests.cast import NOW, api_as, make_cast, make_patient, page_as
from tests.parity import DONE, NOT_ALLOWED, Outcome, of_the_api, of_the_page
from tests.races import at_once, kinds, on_postgresql
from tests.world import give_consent, make_world, sign, start, take_screening
from treatments.findings import judge
from treatments.models import NeedlingSession
from treatments.records import fingerprint_of

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def world(cast):
    return make_world(cast)


@pytest.fixture
def other(world):
    """The same Siobhán, registered a second time under another family name."""
    return make_patient(
        world.cast.anna, record_number=77, family_name="Murphy", given_names="Siobhan", date_of_birth=date(1988, 2, 28),
        sex_at_birth="male", phones=[{"kind": "mobile", "number": "+61491570006"}], email="s@example.org",
    )  # fmt: skip


def merge(winner, loser, *, by, take=(), at=NOW, **more):
    return actions.merge_patients(winner=winner.pk, loser=loser.pk, take=take, by=by, at=at, **more)


def columns(patient):
    row = Patient.objects.filter(pk=patient.pk).values().get()
    return {name: value for name, value in row.items() if name not in ("version", "updated_at")}


def test_every_model_of_a_patient_reads_the_whole_person():
    models = list(merge_traces.models_of_patient())

    assert len(models) > 8
    assert [m.__name__ for m in models if not isinstance(m._default_manager.get_queryset(), OfPatientQuerySet)] == []


def test_rows_of_both_are_read_under_either(world, other):
    anna = world.cast.anna
    alert = actions.add_alert(patient=other, values={"kind": "anticoagulant", "severity": "danger", "text": "Apixaban",
                                                     "starts_on": NOW.date()}, by=anna)  # fmt: skip
    merge(world.patient, other, by=anna)
    other.refresh_from_db()

    for patient in (world.patient, other):
        for model in merge_traces.models_of_patient():
            assert set(model._default_manager.of_patient(patient)) == set(
                model._default_manager.filter(patient__in=[world.patient, other])
            )
    assert alert in type(alert).objects.of_patient(world.patient)


def test_alerts_of_both_act_on_a_draft_of_either(world, other):
    anna = world.cast.anna
    draft = start(other, anna)
    danger = {"kind": "allergy", "severity": "danger", "text": "Chlorhexidine", "starts_on": NOW.date()}
    of_winner = actions.add_alert(patient=world.patient, values=danger, by=anna)
    of_loser = actions.add_alert(patient=other, values=danger, by=anna)
    merge(world.patient, other, by=anna)

    for session in (world.draft, draft):
        session = NeedlingSession.objects.select_related("patient__practice", "practice", "practitioner").get(pk=session.pk)  # fmt: skip
        keys = {finding.key for finding in judge(session, session.sites.told(), at=NOW).findings}
        assert {f"alert_{of_winner.pk}", f"alert_{of_loser.pk}"} <= keys


def test_consent_given_on_the_other_record_is_in_force(world, other):
    give_consent(other, world.text, world.cast.anna, electrical="given")
    merge(world.patient, other, by=world.cast.anna)

    assert {c.patient_id for c in Consent.objects.of_patient(world.patient)} == {world.patient.pk, other.pk}
    stands = state.standing(world.patient)
    assert stands == state.standing(Patient.objects.get(pk=other.pk))


def test_a_draft_left_on_the_merged_record_is_finished_and_counts(world, other):
    anna = world.cast.anna
    draft = start(other, anna)
    give_consent(other, world.text, anna)
    take_screening(other, anna)
    merge(world.patient, other, by=anna)

    signed = sign(draft, anna)
    world.patient.refresh_from_db()

    assert (signed.patient_id, world.patient.last_session_at) == (other.pk, NOW)
    assert signed in NeedlingSession.objects.of_patient(world.patient)


def test_signed_content_and_its_hash_stay_valid_through_merge_and_undo(world, other):
    def told():
        session = NeedlingSession.objects.get(pk=world.signed.pk)
        return session.content_sha256, fingerprint_of(session, session.sites.told())

    before = told()
    made = merge(other, world.patient, by=world.cast.anna)
    assert told() == before
    actions.undo_merge(pk=made.pk, by=world.cast.anna, at=LATER)
    assert told() == before


def test_what_is_chosen_is_taken_and_what_is_not_is_kept(world, other):
    made = merge(world.patient, other, by=world.cast.anna, take=["email", "date_of_birth"])
    world.patient.refresh_from_db()

    assert (world.patient.email, world.patient.date_of_birth, world.patient.sex_at_birth) == (
        "s@example.org", date(1988, 2, 28), "female",
    )  # fmt: skip
    assert (world.patient.phones, world.patient.former_names) == (other.phones, ["Murphy"])
    assert made.taken["date_of_birth"] == ["1988-02-29", "1988-02-28"]


def test_contradictions_are_said(world, other):
    lines = merging.lines(world.patient, other, dict.fromkeys(merging.CHOICES, ("a", "b")))

    assert [line.key for line in lines if line.contradicts] == ["date_of_birth", "sex_at_birth"]
    assert [line.key for line in lines if line.suggests_loser] == ["email"]


def test_undoing_at_once_gives_back_every_column(world, other):
    before = columns(world.patient), columns(other)
    made = merge(world.patient, other, by=world.cast.anna, take=list(merging.CHOICES))
    assert columns(world.patient) != before[0]

    actions.undo_merge(pk=made.pk, by=world.cast.anna, at=LATER)
    assert (columns(world.patient), columns(other)) == before


def test_undoing_after_later_work_keeps_and_lists_it(world, other):
    anna = world.cast.anna
    made = merge(world.patient, other, by=anna, take=["email", "date_of_birth"])
    world.patient.refresh_from_db()
    actions.correct_patient(pk=world.patient.pk, values={"email": "new@example.org"}, by=anna, at=LATER,
                            version=world.patient.version)  # fmt: skip
    session = start(world.patient, anna, at=LATER)
    undone = actions.undo_merge(pk=made.pk, by=anna, at=LATER)
    world.patient.refresh_from_db()

    assert (world.patient.email, world.patient.date_of_birth) == ("new@example.org", date(1988, 2, 29))
    assert undone.stayed == {"email": "new@example.org"}
    assert session.patient_id == world.patient.pk
    assert "needling sessions" in {trace.kind for trace in merge_traces.written_since(undone)}
    pair = DuplicatePair.objects.of_both(world.patient, other).get()
    assert (pair.state, pair.decided_by) == ("different", anna)


def test_a_chain_is_one_level_deep_and_comes_apart_in_order(world, other):
    anna = world.cast.anna
    third = make_patient(anna, record_number=78, family_name="Third", date_of_birth=date(1988, 2, 29))
    first = merge(other, third, by=anna)
    second = merge(world.patient, other, by=anna)
    assert set(Patient.objects.filter(merged_into=world.patient)) == {other, third}

    with pytest.raises(actions.LaterMerge):
        actions.undo_merge(pk=first.pk, by=anna, at=LATER)
    actions.undo_merge(pk=second.pk, by=anna, at=LATER)
    third.refresh_from_db()
    assert third.merged_into == other
    actions.undo_merge(pk=first.pk, by=anna, at=LATER)
    assert not Patient.objects.filter(pk__in=[other.pk, third.pk]).exclude(merged_into=None).exists()
    with pytest.raises(actions.AlreadyUndone):
        actions.undo_merge(pk=first.pk, by=anna, at=LATER)


def test_what_cannot_be_merged_is_refused(world, other):
    cast = world.cast
    refusals = [
        (lambda: merge(other, other, by=cast.anna), actions.OneRecord),
        (lambda: merge(world.patient, other, by=cast.ben), PermissionDenied),
        (lambda: merge(world.patient, other, by=cast.dana), PermissionDenied),
        (lambda: merge(world.patient, cast.xaver, by=cast.anna), PermissionDenied),
        (lambda: merge(world.patient, other, by=cast.zoe), PermissionDenied),
        (lambda: merge(world.patient, other, by=cast.anna, take=["password"]), ValidationError),
        (lambda: merge(world.patient, other, by=cast.anna, versions=(99, 1)), actions.ChangedSince),
        (lambda: merge(world.patient, other, by=cast.anna, versions=(1, 99)), actions.ChangedSince),
    ]
    for attempt, refusal in refusals:
        with pytest.raises(refusal):
            attempt()
    merge(world.patient, other, by=cast.anna)
    for attempt in (
        lambda: merge(world.patient, other, by=cast.anna),
        lambda: merge(other, world.patient, by=cast.anna),
    ):
        with pytest.raises(actions.AlreadyMerged):
            attempt()
    assert Merge.objects.filter(loser=other).count() == 1


def test_old_numbers_and_old_links_lead_to_the_record_that_stands(world, other):
    anna, client = world.cast.anna, page_as(world.cast.anna)
    merge(world.patient, other, by=anna)

    found = search.find("77", practice=anna.practice, today=NOW.date())
    assert (found[0].patient, found[0].why) == (world.patient, "merged from No. 000077, Siobhan Murphy, record number")
    assert [m.patient for m in search.find("murphy siobhan", practice=anna.practice, today=NOW.date())] == [
        world.patient
    ]
    for path in ("", "/details", "/who-looked"):
        assert client.get(f"/patients/{other.pk}{path}").headers["Location"] == f"/patients/{world.patient.pk}{path}"
    for path in ("/consent/patient/{}", "/sessions/patient/{}", "/documents/patient/{}"):
        assert client.get(path.format(other.pk)).headers["Location"] == path.format(world.patient.pk)
    body = api_as(anna).get(f"/api/v1/patients/{other.pk}").json()
    assert body["merged_into"] == str(world.patient.pk)


def test_who_looked_at_either_is_listed_under_the_one_that_stands(world, other):
    client = page_as(world.cast.anna)
    client.get(f"/patients/{other.pk}")
    merge(world.patient, other, by=world.cast.anna)

    page = client.get(f"/patients/{world.patient.pk}/who-looked")
    assert other.pk in {entry.patient_id for entry in page.context["entries"]}


def test_the_merged_record_itself_is_closed(world, other):
    merge(world.patient, other, by=world.cast.anna)
    other.refresh_from_db()
    headers = {"If-Match": f'"{other.version}"'}
    answer = api_as(world.cast.dana).patch(f"/api/v1/patients/{other.pk}", {"occupation": "Chef"}, format="json", headers=headers)  # fmt: skip

    assert (answer.status_code, answer.json()["code"]) == (409, "merged")


def test_what_programs_send_about_the_old_record_is_written_on_the_one_that_stands(world, other):
    merge(world.patient, other, by=world.cast.anna)
    body = {"patient": str(other.pk), "title": "Neck"}
    answer = api_as(world.cast.anna).post("/api/v1/episodes", body, format="json")

    assert (answer.status_code, answer.json()["patient"]) == (201, str(world.patient.pk))


def test_the_page_merges_and_undoes_what_was_chosen_there(world, other):
    client = page_as(world.cast.anna)
    path = f"/patients/{world.patient.pk}/merge/{other.pk}"
    page = client.get(path)
    assert [line.key for line in page.context["contradictions"]] == ["date_of_birth", "sex_at_birth"]

    form = {
        "version": page.context["winner"].version,
        "other_version": other.version,
        "email": "loser",
        "reason": "Maiden name",
    }
    answer = client.post(path, form)
    made = Merge.objects.get(loser=other)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/patients/merges/{made.pk}")
    assert Patient.objects.get(pk=world.patient.pk).email == "s@example.org"
    assert client.get(f"/patients/merges/{made.pk}").status_code == 200
    client.post(f"/patients/merges/{made.pk}/undo", {"version": made.version})
    assert Patient.objects.get(pk=other.pk).merged_into is None


def test_a_page_that_somebody_else_outdated_says_so(world, other):
    form = {"version": world.patient.version, "other_version": other.version + 4}
    page = page_as(world.cast.anna).post(f"/patients/{world.patient.pk}/merge/{other.pk}", form)

    assert page.status_code == 422
    assert actions.ChangedSince.message in page.content.decode()
    assert not Merge.objects.filter(loser=other).exists()


def on_the_page(user, path, body):
    form = {name: str(value) for name, value in body.items() if name not in ("take", "winner", "loser")}
    form |= {"version": body.get("winner_version", body.get("version")), "other_version": body.get("loser_version", "")}
    form |= dict.fromkeys(body.get("take", ()), "loser")
    page = f"/patients/{body['winner']}/merge/{body['loser']}" if "winner" in body else f"/patients{path}"
    answer = page_as(user).post(page, form)
    if answer.status_code == 422:  # no form of ours: the reason stands in a message
        return Outcome(False, {"": [str(message) for message in get_messages(answer.wsgi_request)]})
    return of_the_page(answer)


def through_the_api(user, path, body):
    seen = {"If-Match": f'"{body["version"]}"'} if "version" in body else {}
    return of_the_api(api_as(user).post(f"/api/v1{path}", body if "winner" in body else None, format="json", headers=seen))  # fmt: skip


STALE = {on_the_page: "This record was changed since you opened it.",
         through_the_api: "This record was changed since you read it."}  # fmt: skip


def refused(refusal):
    return Outcome(False, {"": [refusal.message]})


@pytest.fixture(params=[on_the_page, through_the_api])
def way(request):
    return request.param


@pytest.mark.parametrize(("who", "changes", "expected"), [
    ("anna", {}, DONE),
    ("anna", {"take": ["email", "date_of_birth"]}, DONE),
    ("anna", {"winner_version": 7}, refused(actions.ChangedSince)),
    ("anna", {"loser_version": 7}, refused(actions.ChangedSince)),
    ("anna", {"loser": "winner"}, refused(actions.OneRecord)),
    ("anna", {"loser": "merged"}, refused(actions.AlreadyMerged)),
    ("ben", {}, NOT_ALLOWED), ("dana", {}, NOT_ALLOWED), ("olga", {}, NOT_ALLOWED), ("robo", {}, NOT_ALLOWED),
    ("zoe", {}, NOT_ALLOWED),
])  # fmt: skip
def test_merging_says_the_same_on_the_page_and_to_a_program(world, other, way, who, changes, expected):
    winner = Patient.objects.get(pk=world.patient.pk)
    body = {"winner": str(winner.pk), "loser": str(other.pk), "take": [], "reason": "Maiden name",
            "winner_version": winner.version, "loser_version": other.version} | changes  # fmt: skip
    if body["loser"] == "winner":
        body |= {"loser": str(winner.pk), "loser_version": winner.version}
    if body["loser"] == "merged":
        body |= {"loser": str(world.merge.loser_id), "loser_version": 2}
    before = columns(winner), columns(other)

    assert way(world.cast.person(who), "/merges", body) == expected
    if expected.done:
        made = Merge.objects.get(loser=other)
        assert (made.reason, made.created_by) == ("Maiden name", world.cast.anna)
        assert set(body["take"]) <= set(made.taken) | {"phones", "former_names"}
        assert set(made.taken) - {"phones", "former_names"} == set(body["take"])
    else:
        assert (columns(winner), columns(other)) == before
        assert not Merge.objects.filter(loser=other).exists()


@pytest.mark.parametrize(("who", "state", "expected"), [
    ("anna", "standing", DONE),
    ("anna", "stale", None),
    ("anna", "undone", refused(actions.AlreadyUndone)),
    ("anna", "merged later", refused(actions.LaterMerge)),
    ("ben", "standing", NOT_ALLOWED), ("dana", "standing", NOT_ALLOWED), ("olga", "standing", NOT_ALLOWED),
    ("zoe", "standing", NOT_ALLOWED),
])  # fmt: skip
def test_undoing_says_the_same_on_the_page_and_to_a_program(world, other, way, who, state, expected):
    anna = world.cast.anna
    made = merge(world.patient, other, by=anna)
    if state == "undone":
        made = actions.undo_merge(pk=made.pk, by=anna, at=LATER)
    if state == "merged later":
        third = make_patient(anna, record_number=78, family_name="Third", date_of_birth=date(1988, 2, 29))
        merge(world.patient, third, by=anna)
    before = columns(world.patient), columns(other)

    version = made.version + (state == "stale")
    expected = expected or Outcome(False, {"": [STALE[way]]})
    assert way(world.cast.person(who), f"/merges/{made.pk}/undo", {"version": version}) == expected
    made.refresh_from_db()
    assert (made.undone_at is not None) == (expected.done or state == "undone")
    if not expected.done:
        assert (columns(world.patient), columns(other)) == before


def test_a_program_says_which_versions_it_compared(world, other):
    body = {"winner": str(world.patient.pk), "loser": str(other.pk)}
    answer = api_as(world.cast.anna).post("/api/v1/merges", body, format="json")

    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (400, ["winner_version", "loser_version"])  # fmt: skip
    assert not Merge.objects.filter(loser=other).exists()


def test_the_second_of_two_managers_is_told_and_nothing_is_merged_twice(world, other):
    client = api_as(world.cast.anna)
    versions = {"winner_version": Patient.objects.get(pk=world.patient.pk).version, "loser_version": other.version}
    body = {"winner": str(world.patient.pk), "loser": str(other.pk)} | versions
    made = client.post("/api/v1/merges", body, format="json")
    again = client.post("/api/v1/merges", body, format="json")

    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 409, "already_merged")
    undone = client.post(f"/api/v1/merges/{made.json()['id']}/undo", headers={"If-Match": made["ETag"]})
    assert (undone.status_code, undone.json()["undone_by"]) == (200, str(world.cast.anna.pk))


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_people_merge_at_once_into_each_other():
    cast = make_cast()
    other = make_patient(cast.anna, record_number=77, family_name="Murphy", date_of_birth=date(1988, 2, 29))
    pairs = [(cast.siobhan, other), (other, cast.siobhan)]
    outcomes = at_once(
        [lambda w=winner, x=loser: merge(w, x, by=cast.anna) for winner, loser in pairs],
        refusals=(actions.AlreadyMerged,),
    )

    assert kinds(outcomes) == ["AlreadyMerged", "Merge"]
    assert Patient.objects.exclude(merged_into=None).count() == 1
