"""A client generated from the schema registers a patient and signs a session, knowing nothing but the schema."""

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command

from practice import actions as practice_actions
from practice.identifiers import new_id
from tests.cast import NOW, make_cast
from tests.world import give_consent, load_content, publish_text, take_screening


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated package, made once."""
    folder = tmp_path_factory.mktemp("client")
    schema, config = folder / "schema.yml", folder / "config.yml"
    call_command("spectacular", "--file", str(schema))
    config.write_text("post_hooks: []\npackage_name_override: tautband_client\n")
    tool = Path(sys.executable).parent / "openapi-python-client"
    command = [
        tool,
        "generate",
        "--path",
        schema,
        "--config",
        config,
        "--output-path",
        folder / "made",
        "--meta",
        "none",
    ]
    made = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    (folder / "made").rename(folder / "tautband_client")
    return folder


def load(package: Path, name: str) -> ModuleType:
    if str(package) not in sys.path:
        sys.path.insert(0, str(package))
    return importlib.import_module(f"tautband_client.{name}")


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_registers_a_patient_and_signs_a_session(package: Path, live_server: Any):
    cast = make_cast()
    load_content()
    text = publish_text(cast)
    secret = practice_actions.issue_token(
        person=cast.anna, name="Client", days=1, by=cast.anna, at=datetime.now(UTC)
    ).secret
    client = load(package, "client").AuthenticatedClient(base_url=live_server.url, token=secret)
    models = load(package, "models")

    born = {"family_name": "Client", "given_names": "Generated", "date_of_birth": "1990-01-01"}
    patient = load(package, "api.patients.patients_create").sync(
        client=client, body=models.NewPatientRequest.from_dict(born)
    )
    assert not isinstance(patient, models.Problem), patient
    person = cast.siobhan.__class__.objects.get(pk=patient.id)
    give_consent(person, text, cast.anna)
    take_screening(person, cast.anna)

    pk = new_id()
    content = {
        "patient": str(patient.id), "practitioner": str(cast.anna.pk), "started_at": NOW.isoformat(), "subjective": "Calf.",
        "consent_confirmed": True, "needles_out": 1,
        "sites": [{"structure": "soleus", "side": "left", "technique": "superficial"}],
    }  # fmt: skip
    written = load(package, "api.sessions.sessions_update").sync_detailed(
        pk, client=client, body=models.SessionRequest.from_dict(content)
    )
    signed = load(package, "api.sessions.sessions_sign").sync(
        pk, client=client, body=models.SignRequest(), if_match=written.headers["ETag"]
    )

    assert (signed.status.value, str(signed.patient)) == ("signed", str(patient.id))
