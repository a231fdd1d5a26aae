"""Made-up patients for benchmarks, as many as wanted: names as unevenly spread as in life, and ways of getting them
wrong (a slip of the finger, what was heard, a date misread)."""

import re
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

FAMILY = """Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Nguyen Thomas Walker Harris Lee
Ryan Robinson Kelly King Davis Wright Evans Roberts Green Hall Wood Jackson Clarke Patel Khan Lewis James Phillips Scott
Singh Campbell Mitchell Wang Murphy O'Brien Stewart Morris Hughes McDonald Kaur Zhang Cooper Moore Richards Bailey Allen
O'Neill D'Angelo Smith-Jones Søndergaard Groß Müller Nguyễn Fernández García Kowalski Papadopoulos MacKenzie McAllister
van_Dyk de_la_Cruz Hartnoll Hargreave Haarmann O'Hara Delacroix Petrović Novák Yılmaz Okonkwo Achterberg""".split()
GIVEN = """John James Michael David Peter Robert Paul Mark Andrew Thomas Daniel Matthew Christopher Anthony William Joseph
Stephen Philip Geoffrey Jonathan Nicholas Alexander Benjamin Samuel Joshua Luke Jack Oliver Noah Ethan Liam Mary Margaret
Elizabeth Susan Jennifer Sarah Michelle Karen Catherine Kathryn Nicole Rebecca Emma Jessica Emily Charlotte Olivia Sophie
Isabella Amelia Siobhán Zoë Renée Chloë Björn Søren Łukasz Mary_Ann Jean-Paul Anne-Marie Wei Li Mei Priya Aisha Mohammed""".split()
STARTS = "B Br C Ch D Dr F Fl G Gr H J K Kr L M N P Ph Pr R S Sch Sh St T Th Tr V W".split()
MIDDLES = "a e i o u ai ea ee ie oo ou y".split()
ENDS = "ck ld ll lm mb n nd ng nn rd rk rn rt s sk ss st t th tt x".split()
TAILS = ["", "er", "ley", "ton", "man", "son", "ini", "ov", "ski", "berg", "feld", "wood", "ham"]
FIRST_TAILS = ["a", "ah", "an", "en", "ie", "in", "is", "o", "on", "y", "ette", "ina"]


@dataclass(frozen=True)
class Spread:
    """Words with the few common and the many rare (Zipf)."""

    words: list[str]
    steps: list[float]

    @classmethod
    def of(cls, words: list[str], exponent: float) -> "Spread":
        return cls(words, list(accumulate(1 / (i + 8) ** exponent for i in range(len(words)))))

    def pick(self, random: Random) -> str:
        return self.words[bisect(self.steps, random.random() * self.steps[-1])]


def names(random: Random, count: int) -> tuple[Spread, Spread]:
    """Family and given names for so many people; the rarer ones are made of syllables."""

    def made(tails: list[str]) -> str:
        middle = random.choice(STARTS) + random.choice(MIDDLES) + random.choice(ENDS)
        return (middle + random.choice(tails)).capitalize()

    rare = list(dict.fromkeys(made(TAILS) for _ in range(max(count // 4, 500))))
    firsts = list(dict.fromkeys(made(FIRST_TAILS) for _ in range(2500)))
    family = [name.replace("_", " ") for name in FAMILY]
    given = [name.replace("_", " ") for name in GIVEN]
    return Spread.of(family + rare, 0.85), Spread.of(given + firsts, 1.0)


def people(random: Random, count: int) -> list[dict[str, Any]]:
    family, given = names(random, count)
    first = date(1936, 1, 1)
    return [
        {
            "family_name": family.pick(random),
            "given_names": given.pick(random) + (f" {given.pick(random)}" if random.random() < 0.15 else ""),
            "former_names": [family.pick(random)] if random.random() < 0.08 else [],
            "date_of_birth": first + timedelta(days=random.randrange(82 * 365)),
            "sex_at_birth": random.choice(("female", "male", "unknown")),
            "phones": [{"kind": "mobile", "number": f"+614{random.randrange(10**8):08d}"}] if random.random() < 0.9 else [],
            "email": f"p{random.randrange(10**9)}@example.org" if random.random() < 0.6 else "",
            "postcode": f"{random.randrange(3000, 3999)}",
        }
        for _ in range(count)
    ]  # fmt: skip


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def with_a_slip(random: Random, word: str) -> str:
    """One letter more, less, another, or two swapped."""
    at = random.randrange(len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + random.choice(LETTERS) + word[at:],
            word[:at] + random.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


HEARD = (("ph", "f"), ("f", "ph"), ("ck", "k"), ("k", "ck"), ("c", "k"), ("ie", "y"), ("y", "ie"), ("ee", "ea"), ("ea", "ee"), ("ai", "ay"),
         ("th", "t"), ("sch", "sh"), ("sh", "sch"), ("ll", "l"), ("l", "ll"), ("nn", "n"), ("n", "nn"), ("tt", "t"), ("t", "tt"), ("s", "z"),
         ("ss", "s"), ("ou", "oo"), ("er", "ar"), ("on", "en"), ("v", "w"), ("w", "v"))  # fmt: skip


def as_heard(random: Random, word: str) -> str:
    """The same sound in other letters, one or two places."""
    for _ in range(random.choice((1, 1, 2))):
        fitting = [(a, b) for a, b in HEARD if a in word[1:].casefold()]
        if fitting:
            a, b = random.choice(fitting)
            word = word[0] + re.sub(a, b, word[1:].casefold(), count=1)
    return word


def misread(random: Random, born: date) -> date:
    """Day and month the other way round, a digit another, or a day or a year beside it."""
    ways: list[Callable[[], date]] = [
        lambda: date(born.year, born.day, born.month),
        lambda: date(born.year + random.choice((-1, 1, -10, 10)), born.month, born.day),
        lambda: born + timedelta(days=random.choice((-1, 1))),
        lambda: date(born.year, born.month, (born.day + 10) if born.day < 20 else born.day - 10),
    ]
    while True:
        try:
            found = random.choice(ways)()
        except ValueError:
            continue
        if found != born:
            return found
