"""How fast patients come in, and that the memory does not grow with the file: python benchmarks/import.py

Each size runs in a process and a fresh SQLite of its own (or in DATABASE_URL, when it is set, one after the other):
upload, dry run, import, and the same file again. Prints rows a second and the most memory that the process held.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (5_000, 50_000)


def rows(count: int) -> bytes:
    """Invented people who are nobody twice."""
    lines = ["Id,First Name,Last Name,Date Of Birth,Post Code,Email,Mobile"]
    for n in range(count):
        born = f"{n % 28 + 1:02d}/{n // 28 % 12 + 1:02d}/{1930 + n // 336 % 80}"
        lines.append(f"P{n},{word(n * 7 + 3)},{word(n * 13 + 5)}{word(n)},{born},3198,p{n}@example.org,04{n:08d}")
    return "\r\n".join(lines).encode()


def word(n: int) -> str:
    """A name that is spelled like no neighbour's."""
    syllables = ("ka", "lo", "mi", "ru", "te", "va", "sho", "ne", "pi", "gu", "dra", "fe", "zu", "bri", "yo", "wen")
    parts = [syllables[(n * 2654435761 >> shift) & 15] for shift in (8, 12, 16, 20)]
    return "".join(parts).capitalize()


def measure(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from patients import actions
    from patients.models import Import
    from practice import actions as practice_actions
    from practice.models import User

    call_command("migrate", verbosity=0)
    person = {"full_name": "Ada Manager", "email": f"ada{count}@example.org", "role": "practitioner"}
    _, by = practice_actions.set_up_practice(
        values={"name": f"Practice {count}"}, manager=person, password="only-for-the-benchmark", at=timezone.now()
    )
    by = User.objects.get(pk=by.pk)
    content = rows(count)
    for way in ("first", "again"):
        one = actions.upload_import(kind="patients", pieces=[content], file_name="p.csv", by=by)
        mapping = {int(index): key for index, key in one.mapping.items()}
        actions.settle_import(pk=one.pk, source="Cliniko", mapping=mapping, date_order="day", by=by, version=1)
        checking = timed()
        one = Import.objects.get(pk=one.pk)
        actions.start_import(pk=one.pk, values={"apply_updates": True}, by=by, version=one.version)
        importing = timed()
        one = Import.objects.get(pk=one.pk)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:>7,} rows, {way:<5}: dry run {count / checking:>6,.0f} rows/s, import {count / importing:>6,.0f} "
              f"rows/s, at most {peak:,.0f} MB, {one.counts}", flush=True)  # fmt: skip


def timed() -> float:
    from django.utils import timezone

    from patients import actions

    began = time.perf_counter()
    while actions.work_on_imports(timezone.now(), seconds=60):
        pass
    return time.perf_counter() - began


def main() -> None:
    for count in SIZES:
        with tempfile.TemporaryDirectory() as home:
            env = os.environ | {"TAUTBAND_HOME": home, "TAUTBAND_SECRET_KEY": "only-for-the-benchmark",
                                "TAUTBAND_SECURE": "0", "DJANGO_SETTINGS_MODULE": "practice.settings",
                                "PYTHONPATH": str(ROOT)}  # fmt: skip
            subprocess.run([sys.executable, __file__, str(count)], env=env, check=True)


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
