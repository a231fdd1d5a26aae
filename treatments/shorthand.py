"""The shorthand of a needled spot: `r uft x3 ltr4 30x40 d25 fam>temple` is a row, and a row is that line again.

    text   = row { (";" | new line) row }
    row    = word { space word }              in any order, upper or lower case; a comma may stand before the space
    word   = side | muscle | refers | answer
    side   = "r" | "l" | "b" | "m"            right, left, both (two rows), midline; or in full
    muscle = short code | key of the catalogue | its name or another name of it, several words long where it is
    refers = [ "fam" ] ">" area { "," area }  areas by key or by label
    answer = a word of shorthand_words.WORDS  a number may stand apart from its letters: `d 25`, `30 x 40`, `10 min`

    what is said                 words
    passes, depth, needles       x3, d25 (mm), n2
    needle                       30x40 = 0.30x40 = 0.30 × 40 mm; g30 thickness alone, len40 length alone
    technique                    p s st w e tend bone stay
    twitches                     ltr4, and how seen: ltr4f felt, ltr4v visible, ltr4u ultrasound; ltr0 noltr unsought;
                                 weak medium strong
    familiar pain                fam nofam
    criteria                     tb+ tb- taut band, ts+ ts- tender spot, rp+ rp- referred pain (or tby, tbn ...)
    trigger point                follows from the criteria; else atp ltp notp tp?
    pain, pressure threshold     pain5 pb6 pa2 (during, before, after), kb220 ka310 (kPa before, after)
    left in, current             10min 45s; 2hz 1.5ma cur10 (minutes)

`parse` never raises, drops nothing silently and never bends a value to fit: what was not understood is marked with its
place in the text, in characters. `write` and `parse` are each other's inverse for every clinical field but ids, chart
points, lots and free text (landmark, direction, reaction, note).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treatments.shorthand_names import Named, Vocabulary
from treatments.shorthand_row import NotUnderstood, Row
from treatments.shorthand_words import CRITERIA, NOT_TESTED, SEEN, SIZES, STEMS, WORDS, Body, Word, spell
from treatments.trigger_points import derive

__all__ = ["Named", "NotUnderstood", "Parsed", "Suggestion", "Vocabulary", "complete", "parse", "write"]

MOST_SITES = 100
MOST_SUGGESTIONS = 8


@dataclass(frozen=True)
class Parsed:
    sites: tuple[Body, ...]
    not_understood: tuple[NotUnderstood, ...]


@dataclass(frozen=True)
class Suggestion:
    """What can stand at `start` to `end` instead, and what it means; `whole` when no number has to follow."""

    insert: str
    label: str
    start: int
    end: int
    whole: bool = True


def parse(text: str, vocabulary: Vocabulary) -> Parsed:
    """The sites that the text says, and every part of it that says none."""
    rows = [Row(text, *match.span(), vocabulary) for match in re.finditer(r"[^;\r\n]+", text)]
    told = [row for row in rows if row.read()]
    sites: list[Body] = []
    for row in told:
        its = list(row.sites())
        if len(sites) + len(its) > MOST_SITES:
            row.refuse(f"A session holds {MOST_SITES} sites at most.")
        else:
            sites += its
    problems = [problem for row in told for problem in sorted(row.problems, key=lambda p: p.start)]
    return Parsed(tuple(sites), tuple(problems))


def write(site: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The line of a site. Its structure has to be in the vocabulary; areas that are not known there are left out."""
    named = vocabulary.structures[site["structure"]]
    code = next((code for code in named.codes if vocabulary.structure(code) == named), named.key)
    letter = {"left": "l", "right": "r", "midline": ""}[site["side"]]
    if named.laterality == "any" and site["side"] == "midline":
        letter = "m"
    criteria = dict.fromkeys(CRITERIA.values(), NOT_TESTED) | dict(site.get("criteria") or {})
    derived = derive(criteria["taut_band"], criteria["hypersensitive_spot"], site.get("familiar_pain"))
    areas = [key for key in site.get("referred_to") or [] if key in vocabulary.areas]
    refers = [f">{','.join(areas)}"] if areas else []
    return " ".join(filter(None, [letter, code, *spell(site, str(derived)), *refers]))


# ---- what can follow ----------------------------------------------------------------------------------------------------
def complete(text: str, cursor: int, vocabulary: Vocabulary) -> list[Suggestion]:
    """What can follow at the cursor: areas after `>`, else muscles by code or name, else words not said yet."""
    cursor = min(max(cursor, 0), len(text))
    start = max(text.rfind(mark, 0, cursor) for mark in " \t;\r\n>,") + 1
    begun = text[start:cursor].lower()
    options = _options(text, start, cursor, begun, vocabulary) if begun else []
    return [
        Suggestion(insert, label, start, cursor, insert not in STEMS) for insert, label in options[:MOST_SUGGESTIONS]
    ]


def _options(text: str, start: int, cursor: int, begun: str, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    word = max(text.rfind(mark, 0, start) for mark in " \t;\r\n") + 1
    if ">" in text[word:start]:
        return [(key, vocabulary.areas[key]) for key in vocabulary.areas_beginning(begun)]
    row = _around(text, start, cursor, vocabulary)
    words = [option for word in WORDS if word.says not in row.said for option in _endings(word, begun)]
    muscles = [] if row.named else [(named.code, _first_up(named.spoken)) for named in vocabulary.beginning(begun)]
    return [*muscles, *words]


def _around(text: str, start: int, cursor: int, vocabulary: Vocabulary) -> Row:
    """The row without the word that is being typed."""
    first = max(text.rfind(mark, 0, start) for mark in ";\r\n") + 1
    last = min((at for mark in ";\r\n" if (at := text.find(mark, cursor)) >= 0), default=len(text))
    rest = text[first:start] + " " + text[cursor:last]
    row = Row(rest, 0, len(rest), vocabulary)
    row.read()
    return row


def _endings(word: Word, begun: str) -> list[tuple[str, str]]:
    """How a word can go on. A number is never made up: only its letters are offered, or one of the usual sizes."""
    if word.example == "30x40":
        return [(size, f"needle 0.{size[:2]} × {size[3:]} mm") for size in SIZES if _goes_on(begun, size)]
    number = re.fullmatch(r"([0-9.,]+)([a-z]*)", begun)
    if number and word.after and not word.before:
        return [(number[1] + word.after, word.meaning)] if word.after.startswith(number[2]) else []
    if word.says == "twitch" and re.fullmatch("ltr[0-9]*", begun) and word.has_number:
        return [(begun + letter, f"twitches {seen}") for letter, seen in SEEN.items() if letter != "?"]
    if word.before and _goes_on(begun, word.before):
        return [(word.before, f"{word.meaning}, as in {word.example}")]
    return (
        [(word.example, word.meaning)] if not word.before and not word.after and _goes_on(begun, word.example) else []
    )


def _goes_on(begun: str, word: str) -> bool:
    return word.startswith(begun) and word != begun


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
