"""One row of shorthand: what its words say, and which of them say nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from treatments.shorthand_names import FEW, Named, Vocabulary
from treatments.shorthand_words import CRITERIA, NOT_TESTED, SIDES, STEMS, Body, Unfit, Word, find
from treatments.trigger_points import derive

MOST_WORDS_OF_A_NAME = 8
MOST_PARTS_OF_A_WORD = 3
MOST_AREAS = 20
MOST_GUESSES = 4
NESTED = ("twitch", "criteria", "stimulation")
Place = tuple[int, int]


@dataclass(frozen=True)
class NotUnderstood:
    """A slice of the text, `text[start:end]`, and why it says nothing."""

    text: str
    start: int
    end: int
    reason: str


@dataclass
class Row:
    """`text[start:end]` is the row; places are counted in the whole text, in characters."""

    text: str
    start: int
    end: int
    vocabulary: Vocabulary
    body: Body = field(default_factory=dict)
    said: dict[str, Place] = field(default_factory=dict)
    problems: list[NotUnderstood] = field(default_factory=list)
    named: Named | None = None
    sides: tuple[str, ...] = ()

    def read(self) -> bool:
        """Whether there was anything at all."""
        # A comma ends a word where a space follows; inside `>temple,forehead` and `1,5ma` it belongs to the word.
        words = re.compile(r"(?:[^\s,]|,(?=[^\s,]))+").finditer(self.text, self.start, self.end)
        places = [match.span() for match in words]
        anything = bool(places)
        while places:
            end = self._take(places)
            places = [place for place in places if place[0] >= end]
        if anything:
            self._judge()
        return anything

    def _take(self, places: Sequence[Place]) -> int:
        """Understand what stands first; answers where it ends."""
        place = places[0]
        word = self.text[slice(*place)]
        if word.lower() in SIDES:
            return self._side(SIDES[word.lower()], place)
        if end := self._muscle(places):
            return end
        if word.startswith(">") or word.lower().startswith("fam>"):
            return self._refers(word, place)
        if word.lower() in STEMS and (end := self._apart(places)):
            return end
        if found := find(word):
            return self._answer(*found, place)
        return self._apart(places) or self._strange(word, place)

    def _side(self, sides: tuple[str, ...], place: Place) -> int:
        if "side" not in self.said:
            self.sides = sides
        return self._once("side", place)

    def _muscle(self, places: Sequence[Place]) -> int:
        """A muscle by the most words that name one; 0 where none is named."""
        for last in reversed(places[:MOST_WORDS_OF_A_NAME]):
            place = (places[0][0], last[1])
            if named := self.vocabulary.structure(self.text[slice(*place)]):
                self.named = self.named or named
                return self._once("muscle", place)
        return 0

    def _apart(self, places: Sequence[Place]) -> int:
        """A word written with spaces in it, as in `d 25` and `30 x 40`. Two numbers never become one."""
        for last in reversed(places[1:MOST_PARTS_OF_A_WORD]):
            written = self.text[places[0][0] : last[1]]
            parts = [self.text[slice(*place)] for place in places if place[1] <= last[1]]
            alone = any(find(part) for part in parts[1:])
            mixed = not re.search(r"[0-9]\s+[0-9]|[^\W\d]\s+[^\W\d]", written)
            if mixed and not alone and (found := find("".join(parts))):
                return self._answer(*found, (places[0][0], last[1]))
        return 0

    def _answer(self, word: Word, match: re.Match[str], place: Place) -> int:
        try:
            values = word.read(match)
        except Unfit as reason:
            return self._problem(place, str(reason))
        return self._say(word.says, values, place)

    def _say(self, says: str, values: Body, place: Place) -> int:
        if says not in self.said:
            for name, value in values.items():
                self.body[name] = self.body.get(name, {}) | value if name in NESTED else value
        return self._once(says, place)

    def _once(self, says: str, place: Place) -> int:
        if says in self.said:
            return self._problem(place, f"Said twice: “{self.text[slice(*self.said[says])]}” stands already.")
        self.said[says] = place
        return place[1]

    def _problem(self, place: Place, reason: str) -> int:
        self.problems.append(NotUnderstood(self.text[slice(*place)], *place, reason))
        return place[1]

    # ---- where it refers to ---------------------------------------------------------------------------------------------
    def _refers(self, word: str, place: Place) -> int:
        at = self.text.index(">", *place) + 1
        if not word.startswith(">"):
            self._say("familiar_pain", {"familiar_pain": True}, (place[0], at - 1))
        areas, end = [], at
        for piece in self._pieces(at):
            area = self.vocabulary.area(self.text[slice(*piece)])
            if area is None and piece[0] > at and self._is_a_word(piece):
                break  # `>temple, d25`: the comma stood between two words
            areas.append(area)
            end = piece[1]
            if area is None:
                self._no_area(piece)
        if not areas:
            return self._problem((at - 1, at), "Write where it refers to, as in >temple.")
        known = list(dict.fromkeys(filter(None, areas)))
        if len(known) > MOST_AREAS:
            return self._problem((at - 1, end), f"At most {MOST_AREAS} areas.")
        self._say("refers", {"referred_to": known}, (at - 1, end))
        return end

    def _pieces(self, at: int) -> Iterator[Place]:
        """The areas of a list: as many words as name one, else one word; a comma leads to the next."""
        while at < self.end:
            words = list(re.compile(r"[^\s,]+").finditer(self.text, at, self.end))[:MOST_WORDS_OF_A_NAME]
            if not words:
                return
            places = [(words[0].start(), word.end()) for word in words]
            whole = [place for place in places if self.vocabulary.area(self.text[slice(*place)])]
            piece = (whole or places[:1])[-1]
            yield piece
            comma = re.compile(r"\s*,").match(self.text, piece[1], self.end)
            if comma is None:
                return
            at = comma.end()

    def _is_a_word(self, place: Place) -> bool:
        word = self.text[slice(*place)]
        known = find(word) or word.lower() in SIDES or word.lower() in STEMS or self.vocabulary.structure(word)
        return bool(known) or word[0].isdigit()

    def _no_area(self, place: Place) -> None:
        word = self.text[slice(*place)]
        meant = self.vocabulary.areas_beginning(word)[:FEW]
        which = f"Write which: {', '.join(meant)}." if meant else "Write one, as in >temple."
        self._problem(place, f"“{word}” is no area of the body that is known. {which}")

    # ---- what no word says ----------------------------------------------------------------------------------------------
    def _strange(self, word: str, place: Place) -> int:
        if ">" in word:
            return self._problem(place, "Before > stands nothing or fam: fam>temple.")
        if re.fullmatch(r"[0-9.,]+", word):
            return self._problem(place, "A number alone says nothing: d25 is 25 mm deep, x3 three passes.")
        if stem := STEMS.get(word.lower()):
            return self._problem(place, f"{stem.meaning[:1].upper()}{stem.meaning[1:]}: as in {stem.example}.")
        if len(shared := self.vocabulary.sharing(word)) > 1:
            return self._problem(place, f"Several are called so. Write which: {_codes(shared)}.")
        return self._problem(
            place, self._guess(word) or "Not a word of the shorthand, and no muscle by this name or code."
        )

    def _guess(self, word: str) -> str:
        if len(word) < 3 or len(self.problems) >= MOST_GUESSES:
            return ""
        begun = self.vocabulary.beginning(word)
        if len(begun) > 1:
            return f"Several begin so. Write which: {_codes(begun)}."
        meant = begun[0] if begun else self.vocabulary.near(word)
        return f"Not a whole name. Write {meant.code} for {meant.spoken}." if meant else ""

    # ---- what the whole row has to say ----------------------------------------------------------------------------------
    def _judge(self) -> None:
        depth, length = self.body.get("depth_mm"), self.body.get("length_mm")
        if depth is not None and length is not None and depth > length:
            del self.body["depth_mm"]
            self._problem(
                self.said["depth_mm"], f"{depth} mm is deeper than the {length} mm needle. Change one of them."
            )
        if self.named is None:
            if not self.problems:
                self._problem(self._whole(), "No muscle named. Write its code or its name, as in r uft.")
        elif self.named.laterality == "midline":
            self._midline()
        elif not self.sides:
            self._problem(self.said["muscle"], f"Which {self.named.spoken}? Write r, l or b before it.")
        elif self.sides == ("midline",) and self.named.laterality == "paired":
            self._problem(self.said["side"], f"There is a left and a right {self.named.spoken}. Write r, l or b.")
            self.sides = ()

    def _midline(self) -> None:
        if self.sides not in ((), ("midline",)):
            self._problem(self.said["side"], "This lies in the midline and has no side. Leave the letter out.")
        self.sides = ("midline",)

    def _whole(self) -> Place:
        row = self.text[self.start : self.end]
        return self.start + len(row) - len(row.lstrip()), self.start + len(row.rstrip())

    def refuse(self, reason: str) -> None:
        """The row as a whole says nothing."""
        self.problems, self.sides = [], ()
        self._problem(self._whole(), reason)

    def sites(self) -> Iterator[Body]:
        if self.named is None:
            return
        criteria = dict.fromkeys(CRITERIA.values(), NOT_TESTED) | self.body.get("criteria", {})
        for side in self.sides:
            yield _complete(self.body, self.named.key, side, criteria)


def _codes(named: Sequence[Named]) -> str:
    more = ["..."] if len(named) > FEW else []
    return ", ".join([one.code for one in named[:FEW]] + more)


def _complete(said: Body, structure: str, side: str, criteria: dict[str, str]) -> Body:
    """The body of a site: what was not said is null, as the REST API has it."""
    derived = derive(criteria["taut_band"], criteria["hypersensitive_spot"], said.get("familiar_pain"))
    stimulation = dict.fromkeys(("frequency_hz", "intensity_ma", "minutes")) | said.get("stimulation", {})
    silent: dict[str, Any] = dict.fromkeys(
        ("technique", "gauge_mm", "length_mm", "depth_mm", "insertions", "retention_s", "familiar_pain")
    )
    silent |= dict.fromkeys(("pain_during", "pain_before", "pain_after", "ppt_before_kpa", "ppt_after_kpa"))
    return {**silent, "trigger_point": str(derived), "needles": 1, "referred_to": []} | said | {
        "structure": structure,
        "side": side,
        "criteria": criteria,
        "stimulation": stimulation if "stimulation" in said else None,
        "twitch": {"seen": "unspecified", "count": None, "strength": None} | said.get("twitch", {}),
    }  # fmt: skip
