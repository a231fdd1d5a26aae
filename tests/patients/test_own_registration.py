"""The form behind a registration link: who gets in, what everyone else sees, what is kept, and what it never tells."""

import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients import actions
from patients.models import Patient, Registration, RegistrationAnswers, RegistrationLink
from patients.registration_words import DOCUMENTS, LINK_LASTS
from practice import working
from practice.fault_lines import PlacesFormatter
from practice.history import keep
from practice.models import OutgoingEmail, Token
from tests.cast import Cast, make_cast, page_as
from tests.patients.by_link import SIOBHAN, TYPED, ask, invited, path_of, sent_in
from tests.races import at_once, on_postgresql
from tests.reports.mailing import messages_in

OUTSIDE = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def stored() -> Registration:
    return Registration.objects.told().get()


# ---- the link -------------------------------------------------------------------------------------------------------
def test_the_token_is_256_random_bits_and_only_its_digest_is_stored(cast: Cast):
    token = path_of(invited(cast), cast).rpartition("/")[2]

    assert (len(token), RegistrationLink.objects.get().digest) == (43, Token.digest_of(token))
    kept = [*RegistrationLink.history.values(), *Registration.history.values(), *RegistrationAnswers.objects.values()]
    assert token not in str(kept)


def test_every_link_of_an_open_invitation_opens_it_and_the_first_use_closes_all(cast: Cast):
    registration = invited(cast)
    first, second = path_of(registration, cast), path_of(registration, cast)
    ask(second, TYPED)

    assert [ask(path).content == ask("/register/x").content for path in (first, second)] == [True, True]


def unknown(cast: Cast) -> str:
    return "/register/" + "x" * 43


def odd(cast: Cast) -> str:
    return "/register/%00%ff'<b>"


def used(cast: Cast) -> str:
    path = path_of(invited(cast), cast)
    ask(path, TYPED)
    return path


def expired(cast: Cast) -> str:
    before = timezone.now() - LINK_LASTS
    return path_of(invited(cast, at=before), cast, at=before)


def withdrawn(cast: Cast) -> str:
    registration = invited(cast)
    path = path_of(registration, cast)
    now = Registration.objects.get()
    actions.withdraw_invitation(pk=now.pk, by=cast.dana, at=timezone.now(), version=now.version)
    return path


@pytest.mark.parametrize("case", [unknown, odd, used, expired, withdrawn], ids=lambda c: c.__name__)
@pytest.mark.parametrize("typed", [None, TYPED, {"family_name": ""}], ids=["get", "post", "bad"])
def test_a_link_that_opens_nothing_gets_one_answer_to_the_byte(cast: Cast, case, typed):
    path = case(cast)
    reference = ask(unknown(cast))
    with CaptureQueriesContext(connection) as queries:
        answer = ask(path, typed)

    assert (answer.status_code, answer.content) == (200, reference.content)
    seen = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    assert seen == {name: value for name, value in reference.headers.items() if name != "X-Request-ID"}
    assert (len(queries), answer.cookies) == (1, {})
    assert "Harbour" not in answer.content.decode()


def test_nobody_keeps_or_lists_the_page_and_it_needs_no_cookie_and_no_script(cast: Cast):
    answer = ask(path_of(invited(cast), cast))
    headers = [answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")]

    assert headers == ["no-store", "no-referrer", "noindex"]
    assert answer.cookies == {}
    assert "<script" not in answer.content.decode()


def test_the_token_is_in_no_log_line_and_not_in_the_page(cast: Cast):
    path = path_of(invited(cast), cast)
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Unprocessable: %s", (path,), None)

    assert PlacesFormatter("{message}", style="{").format(record) == "Unprocessable: /register/…"
    assert path.rpartition("/")[2] not in ask(path, {"family_name": ""}).content.decode()


def test_an_address_that_asks_too_often_waits(cast: Cast, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "register"}}
    statuses = [ask(unknown(cast)).status_code for _ in range(61)]

    assert (statuses[:60], statuses[60]) == ([200] * 60, 429)


