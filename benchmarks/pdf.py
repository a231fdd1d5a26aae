"""How long a document takes in a warm process, how large it is, and whether memory stays where it was.

    python benchmarks/pdf.py [--repeat 100] [--batch 1000]

The aim: a patient summary under 20 ms, a clinical record under 40 ms (p50, warm), 1,000 summaries at constant memory.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reports.contents import PatientSummary
from reports.drawing import clinical_record, patient_summary
from reports.drawing.sheet import Printed
from tests.reports.samples import RECORDS, SUMMARIES

Make = Callable[[], Printed]


def documents() -> Iterable[tuple[str, Make]]:
    for name, summary in SUMMARIES.items():
        yield f"patient summary, {name}", partial(patient_summary.render, summary)
    for name, record in RECORDS.items():
        yield f"clinical record, {name}", partial(clinical_record.render, record)


def milliseconds(make: Make) -> float:
    start = time.perf_counter()
    make()
    return (time.perf_counter() - start) * 1e3


def row(name: str, make: Make, repeat: int) -> str:
    first, printed = milliseconds(make), make()
    times = sorted(milliseconds(make) for _ in range(repeat))
    middle, late = statistics.median(times), times[int(repeat * 0.95)]
    size = len(printed.content)
    return f"{name:40} {first:8.1f} {middle:8.1f} {late:8.1f} {printed.pages:6} {size:9,}"


def resident_megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def patients(count: int) -> Iterable[PatientSummary]:
    """Everybody is somebody else, so that nothing remembered helps the next."""
    summary = SUMMARIES["six_sites"]
    for number in range(count):
        patient = replace(summary.patient, name=f"Ingrid {number} Søndergaard", record_number=str(number))
        moved = tuple(replace(point, x=point.x + number % 7) for point in summary.points)
        yield replace(summary, patient=patient, points=moved, document=f"S-{number}")


def batch(count: int) -> None:
    """Print many summaries and say what the process weighs along the way."""
    start = time.perf_counter()
    for number, summary in enumerate(patients(count), 1):
        patient_summary.render(summary)
        if number in (count // 10, count // 2, count):
            print(f"after {number:6,} summaries: {resident_megabytes():6.1f} MB, {time.perf_counter() - start:6.1f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--batch", type=int, default=0)
    options = parser.parse_args()
    print(f"{'document':40} {'first ms':>8} {'p50 ms':>8} {'p95 ms':>8} {'pages':>6} {'bytes':>9}")
    for title, make_one in documents():
        print(row(title, make_one, max(options.repeat if "endless" not in title else 5, 1)))
    if options.batch:
        batch(options.batch)
