"""How well and how fast the one search box finds people, among 2,000 and among 200,000.

    python benchmarks/search.py                    SQLite in a temporary folder
    python benchmarks/search.py --postgres         a throw-away PostgreSQL
    python benchmarks/search.py --large 20000      smaller, for a quick look

Every question is a corrupted way of asking for somebody who is there. Prints how often they are among the first five
(recall@5, aim 0.97), the server time of the whole request (aim p95 under 30 ms on PostgreSQL), and the growth from the
small to the large practice (aim 3x). Takes some minutes: most of it writes the large practice.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TODAY = date(2026, 11, 24)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=2000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--per-kind", type=int, default=150, help="questions of each kind")
    parser.add_argument("--postgres", action="store_true")
    return parser.parse_args()


def settle() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    os.environ.setdefault("TAUTBAND_SECRET_KEY", "only-for-benchmarks")
    os.environ.setdefault("TAUTBAND_SECURE", "0")
    os.environ.setdefault("TAUTBAND_HOME", tempfile.mkdtemp(prefix="tautband-benchmark-"))
    os.environ.setdefault("TAUTBAND_ALLOWED_HOSTS", "testserver")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name their icons by digest


def make(practice: Any, count: int, seed: int) -> list[Any]:
    """So many patients of the practice, in the table and in the index, without their history."""
    from benchmarks.people import people
    from patients import search_index
    from patients.models import Patient

    made = []
    for number, values in enumerate(people(Random(seed), count), start=100):
        patient = Patient(practice=practice, record_number=number, **values)
        patient.clean()
        made.append(patient)
    for start in range(0, len(made), 2000):
        batch = made[start : start + 2000]
        Patient.objects.bulk_create(batch)
        search_index.write(batch)
    return made


def questions(random: Random, patients: list[Any], per_kind: int) -> list[tuple[str, str, Any]]:
    """(kind, what is typed, who is meant)."""
    from benchmarks.people import as_heard, misread, with_a_slip
    from practice.folding import fold

    def short(word: str) -> str:
        return word[: max(3, round(len(word) * 0.6))]

    def year(p: Any) -> str:
        return str(p.date_of_birth.year)[random.choice((0, 2)) :]

    def day(born: date) -> str:
        return random.choice((f"{born.day}/{born.month}/{born:%y}", f"{born:%d %b %Y}".lower(), f"{born:%d%m%Y}", f"{born:%Y-%m-%d}"))  # fmt: skip

    def first(p: Any) -> str:
        return p.given_names.split()[0]

    kinds: dict[str, Callable[[Any], str]] = {
        "as it stands": lambda p: f"{first(p)} {p.family_name} {year(p)}",
        "a slip in the family name": lambda p: f"{first(p)} {with_a_slip(random, p.family_name)} {year(p)}",
        "a slip in the given name": lambda p: f"{with_a_slip(random, first(p))} {p.family_name} {year(p)}",
        "a slip in each": lambda p: (
            f"{with_a_slip(random, first(p))} {with_a_slip(random, p.family_name)} {day(p.date_of_birth)}"
        ),
        "the other way round": lambda p: f"{p.family_name}, {first(p)} {year(p)}",
        "cut short": lambda p: f"{short(p.family_name)} {short(first(p))} {p.date_of_birth.year}",
        "as it sounds": lambda p: f"{first(p)} {as_heard(random, p.family_name)} {year(p)}",
        "date misread": lambda p: f"{first(p)} {p.family_name} {day(misread(random, p.date_of_birth))}",
        "family name and date": lambda p: f"{with_a_slip(random, p.family_name)} {day(p.date_of_birth)}",
        "without accents": lambda p: f"{fold(p.family_name)} {fold(first(p))} {year(p)}",
        "former name": lambda p: f"{first(p)} {p.former_names[0]} {year(p)}",
        "end of the phone": lambda p: f"{short(p.family_name)} {p.phones[0]['number'][-4:]}",
        "record number": lambda p: f"{p.record_number:06d}",
        "e-mail": lambda p: p.email[:9],
    }
    needs = {"former name": "former_names", "end of the phone": "phones", "e-mail": "email"}
    able = [p for p in patients if len(p.family_name) >= 4 and len(p.given_names.split()[0]) >= 4]
    asked = []
    for kind, ask in kinds.items():
        some = [p for p in able if getattr(p, needs.get(kind, "pk"))]
        asked += [(kind, ask(p), p) for p in random.choices(some, k=per_kind)]
    return asked


def keystrokes(random: Random, patients: list[Any]) -> list[str]:
    """What the box sends while a name is being typed."""
    some = random.choices(patients, k=40)
    words = [f"{p.family_name} {p.given_names.split()[0]}".lower() for p in some]
    return [word[:end] for word in words for end in range(1, len(word) + 1)]


def measured(client: Any, asked: list[str]) -> list[float]:
    times = []
    for text in asked:
        start = time.perf_counter()
        answer = client.get("/patients/", {"search": text}, headers={"HX-Request": "true"})
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{text!r}: {answer.status_code}")
    return times


def quantiles(times: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[94]


def recall(user: Any, asked: list[tuple[str, str, Any]]) -> dict[str, float]:
    from patients import search

    hits: dict[str, list[bool]] = defaultdict(list)
    for kind, text, meant in asked:
        found = search.find(text, practice=user.practice, today=TODAY, limit=5)
        hits[kind].append(any(match.patient.pk == meant.pk for match in found))
        if os.environ.get("SHOW_MISSES") and not hits[kind][-1]:
            print("   missed", kind, repr(text), meant.family_name, meant.given_names, meant.date_of_birth)
    return {kind: sum(found) / len(found) for kind, found in hits.items()}


def practice_of(name: str, count: int, seed: int) -> tuple[Any, list[Any]]:
    from django.db import transaction

    from practice.history import keep
    from practice.models import Practice, User
    from tests.cast import make_user

    with transaction.atomic():
        practice = keep(Practice(name=name), by=None, why="benchmark")
        user = make_user(practice, name.lower(), name, User.Role.FRONT_DESK)
        return user, make(practice, count, seed)


def report(user: Any, patients: list[Any], count: int, per_kind: int) -> dict[str, tuple[float, float]]:
    from tests.cast import page_as

    random = Random(7)
    asked = questions(random, patients, per_kind)
    found = recall(user, asked)
    print(f"\n{count:,} patients: recall@5")
    for kind, share in found.items():
        print(f"  {kind:<28}{share:6.3f}")
    print(f"  {'all corruptions':<28}{statistics.mean(found.values()):6.3f}   (aim 0.97)")
    client = page_as(user)
    measured(client, [text for _, text, _ in asked[:50]])
    times = {
        "corrupted questions": quantiles(measured(client, [text for _, text, _ in asked])),
        "a slip in a name": quantiles(measured(client, [t for kind, t, _ in asked if "slip" in kind])),
        "every keystroke": quantiles(measured(client, keystrokes(random, patients))),
    }
    for kind, (middle, high) in times.items():
        print(f"  {kind:<28}p50 {middle:6.1f} ms   p95 {high:6.1f} ms")
    return times


def main(small: int, large: int, per_kind: int) -> None:
    settle()
    from django.conf import settings
    from django.db import connection

    settings.DEBUG = False
    results = {}
    for name, count in (("Small", small), ("Large", large)):
        start = time.perf_counter()
        user, patients = practice_of(name, count, seed=count)
        print(f"{connection.vendor}: {count:,} patients written and indexed in {time.perf_counter() - start:.0f} s", flush=True)  # fmt: skip
        with connection.cursor() as cursor:
            # as autovacuum leaves the tables some minutes after they were written
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        gc.collect()
        gc.freeze()  # no web process holds a whole practice in memory: its collector must not walk through ours
        results[count] = report(user, patients, count, per_kind)
    print(f"\n{connection.vendor}: growth from {small:,} to {large:,} (aim 3x)")
    for kind in results[small]:
        middle, high = (b / a for a, b in zip(results[small][kind], results[large][kind], strict=True))
        print(f"  {kind:<28}p50 {middle:5.1f}x   p95 {high:5.1f}x")


if __name__ == "__main__":
    chosen = arguments()
    if chosen.postgres:
        from tests.postgres import cluster

        with cluster() as address:
            os.environ["DATABASE_URL"] = address
            main(chosen.small, chosen.large, chosen.per_kind)
    else:
        main(chosen.small, chosen.large, chosen.per_kind)
