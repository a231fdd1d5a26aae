"""Whether a patient with 1,000 sessions opens as fast as one with 10: each part of the chart, page by page.

    python benchmarks/long_past.py                        on the SQLite of a temporary home
    DATABASE_URL=... python benchmarks/long_past.py       on an empty PostgreSQL database

Prints medians and their ratio; the aim is a ratio of 1.5 or less.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
os.environ.setdefault("TAUTBAND_SECRET_KEY", "only-for-benchmarks")
os.environ.setdefault("TAUTBAND_SECURE", "0")
os.environ.setdefault("TAUTBAND_HOME", tempfile.mkdtemp(prefix="tautband-benchmark-"))
os.environ.setdefault("TAUTBAND_ALLOWED_HOSTS", "testserver")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

ROUNDS, WARM = 15, 3
FEW, MANY = 10, 1000
MUSCLES = (
    "soleus",
    "gastrocnemius_medial",
    "gastrocnemius_lateral",
    "tibialis_anterior",
    "infraspinatus",
    "trapezius_upper",
)
PARTS = ("response", "muscle", "reacts", "outcome", "outcomes", "needled", "needled?days=all", "now")


def fill(patient: Any, by: Any, count: int) -> None:
    """Signed sessions with six sites, two answered checks and a score each; written in bulk, as no surface does."""
    from tests.cast import NOW
    from treatments.models import FollowUp, NeedlingSession, Score, Site

    own = {"practice": by.practice, "created_by": by}
    times = [NOW - timedelta(days=n + 1) for n in range(count)]
    sessions = [
        NeedlingSession(
            **own, patient=patient, practitioner=by, started_at=at, written_at=at, pain_before=5, pain_after=3
        )
        for at in times
    ]
    NeedlingSession.objects.bulk_create(sessions)
    Site.objects.bulk_create(
        Site(**own, session=s, position=n, structure_id=key, side="left", insertions=3, twitch_count=2, twitch_seen="visible")
        for s in sessions for n, key in enumerate(MUSCLES)
    )  # fmt: skip
    for session in sessions:
        NeedlingSession.objects.filter(pk=session.pk).update(
            status="signed", signed_at=session.started_at, signed_by=by, content_sha256="0" * 64
        )
    FollowUp.objects.bulk_create(
        FollowUp(**own, patient=patient, session=s, kind="soreness_check", due_at=s.started_at + timedelta(hours=h), hours_since=h,
                 state="answered", answered_at=s.started_at + timedelta(hours=h), reported_by="staff", bruise=False,
                 soreness=[{"structure": key, "side": "left", "score": 3} for key in MUSCLES])
        for s in sessions for h in (24, 72)
    )  # fmt: skip
    Score.objects.bulk_create(
        Score(**own, patient=patient, session=s, instrument="ndi", value=20, at=s.started_at, timing="before")
        for s in sessions
    )


def median_ms(client: Any, path: str) -> float:
    taken = []
    for n in range(WARM + ROUNDS):
        begin = time.perf_counter()
        answer = client.get(path)
        assert answer.status_code == 200, path
        if n >= WARM:
            taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def main() -> None:
    from tests.cast import make_cast, make_patient, page_as
    from tests.world import load_content

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        cast = make_cast()
        load_content()
        born = "1980-01-01"
        few = make_patient(cast.anna, record_number=11, family_name="Few", date_of_birth=born)
        many = make_patient(cast.anna, record_number=12, family_name="Many", date_of_birth=born)
        fill(few, cast.anna, FEW)
        fill(many, cast.anna, MANY)
    client = page_as(cast.anna)
    print(f"{'part':<18}{f'{FEW} sessions':>14}{f'{MANY} sessions':>16}{'ratio':>8}")
    for part in PARTS:
        short, long = (median_ms(client, f"/sessions/patient/{p.pk}/{part}") for p in (few, many))
        print(f"{part:<18}{short:>11.1f} ms{long:>13.1f} ms{long / short:>8.2f}")


if __name__ == "__main__":
    main()
