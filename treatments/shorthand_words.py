"""The words of the shorthand: one table, read by the parser, the writer and the completion; docs/shorthand.md tells it.

Every word says one field of a site. Lengths are mm, pain 0-10, pressure thresholds kPa, times seconds.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]
NOT_TESTED = "not_tested"
BOTH = ("left", "right")
SIDES = {"l": ("left",), "r": ("right",), "b": BOTH, "m": ("midline",)} | {
    "left": ("left",), "right": ("right",), "both": BOTH, "midline": ("midline",),
}  # fmt: skip
# The short word first: it is the one that is written; the others are read as well.
TECHNIQUES = {
    "deep_pistoning": ("p", "pistoning"),
    "superficial": ("s", "superficial"),
    "deep_static": ("st", "stat", "static"),
    "winding": ("w", "winding"),
    "electrical": ("e", "electrical"),
    "peritendinous": ("tend", "peritendinous"),
    "periosteal": ("bone", "periosteal"),
    "intradermal_retained": ("stay", "intradermal"),
}
TRIGGER_POINTS = {
    "active": ("atp", "active"),
    "latent": ("ltp", "latent"),
    "none": ("notp",),
    "unspecified": ("tp?",),
}
STRENGTHS = ("weak", "medium", "strong")
SEEN = {"f": "palpated", "v": "visible", "u": "ultrasound", "?": "unspecified"}
CRITERIA = {"tb": "taut_band", "ts": "hypersensitive_spot", "rp": "referred_pain"}
SIGNS = {"+": "yes", "-": "no", "y": "yes", "n": "no"}
SIZES = tuple(
    "16x30 20x15 20x30 25x25 25x30 25x40 30x30 30x40 30x50 30x60 30x75 30x100".split()
)  # the usual boxes, for the completion
NUMBER = r"(?P<n>[-+]?[0-9]+(?:[.,][0-9]+)?)"
LONGEST_NUMBER = 8


class Unfit(ValueError):
    """A word that was understood and cannot be so; the message says why, with the limits."""


@dataclass(frozen=True)
class Word:
    """`says` names the field (two words of a row may not say the same), `read` turns a match into fields of the body.

    A word with a number in it has `before` and `after`, the letters around the number.
    """

    says: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Body]
    example: str
    meaning: str
    before: str = ""
    after: str = ""

    @property
    def has_number(self) -> bool:
        return any(letter.isdigit() for letter in self.example)


def whole(number: str, low: int, high: int, what: str) -> int:
    value = int(number) if re.fullmatch(r"\+?[0-9]+", number) and len(number) <= LONGEST_NUMBER else -1
    if not low <= value <= high:
        raise Unfit(f"{_first_up(what)}: a whole number from {low} to {high}.")
    return value


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _number(
    field: str, before: str, after: str, low: int, high: int, meaning: str, *, times: int = 1, says: str = ""
) -> Word:
    """A word made of a number and the letters around it: `d25`, `90s`."""

    def read(match: re.Match[str]) -> Body:
        return {field: whole(match["n"], low, high, meaning) * times}

    in_mm = "(?:mm)?" if meaning.endswith("in mm") else ""
    pattern = re.compile(rf"{before}{NUMBER}{after}{in_mm}")
    return Word(says or field, pattern, read, f"{before}5{after}", meaning, before, after)


def _choice(says: str, words: tuple[str, ...], value: Any, meaning: str) -> Word:
    pattern = re.compile("|".join(re.escape(word) for word in words))
    return Word(says, pattern, lambda match: {says: value}, words[0], meaning)


def _needle(match: re.Match[str]) -> Body:
    body: Body = {"gauge_mm": _gauge(match["gauge"])}
    return body | {"length_mm": whole(match["n"], 5, 150, "the needle's length in mm")} if match["n"] else body


def _gauge(written: str) -> str:
    """`30` and `0.30` are the same needle: hundredths of a millimetre where no point is written."""
    plain = written.replace(",", ".")
    hundredths = float(plain) * 100 if "." in plain else float(plain)
    if len(plain) > LONGEST_NUMBER or not 10 <= hundredths <= 100 or abs(hundredths - round(hundredths)) > 1e-6:
        raise Unfit("The needle is from 0.10 to 1.00 mm thick: 30x40 is 0.30 × 40 mm.")
    return f"{round(hundredths) / 100:.2f}"


def _twitches(match: re.Match[str]) -> Body:
    count = whole(match["n"], 0, 200, "the count of twitches") if match["n"] else None
    if count is None and match["seen"] in ("", "?"):
        raise Unfit("How many twitches, or how seen? ltr4 is four, ltrv visible, noltr none.")
    unsaid = "none" if count == 0 else "unspecified"
    return {"twitch": {"seen": SEEN.get(match["seen"], unsaid), "count": count}}


def _unseen(says: str) -> Callable[[re.Match[str]], Body]:
    return lambda match: {"twitch": {"seen": says, "count": 0 if match["n"] else None}}


def _strength(strength: str) -> Word:
    return Word(
        "strength",
        re.compile(strength),
        lambda match: {"twitch": {"strength": strength}},
        strength,
        f"{strength} twitch",
    )


def _criterion(match: re.Match[str]) -> Body:
    return {"criteria": {CRITERIA[match["what"]]: SIGNS[match["sign"]]}}


def _current(name: str, unit: str, meaning: str) -> Word:
    def read(match: re.Match[str]) -> Body:
        number = match["n"].replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,2})?", number):
            raise Unfit(f"{_first_up(meaning)}: from 0 to 9999.99, two digits after the point at most.")
        return {"stimulation": {name: float(number)}}

    return Word(name, re.compile(f"{NUMBER}{unit}"), read, f"2{unit}", meaning, "", unit)


def _minutes_of_current(match: re.Match[str]) -> Body:
    return {"stimulation": {"minutes": whole(match["n"], 0, 240, "minutes of current")}}


GAUGE = r"(?P<gauge>[0-9]*[.,]?[0-9]+)"

WORDS: tuple[Word, ...] = (
    _number("insertions", "x", "", 0, 200, "passes"),
    Word("twitch", re.compile(rf"ltr(?:{NUMBER})?(?P<seen>[fvu?]?)"), _twitches, "ltr4v",
         "twitches: f felt, v visible, u ultrasound, else not said how", "ltr"),
    Word("needle", re.compile(rf"{GAUGE}[x×](?P<n>[0-9]+)(?:mm)?"), _needle, "30x40", "needle 0.30 × 40 mm"),
    _number("depth_mm", "d", "", 0, 150, "depth in mm"),
    *(_choice("technique", words, value, value.replace("_", " ")) for value, words in TECHNIQUES.items()),
    _choice("familiar_pain", ("fam",), True, "familiar pain reproduced"),
    _choice("familiar_pain", ("nofam",), False, "no familiar pain"),
    Word("twitch", re.compile(r"noltr(?P<n>)"), _unseen("none"), "noltr", "no twitch"),
    Word("twitch", re.compile(r"unsought(?P<n>0?)"), _unseen("not_sought"), "unsought", "a twitch was not sought"),
    *(_strength(word) for word in STRENGTHS),
    _number("needles", "n", "", 0, 50, "needles at this spot"),
    Word("needle", re.compile(rf"g{GAUGE}(?P<n>)"), _needle, "g30", "needle 0.30 mm thick, length not said", "g"),
    _number("length_mm", "len", "", 5, 150, "needle length in mm", says="needle"),
    *(_choice("trigger_point", words, value, f"trigger point {value}") for value, words in TRIGGER_POINTS.items()),
    *(Word(field, re.compile(rf"(?P<what>{short})(?P<sign>[+\-yn])"), _criterion, f"{short}+", f"{field.replace('_', ' ')}: + yes, - no", short)
      for short, field in CRITERIA.items()),
    _number("pain_during", "pain", "", 0, 10, "pain during"),
    _number("pain_before", "pb", "", 0, 10, "pain before, here"),
    _number("pain_after", "pa", "", 0, 10, "pain after, here"),
    _number("ppt_before_kpa", "kb", "", 0, 1500, "pressure threshold before, kPa"),
    _number("ppt_after_kpa", "ka", "", 0, 1500, "pressure threshold after, kPa"),
    _number("retention_s", "", "s", 0, 86400, "seconds left in"),
    _number("retention_s", "", "min", 0, 1440, "minutes left in", times=60),
    _current("frequency_hz", "hz", "current in Hz"),
    _current("intensity_ma", "ma", "current in mA"),
    Word("minutes", re.compile(f"cur{NUMBER}"), _minutes_of_current, "cur10", "minutes of current", "cur"),
)  # fmt: skip
STEMS = {word.before: word for word in WORDS if word.before} | {word.after: word for word in WORDS if word.after}


def find(word: str) -> tuple[Word, re.Match[str]] | None:
    """The word of the table that this text is, whatever its case."""
    for entry in WORDS:
        if match := entry.pattern.fullmatch(word.lower()):
            return entry, match
    return None


def plain_words() -> Iterator[str]:
    """Every word that is letters only. The quick line knows them too, to tell a line from a muscle's name."""
    for words in (*TECHNIQUES.values(), *TRIGGER_POINTS.values(), STRENGTHS, ("fam", "nofam", "noltr", "unsought")):
        yield from (word for word in words if word.isalpha())


