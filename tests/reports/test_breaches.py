"""Mail that reached the wrong person: recorded once, a clock of 30 days, assessed, told, closed, never gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.utils import DatabaseError
from django.utils import timezone

from practice.errors import Stale
from reports import actions
from reports.actions.breaches import Closed, NotAssessed, NotGoneOut, RecordedAlready
from reports.models import DataBreach, Delivery
from tests.cast import Cast, api_as, page_as
from tests.reports.mailing import a_document, after_work, sent
from tests.world import make_world

TOLD = {"what_happened": "The address was a namesake's; she rang us."}


@pytest.fixture
def waiting(cast: Cast, settings: Any, tmp_path: Any) -> Delivery:
    settings.MAIL_FOLDER = str(tmp_path)
    return sent(a_document(make_world(cast)), cast.dana)


@pytest.fixture
def delivery(waiting: Delivery) -> Delivery:
    return after_work(waiting)


def recorded(cast: Cast, delivery: Delivery, **values: Any) -> DataBreach:
    return actions.record_breach(delivery_pk=delivery.pk, values=TOLD | values, by=cast.dana, at=timezone.now())


def test_the_clock_runs_thirty_days_from_when_it_was_noticed(cast: Cast, delivery: Delivery):
    noticed = delivery.created_at + timedelta(microseconds=1)
    breach = recorded(cast, delivery, noticed_at=noticed)
    assert (breach.due_at - noticed, breach.state, breach.patient) == (timedelta(days=30), "open", cast.siobhan)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"what_happened": " "}, "what_happened"),
        ({"noticed_at": timezone.now() + timedelta(days=1)}, "noticed_at"),
        ({"noticed_at": timezone.now() - timedelta(days=9000)}, "noticed_at"),
    ],
)
def test_what_cannot_be(cast: Cast, delivery: Delivery, values: dict[str, Any], field: str):
    with pytest.raises(ValidationError) as refusal:
        recorded(cast, delivery, **values)
    assert list(refusal.value.message_dict) == [field]


def test_one_that_did_not_go_out_reached_nobody(cast: Cast, waiting: Delivery):
    with pytest.raises(NotGoneOut):
        recorded(cast, waiting)


def test_it_is_recorded_once(cast: Cast, delivery: Delivery):
    recorded(cast, delivery)
    with pytest.raises(RecordedAlready):
        recorded(cast, delivery)


def assessed(cast: Cast, breach: DataBreach, result: str = "no_serious_harm", **more: Any) -> DataBreach:
    values = {"result": result, "reasons": "She deleted it unread and wrote so.", **more}
    close = values.pop("close", False)
    return actions.assess_breach(
        pk=breach.pk, values=values, by=cast.anna, at=timezone.now(), version=breach.version, close=close
    )


def test_it_is_assessed_and_closed_with_every_state_kept(cast: Cast, delivery: Delivery):
    breach = recorded(cast, delivery)
    with pytest.raises(NotAssessed):
        actions.close_breach(pk=breach.pk, notified="", by=cast.anna, at=timezone.now(), version=breach.version)
    judged = assessed(cast, breach)
    with pytest.raises(Stale):
        assessed(cast, breach)  # the second tab
    closed = actions.close_breach(pk=breach.pk, notified="", by=cast.anna, at=timezone.now(), version=judged.version)
    assert (closed.state, closed.closed_by) == ("closed", cast.anna)
    assert [h.history_change_reason for h in closed.history.order_by("history_id")] == [
        "recorded",
        "assessed",
        "closed",
    ]
    with pytest.raises(Closed):
        assessed(cast, closed)


def test_where_harm_is_likely_it_says_who_was_told(cast: Cast, delivery: Delivery):
    breach = recorded(cast, delivery)
    with pytest.raises(ValidationError, match="commissioner"):
        assessed(cast, breach, "notifiable", close=True)
    done = assessed(cast, breach, "notifiable", notified="Siobhán by phone, OAIC by form.", close=True)
    assert done.state == "closed"


def test_the_database_deletes_none(cast: Cast, delivery: Delivery):
    breach = recorded(cast, delivery)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM reports_databreach WHERE id = %s",
            [breach.pk.hex if connection.vendor == "sqlite" else breach.pk],
        )


@pytest.mark.parametrize("who", ["ben", "dana", "olga", "robo"])
def test_only_a_manager_assesses(cast: Cast, delivery: Delivery, who: str):
    breach = recorded(cast, delivery)
    with pytest.raises(PermissionDenied):
        actions.assess_breach(pk=breach.pk, values={"result": "remedied", "reasons": "x"}, by=cast.person(who),
                              at=timezone.now(), version=breach.version)  # fmt: skip


@pytest.mark.parametrize("who", ["olga", "robo"])
def test_who_cannot_record_one(cast: Cast, delivery: Delivery, who: str):
    with pytest.raises(PermissionDenied):
        actions.record_breach(delivery_pk=delivery.pk, values=TOLD, by=cast.person(who), at=timezone.now())


@pytest.mark.parametrize("surface", ["page", "api"])
def test_from_the_delivery_to_the_closed_breach_on_both_surfaces(cast: Cast, delivery: Delivery, surface: str):
    judged = {"result": "remedied", "reasons": "Deleted unread.", "notified": ""}
    if surface == "page":
        assert page_as(cast.dana).post(f"/documents/mail/{delivery.email_id}/wrong-person", TOLD).status_code == 302
        breach = DataBreach.objects.get()
        anna = page_as(cast.anna)
        assert "29 days left" in anna.get("/documents/breaches").content.decode()
        answer = anna.post(f"/documents/breaches/{breach.pk}", judged | {"version": breach.version, "close": "yes"})
        assert answer.status_code == 302
    else:
        body = TOLD | {"delivery": str(delivery.pk)}
        made = api_as(cast.dana).post("/api/v1/data-breaches", body)
        assert made.status_code == 201
        anna = api_as(cast.anna)
        path = f"/api/v1/data-breaches/{made.json()['id']}"
        answer = anna.post(f"{path}/assess", judged, headers={"If-Match": made["ETag"]})
        assert (answer.status_code, answer.json()["state"]) == (200, "assessed")
        stale = anna.post(f"{path}/close", {}, headers={"If-Match": made["ETag"]})
        assert stale.status_code == 412
        anna.post(f"{path}/close", {}, headers={"If-Match": answer["ETag"]})
        breach = DataBreach.objects.get()
    assert DataBreach.objects.get().state == "closed"
    assert page_as(cast.olga).get(f"/documents/breaches/{breach.pk}").status_code == 200


def test_the_page_keeps_what_was_typed(cast: Cast, delivery: Delivery):
    answer = page_as(cast.dana).post(
        f"/documents/mail/{delivery.email_id}/wrong-person", {"what_happened": "", "done_at_once": "Asked to delete."}
    )
    assert (answer.status_code, "Asked to delete." in answer.content.decode()) == (422, True)
