"""Going up: a database of release 0.1.0 comes to today step by step with all its rows, and is built like a new one."""

from typing import Any

import pytest
from django.db import connection

from tests.installation import Installation, new_database
from tests.schema import Schema, schema

# What release 0.1.0 had applied, with rows as it wrote them; then the upgrade. Says what stands there before and after.
GOING_UP = """
import json
from datetime import date, timedelta
from hashlib import sha256
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.utils import DatabaseError
from tests.cast import NOW
from tests.schema import schema

RELEASE = [(app, "0001_initial") for app in ("practice", "patients", "consent", "treatments", "reports")]
executor = MigrationExecutor(connection)
executor.loader = MigrationLoader(connection, replace_migrations=False)
state = executor.migrate(RELEASE)
made = []

def add(model, **values):
    row = state.apps.get_model(model).objects.create(**values)
    made.append((model, row.pk))
    return row

home = add("practice.Practice", name="Harbour Lane Osteopathy")
tenant = {"practice": home}
anna = add("practice.User", **tenant, email="anna@example.org", full_name="Anna Kovač", role="practitioner", password="!")
add("practice.Clinic", **tenant, name="Harbour")
add("practice.Credential", **tenant, user=anna, kind="thoracic_needling", issuer="ODNA")
add("practice.Token", **tenant, user=anna, name="Import", digest="d" * 64, expires_at=NOW)
gp = add("patients.Contact", **tenant, kind="gp", name="Dr Voss")
patient = add("patients.Patient", **tenant, record_number=1, family_name="O'Neill", given_names="Siobhán",
              date_of_birth=date(1988, 2, 29), gp=gp, last_session_at=NOW, created_by=anna)
of = tenant | {"patient": patient}
add("patients.HistoricalPatient", id=patient.pk, record_number=1, family_name="ONeill", date_of_birth=date(1988, 2, 29),
    practice=home, history_date=NOW, history_type="+", history_user=anna, history_change_reason="registered",
    created_at=NOW, updated_at=NOW)
add("patients.Identifier", **of, system="medicare", value="2123456701")
add("patients.Alert", **of, kind="allergy", severity="danger", text="Nickel", starts_on=date(2026, 1, 1))
add("practice.AccessEntry", **tenant, patient_id=patient.pk, act="opened", kind="patient", record_id=patient.pk, surface="page")
text = add("consent.ConsentText", **tenant, text_version=1, title="Consent", sections=[], risks=[], scope_items=["general"],
           published_at=NOW)
consent = add("consent.Consent", **of, text=text, decisions={"general": "given"}, method="verbal", given_at=NOW,
              valid_until=date(2027, 11, 24), obtained_by=anna)
add("consent.Withdrawal", **of, consent=consent, scope="general", withdrawn_at=NOW + timedelta(days=1))
add("consent.Screening", **of, taken_at=NOW, filled_by="practitioner", answers={}, complete=True, content_version="1",
    reviewed_at=NOW, reviewed_by=anna)
episode = add("treatments.Episode", **of, title="Neck", practitioner=anna)
lot = add("treatments.NeedleLot", **tenant, brand="Seirin", gauge_mm="0.30", length_mm=40, lot_number="A1",
          expires_on=date(2028, 1, 1))
muscle = add("treatments.Structure", key="soleus", name="Soleus", kind="muscle", laterality="paired")
session = add("treatments.NeedlingSession", **of, practitioner=anna, episode=episode, started_at=NOW, written_at=NOW,
              subjective="Sore calf", status="signed", signed_at=NOW, signed_by=anna, content_sha256="a" * 64)
add("treatments.Site", **tenant, session=session, structure=muscle, position=1, side="left", lot=lot, depth_mm=25,
    length_mm=40)
add("treatments.Addendum", **tenant, session=session, text="It was the left one.", created_by=anna)
add("treatments.FollowUp", **of, session=session, kind="soreness_check", due_at=NOW)
add("reports.Document", **of, session=session, kind="patient_summary", number="S-1-1", pages=1, content=b"%PDF-",
    sha256=sha256(b"%PDF-").hexdigest(), source_versions={})

def rows():
    told = {}
    for label, pk in made:
        model = state.apps.get_model(label)
        names = [field.attname for field in model._meta.concrete_fields if field.name != "search_key"]  # derived
        values = model.objects.filter(pk=pk).values_list(*names).get()
        told[label] = {name: bytes(v).hex() if isinstance(v, memoryview) else str(v) for name, v in zip(names, values)}
    return told

def refused(work):
    try:
        with transaction.atomic():
            work()
    except DatabaseError:
        return True
    return False

connection.check_constraints()
before = rows()
call_command("migrate", verbosity=0)
after = rows()

from patients import search
from patients.models import Patient
from practice.guards import missing
from practice.models import Practice
from treatments.models import Site
print(json.dumps({
    "schema": schema(connection), "before": before, "after": after,
    "waits": MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()) != [],
    "found": [m.patient.family_name for m in search.find(
        "siobhan oneil", practice=Practice.objects.get(), today=date(2026, 11, 24))],
    "seen_by": Patient.objects.get().last_session_by.full_name,
    "without_guard": sorted(missing(connection)),
    "frozen": refused(lambda: Site.objects.update(depth_mm=3)),
}))
"""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: Any) -> dict[str, Any]:
    made = Installation(tmp_path_factory.mktemp("home"), database=new_database("release"))
    return made.script(GOING_UP)


def test_every_row_of_the_first_release_is_there_as_it_was(upgraded: dict[str, Any]):
    assert len(upgraded["before"]) > 20
    assert upgraded["after"] == upgraded["before"]
    assert upgraded["waits"] is False


def test_who_was_a_patient_then_is_found_and_what_was_signed_is_frozen(upgraded: dict[str, Any]):
    assert (upgraded["found"], upgraded["frozen"], upgraded["without_guard"]) == (["O'Neill"], True, [])


def test_whose_the_last_session_was_is_counted_from_what_was_there(upgraded: dict[str, Any]):
    assert upgraded["seen_by"] == "Anna Kovač"


def test_step_by_step_or_at_once_it_is_the_same_database(upgraded: dict[str, Any], db: None):
    """New databases are made by the squashed migrations, older ones went through the single steps."""
    new: Schema = schema(connection)
    assert new.keys() == upgraded["schema"].keys()
    for kind, lines in new.items():
        assert lines
        only_new, only_old = set(lines) - set(upgraded["schema"][kind]), set(upgraded["schema"][kind]) - set(lines)
        assert (kind, sorted(only_new), sorted(only_old)) == (kind, [], [])