def spell(site: Mapping[str, Any], derived: str) -> list[str]:
    """The words of a site's answers in the usual order. `derived` is what its criteria say of the trigger point."""
    said = site.get
    technique, trigger = said("technique"), said("trigger_point") or "unspecified"
    return [
        *((TECHNIQUES[technique][0],) if technique else ()),
        *_counted("x", said("insertions")),
        *_spell_twitch(said("twitch") or {}),
        *_spell_needle(said("gauge_mm"), said("length_mm")),
        *_counted("d", said("depth_mm")),
        *(_counted("n", said("needles")) if said("needles") != 1 else ()),
        *_spell_retention(said("retention_s")),
        *_spell_current(said("stimulation") or {}),
        *_spell_criteria(said("criteria") or {}),
        *((TRIGGER_POINTS[trigger][0],) if trigger != derived else ()),
        *_spell_familiar(said("familiar_pain")),
        *_counted("pain", said("pain_during")),
        *_counted("pb", said("pain_before")),
        *_counted("pa", said("pain_after")),
        *_counted("kb", said("ppt_before_kpa")),
        *_counted("ka", said("ppt_after_kpa")),
    ]


def _spell_familiar(familiar: bool | None) -> tuple[str, ...]:
    return () if familiar is None else ("fam" if familiar else "nofam",)


