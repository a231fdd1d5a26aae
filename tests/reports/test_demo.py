"""The demo practice: what others rely on is in it, and every session in it stands as it was signed."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from patients.identifier_shapes import shape_of
from patients.models import Contact, Identifier, LegalHold, Patient, Referral, Registration
from practice.models import Credential, OutgoingEmail, User
from reports.demo.practice import Demo
from reports.models import DataBreach
from tests.world import load_content
from treatments import records
from treatments.models import Arrival, NeedlingSession


@pytest.fixture
def demo(db, settings, tmp_path):
    settings.MAIL_FOLDER = str(tmp_path / "mail")
    load_content()
    Demo(timezone.now()).build()


def test_the_demo_holds_what_the_readme_promises(demo, capsys):
    home = Patient.objects.filter(practice__name="Harbour Lane Osteopathy")
    assert (home.count(), NeedlingSession.objects.filter(patient__in=home).count()) == (60, 300)

    people = {u.email: (u.role, u.is_manager, u.check_password("needle-demo")) for u in User.objects.all()}
    assert people == {
        "anna@demo.example": ("practitioner", True, True),
        "ben@demo.example": ("practitioner", False, True),
        "dana@demo.example": ("front_desk", False, True),
        "olga@demo.example": ("auditor", False, True),
        "zoe@other.example": ("practitioner", True, True),
    }
    year = timezone.localdate() + timedelta(days=365)
    holders = Credential.objects.filter(kind="thoracic_needling", expires_on__gt=year).values_list(
        "user__email", flat=True
    )
    assert sorted(holders) == ["anna@demo.example", "ben@demo.example"]

    signed = NeedlingSession.objects.filter(status__in=["signed", "void"])
    assert [s.pk for s in signed if not records.is_unchanged(s, list(s.sites.told()))] == []

    mails = OutgoingEmail.objects.filter(template="document").values_list("state", "last_error")
    assert Counter(mails) == {
        ("sent", ""): 6,
        ("dead", "The mail server refused the address (550 5.1.1)."): 1,
        ("dead", "It came back: mailbox full"): 1,
    }
    assert DataBreach.objects.get().state == "open"

    waiting = Registration.objects.values_list("state", "way")
    assert sorted(waiting) == [("invited", "email"), ("sent_in", "shown")]

    assert Counter(Identifier.objects.values_list("system", flat=True)) == {"medicare": 12, "insurer": 4, "dva": 2}
    for number in Identifier.objects.select_related("practice"):
        assert shape_of(number.system, country="AU").read(number.value) == number.value
    today = home[0].practice.local_date(timezone.now())
    assert Counter(r.state_on(today) for r in Referral.objects.all()) == {"current": 3, "soon": 1, "over": 1}
    assert Counter(Contact.objects.filter(practice=home[0].practice).values_list("kind", flat=True)) == {
        "gp": 2, "referrer": 1, "insurer": 1,
    }  # fmt: skip
    assert (home.filter(status="archived").count(), LegalHold.objects.standing().count()) == (1, 1)
    assert not Arrival.objects.waiting().exclude(patient__status="active").exists()

    call_command("seed_demo")
    assert Patient.objects.count() == 63