# ---- by mail ----------------------------------------------------------------------------------------------------------
def test_the_mail_says_the_practice_and_the_link_and_its_row_keeps_no_address(cast: Cast, settings, tmp_path):
    settings.MAIL_FOLDER = str(tmp_path)
    invited(cast, way="email", email="amelia@example.org", called="Amelia Whitlock")
    working.drain()
    (mail,) = messages_in(tmp_path)
    path = re.search(r"http://\S+(/register/\S+)", mail.get_content())[1]

    assert (mail["To"], mail["Subject"]) == ("amelia@example.org", "Harbour Lane Osteopathy: your details")
    assert "Whitlock" not in mail.as_string()
    assert ask(path).status_code == 200
    assert OutgoingEmail.objects.get().to == "a***@example.org"
    assert "amelia@" not in str(list(OutgoingEmail.history.values()))


def test_a_mail_that_waits_does_not_go_once_the_invitation_is_over(cast: Cast, settings, tmp_path):
    settings.MAIL_FOLDER = str(tmp_path)
    registration = invited(cast, way="email", email="amelia@example.org")
    actions.withdraw_invitation(pk=registration.pk, by=cast.dana, at=timezone.now(), version=registration.version)
    working.drain()

    assert (messages_in(tmp_path), OutgoingEmail.objects.get().state) == ([], "cancelled")


# ---- what is sent in --------------------------------------------------------------------------------------------------
def test_everything_typed_waits_in_one_row_without_a_history_and_makes_no_patient(cast: Cast):
    row = sent_in(cast)
    person = row.answers.said["person"]

    assert (row.state, Patient.objects.filter(practice=cast.home).count()) == ("sent_in", 1)
    assert (person["family_name"], person["date_of_birth"], person["former_names"]) == (
        "O'Hara-Whitlock", "1987-03-14", ["Byrne", "Li"],
    )  # fmt: skip
    assert person["phones"] == [
        {"kind": "mobile", "number": "+61400111222"},
        {"kind": "home", "number": "+61395551234"},
    ]
    assert [i["value"] for i in row.answers.said["identifiers"]] == ["2123456701", "QX901234", "77 1"]
    assert row.answers.said["gp"] == "Dr Voss, Seaford Clinic"
    assert not re.search("Whitlock|amelia|1987|0400", str(list(Registration.history.values())))


def test_the_permission_is_kept_with_the_words_they_read(cast: Cast):
    cast.home.documents_by_email_words = "Send me my summaries."
    keep(cast.home, by=cast.anna, why="settings")
    path = path_of(invited(cast), cast)
    assert "Send me my summaries." in ask(path).content.decode()
    ask(path, TYPED)

    assert (stored().documents_by_email_ok, stored().documents_by_email_words) == (True, "Send me my summaries.")


def test_who_does_not_tick_it_has_allowed_nothing(cast: Cast):
    row = sent_in(cast, {k: v for k, v in TYPED.items() if k != "documents_by_email_ok"})

    assert (row.documents_by_email_ok, row.documents_by_email_words) == (False, "")


def test_the_words_and_the_notice_stand_on_the_page(cast: Cast):
    cast.home.privacy_notice = "We never sell data.\n\nAsk Anna."
    keep(cast.home, by=cast.anna, why="settings")
    page = ask(path_of(invited(cast), cast)).content.decode()

    for words in (DOCUMENTS, "We never sell data.", "Ask Anna.", "deleted 30 days after"):
        assert words in page


