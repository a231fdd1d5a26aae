"""Moving in: what a file becomes, what is asked, and that nothing happens twice."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients import actions
from patients.actions.import_slices import work_slice
from patients.importing import files
from patients.models import Alert, Contact, HistoricalNote, Identifier, Import, Patient, SourceKey
from practice.models import User
from tests.cast import NOW, Cast, page_as
from tests.patients.moving_in import PATIENT_COLUMNS, checked, csv_of, imported, person, settle, upload, work

NOTE_COLUMNS = ("Patient Id", "Created At", "Practitioner", "Title", "Content", "Id")


def a_manager_elsewhere(cast: Cast) -> User:
    User.objects.filter(pk=cast.zoe.pk).update(is_manager=True)
    return User.objects.get(pk=cast.zoe.pk)


def problems(of_import: Import) -> list[tuple[int, str, str]]:
    rows = of_import.rows.filter(run=of_import.run, outcome="error")
    return [(r.number, r.column, r.message) for r in rows]


def test_an_export_of_a_known_system_is_recognised_and_asked_about(cast: Cast):
    of_import = upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    likeness = actions.likeness_of(of_import)

    assert likeness.sentence == "Looks like an export of Cliniko. Look whether every column is right."
    assert of_import.mapping == {"0": "source_id", "1": "given_names", "2": "family_name", "3": "date_of_birth",
                                 "4": "postcode", "5": "email", "6": "mobile"}  # fmt: skip
    assert not Patient.objects.filter(family_name__startswith="Family").exists()


def test_a_file_nobody_knows_is_mapped_by_hand_and_remembered(cast: Cast):
    content = csv_of(("Nachname", "Vorname", "Geburtstag"), ("Müller", "Jörg", "31.12.1980"))
    of_import = upload(cast.anna, content)
    assert of_import.mapping == {}
    settle(of_import, cast.anna, mapping={0: "family_name", 1: "given_names", 2: "date_of_birth"})

    again = upload(cast.anna, content)
    assert again.mapping == {"0": "family_name", "1": "given_names", "2": "date_of_birth"}
    assert actions.likeness_of(again).remembered
    assert again.date_order == ""  # the order is asked of every file
    assert actions.likeness_of(upload(a_manager_elsewhere(cast), content)).remembered is False


def test_patients_come_in_with_numbers_phones_and_identifiers(cast: Cast):
    header = (*PATIENT_COLUMNS, "Sex", "Medicare", "Country")
    row = person(7, given="Siobhán", family="O’Neill-Ruiz", born="29/02/1992", mobile="0400 111 222")
    of_import = imported(cast.anna, csv_of(header, [*row, "F", "2428 77813 2", "Australia"]))
    patient = Patient.objects.get(family_name="O’Neill-Ruiz")

    assert of_import.counts == {"create": 1}
    assert (patient.record_number, patient.date_of_birth, patient.sex_at_birth) == (2, date(1992, 2, 29), "female")
    assert patient.phones == [{"kind": "mobile", "number": "+61400111222"}]
    assert Identifier.objects.get(patient=patient).value == "2428778132"
    assert patient.history.get().history_change_reason == "imported from Cliniko"
    assert patient.history.get().history_user == cast.anna
    assert patient.documents_by_email_ok is False  # a permission given elsewhere is none here


@pytest.mark.parametrize(
    ("changes", "column", "message"),
    [
        ({"born": "31/02/1980"}, "Date Of Birth", "There is no such day. Correct the day or the month."),
        ({"born": ""}, "Date Of Birth", "Write the date of birth. Every patient needs one."),
        ({"born": "1/1/2090"}, "Date Of Birth", "This date lies in the future."),
        ({"family": ""}, "Last Name", "Write the family name. One name only goes here as well."),
        ({"family": "x" * 121}, "Last Name", "120 characters is the most. Shorten it."),
        ({"email": "no"}, "Email", "Write an e-mail address like name@example.org."),
        ({"mobile": "12"}, "Mobile", "This number is not complete. Write it with its area code; a mobile has 10 digits."),
        ({"given": "a\x00b"}, "First Name", "Remove the character with code 0."),
        ({"given": "x" * 200_000}, "First Name", "Shorten it to 100,000 characters. Perhaps a quotation mark before it is never closed."),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_says_column_and_cure_and_holds_up_no_other(
    cast: Cast, changes: dict[str, str], column: str, message: str
):
    of_import = imported(cast.anna, csv_of(PATIENT_COLUMNS, person(1), person(2, **changes), person(3)))

    assert of_import.counts == {"create": 2, "error": 1}
    assert problems(of_import) == [(3, column, message)]
    assert not any(value and value in row.found for row in of_import.rows.all() for value in changes.values())


CARDS = (*PATIENT_COLUMNS, "Medicare", "Medicare Reference Number", "DVA Card Number")
RIGHT_OR_WITHOUT = "Put it right, or empty the cell: it can be added to the record later."
LENGTH = "A Medicare number has 10 digits, 11 with the number in front of the name."
FIRST = "A Medicare number begins with a digit from 2 to 6. Read it again from the card."
DIGIT = "One digit of this Medicare number is wrong, or two are swapped. Read it again from the card."
DVA = ("A DVA file number is the letter of the state (N, V, Q, W, S or T), a war code of up to 3 letters and digits, "
       "8 in all: QX901234. A letter more at the end is a dependant's.")  # fmt: skip


@pytest.mark.parametrize(
    ("cards", "column", "message"),
    [
        (("2428 77823 2", "", ""), "Medicare", DIGIT),
        (("2428 78713 2", "", ""), "Medicare", DIGIT),  # two swapped
        (("9428 77813 2", "", ""), "Medicare", FIRST),
        (("242877813", "", ""), "Medicare", LENGTH),
        (("242877813", "2", ""), "Medicare", LENGTH),  # the reference does not fill up what is missing
        (("2428 77813 2 1 1", "", ""), "Medicare", LENGTH),
        (("0000000000", "", ""), "Medicare", FIRST),
        (("n/a", "", ""), "Medicare", LENGTH),
        (("2428 77813 2", "12", ""), "Medicare Reference Number", "The number in front of the name is one digit."),
        (("2428 77813 2", "x", ""), "Medicare Reference Number", "The number in front of the name is one digit."),
        (("2428 77813 2 1", "3", ""), "Medicare Reference Number", "The Medicare number ends with another one."),
        (("", "1", ""), "Medicare", "The Medicare number is missing: only the one in front of the name is there."),
        (("", "", "NX90123"), "DVA Card Number", DVA),
        (("", "", "AX901234"), "DVA Card Number", DVA),
    ],
)
def test_a_card_that_could_not_be_typed_at_the_desk_is_told_beside_its_row(
    cast: Cast, cards: tuple[str, ...], column: str, message: str
):
    content = csv_of(CARDS, [*person(1), "", "", ""], [*person(2), *cards], [*person(3), "", "", ""])
    told = [(3, column, f"{message} {RIGHT_OR_WITHOUT}")]
    dry = checked(cast.anna, content)
    assert (dry.counts, problems(dry)) == ({"create": 2, "error": 1}, told)
    assert not any(len(card) > 3 and card in row.found + row.message for row in dry.rows.all() for card in cards)

    of_import = imported(cast.anna, content)
    assert (problems(of_import), Identifier.objects.count()) == (told, 0)
    report = page_as(cast.anna).get(f"/patients/imports/{of_import.pk}/rows")
    assert told[0][2] in b"".join(report.streaming_content).decode("utf-8-sig").replace('""', '"')
    assert not Patient.objects.filter(family_name="Family000002").exists()


@pytest.mark.parametrize(
    ("cards", "stored"),
    [
        (("2428-77813-2", "", ""), {"medicare": "2428778132"}),
        (("2428 77813 2", "3", ""), {"medicare": "24287781323"}),
        (("2428 77813 2/3", "", ""), None),
        (("2428 77813 2 3", "3", "qx 901234"), {"medicare": "24287781323", "dva": "QX901234"}),
        (("", "", "NX901234a"), {"dva": "NX901234A"}),
    ],
)
def test_cards_are_stored_as_the_desk_would_store_them(cast: Cast, cards: tuple[str, ...], stored: dict | None):
    imported(cast.anna, csv_of(CARDS, [*person(1), *cards]))
    assert dict(Identifier.objects.values_list("system", "value")) == (stored or {})
    assert Patient.objects.filter(family_name="Family000001").exists() is (stored is not None)


def test_a_row_that_was_put_right_comes_in_and_a_card_that_came_later_is_added(cast: Cast):
    wrong, right, without = ("2428 77823 2", "", ""), ("2428 77813 2", "", ""), ("", "", "")
    imported(cast.anna, csv_of(CARDS, [*person(1), *wrong], [*person(2), *without]))
    assert not Identifier.objects.exists()
    content = csv_of(CARDS, [*person(1), *right], [*person(2), *right])

    dry = checked(cast.anna, content)
    assert dry.counts == {"create": 1, "update": 1}
    assert [(r.number, r.message) for r in dry.rows.all()] == [(3, "Changed: identifiers.")]
    done = imported(cast.anna, content, apply_updates=True)
    assert done.counts == {"create": 1, "update": 1}
    assert sorted(Identifier.objects.values_list("patient__family_name", "value")) == [
        ("Family000001", "2428778132"), ("Family000002", "2428778132"),
    ]  # fmt: skip
    assert imported(cast.anna, content, apply_updates=True).counts == {"same": 2}


def test_a_number_that_was_taken_out_here_does_not_come_back(cast: Cast):
    imported(cast.anna, csv_of(CARDS, [*person(1), "2428 77813 2", "", ""]))
    number = Identifier.objects.get()
    actions.remove_identifier(pk=number.pk, by=cast.anna, at=NOW, version=number.version)
    again = csv_of(CARDS, [*person(1, email="new@example.org"), "2428 77813 2", "", ""])

    assert [r.message for r in checked(cast.anna, again).rows.all()] == ["Changed: e-mail."]
    imported(cast.anna, again, apply_updates=True)
    assert Identifier.objects.count() == 1


def test_the_same_file_again_changes_nothing(cast: Cast):
    content = csv_of(PATIENT_COLUMNS, *(person(n) for n in range(5)))
    imported(cast.anna, content)
    versions = list(Patient.objects.values_list("pk", "version"))
    again = imported(cast.anna, content, apply_updates=True)

    assert again.counts == {"same": 5}
    assert list(Patient.objects.values_list("pk", "version")) == versions
    assert SourceKey.objects.count() == 5


def test_a_changed_row_is_shown_and_applied_only_when_confirmed(cast: Cast):
    imported(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    changed = csv_of(PATIENT_COLUMNS, person(1, email="new@example.org"))
    dry = checked(cast.anna, changed)
    assert [(r.outcome, r.message) for r in dry.rows.all()] == [("update", "Changed: e-mail.")]

    left = imported(cast.anna, changed)
    assert left.counts == {"left": 1}
    assert Patient.objects.get(family_name="Family000001").email == "p1@example.org"

    applied = imported(cast.anna, changed, apply_updates=True)
    assert applied.counts == {"update": 1}
    assert Patient.objects.get(family_name="Family000001").email == "new@example.org"
    assert imported(cast.anna, changed, apply_updates=True).counts == {"same": 1}


def test_an_empty_cell_never_empties_what_is_here(cast: Cast):
    imported(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    imported(cast.anna, csv_of(PATIENT_COLUMNS, person(1, email="", mobile="")), apply_updates=True)
    patient = Patient.objects.get(family_name="Family000001")
    assert (patient.email, len(patient.phones)) == ("p1@example.org", 1)


@pytest.mark.parametrize(("decision", "people", "keys"), [("leave", 1, 0), ("link", 1, 1), ("create", 2, 1)])
def test_who_may_be_here_already_is_decided_by_the_person(cast: Cast, decision: str, people: int, keys: int):
    content = csv_of(PATIENT_COLUMNS, person(1, given="Siobhan", family="Oneill", born="29/02/1988"))
    dry = checked(cast.anna, content)
    assert [(r.outcome, r.record_id) for r in dry.rows.all()] == [("duplicate", cast.siobhan.pk)]

    imported(cast.anna, content, duplicates=decision)
    assert Patient.objects.filter(practice=cast.home).count() == people
    assert SourceKey.objects.count() == keys


def test_the_same_person_twice_in_the_file_is_found_in_the_dry_run_and_in_the_import(cast: Cast):
    content = csv_of(PATIENT_COLUMNS, person(1), person(1, id="P2"), person(1, email="else@example.org"), person(1))
    assert checked(cast.anna, content).counts == {"create": 1, "duplicate": 1, "error": 1, "same": 1}
    assert imported(cast.anna, content).counts == {"create": 1, "duplicate": 1, "error": 1, "same": 1}
    assert Patient.objects.filter(family_name="Family000001").count() == 1


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ","), ("cp1252", ";"), ("latin-1", "|")],
)
def test_encodings_and_separators_are_found(cast: Cast, encoding: str, separator: str):
    content = csv_of(PATIENT_COLUMNS, person(1, given="Zoë", family="Müller-O'Brien"), person(2), separator=separator,
                     encoding=encoding)  # fmt: skip
    of_import = imported(cast.anna, content)

    assert of_import.separator == separator
    assert of_import.counts == {"create": 2}
    assert Patient.objects.filter(given_names="Zoë", family_name="Müller-O'Brien").exists()


def test_the_wrong_encoding_is_told_row_by_row_and_can_be_chosen_anew(cast: Cast):
    of_import = upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1, given="Zoë"), encoding="cp1252"))
    wrong = actions.reread_import(pk=of_import.pk, encoding="utf-8", separator=",", by=cast.anna, version=1)
    wrong = work(settle(wrong, cast.anna))
    assert problems(wrong) == [(2, "First Name", "A letter could not be read. Choose another encoding for the file.")]
    right = actions.reread_import(
        pk=of_import.pk, encoding="cp1252", separator=",", by=cast.anna, version=wrong.version
    )
    assert work(settle(right, cast.anna)).counts == {"create": 1}


@pytest.mark.parametrize(
    ("born", "order", "day"),
    [("03/04/1980", "day", date(1980, 4, 3)), ("03/04/1980", "month", date(1980, 3, 4)),
     ("1980-04-03", "month", date(1980, 4, 3)), ("3 Apr 80", "month", date(1980, 4, 3)),
     ("Apr 3, 1980", "day", date(1980, 4, 3)), ("19800403", "", date(1980, 4, 3)),
     ("3.4.1980 00:00", "day", date(1980, 4, 3))],
)  # fmt: skip
def test_dates_in_the_order_that_was_confirmed(cast: Cast, born: str, order: str, day: date):
    of_import = upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1, born=born)))
    of_import = work(settle(of_import, cast.anna, date_order=order))
    work(actions.start_import(pk=of_import.pk, values={}, by=cast.anna, version=of_import.version))
    assert Patient.objects.get(family_name="Family000001").date_of_birth == day


def test_a_date_that_can_be_two_days_is_asked_about(cast: Cast):
    rows = [person(1, born="03/04/1980"), person(2, born="25/12/1980")]
    of_import = upload(cast.anna, csv_of(PATIENT_COLUMNS, *rows))
    evidence = actions.evidence_of(of_import)

    assert (evidence.order, evidence.sentence) == ("day", "1 can only be day first, 1 can be read both ways.")
    with pytest.raises(ValidationError) as refused:
        settle(of_import, cast.anna, date_order="")
    assert refused.value.message_dict == {
        "date_order": ["Say whether the day or the month comes first. Of the dates, 1 can only be day first, 1 can be read both ways."]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty. Export it again."),
        (b"\r\n\r\n", "The file is empty. Export it again."),
        (b",,\r\n1,2,3", "The first row is empty. It has to name the columns."),
        (",".join(f"c{i}" for i in range(1000)).encode(), "The file has 1000 columns; 300 is the most. Export fewer columns."),
        (b"a" * (32 * 1024 * 1024 + 1), "The file is larger than 32 MB. Export it in two parts."),
    ],
    ids=["empty", "blank", "no-names", "1000-columns", "too-large"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_leaves_nothing(cast: Cast, settings: Any, content: bytes, message: str):
    with pytest.raises(ValidationError) as refused:
        upload(cast.anna, content)
    assert refused.value.message_dict == {"file": [message]}
    assert not Import.objects.exists()
    assert [*(settings.HOME / files.STORE.folder).iterdir()] == []


def test_a_field_of_ten_megabytes_is_an_error_of_its_row(cast: Cast):
    of_import = checked(cast.anna, csv_of(PATIENT_COLUMNS, person(1), person(2, given="x" * 10_000_000), person(3)))
    assert of_import.counts == {"create": 2, "error": 1}


def test_columns_of_the_same_name_are_mapped_by_their_place(cast: Cast):
    content = csv_of(("Name", "Name", "DOB"), ("Ruiz", "Ana", "25/12/1980"))
    of_import = upload(cast.anna, content)
    work(settle(of_import, cast.anna, mapping={0: "family_name", 1: "given_names", 2: "date_of_birth"}))
    of_import.refresh_from_db()
    work(actions.start_import(pk=of_import.pk, values={}, by=cast.anna, version=of_import.version))
    assert Patient.objects.get(family_name="Ruiz").given_names == "Ana"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({0: "family_name"}, "Choose the column for: Date of birth."),
        ({0: "family_name", 1: "family_name", 2: "date_of_birth"},
         "Two columns are chosen as Family name. Keep one of them."),
        ({9: "family_name"}, "Map columns of this file to the fields of this kind."),
        ({0: "salary"}, "Map columns of this file to the fields of this kind."),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_work_is_refused(cast: Cast, mapping: dict[int, str], message: str):
    of_import = upload(cast.anna, csv_of(("A", "B", "C"), ("1", "2", "3")))
    with pytest.raises(ValidationError) as refused:
        settle(of_import, cast.anna, mapping=mapping)
    assert refused.value.message_dict == {"mapping": [message]}


def test_contacts_alerts_and_notes_find_their_patients(cast: Cast):
    imported(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    patient = Patient.objects.get(family_name="Family000001")
    contact = csv_of(
        ("Id", "Title", "First Name", "Last Name", "Type", "Company Name"),
        ("1", "Dr", "Jo", "Voss", "Doctor", "Bay GP"),
    )
    alert = csv_of(("Id", "Patient Id", "Name", "Created At"), ("1", "P1", "Latex allergy", "2020-01-02"),
                   ("2", "P9", "Nobody", "2020-01-02"))  # fmt: skip
    note = csv_of(NOTE_COLUMNS, ("P1", "2019-05-06", "Dr Jo", "First visit", "Calf pain.\nNeedled.", "77"))

    assert imported(cast.anna, contact, "contacts").counts == {"create": 1}
    alerts = imported(cast.anna, alert, "alerts")
    assert imported(cast.anna, note, "notes").counts == {"create": 1}
    assert Contact.objects.get().name == "Dr Jo Voss"
    assert Alert.objects.get().text == "Latex allergy"
    assert problems(alerts) == [
        (3, "Patient Id", "No patient here has this number. Import the patients first, with the same name of the old system.")
    ]  # fmt: skip
    note_row = HistoricalNote.objects.get()
    assert (note_row.patient, note_row.written_on, note_row.text) == (patient, date(2019, 5, 6), "Calf pain.\nNeedled.")


def test_a_note_that_changed_there_replaces_and_both_stay(cast: Cast):
    imported(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    imported(cast.anna, csv_of(NOTE_COLUMNS, ("P1", "2019-05-06", "", "", "First.", "77")), "notes")
    imported(
        cast.anna, csv_of(NOTE_COLUMNS, ("P1", "2019-05-06", "", "", "Second.", "77")), "notes", apply_updates=True
    )

    assert [n.text for n in HistoricalNote.objects.current()] == ["Second."]
    assert HistoricalNote.objects.get(text="First.").replaced_by.text == "Second."


def test_a_slice_costs_the_same_number_of_queries_for_few_and_many(cast: Cast):
    def cost(*rows: list[str]) -> int:
        of_import = checked(cast.anna, csv_of(PATIENT_COLUMNS, *rows))
        actions.start_import(pk=of_import.pk, values={}, by=cast.anna, version=of_import.version)
        with CaptureQueriesContext(connection) as captured:
            work_slice(NOW)
        return len([q for q in captured if "SAVEPOINT" not in q["sql"]])

    cost(person(1))
    assert cost(person(2), person(3)) == cost(*(person(n) for n in range(4, 80)))


def test_another_practice_sees_nothing_and_the_front_desk_may_not(cast: Cast):
    of_import = upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1)))
    assert not Import.objects.visible_to(cast.zoe).exists()
    with pytest.raises(Import.DoesNotExist):
        settle(of_import, cast.zoe)
    for who in (cast.ben, cast.dana, cast.olga, cast.robo):
        with pytest.raises(PermissionDenied):
            upload(who, csv_of(PATIENT_COLUMNS, person(1)))


def test_who_may_no_longer_import_stops_it(cast: Cast):
    of_import = settle(upload(cast.anna, csv_of(PATIENT_COLUMNS, person(1))), cast.anna)
    type(cast.anna).objects.filter(pk=cast.anna.pk).update(is_manager=False)
    assert work(of_import).status == "stopped"


def test_the_file_goes_after_the_import_unless_it_is_kept(cast: Cast, django_capture_on_commit_callbacks: Any):
    content = csv_of(PATIENT_COLUMNS, person(1))
    with django_capture_on_commit_callbacks(execute=True):
        kept = imported(cast.anna, content, keep_file=True)
    assert files.path_of(kept.stored_as).is_file()
    with django_capture_on_commit_callbacks(execute=True):
        gone = imported(cast.anna, content)
    assert (gone.stored_as, gone.sha256) == ("", kept.sha256)
    assert [p.name for p in files.path_of("x").parent.iterdir()] == [kept.stored_as]
