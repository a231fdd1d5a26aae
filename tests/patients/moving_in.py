"""Files from other systems as tests write them, and the way through an import."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from patients import actions
from patients.actions.import_slices import work_slice
from patients.models import Import
from practice.models import User
from tests.cast import NOW

PATIENT_COLUMNS = ("Id", "First Name", "Last Name", "Date Of Birth", "Post Code", "Email", "Mobile")


def csv_of(header: Sequence[str], *rows: Sequence[str], separator: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in (header, *rows)]
    return "\r\n".join(lines).encode(encoding)


def person(number: int, **more: str) -> list[str]:
    """A row of PATIENT_COLUMNS: somebody who is nobody else."""
    cells = {"id": f"P{number}", "given": f"Given{number}", "family": f"Family{number:06d}",
             "born": f"{date(1940, 1, 1) + timedelta(days=9 * number):%d/%m/%Y}", "post": "3198",
             "email": f"p{number}@example.org", "mobile": f"04{number:08d}"} | more  # fmt: skip
    return list(cells.values())


def upload(by: User, content: bytes, kind: str = "patients", **more: Any) -> Import:
    return actions.upload_import(kind=kind, pieces=[content], file_name="export.csv", by=by, **more)


def settle(of_import: Import, by: User, **more: Any) -> Import:
    values: dict[str, Any] = {
        "source": of_import.source or "Old system",
        "mapping": {int(index): key for index, key in of_import.mapping.items()},
        "date_order": "day",
    }
    return actions.settle_import(pk=of_import.pk, by=by, version=of_import.version, **values | more)


def work(of_import: Import) -> Import:
    """Whatever a worker would do until the import waits for a person again."""
    while work_slice(NOW) is not None:
        pass
    of_import.refresh_from_db()
    return of_import


def checked(by: User, content: bytes, kind: str = "patients", **more: Any) -> Import:
    return work(settle(upload(by, content, kind), by, **more))


def imported(by: User, content: bytes, kind: str = "patients", **values: Any) -> Import:
    of_import = checked(by, content, kind)
    return work(actions.start_import(pk=of_import.pk, values=values, by=by, version=of_import.version))
