"""How well and how fast the worker finds records of one person among 200,000, 2 % of them registered twice.

    python benchmarks/duplicates.py
    python benchmarks/duplicates.py --people 20000

Pure: no database, one core. The second record of a person has slips, another family name, a misread date, a missing or
new phone, as registrations at a desk have them. Among the others stand twins, namesakes and families with one phone.
Prints precision, recall and F1 of the list, and the time (aim: under 10 minutes for 200,000).
"""

import argparse
import sys
import time
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def again(random: Random, values: dict[str, Any], family: str) -> dict[str, Any]:
    """The same person as somebody else wrote them down."""
    from benchmarks.people import as_heard, misread, with_a_slip

    second = dict(values)
    change = random.random()
    if change < 0.35:
        second["family_name"] = with_a_slip(random, values["family_name"])
    elif change < 0.55:
        second["family_name"] = as_heard(random, values["family_name"])
    elif change < 0.65:
        second |= {"family_name": family, "former_names": [values["family_name"]]}
    elif change < 0.72:
        second |= {"family_name": values["given_names"], "given_names": values["family_name"]}
    if random.random() < 0.15:
        second["date_of_birth"] = misread(random, values["date_of_birth"])
    if random.random() < 0.4:
        second["phones"] = []
    elif random.random() < 0.3:
        second["phones"] = [{"kind": "mobile", "number": f"+614{random.randrange(10**8):08d}"}]
    if random.random() < 0.5:
        second["email"] = ""
    return second


def relatives(random: Random, values: dict[str, Any], given: str) -> dict[str, Any]:
    """A twin, or a parent with the same phone: alike, and somebody else."""
    other = values | {"given_names": given, "former_names": [], "email": ""}
    if random.random() < 0.6:
        other["date_of_birth"] = values["date_of_birth"].replace(year=values["date_of_birth"].year - 28, day=7)
    return other


def population(count: int, seed: int) -> tuple[dict[int, Any], set[tuple[int, int]]]:
    from benchmarks.people import names, people
    from patients.likeness import person

    random = Random(seed)
    families, givens = names(random, count)
    rows = people(random, count)
    true = set()
    for index in random.sample(range(count), count // 50):
        true.add((index, len(rows)))
        rows.append(again(random, rows[index], families.pick(random)))
    for index in random.sample(range(count), count // 50):
        rows.append(relatives(random, rows[index], givens.pick(random)))
    blank = {"preferred_name": "", "former_names": []}
    return {i: person(SimpleNamespace(**(blank | values))) for i, values in enumerate(rows)}, true


def main(count: int) -> None:
    start = time.perf_counter()
    everybody, true = population(count, seed=count)
    made = time.perf_counter()
    from patients.duplicate_hunt import likely_pairs

    found: Any = likely_pairs(everybody)  # type: ignore[arg-type]
    took = time.perf_counter() - made
    right = len(true & found.keys())
    precision, recall = right / max(len(found), 1), right / len(true)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"{len(everybody):,} records, {len(true):,} of them a second time; made in {made - start:.0f} s")
    print(f"listed {len(found):,}   precision {precision:.3f}   recall {recall:.3f}   F1 {f1:.3f}")
    print(f"looked through in {took:.0f} s of one core (aim: under 600 s for 200,000)")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    os.environ.setdefault("TAUTBAND_SECRET_KEY", "only-for-benchmarks")
    os.environ.setdefault("TAUTBAND_SECURE", "0")
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200_000)
    main(parser.parse_args().people)
