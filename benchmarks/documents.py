"""A day of summaries through the worker, as it is in work: read, drawn, checked by a second reader, stored, bound.

    python benchmarks/documents.py [--count 1000]

Works in a database of its own that is thrown away. The aim: a summary is drawn in under 20 ms (p50), and memory at 1,000
is as at 100. What reading, checking with the second reader and storing cost beside the drawing is printed as well.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def resident_megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def measure(count: int) -> None:
    from reports import actions
    from reports.actions import batches
    from reports.drawing import patient_summary
    from tests.cast import NOW, make_cast
    from tests.world import SIGNED_AT, a_site, give_consent, load_content, publish_text, sign, start, take_screening

    load_content()
    cast = make_cast()
    give_consent(cast.siobhan, publish_text(cast), cast.anna)
    take_screening(cast.siobhan, cast.anna)
    sites = [
        a_site(structure=key)
        for key in ("soleus", "gastrocnemius_medial", "gastrocnemius_lateral", "tibialis_anterior")
    ]
    for number in range(count):
        sign(
            start(cast.siobhan, cast.anna, sites=sites, needles_out=4, pain_before=6, pain_after=number % 7), cast.anna
        )
    print(f"{count} signed sessions of 4 sites; {resident_megabytes():.0f} MB before the first document")

    day = cast.home.local_date(NOW)
    batch = actions.order_batch(day=day, kind="patient_summary", by=cast.anna, at=SIGNED_AT)
    part, times = batches._print_part, []
    draw, drawn = patient_summary.render, []

    def drawing(*args: object) -> object:
        begun = time.perf_counter()
        try:
            return draw(*args)  # type: ignore[arg-type]
        finally:
            drawn.append((time.perf_counter() - begun) * 1e3)

    patient_summary.render = drawing  # type: ignore[assignment]

    def timed(batch: object, pks: list[object], **named: object) -> None:
        begun = time.perf_counter()
        part(batch, pks, **named)  # type: ignore[arg-type]
        times.extend([(time.perf_counter() - begun) * 1e3 / len(pks)] * len(pks))
        if len(times) in (100, count // 2, count):
            print(f"after {len(times):5,} documents: {resident_megabytes():6.1f} MB")

    batches._print_part = timed  # type: ignore[assignment]
    begun = time.perf_counter()
    while actions.print_some(SIGNED_AT):
        pass
    took, ranked = time.perf_counter() - begun, sorted(times)
    print(f"drawn: p50 {statistics.median(drawn):.1f} ms, p95 {sorted(drawn)[int(len(drawn) * 0.95)]:.1f} ms")
    print(
        f"{len(times):,} stored in {took:.1f} s; each p50 {statistics.median(ranked):.1f} ms, p95 {ranked[int(len(ranked) * 0.95)]:.1f} ms"
    )
    begun = time.perf_counter()
    batch.refresh_from_db()
    pages, size = 0, 0.0
    for volume in actions.volumes(actions.progress_of(batch)):
        bound = actions.bound(batch, volume=volume.number)
        pages, size = pages + bound.pages, size + bound.file.seek(0, 2) / 1e6
        print(f"documents {volume.first:,} to {volume.last:,} bound: {resident_megabytes():.1f} MB")
    print(f"bound: {pages:,} pages, {size:.1f} MB, {time.perf_counter() - begun:.1f} s in all")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TAUTBAND_HOME": home, "TAUTBAND_SECRET_KEY": "only-for-this", "TAUTBAND_SECURE": "0"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "practice.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure(options.count)
