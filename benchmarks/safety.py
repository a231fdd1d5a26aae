"""What the safety rules cost for a session of 12 sites: the evaluator alone (queries are counted by a test).

    python benchmarks/safety.py

The aim: under 1 ms per site.
"""

import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
os.environ.setdefault("TAUTBAND_SECRET_KEY", "only-for-benchmarks")
os.environ.setdefault("TAUTBAND_HOME", tempfile.mkdtemp(prefix="tautband-benchmark-"))

from consent.restrictions import restrictions
from consent.screening_form import rows
from treatments.safety import SessionFacts, SiteFacts, evaluate

SITE = SiteFacts(id="0", name="Rhomboid major", side="left", area="shoulder_girdle", technique="deep_pistoning", length_mm=40,
                 depth_mm=20, pneumothorax_risk=True, hazards=("lung_pleura",), sourced_max_depth_mm=19)  # fmt: skip
SIDES = ("left", "right", "midline")


def session(sites: int) -> SessionFacts:
    """The worst case: every screening question answered yes, everything over the lung."""
    asked = [{"key": key, "answer": "yes", "area": "shoulder_girdle", "side": "left"} for key in rows()]
    many = tuple(replace(SITE, id=str(n), side=SIDES[n % 3]) for n in range(sites))
    return SessionFacts(
        sites=many, started_on=date(2026, 11, 24), restrictions=restrictions(asked), complaint_side="right"
    )


def main() -> None:
    print(f"{'sites':>6} {'findings':>9} {'ms':>8} {'ms a site':>10}")
    for sites in (1, 6, 12, 60):
        facts = session(sites)
        times = []
        for _ in range(200):
            start = time.perf_counter()
            found = evaluate(facts)
            times.append((time.perf_counter() - start) * 1e3)
        middle = statistics.median(times)
        print(f"{sites:6} {len(found):9} {middle:8.2f} {middle / sites:10.3f}")


if __name__ == "__main__":
    main()