WRONG = [
    ("family_name", "", "Fill this in"), ("date_of_birth", "31 2 1987", "There is no 31 Feb"), ("date_of_birth", "1 1 2090", "future"),
    ("mobile", "12", ""), ("email", "nobody", "name@example.org"), ("medicare", "2123 45671 1", "One digit of this Medicare number"),
    ("dva", "X1", "DVA file number"), ("member_number", "", "Write the member number"), ("email", "", "documents may be sent to"),
    ("sex_at_birth", "dragon", "Choose one of the list"), ("gp", "x" * 201, "200"), ("given_names", "a\x00b", ""),
    ("former_names", ", ".join("abcdefghijk"), "at most 10 former names"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "cure"), WRONG, ids=[f"{f}-{v[:9]!r}" for f, v, _ in WRONG])
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_typed_is_lost(cast: Cast, field, value, cure):
    answer = ask(path_of(invited(cast), cast), TYPED | {field: value})
    form = answer.context["form"]

    assert (answer.status_code, stored().state, list(form.errors)) == (422, "invited", [field])
    assert cure in form.errors[field][0]
    assert {name: form[name].value() for name in TYPED if name not in ("email_ok", "documents_by_email_ok")} == {
        name: words for name, words in (TYPED | {field: value}).items() if name not in ("email_ok", "documents_by_email_ok")
    }  # fmt: skip
    assert form["documents_by_email_ok"].value() is True


def test_only_family_name_and_date_of_birth_are_needed(cast: Cast):
    row = sent_in(cast, {"family_name": "Plato", "date_of_birth": "1/1/1990", "sex_at_birth": "unknown"})

    assert (row.state, row.answers.said["person"]["phones"], row.answers.said["identifiers"]) == ("sent_in", [], [])


def test_fields_of_the_practice_cannot_be_filled_in_from_outside(cast: Cast):
    row = sent_in(cast, TYPED | {"notes": "x", "status": "deceased", "gp_id": str(cast.home.pk), "record_number": "7",
                                 "country": "XX", "occupation": "spy", "chart_body": "male"})  # fmt: skip

    assert not {"notes", "status", "gp_id", "record_number", "country", "occupation", "chart_body"} & set(
        row.answers.said["person"]
    )


# ---- what it never tells ----------------------------------------------------------------------------------------------
def test_a_patient_and_a_stranger_get_the_same_answers(cast: Cast):
    """Whoever holds a link types a patient's own data, and sees what everybody sees."""
    somebody = {"family_name": "Nemo", "given_names": "Nobody", "date_of_birth": "3/3/1971"}
    answers = []
    for typed in (SIOBHAN, somebody):
        path = path_of(invited(cast), cast)
        wrong = ask(path, typed | {"sex_at_birth": "female", "mobile": "12"})
        with CaptureQueriesContext(connection) as queries:
            right = ask(path, typed | {"sex_at_birth": "female"})
        page = re.sub("Siobhán|O&#x27;Neill|29/2/1988|Nobody|Nemo|3/3/1971", "", wrong.content.decode())
        answers.append((page, right.content, right.status_code, len(queries)))

    assert answers[0] == answers[1]


def test_the_form_can_search_nothing_and_shows_nothing_of_anybody(cast: Cast):
    actions.add_contact(values={"kind": "gp", "name": "Dr Mara Voss"}, by=cast.dana)
    invited(cast, email="amelia@example.org", called="Amelia")
    page = ask(path_of(Registration.objects.get(), cast)).content.decode()

    assert not re.search("Voss|Amelia|amelia|Neill|Siobh|hx-|Dana", page)


def test_a_link_holder_reaches_no_page_of_the_desk(cast: Cast):
    row = sent_in(cast)

    assert page_as(None).get(f"/patients/registrations/{row.pk}").status_code == 302


