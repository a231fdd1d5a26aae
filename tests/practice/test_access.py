from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from practice.access import note_access
from practice.models import AccessEntry
from tests.cast import Cast


def opened(cast: Cast, address: str, **more: Any) -> AccessEntry:
    request = RequestFactory().get(address, REMOTE_ADDR="203.0.113.7")
    request.user = cast.dana
    patient = cast.siobhan.pk
    note_access(request, patient_id=patient, kind="patient", record_id=patient, **more)
    return AccessEntry.objects.get()


def test_who_opened_whose_record_when_from_where_and_how(cast: Cast):
    entry = opened(cast, "/patients/x")
    assert (entry.created_by, entry.patient_id, entry.record_id) == (cast.dana, cast.siobhan.pk, cast.siobhan.pk)
    assert (entry.act, entry.surface, entry.came_from) == ("opened", "page", "203.0.113.7")


def test_the_surface_and_the_act_are_told_apart(cast: Cast):
    entry = opened(cast, "/api/v1/patients/x", act="printed")
    assert (entry.act, entry.surface) == ("printed", "api")


def test_an_entry_holds_ids_and_no_names(cast: Cast):
    entry = opened(cast, "/patients/x")
    row = " ".join(str(getattr(entry, f.attname)) for f in entry._meta.concrete_fields)
    assert "Neill" not in row
    assert "Dana" not in row


def test_nobody_unsigned_opens_a_record(cast: Cast):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(TypeError):
        note_access(request, patient_id=cast.siobhan.pk, kind="patient", record_id=cast.siobhan.pk)
