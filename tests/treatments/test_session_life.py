"""The life of a session through the actions: who may, when, and what the database keeps of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from consent import actions as consent_actions
from practice.errors import Refused, Stale
from practice.guards import lifted
from tests.cast import NOW
from tests.world import SIGNED_AT, a_site, give_consent, session_values, sign, start, take_screening
from treatments import actions, records
from treatments.actions import refusals
from treatments.models import FollowUp, NeedlingSession, Site

LATER = SIGNED_AT + timedelta(minutes=5)


def blocks(session, by):
    with pytest.raises(refusals.NotReadyToSign) as refused:
        sign(session, by)
    return {error["key"] for error in refused.value.errors}


def test_signing_freezes_the_words_the_hash_and_what_was_relied_on(world):
    signed = world.signed

    assert (signed.status, signed.signed_by, signed.signed_at) == ("signed", world.cast.anna, SIGNED_AT)
    assert signed.relied_on == {"general": str(world.consent.pk)}
    assert signed.content_sha256 == records.fingerprint_of(signed, list(signed.sites.told()))
    assert records.is_unchanged(NeedlingSession.objects.get(pk=signed.pk), list(signed.sites.told()))


def test_all_that_is_missing_is_said_at_once(world):
    bare = start(world.patient, world.cast.ben, subjective="", sites=[], consent_confirmed=False)

    assert blocks(bare, world.cast.ben) == {"nothing_recorded", "no_sites", "consent_confirmed"}


def test_only_who_needled_signs(world):
    with pytest.raises(PermissionDenied):
        sign(world.draft, world.cast.ben)


def test_who_takes_a_draft_over_with_a_reason_signs_it_and_the_needler_stays(world):
    ben = world.cast.ben
    taken = actions.take_over_session(pk=world.draft.pk, reason="Anna is ill", by=ben, version=world.draft.version)
    signed = sign(taken, ben)

    assert (signed.practitioner, signed.signed_by, signed.taken_over_reason) == (world.cast.anna, ben, "Anna is ill")


def test_a_stale_version_never_signs(world):
    with pytest.raises(Stale):
        actions.sign_session(pk=world.draft.pk, by=world.cast.anna, at=SIGNED_AT, version=world.draft.version + 1)


def test_a_withdrawal_acts_on_an_open_draft_at_once(world):
    consent_actions.withdraw(consent_pk=world.consent.pk, scope="all", reason="", by=world.cast.anna, at=NOW)

    assert blocks(world.draft, world.cast.anna) == {"consent_general"}


def test_what_happened_against_a_stop_is_signed_with_its_reason(world):
    consent_actions.withdraw(consent_pk=world.consent.pk, scope="all", reason="", by=world.cast.anna, at=NOW)
    deviation = {"key": "consent_general", "reason": "Withdrawn after the needles were out."}
    signed = actions.sign_session(
        pk=world.draft.pk, by=world.cast.anna, at=SIGNED_AT, version=world.draft.version, deviations=[deviation]
    ).session

    assert signed.deviations == [deviation]


def test_what_can_still_be_put_right_is_no_deviation(world):
    session = start(world.patient, world.cast.anna, needles_out=0)

    with pytest.raises(ValidationError, match="This can still be put right"):
        actions.sign_session(pk=session.pk, by=world.cast.anna, at=SIGNED_AT, version=session.version,
                             deviations=[{"key": "ledger", "reason": "No time"}])  # fmt: skip


def test_a_late_entry_is_signed_by_what_held_on_the_day(world):
    month_later = NOW + timedelta(days=30)
    late = start(world.patient, world.cast.anna, at=month_later)
    signed = sign(late, world.cast.anna, at=month_later)

    assert (signed.status, signed.is_late_entry) == ("signed", True)


def test_a_consent_given_during_the_visit_counts(world):
    tomorrow = NOW + timedelta(days=1)
    consent_actions.withdraw(consent_pk=world.consent.pk, scope="all", reason="", by=world.cast.anna, at=NOW)
    session = start(world.patient, world.cast.anna, started_at=tomorrow, at=tomorrow)
    give_consent(world.patient, world.text, world.cast.anna, at=tomorrow + timedelta(minutes=10))
    take_screening(world.patient, world.cast.anna, at=tomorrow + timedelta(minutes=12))

    assert sign(session, world.cast.anna, at=tomorrow + timedelta(minutes=40)).status == "signed"


def test_the_signer_reopens_within_the_grace_and_checks_are_asked_once(world):
    draft = actions.reopen_session(
        pk=world.signed.pk, by=world.cast.anna, at=LATER, version=world.signed.version
    ).session
    assert (draft.status, draft.signed_at, draft.content_sha256, draft.reopened_count) == ("draft", None, "", 1)
    assert set(FollowUp.objects.filter(session=draft).values_list("state", flat=True)) == {"cancelled"}

    sign(draft, world.cast.anna, at=LATER)
    states = FollowUp.objects.filter(session=draft).values_list("state", flat=True)
    assert list(states) == ["planned", "planned"]


@pytest.mark.parametrize(("who", "minutes", "error"), [
    ("ben", 5, PermissionDenied),
    ("anna", 16, refusals.GraceOver),
])  # fmt: skip
def test_nobody_else_and_not_later(world, who, minutes, error):
    at = SIGNED_AT + timedelta(minutes=minutes)
    with pytest.raises(error):
        actions.reopen_session(pk=world.signed.pk, by=world.cast.person(who), at=at, version=world.signed.version)


def test_an_issued_session_is_never_reopened(world):
    actions.note_first_issue(session=world.signed, by=world.cast.anna, at=LATER)
    signed = NeedlingSession.objects.get(pk=world.signed.pk)

    with pytest.raises(refusals.GraceOver):
        actions.reopen_session(pk=signed.pk, by=world.cast.anna, at=LATER, version=signed.version)


@pytest.mark.parametrize(("who", "allowed"), [("anna", True), ("ben", False), ("dana", False), ("olga", False)])
def test_the_signer_or_a_manager_voids_with_a_reason(world, who, allowed):
    def void():
        return actions.void_session(
            pk=world.signed.pk,
            reason="Wrong patient",
            by=world.cast.person(who),
            at=LATER,
            version=world.signed.version,
        )

    if not allowed:
        with pytest.raises(PermissionDenied):
            void()
        return
    assert void().status == "void"


def test_void_needs_its_reason(world):
    with pytest.raises(ValidationError, match="Write why this session is void"):
        actions.void_session(pk=world.signed.pk, reason=" ", by=world.cast.anna, at=LATER, version=world.signed.version)


def test_a_discarded_draft_is_kept_and_comes_back(world):
    anna = world.cast.anna
    gone = actions.discard_session(pk=world.draft.pk, by=anna, version=world.draft.version)
    assert NeedlingSession.objects.shown().filter(pk=gone.pk).exists() is False

    back = actions.restore_session(pk=gone.pk, by=anna, at=NOW, version=gone.version)
    assert back.status == "draft"


def test_addenda_are_added_without_end_and_only_to_what_is_signed(world):
    for text in ("First", "Second"):
        actions.add_addendum(session_pk=world.signed.pk, text=text, reason="", by=world.cast.ben, at=LATER)
    assert [a.text for a in world.signed.addenda.all()] == ["First", "Second"]

    with pytest.raises(refusals.NotSigned):
        actions.add_addendum(session_pk=world.draft.pk, text="x", reason="", by=world.cast.ben, at=LATER)


def test_a_session_cannot_move_to_another_patient(world):
    values = session_values(world.cast.anna) | {"patient_id": world.cast.xaver.pk}
    with pytest.raises(refusals.PatientIsFixed):
        actions.write_session(pk=world.draft.pk, values=values, by=world.cast.anna, at=LATER, version=1)


def test_every_save_leaves_history_for_the_rows_that_changed_and_no_others(world):
    anna = world.cast.anna
    first, second = a_site(id=None), a_site(id=None, side="right")
    session = start(world.patient, anna, sites=[first, second], needles_out=2)
    stored = list(session.sites.told())
    values = session_values(anna, sites=[a_site(id=stored[0].pk), a_site(id=stored[1].pk, side="right", depth_mm=30)],
                            needles_out=2)  # fmt: skip
    actions.write_session(pk=session.pk, values=values, by=anna, at=LATER, version=session.version)

    assert [Site.history.filter(id=site.pk).count() for site in stored] == [1, 2]


def test_a_removed_site_leaves_its_history(world):
    anna = world.cast.anna
    site = world.draft.sites.get()
    actions.write_session(pk=world.draft.pk, values=session_values(anna, sites=[]), by=anna, at=LATER, version=1)

    rows = Site.history.filter(id=site.pk)
    assert [(r.history_type, r.history_user) for r in rows] == [("-", anna), ("+", anna)]


def test_saving_the_same_again_changes_nothing(world):
    values = session_values(world.cast.anna, sites=[a_site(id=world.draft.sites.get().pk)])
    written = actions.write_session(pk=world.draft.pk, values=values, by=world.cast.anna, at=LATER, version=1)

    assert written.session.version == 1


ATTACKS = {
    "orm update": lambda s: NeedlingSession.objects.filter(pk=s.pk).update(plan="x"),
    "orm delete": lambda s: NeedlingSession.objects.filter(pk=s.pk).delete(),
    "bulk update": lambda s: NeedlingSession.objects.bulk_update([_with_plan(s)], ["plan"]),
    "status by hand": lambda s: NeedlingSession.objects.filter(pk=s.pk).update(status="draft"),
    "sites update": lambda s: s.sites.update(depth_mm=1),
    "sites delete": lambda s: s.sites.all().delete(),
    "late site": lambda s: Site.objects.bulk_create([_another_site(s)]),
    "raw update": lambda s: _raw("UPDATE treatments_needlingsession SET plan = 'x'"),
    "raw site": lambda s: _raw("UPDATE treatments_site SET depth_mm = 1"),
    "raw delete": lambda s: _raw("DELETE FROM treatments_site"),
    "history": lambda s: _raw("UPDATE treatments_historicalneedlingsession SET plan = 'x'"),
    "history delete": lambda s: _raw("DELETE FROM treatments_historicalsite"),
}


def _with_plan(session):
    session.plan = "x"
    return session


def _another_site(session):
    site = session.sites.get()
    return Site(practice=site.practice, session=session, position=9, structure=site.structure, side="left")


def _raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_database_itself_refuses_to_touch_what_is_signed(world, attack):
    NeedlingSession.objects.exclude(pk=world.signed.pk).update(subjective="the draft may change")
    with pytest.raises(IntegrityError), transaction.atomic():
        ATTACKS[attack](world.signed)


def test_replacing_a_row_does_not_walk_past_the_guard(world):
    table = "treatments_needlingsession"
    if connection.vendor == "sqlite":
        attack = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        attack = f"TRUNCATE {table} CASCADE"
        _raw("SET CONSTRAINTS ALL IMMEDIATE")  # what the test itself wrote has to be settled before
    with pytest.raises(IntegrityError), transaction.atomic():
        _raw(attack)


def test_a_changed_row_is_seen_by_its_fingerprint(world):
    with lifted(connection):
        Site.objects.filter(session=world.signed).update(depth_mm=12)

    assert records.is_unchanged(world.signed, list(world.signed.sites.told())) is False


def test_refused_is_the_base_of_all_refusals():
    assert all(issubclass(r, Refused) for r in vars(refusals).values() if isinstance(r, type) and r is not Refused)