# ---- what it costs ----------------------------------------------------------------------------------------------------
def test_it_is_small_and_costs_few_queries(cast: Cast):
    path = path_of(invited(cast), cast)
    with CaptureQueriesContext(connection) as shown:
        page = ask(path)
    with CaptureQueriesContext(connection) as sent:
        ask(path, TYPED)

    assert len(shown) == 1
    assert len([q for q in sent if not q["sql"].startswith(OUTSIDE)]) <= 10
    assert len(page.content) < 16_000  # with its three style sheets under 30 kB


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_the_same_moment_send_once():
    cast = make_cast()
    path = path_of(invited(cast), cast)
    works = [lambda name=name: ask(path, TYPED | {"given_names": name}) for name in ("Ada", "Eve", "Ida")]
    closed = ask("/register/x").content
    answers = at_once(works)

    assert sorted(answer.content == closed for answer in answers) == [False, True, True]
    assert stored().history.filter(state="sent_in").count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_sending_at_the_same_moment_leave_one_of_the_two():
    cast = make_cast()
    path = path_of(invited(cast), cast)
    row = Registration.objects.get()

    def withdraw():
        return actions.withdraw_invitation(pk=row.pk, by=cast.dana, at=timezone.now(), version=row.version)

    at_once([lambda: ask(path, TYPED), withdraw], refusals=(actions.LinkOver,))

    assert stored().state in ("sent_in", "withdrawn")
    assert bool(stored().answers.said) == (stored().state == "sent_in")


def test_a_link_ends_with_its_days(cast: Cast):
    at = timezone.now() - LINK_LASTS + timedelta(minutes=1)
    path = path_of(invited(cast, at=at), cast, at=at)

    assert ask(path, TYPED).status_code == 200
    assert stored().state == "sent_in"


# ---- on the desk's tablet ---------------------------------------------------------------------------------------------
def handed(cast: Cast):
    row = invited(cast)
    dana = page_as(cast.dana)
    path = dana.post(f"/patients/registrations/{row.pk}/hand-over")["Location"]
    return dana, path, row


def test_a_tablet_that_was_handed_over_shows_the_form_and_nothing_else(cast: Cast):
    dana, path, _ = handed(cast)

    assert dana.get(path).status_code == 200
    assert [dana.get(page)["Location"] for page in ("/", "/patients/", f"/patients/{cast.siobhan.pk}")] == [path] * 3
    assert RegistrationLink.objects.count() == 0


def test_what_is_typed_on_the_tablet_waits_like_any_other_and_the_form_is_over(cast: Cast):
    dana, path, _ = handed(cast)
    assert dana.get(path)["Referrer-Policy"] == "same-origin"  # else a browser sends no origin, and the form is refused
    wrong = dana.post(path, TYPED | {"mobile": "12"})
    assert (wrong.status_code, wrong.context["form"]["gp"].value()) == (422, TYPED["gp"])
    answer = dana.post(path, TYPED)

    assert (answer["Location"], stored().state) == ("/handed-over", "sent_in")
    assert stored().history.filter(history_user=cast.dana, state="sent_in").count() == 0  # the person did it
    assert dana.get(path)["Location"] == "/handed-over"
    assert "Amelia" not in dana.get("/handed-over").content.decode()


def test_the_desks_browser_remembers_nobody(cast: Cast):
    dana, path, _ = handed(cast)
    page = dana.get(path).content.decode()

    assert set(re.findall(r'autocomplete="([^"]*)"', page)) == {"off"}
    assert "given-name" in ask(path_of(stored(), cast)).content.decode()


def test_without_handing_over_the_form_is_not_there(cast: Cast):
    row = invited(cast)

    assert page_as(cast.dana).get(f"/patients/registrations/{row.pk}/fill-in").status_code == 404


def test_an_invitation_that_is_over_hands_no_tablet_over(cast: Cast):
    row = sent_in(cast)
    answer = page_as(cast.dana).post(f"/patients/registrations/{row.pk}/hand-over")

    assert answer["Location"] == f"/patients/registrations/{row.pk}"


def test_sent_in_by_the_link_meanwhile_the_tablet_is_given_back(cast: Cast):
    dana, path, row = handed(cast)
    ask(path_of(row, cast), TYPED)

    assert dana.get(path)["Location"] == "/handed-over"
