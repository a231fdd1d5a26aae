"""The web process killed while a file is being attached: no row without its file, no file that stays without a row, and
who tries again has it."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from practice.stored_files import digest_of
from tests import standstill
from tests.installation import Installation, new_database
from tests.test_killed import SET_UP
from tests.world import a_pdf

AGAIN = """
import json, os
from datetime import timedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient
from patients import actions
from patients.actions.attachments import FILES
from patients.models import Attachment

def rows():
    return [[row.received_sha256, FILES.digest(row.stored_as) == row.sha256] for row in Attachment.objects.all()]

left = rows()
file = SimpleUploadedFile("a.pdf", bytes.fromhex("{content}"))
answer = APIClient(headers={{"Authorization": "Bearer {token}"}}).post(
    "/api/v1/attachments", {{"patient": "{patient}", "kind": "referral", "file": file}}, format="multipart", SERVER_NAME="127.0.0.1")
actions.sweep_attachments(timezone.now() + timedelta(days=2 * Attachment.objects.count()))
files = sorted(name for name in os.listdir(FILES.path_of("")) if not name.startswith("."))
named = sorted(Attachment.objects.values_list("stored_as", flat=True))
print(json.dumps([left, answer.status_code, rows(), files, named]))
"""
# Where the web process is killed -> whether the row was acknowledged by the database by then.
POINTS = {
    "before practice.stored_files:_force_names 1": False,  # written, and its name may not be on the disk yet
    "after patients.actions.attachments:_stored 1": False,  # whole, and without a row
    "after patients.actions.attachments:keep_all 1": False,  # with a row that is not committed
    "after patients.actions.attachments:_written 1": True,  # committed, and nobody was told
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: Any) -> tuple[Installation, dict[str, str]]:
    installation = Installation(tmp_path_factory.mktemp("home"), database=new_database("attached"))
    return installation, installation.script(SET_UP)


@pytest.fixture
def home(made: tuple[Installation, dict[str, str]]) -> Iterator[Installation]:
    yield made[0]
    made[0].end()


def attach(home: Installation, known: dict[str, str], content: bytes) -> int:
    """The status of the answer; 0 when the server died on it."""
    bound = uuid4().hex
    parts = [f'--{bound}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in (("patient", known["patient"]), ("kind", "referral"))]  # fmt: skip
    parts += [f'--{bound}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode(), content]
    body = b"".join(parts) + f"\r\n--{bound}--\r\n".encode()
    headers = {"Authorization": f"Bearer {known['token']}", "Content-Type": f"multipart/form-data; boundary={bound}"}
    asked = http.client.HTTPConnection("127.0.0.1", home.port, timeout=90)
    try:
        asked.request("POST", "/api/v1/attachments", body, headers)
        return asked.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        asked.close()


@pytest.mark.parametrize("point", POINTS)
def test_killed_at(point: str, home: Installation, made: tuple[Installation, dict[str, str]], tmp_path: Path):
    mark, content, answers = tmp_path / "stands", a_pdf(PageLabels={"/Point": point}), list[int]()
    home.start("tests.standstill", workers=1, **standstill.env(point, mark))
    sender = Thread(target=lambda: answers.append(attach(home, made[1], content)))
    sender.start()
    assert home.process is not None
    standstill.wait_until_it_stands(mark, home.process)
    home.kill()
    sender.join()

    left, status, rows, files, named = home.script(AGAIN.format(content=content.hex(), **made[1]))
    digest = digest_of(content)
    assert answers == [0]
    assert all(whole for _, whole in left)  # no row without its file
    assert [found for found, _ in left].count(digest) == int(POINTS[point])
    assert status == (200 if POINTS[point] else 201)
    assert [row for row in rows if row[0] == digest] == [[digest, True]]
    assert files == named  # nor a file without its row