def _counted(prefix: str, value: int | None) -> tuple[str, ...]:
    return () if value is None else (f"{prefix}{value}",)


def _spell_twitch(twitch: Mapping[str, Any]) -> list[str]:
    seen, count, strength = twitch.get("seen") or "unspecified", twitch.get("count"), twitch.get("strength")
    words = []
    if seen == "not_sought":
        words.append("unsought" if count is None else "unsought0")
    elif seen == "none":
        words.append("noltr" if count is None else "ltr0")
    elif seen != "unspecified" or count is not None:
        letter = "" if seen == "unspecified" and count else next(key for key, value in SEEN.items() if value == seen)
        words.append(f"ltr{'' if count is None else count}{letter}")
    return [*words, strength] if strength else words


def _spell_needle(gauge: Any, length: int | None) -> tuple[str, ...]:
    hundredths = round(float(gauge) * 100) if gauge is not None else None
    if hundredths is None:
        return _counted("len", length)
    return (f"{hundredths}x{length}",) if length is not None else (f"g{hundredths}",)


def _spell_retention(seconds: int | None) -> tuple[str, ...]:
    if seconds is None:
        return ()
    return (f"{seconds // 60}min",) if seconds and seconds % 60 == 0 else (f"{seconds}s",)


def _spell_current(current: Mapping[str, Any]) -> list[str]:
    units = {"frequency_hz": "hz", "intensity_ma": "ma"}
    words = [f"{_plain(current[name])}{unit}" for name, unit in units.items() if current.get(name) is not None]
    return [*words, *_counted("cur", current.get("minutes"))]


def _plain(value: Any) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _spell_criteria(criteria: Mapping[str, str]) -> list[str]:
    signs = {"yes": "+", "no": "-"}
    return [f"{short}{signs[criteria[name]]}" for short, name in CRITERIA.items() if criteria.get(name) in signs]
