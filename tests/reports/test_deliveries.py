"""A document by e-mail: confirmed, queued, checked again, sent to one address; held back when something changed."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.http import Http404
from django.utils import timezone

from patients import actions as patient_actions
from patients.models import Contact, Patient
from practice import actions as practice_actions
from practice import guards, sending, working
from practice.models import AccessEntry, OutgoingEmail
from reports import actions, verifying
from reports.actions.deliveries import NoMailServer, NotByEmail
from reports.models import Delivery, Document
from tests.cast import Cast, api_as, page_as
from tests.reports.mailing import ADDRESS, a_document, after_work, changed, messages_in, reachable, sent
from tests.world import SIGNED_AT, World, make_world


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def world(cast: Cast, folder: Path) -> World:
    made = make_world(cast)
    working.drain()  # the world's own mail
    for file in folder.rglob("*.eml"):
        file.unlink()
    return made


@pytest.fixture
def document(world: World) -> Document:
    return a_document(world)


def test_a_summary_reaches_the_patient_with_proof_of_what_was_sent(cast: Cast, document: Document, folder: Path):
    delivery = after_work(sent(document, cast.dana, message="See you on Friday."))
    assert (delivery.email.state, delivery.email.to, delivery.to) == ("sent", ADDRESS, ADDRESS)
    assert (delivery.purpose, delivery.permission_by) == ("for_the_patient", cast.anna)
    (message,) = messages_in(folder)
    (pdf,) = message.iter_attachments()
    assert pdf.get_content() == bytes(document.content)
    assert (message["To"], message["Subject"]) == (ADDRESS, "A document from Harbour Lane Osteopathy")
    assert pdf.get_filename() == f"{document.number}.pdf"
    text = message.get_body().get_content()  # type: ignore[union-attr]
    assert "Hello Siobhán," in text
    assert "See you on Friday." in text


WORDS_OF_THE_PATIENT = ("Siobh", "Neill", "1988", "needl", "soleus", "calf")


def test_nothing_of_the_patient_is_on_the_outside(cast: Cast, document: Document, folder: Path, caplog: Any):
    caplog.set_level("DEBUG")
    sent(document, cast.dana, protect=True)
    working.drain()
    (message,) = messages_in(folder)
    outside = [f"{name}: {value}" for name, value in message.items() if name != "To"]
    outside += [part.get_filename() or "" for part in message.walk()]
    outside += [record.getMessage() for record in caplog.records if record.name.startswith(("practice", "reports"))]
    found = [(word, line) for word in WORDS_OF_THE_PATIENT for line in outside if word.casefold() in line.casefold()]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "password", "told"),
    [
        ("birth", "29021988", "your date of birth as eight digits"),
        ("birth_and_phone", "290219883456", "the last four digits of the phone number"),
    ],
)
def test_the_password_follows_the_practices_rule_and_is_not_in_the_mail(
    cast: Cast, document: Document, folder: Path, rule: str, password: str, told: str
):
    home = cast.home
    practice_actions.change_practice(
        pk=home.pk, values={"document_password_rule": rule}, by=cast.anna, version=home.version
    )
    assert after_work(sent(document, cast.dana, protect=True)).email.state == "sent"
    (message,) = messages_in(folder)
    (part,) = message.iter_attachments()
    with pikepdf.open(BytesIO(part.get_content()), password=password) as pdf:
        assert (len(pdf.pages), pdf.encryption.R, pdf.encryption.bits) == (document.pages, 6, 256)
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(part.get_content()))
    text = message.get_body().get_content()  # type: ignore[union-attr]
    assert told in text
    assert password not in text


def archive(cast: Cast) -> None:
    current = Patient.objects.get(pk=cast.siobhan.pk)
    patient_actions.archive_patient(
        pk=current.pk, reason="Moved away", by=cast.anna, at=SIGNED_AT, version=current.version
    )


def deceased(cast: Cast) -> None:
    Patient.objects.filter(pk=cast.siobhan.pk).update(status="deceased")


def no_permission(cast: Cast) -> None:
    changed(cast.siobhan, cast.anna, documents_by_email_ok=False)


def no_phone(cast: Cast) -> None:
    changed(cast.siobhan, cast.anna, phones=[])


def another_address(cast: Cast) -> None:
    changed(cast.siobhan, cast.anna, email="new@example.org")


def newer_version(cast: Cast) -> None:
    document = Document.objects.exclude(kind="full_record").get()
    actions.issue_document(session_pk=document.session_id, kind="patient_summary", by=cast.anna, at=timezone.now())


AGAINST = {
    archive: ("archived", "The patient is archived."),
    deceased: ("deceased", "deceased"),
    no_permission: ("no_permission", "no permission"),
    no_phone: ("no_password", "Add the phone number"),
    another_address: ("address_changed", "not the one that was confirmed"),
    newer_version: ("superseded", "A newer version"),
}


@pytest.mark.parametrize("what", AGAINST, ids=lambda what: what.__name__)
def test_what_stands_against_it_refuses_at_once_and_again_at_sending(
    cast: Cast, document: Document, folder: Path, what: Any
):
    code, sentence = AGAINST[what]
    queued = sent(document, cast.dana, protect=True)
    what(cast)
    with pytest.raises(NotByEmail, match=sentence) as refusal:
        sent(document, cast.dana, protect=True)
    assert refusal.value.code == code
    held = after_work(queued).email
    assert (held.state, held.to_see_to, sentence in held.last_error) == ("cancelled", True, True)
    assert messages_in(folder) == []


def test_an_address_that_was_not_confirmed_gets_nothing(cast: Cast, document: Document):
    with pytest.raises(NotByEmail, match="confirmed"):
        sent(document, cast.dana, to="somebody.else@example.org")


def test_after_a_change_of_address_a_new_confirmation_sends_it(cast: Cast, document: Document, folder: Path):
    queued = sent(document, cast.dana)
    another_address(cast)
    assert after_work(queued).email.state == "cancelled"
    practice_actions.try_mail_again(pk=queued.email_id, by=cast.dana, at=timezone.now())
    assert after_work(queued).email.state == "cancelled"  # trying again confirms no other address
    assert after_work(sent(document, cast.dana, to="new@example.org")).email.state == "sent"
    assert [m["To"] for m in messages_in(folder)] == ["new@example.org"]


def test_the_gp_gets_it_without_the_patients_name_around_it(cast: Cast, world: World, folder: Path):
    document = a_document(world)
    gp = patient_actions.add_contact(
        values={"kind": "gp", "name": "Dr Voss", "email": "voss@clinic.example"}, by=cast.anna
    )
    delivery = after_work(sent(document, cast.dana, to="voss@clinic.example", contact=gp.pk, protect=True))
    assert (delivery.email.state, delivery.purpose) == ("sent", "continuing_care")
    (message,) = messages_in(folder)
    text = message.get_body().get_content()  # type: ignore[union-attr]
    assert "Dear Dr Voss," in text
    assert "the patient's date of birth" in text
    assert not any(word in text for word in ("Siobh", "Neill", "1988"))


def test_a_contact_of_another_practice_or_an_archived_one_gets_nothing(cast: Cast, document: Document):
    theirs = patient_actions.add_contact(values={"kind": "gp", "name": "X", "email": "x@example.org"}, by=cast.zoe)
    with pytest.raises(Exception, match="contacts"):
        sent(document, cast.dana, to="x@example.org", contact=theirs.pk)
    ours = patient_actions.add_contact(values={"kind": "gp", "name": "Y", "email": "y@example.org"}, by=cast.dana)
    Contact.objects.filter(pk=ours.pk).update(archived_at=SIGNED_AT)
    with pytest.raises(NotByEmail, match="archived"):
        sent(document, cast.dana, to="y@example.org", contact=ours.pk)


def damaged(document: Document, **values: Any) -> None:
    with guards.lifted(connection):
        Document.objects.filter(pk=document.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"content": b"%PDF-1.7 not any more"}, "digest"),
        ({"pages": 7}, "pages instead of 7"),
        ({"number": "S-1-00000000"}, "does not carry its number"),
    ],
)
def test_a_document_that_is_not_as_issued_stays_here(
    cast: Cast, document: Document, folder: Path, values: dict[str, Any], sentence: str
):
    queued = sent(document, cast.dana)
    damaged(document, **values)
    held = after_work(queued).email
    assert (held.state, held.to_see_to, sentence in held.last_error) == ("cancelled", True, True)
    assert messages_in(folder) == []


def test_a_document_about_somebody_else_stays_here(document: Document):
    verifying.check(document, record_number=1)
    with pytest.raises(verifying.NotAsIssued, match="record number"):
        verifying.check(document, record_number=2)


def test_bytes_that_do_not_open_are_told(document: Document):
    from hashlib import sha256

    document.content = b"no PDF"
    document.sha256 = sha256(b"no PDF").hexdigest()
    with pytest.raises(verifying.NotAsIssued, match="does not open"):
        verifying.check(document, record_number=1)


def test_a_merged_patients_document_goes_by_the_winners_permission_and_address(
    cast: Cast, document: Document, folder: Path
):
    winner = patient_actions.register_patient(
        values={"family_name": "O'Neill", "given_names": "S", "date_of_birth": cast.siobhan.date_of_birth,
                "email": "winner@example.org", "documents_by_email_ok": True},
        by=cast.anna, at=timezone.now(), confirm_not_duplicate=True,
    )  # fmt: skip
    Patient.objects.filter(pk=cast.siobhan.pk).update(merged_into=winner)
    assert after_work(sent(document, cast.dana, to="winner@example.org")).email.state == "sent"
    assert [m["To"] for m in messages_in(folder)] == ["winner@example.org"]


def test_where_no_mail_can_go_it_is_said_at_once(cast: Cast, document: Document, settings: Any):
    settings.MAIL_FOLDER = ""
    with pytest.raises(NoMailServer):
        sent(document, cast.dana)


def test_a_delivery_is_never_changed(cast: Cast, document: Document):
    delivery = sent(document, cast.dana)
    with pytest.raises(DatabaseError):
        Delivery.objects.filter(pk=delivery.pk).update(to="x@example.org")


# ---- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["olga", "robo", "zoe"])
def test_others_send_nothing(cast: Cast, document: Document, who: str):
    with pytest.raises(Exception) as refusal:
        sent(document, cast.person(who))
    assert type(refusal.value).__name__ in ("PermissionDenied", "Http404")


def test_the_front_desk_sends_no_clinical_record(cast: Cast, world: World):
    reachable(cast)
    record = actions.issue_document(session_pk=world.signed.pk, kind="clinical_record", by=cast.anna, at=SIGNED_AT)
    with pytest.raises(Http404):
        sent(record, cast.dana)
    assert sent(record, cast.anna).to == ADDRESS


# ---- page and API alike ----------------------------------------------------------------------------------------------


def by_page(cast: Cast, document: Document, to: str = ADDRESS, **more: Any) -> tuple[str, str]:
    client = page_as(cast.dana)
    answer = client.get(f"/documents/{document.pk}/email")
    form = answer.context["form"]
    body = {"key": form["key"].value(), "whom": f"patient {to}", "confirmed": "on", "message": "", **more}
    answer = client.post(f"/documents/{document.pk}/email", body)
    if answer.status_code == 302:
        return "sent", ""
    (error, *_) = [*answer.context["form"].non_field_errors(), *answer.context["form"].errors.get("whom", []), ""]
    return "refused", error


def by_api(cast: Cast, document: Document, to: str = ADDRESS, **more: Any) -> tuple[str, str]:
    answer = api_as(cast.dana).post(f"/api/v1/documents/{document.pk}/email", {"to": to, **more})
    if answer.status_code == 202:
        return "sent", ""
    assert answer.status_code == 409
    return "refused", answer.json()["detail"]


@pytest.mark.parametrize(
    "what", [None, archive, deceased, no_permission, newer_version], ids=lambda w: getattr(w, "__name__", "fine")
)
def test_page_and_api_say_the_same(cast: Cast, document: Document, what: Any):
    if what:
        what(cast)
    page, api = by_page(cast, document), by_api(cast, document)
    assert page == api
    assert page[0] == ("refused" if what else "sent")


@pytest.mark.parametrize("surface", ["page", "api"])
def test_sending_stands_in_the_access_log(cast: Cast, document: Document, surface: str):
    (by_page if surface == "page" else by_api)(cast, document)
    entry = AccessEntry.objects.get(act="emailed")
    assert (entry.patient_id, entry.surface, entry.record_id) == (cast.siobhan.pk, surface, document.pk)
    assert entry.created_by == cast.dana


def test_the_address_on_the_page_is_the_one_that_counts(cast: Cast, document: Document):
    client = page_as(cast.dana)
    page = client.get(f"/documents/{document.pk}/email")
    assert ADDRESS in page.content.decode()
    another_address(cast)
    body = {"key": page.context["form"]["key"].value(), "whom": f"patient {ADDRESS}", "confirmed": "on"}
    again = client.post(f"/documents/{document.pk}/email", body)
    assert (again.status_code, Delivery.objects.count()) == (422, 0)
    assert again.context["form"].errors["whom"] == ["The address was changed meanwhile. Look at it again."]
    assert "new@example.org" in again.content.decode()


def test_an_address_has_to_be_confirmed(cast: Cast, document: Document):
    client = page_as(cast.dana)
    key = client.get(f"/documents/{document.pk}/email").context["form"]["key"].value()
    answer = client.post(f"/documents/{document.pk}/email", {"key": key, "whom": f"patient {ADDRESS}"})
    assert answer.context["form"].errors["confirmed"] == ["Compare the address, then tick this."]


def test_pressing_send_twice_sends_once(cast: Cast, document: Document):
    client = page_as(cast.dana)
    key = client.get(f"/documents/{document.pk}/email").context["form"]["key"].value()
    body = {"key": key, "whom": f"patient {ADDRESS}", "confirmed": "on"}
    first, second = (client.post(f"/documents/{document.pk}/email", body) for _ in range(2))
    assert (first["Location"], Delivery.objects.count()) == (second["Location"], 1)


def test_the_api_answers_the_same_for_the_same_key(cast: Cast, document: Document):
    client = api_as(cast.dana)
    answers = [
        client.post(f"/api/v1/documents/{document.pk}/email", {"to": ADDRESS}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "to"), ({"to": "nobody"}, "to"), ({"to": ADDRESS, "protect": "yes"}, "protect"),
     ({"to": ADDRESS, "message": "x" * 1001}, "message"), ({"to": ADDRESS, "message": "a\x00b"}, "message"),
     ({"to": ADDRESS, "contact": "x"}, "contact"), ({"to": ADDRESS, "subject": "x"}, "subject")],
)  # fmt: skip
def test_a_body_out_of_shape(cast: Cast, document: Document, body: dict[str, Any], field: str):
    answer = api_as(cast.dana).post(f"/api/v1/documents/{document.pk}/email", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_one_tap_from_the_signed_session_leads_to_its_current_summary(cast: Cast, world: World):
    reachable(cast)
    client = page_as(cast.anna)
    first = client.post(f"/documents/session/{world.signed.pk}/email")
    document = Document.objects.exclude(kind="full_record").get()
    assert first["Location"] == f"/documents/{document.pk}/email"
    assert client.post(f"/documents/session/{world.signed.pk}/email")["Location"] == first["Location"]
    assert Document.objects.exclude(kind="full_record").count() == 1


# ---- failure is seen -------------------------------------------------------------------------------------------------


def dead(delivery: Delivery) -> OutgoingEmail:
    email = sending.take(timezone.now())
    assert email is not None
    sending._note(
        email, email.lease, state=OutgoingEmail.State.DEAD, why="The mail server refused the address (550).", tell=True
    )
    return OutgoingEmail.objects.get(pk=delivery.email_id)


def test_a_failure_is_on_todays_list_until_it_is_seen_to(cast: Cast, document: Document):
    delivery = sent(document, cast.dana)
    dana = page_as(cast.dana)
    assert "Every mail went out." in dana.get("/documents/mail/failed").content.decode()
    dead(delivery)
    part = dana.get("/documents/mail/failed").content.decode()
    assert "The mail server refused the address (550)." in part
    assert "O&#x27;Neill, Siobhán" in part
    dana.post(f"/documents/mail/{delivery.email_id}/seen-to", {"how": "Rang, printed."})
    assert "Every mail went out." in dana.get("/documents/mail/failed").content.decode()
    assert "Rang, printed." in dana.get("/documents/mail?show=held").content.decode()


@pytest.mark.parametrize("surface", ["page", "api", "mail api"])
def test_trying_again_from_every_side(cast: Cast, document: Document, surface: str, folder: Path):
    delivery = sent(document, cast.dana)
    dead(delivery)
    if surface == "page":
        answer = page_as(cast.dana).post(f"/documents/mail/{delivery.email_id}/retry")
        assert answer.status_code == 302
    elif surface == "api":
        answer = api_as(cast.dana).post(f"/api/v1/deliveries/{delivery.pk}/retry")
        assert (answer.status_code, answer.json()["state"]) == (200, "queued")
        again = api_as(cast.dana).post(f"/api/v1/deliveries/{delivery.pk}/retry")
        assert (again.status_code, again.json()["code"]) == (409, "not_failed")
    else:
        assert api_as(cast.dana).post(f"/api/v1/mail/{delivery.email_id}/retry").json()["state"] == "queued"
    assert after_work(delivery).email.state == "sent"
    assert len(messages_in(folder)) == 1


def test_a_practitioner_who_is_no_manager_does_not_try_again(cast: Cast, document: Document):
    delivery = sent(document, cast.ben)
    dead(delivery)
    assert page_as(cast.ben).post(f"/documents/mail/{delivery.email_id}/retry").status_code == 403
    assert api_as(cast.ben).post(f"/api/v1/deliveries/{delivery.pk}/retry").status_code == 403


def test_a_list_of_deliveries_by_state_and_patient(cast: Cast, document: Document):
    one, two = sent(document, cast.dana), sent(document, cast.dana)
    dead(one)
    client = api_as(cast.dana)
    assert [d["id"] for d in client.get("/api/v1/deliveries?state=dead").json()["results"]] == [str(one.pk)]
    rows = client.get(f"/api/v1/deliveries?patient={cast.siobhan.pk}").json()["results"]
    assert [(d["id"], d["state"]) for d in rows] == [(str(two.pk), "queued"), (str(one.pk), "dead")]
    assert client.get(f"/api/v1/deliveries?patient={cast.xaver.pk}").json()["results"] == []


@pytest.mark.parametrize("path", ["/documents/mail", "/documents/mail/failed", "/api/v1/deliveries", "/api/v1/mail"])
def test_lists_cost_the_same_for_one_and_for_many(
    cast: Cast, document: Document, path: str, django_assert_max_num_queries: Any
):
    from django.test.utils import CaptureQueriesContext

    client = (api_as if path.startswith("/api/") else page_as)(cast.dana)
    sent(document, cast.dana)
    client.get(path)
    OutgoingEmail.objects.update(to_see_to=True)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _ in range(20):
        sent(document, cast.dana)
    OutgoingEmail.objects.update(to_see_to=True)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)
