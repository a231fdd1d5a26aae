"""The shorthand: a table of lines, and properties over every site and every text."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import regions
from treatments import catalogue, shorthand_words
from treatments.shorthand import Named, Vocabulary, complete, parse, write
from treatments.trigger_points import derive

UPPER = Named("trapezius_upper", "Trapezius, upper (descending) part", "paired", ("uft", "ut"), ("upper trapezius",))
QL = Named("quadratus_lumborum", "Quadratus lumborum", "paired", ("ql",))
VASTUS = Named("vastus_medialis", "Vastus medialis", "paired", ("vm",), ("quads",))
RECTUS = Named("rectus_femoris", "Rectus femoris", "paired", ("rf",), ("quads",))
ATLAS = Named("nuchal_ligament", "Nuchal ligament", "midline")
SCAR = Named("scar", "Scar", "any", ("scr",))
AREAS = {"temple": "Temple and side of head", "forehead": "Forehead", "shoulder_anterior": "Front of shoulder"}
WORDS = Vocabulary([UPPER, QL, VASTUS, RECTUS, ATLAS, SCAR], AREAS)

AREA_LABELS = {row["key"]: row["label"] for row in regions.rows() if row["kind"] == "referral"}


def _named(row: dict[str, str]) -> Named:
    shipped = catalogue._structure(row, catalogue._codes())
    return Named(
        shipped.key, shipped.name, shipped.laterality, tuple(shipped.short_codes), tuple(shipped.synonyms), shipped.kind
    )


CATALOGUE = Vocabulary(
    (_named(row) for name in ("muscles", "structures") for row in catalogue._read(name)), AREA_LABELS
)


def one(text: str) -> dict[str, Any]:
    parsed = parse(text, WORDS)
    assert parsed.not_understood == ()
    (site,) = parsed.sites
    return site


def said(text: str) -> dict[str, Any]:
    """Only what the line says, beside muscle and side."""
    silent = one("r uft")
    return {name: value for name, value in one(f"r uft {text}").items() if value != silent[name]}


def test_the_line_of_the_design():
    site = one("r uft x3 ltr4 30x40 d25 fam>temple")
    assert (site["structure"], site["side"]) == ("trapezius_upper", "right")
    assert said("x3 ltr4 30x40 d25 fam>temple") == {
        "insertions": 3, "twitch": {"seen": "unspecified", "count": 4, "strength": None}, "gauge_mm": "0.30", "length_mm": 40,
        "depth_mm": 25, "familiar_pain": True, "referred_to": ["temple"],
    }  # fmt: skip


TWITCH = {"seen": "unspecified", "count": None, "strength": None}
CURRENT = {"frequency_hz": None, "intensity_ma": None, "minutes": None}
CRITERIA = {"taut_band": "not_tested", "hypersensitive_spot": "not_tested", "referred_pain": "not_tested"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ltr4v", {"twitch": TWITCH | {"seen": "visible", "count": 4}}),
        ("ltrf", {"twitch": TWITCH | {"seen": "palpated"}}),
        ("ltr0", {"twitch": TWITCH | {"seen": "none", "count": 0}}),
        ("ltr0?", {"twitch": TWITCH | {"count": 0}}),
        ("noltr", {"twitch": TWITCH | {"seen": "none"}}),
        ("unsought", {"twitch": TWITCH | {"seen": "not_sought"}}),
        ("ltr2u strong", {"twitch": {"seen": "ultrasound", "count": 2, "strength": "strong"}}),
        ("0.25x40", {"gauge_mm": "0.25", "length_mm": 40}),
        ("g16", {"gauge_mm": "0.16"}),
        ("len60", {"length_mm": 60}),
        ("p", {"technique": "deep_pistoning"}),
        ("st", {"technique": "deep_static"}),
        ("s", {"technique": "superficial"}),
        ("w", {"technique": "winding"}),
        ("tend", {"technique": "peritendinous"}),
        ("bone", {"technique": "periosteal"}),
        ("stay", {"technique": "intradermal_retained"}),
        ("n0", {"needles": 0}),
        ("e 2hz 1.5ma cur10", {"technique": "electrical", "stimulation": {"frequency_hz": 2, "intensity_ma": 1.5, "minutes": 10}}),
        ("10min", {"retention_s": 600}),
        ("45s", {"retention_s": 45}),
        ("n2", {"needles": 2}),
        ("tb+ ts+", {"criteria": CRITERIA | {"taut_band": "yes", "hypersensitive_spot": "yes"}}),
        ("tb+ ts+ nofam", {"criteria": CRITERIA | {"taut_band": "yes", "hypersensitive_spot": "yes"}, "familiar_pain": False, "trigger_point": "latent"}),
        ("atp rp-", {"trigger_point": "active", "criteria": CRITERIA | {"referred_pain": "no"}}),
        (">temple,Front-of-shoulder", {"referred_to": ["temple", "shoulder_anterior"]}),
        ("pain5 pb6 pa2 kb220 ka310", {"pain_during": 5, "pain_before": 6, "pain_after": 2, "ppt_before_kpa": 220, "ppt_after_kpa": 310}),
    ],
)  # fmt: skip
def test_what_each_word_says(line: str, says: dict[str, Any]):
    assert said(line) == says


@pytest.mark.parametrize(
    ("line", "same"),
    [("d 25", "d25"), ("x 3 d 25", "x3 d25"), ("30 x 40", "30x40"), ("0.30 x 40", "30x40"), ("30×40mm d25mm", "30x40 d25"),
     ("ltr 4 v", "ltr4v"), ("10 min", "10min"), ("e 2 hz 1,5 mA", "e 2hz 1.5ma"), ("tb + ts -", "tb+ ts-"),
     ("tby tsn", "tb+ ts-"), ("fam > temple", "fam>temple"), ("> temple, forehead d20", ">temple,forehead d20"),
     (">Temple and side of head,Front of shoulder x3", ">temple,shoulder_anterior x3"), ("p, d25, x3", "p d25 x3"),
     ("FAM>TEMPLE, d20", "fam>temple d20"), (">temple, 30 x 40", ">temple 30x40"), ("pistoning", "p"), ("stat", "st"),
     ("static", "st"), ("latent", "ltp"), ("pain 5", "pain5"), ("ltr4 s", "s ltr4"), ("ltr 4 s", "s ltr4"),
     (">temple,temple", ">temple"), ("0 min", "0s")],
)  # fmt: skip
def test_spaces_case_and_longer_words_do_not_matter(line: str, same: str):
    assert one(f"r uft {line}") == one(f"r uft {same}") != one("r uft")


@pytest.mark.parametrize("line", ["r inf >", "r inf + d", "uft ?", "r uft!", "r uft #4"])
def test_a_sign_never_disappears_into_a_name(line: str):
    assert parse(line, CATALOGUE).not_understood != ()


def test_more_rows_than_a_session_holds_are_marked():
    parsed = parse("b ql;" * 60, WORDS)
    assert len(parsed.sites) == 100
    assert {problem.reason for problem in parsed.not_understood} == {"A session holds 100 sites at most."}
    assert len(parsed.not_understood) == 10


def test_more_areas_than_a_site_holds_are_marked():
    many = ",".join(sorted(AREA_LABELS)[:21])
    (problem,) = parse(f"r inf >{many}", CATALOGUE).not_understood
    assert problem.reason == "At most 20 areas."


@pytest.mark.parametrize(
    "line", ["uft r d20", "R UFT D20", "  r   Upper  Trapezius d20 ", "r trapezius_upper d20", "r ut\td20"]
)
def test_order_case_space_and_the_way_the_muscle_is_named_do_not_matter(line: str):
    assert one(line) == one("r uft d20")


def test_rows_are_separated_by_a_semicolon_or_a_new_line_and_both_sides_are_two_rows():
    sites = parse("b ql d30; r uft\nl rf;;\n", WORDS).sites
    assert [(s["structure"], s["side"], s["depth_mm"]) for s in sites] == [
        ("quadratus_lumborum", "left", 30), ("quadratus_lumborum", "right", 30), ("trapezius_upper", "right", None),
        ("rectus_femoris", "left", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "marked", "reason"),
    [
        ("r uft d999", "d999", "Depth in mm: a whole number from 0 to 150."),
        ("r uft 30x25 d30", "d30", "30 mm is deeper than the 25 mm needle. Change one of them."),
        ("r uft d20 d30", "d30", "Said twice: “d20” stands already."),
        ("r uft len40 30x40", "30x40", "Said twice: “len40” stands already."),
        ("r l uft", "l", "Said twice: “r” stands already."),
        ("r uft >moon", "moon", "“moon” is no area of the body that is known. Write one, as in >temple."),
        ("r uft pain>temple", "pain>temple", "Before > stands nothing or fam: fam>temple."),
        ("r uft d20>temple", "d20>temple", "Before > stands nothing or fam: fam>temple."),
        ("r quads x3", "quads", "Several are called so. Write which: rf, vm."),
        ("uft x3", "uft", "Which upper trapezius? Write r, l or b before it."),
        ("m ql", "m", "There is a left and a right quadratus lumborum. Write r, l or b."),
        ("r nuchal ligament", "r", "This lies in the midline and has no side. Leave the letter out."),
        ("x3 d20", "x3 d20", "No muscle named. Write its code or its name, as in r uft."),
        ("r uft 5x40", "5x40", "The needle is from 0.10 to 1.00 mm thick: 30x40 is 0.30 × 40 mm."),
        ("r uft 0.255x40", "0.255x40", "The needle is from 0.10 to 1.00 mm thick: 30x40 is 0.30 × 40 mm."),
        ("r uft 30x400", "30x400", "The needle's length in mm: a whole number from 5 to 150."),
        ("r uft ltr999", "ltr999", "The count of twitches: a whole number from 0 to 200."),
        ("r uft ltr", "ltr", "How many twitches, or how seen? ltr4 is four, ltrv visible, noltr none."),
        ("r uft x-3", "x-3", "Passes: a whole number from 0 to 200."),
        ("r uft d2.5", "d2.5", "Depth in mm: a whole number from 0 to 150."),
        ("r uft d999999999999", "d999999999999", "Depth in mm: a whole number from 0 to 150."),
        ("r uft pain11", "pain11", "Pain during: a whole number from 0 to 10."),
        ("r uft ka1501", "ka1501", "Pressure threshold after, kPa: a whole number from 0 to 1500."),
        ("r uft n51", "n51", "Needles at this spot: a whole number from 0 to 50."),
        ("r uft 1441min", "1441min", "Minutes left in: a whole number from 0 to 1440."),
        ("r uft 86401s", "86401s", "Seconds left in: a whole number from 0 to 86400."),
        ("r uft 1.555ma", "1.555ma", "Current in mA: from 0 to 9999.99, two digits after the point at most."),
        ("r uft 10000hz", "10000hz", "Current in Hz: from 0 to 9999.99, two digits after the point at most."),
        ("r uft cur241", "cur241", "Minutes of current: a whole number from 0 to 240."),
        ("r uft ltr4 noltr", "noltr", "Said twice: “ltr4” stands already."),
        ("r uft d", "d", "Depth in mm: as in d5."),
        ("r uft >", ">", "Write where it refers to, as in >temple."),
        ("r uft > moon x3", "moon", "“moon” is no area of the body that is known. Write one, as in >temple."),
        (
            "r uft >shoul,temple",
            "shoul",
            "“shoul” is no area of the body that is known. Write which: shoulder_anterior.",
        ),
        ("r uft 2 5min", "2", "A number alone says nothing: d25 is 25 mm deep, x3 three passes."),
        ("r uft >temple? x3", "temple?", "“temple?” is no area of the body that is known. Write which: temple."),
        ("r vast x3", "vast", "Not a whole name. Write vm for vastus medialis."),
        ("r trapezus_upper", "trapezus_upper", "Not a whole name. Write uft for upper trapezius."),
        ("r uft 90", "90", "A number alone says nothing: d25 is 25 mm deep, x3 three passes."),
    ],
)
def test_what_is_not_understood_is_marked_with_its_place_and_why(line: str, marked: str, reason: str):
    (problem,) = parse(line, WORDS).not_understood
    assert (problem.text, line[problem.start : problem.end], problem.reason) == (marked, marked, reason)


def test_a_value_out_of_range_is_left_out_and_never_bent():
    (site,) = parse("r uft d151 x3", WORDS).sites
    assert (site["depth_mm"], site["insertions"]) == (None, 3)


def test_a_structure_in_the_midline_needs_no_letter_and_one_that_may_lie_anywhere_takes_each():
    assert one("nuchal ligament")["side"] == "midline"
    assert [one(f"{letter} scr")["side"] for letter in "lrm"] == ["left", "right", "midline"]


# ---- properties -------------------------------------------------------------------------------------------------------------


def maybe(low: int, high: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(low, high)


@st.composite
def clinical(draw: Any) -> dict[str, Any]:
    """Any site that the record can hold, without ids, chart point, lot and free text."""
    named = draw(st.sampled_from([UPPER, QL, ATLAS, SCAR]))
    sides = {"paired": ["left", "right"], "midline": ["midline"], "any": ["left", "right", "midline"]}[named.laterality]
    length = draw(maybe(5, 150))
    criteria = draw(st.fixed_dictionaries(dict.fromkeys(CRITERIA, st.sampled_from(["yes", "no", "not_tested"]))))
    familiar = draw(st.none() | st.booleans())
    seen = draw(st.sampled_from(["unspecified", "not_sought", "none", "palpated", "visible", "ultrasound"]))
    hundredths = draw(maybe(10, 100))
    amount = st.none() | st.integers(0, 999999).map(lambda n: n / 100)
    current = draw(
        st.none() | st.fixed_dictionaries({"frequency_hz": amount, "intensity_ma": amount, "minutes": maybe(0, 240)})
    )
    derived = derive(criteria["taut_band"], criteria["hypersensitive_spot"], familiar)
    return {
        "structure": named.key, "side": draw(st.sampled_from(sides)), "criteria": criteria, "familiar_pain": familiar,
        "trigger_point": draw(st.sampled_from([derived, "active", "latent", "none", "unspecified"])),
        "technique": draw(st.none() | st.sampled_from(sorted(shorthand_words.TECHNIQUES))),
        "gauge_mm": None if hundredths is None else f"{hundredths / 100:.2f}", "length_mm": length,
        "depth_mm": draw(maybe(0, 150 if length is None else length)), "needles": draw(st.integers(0, 50)),
        "insertions": draw(maybe(0, 200)), "retention_s": draw(maybe(0, 86400)),
        "stimulation": current if current and any(v is not None for v in current.values()) else None,
        "twitch": {"seen": seen, "count": draw(maybe(0, 0 if seen in ("none", "not_sought") else 200)),
                   "strength": draw(st.sampled_from([None, "weak", "medium", "strong"]))},
        "referred_to": draw(st.lists(st.sampled_from(sorted(AREAS)), unique=True)), "pain_during": draw(maybe(0, 10)),
        "pain_before": draw(maybe(0, 10)), "pain_after": draw(maybe(0, 10)), "ppt_before_kpa": draw(maybe(0, 1500)),
        "ppt_after_kpa": draw(maybe(0, 1500)),
    }  # fmt: skip


@settings(deadline=None)  # a busy machine is no fault
@given(clinical())
def test_every_site_can_be_written_and_read_back_the_same(site: dict[str, Any]):
    line = write(site, WORDS)
    assert parse(line, WORDS).not_understood == ()
    assert one(line) == site


@settings(deadline=None)  # a busy machine is no fault
@given(clinical(), st.randoms(use_true_random=False))
def test_the_words_of_a_row_may_stand_in_any_order(site: dict[str, Any], random: Any):
    words = write(site, WORDS).split()
    random.shuffle(words)
    assert one(" ".join(words)) == site


SCRAPS = [
    "r",
    "uft",
    "ltr",
    "x3",
    ">",
    "30x40",
    ";",
    "\n",
    " ",
    "d",
    "ß",
    "é",
    "𝒙",
    ",",
    "fam>",
    "tb+",
    "fam",
    "temple",
    "ltr4",
    "quads",
    "?",
    "10 min",
    "999999999",
    "\t",
    "l",
]


@settings(deadline=None)  # a busy machine is no fault
@given(st.text() | st.lists(st.sampled_from(SCRAPS)).map("".join) | st.lists(st.sampled_from(SCRAPS)).map(" ".join))
def test_no_text_is_too_odd_and_every_mark_is_a_slice_of_it(text: str):
    parsed = parse(text, WORDS)
    for problem in parsed.not_understood:
        assert text[problem.start : problem.end] == problem.text != ""
    for site in parsed.sites:
        assert parse(write(site, WORDS), WORDS).sites == (site,)


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=40), st.integers(0, 40))
def test_suggestions_stand_where_they_would_be_put(text: str, cursor: int):
    cursor = min(cursor, len(text))
    for suggestion in complete(text, cursor, WORDS):
        assert 0 <= suggestion.start <= suggestion.end == cursor


# ---- completion, and the words themselves -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("r up", "uft"),
        ("r quad", "ql"),
        ("r uft lt", "ltr"),
        ("r uft ltr4", "ltr4f"),
        ("r uft 10m", "10min"),
        ("r uft 30x", "30x30"),
        ("r uft d20 unso", "unsought"),
        ("r uft fam>front", "shoulder_anterior"),
        ("r uft >te", "temple"),
        ("r uft >temple,fo", "forehead"),
        ("r uft; l q", "ql"),
    ],
)
def test_what_can_follow(text: str, first: str):
    assert complete(text, len(text), WORDS)[0].insert == first


@pytest.mark.parametrize(
    "text", ["r uft d20 d", "r uft p pist", "r uft d", "r uft x", "r uft ", "", "r uft >moon", "r uft lx"]
)
def test_nothing_is_offered_twice_and_no_number_is_made_up(text: str):
    assert complete(text, len(text), WORDS) == []


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=12) | st.sampled_from("abcdefghijklmnopqrstuvwxyz").map(lambda letter: f"r uft {letter}"))
def test_a_suggestion_has_no_number_that_was_not_typed_but_the_size_of_a_box(text: str):
    for suggestion in complete(text, len(text), WORDS):
        if suggestion.insert not in shorthand_words.SIZES:
            numbers = re.findall("[0-9]+", suggestion.insert)
            assert [number for number in numbers if number not in text] == []


# Everything that a practitioner may write for one thing: letters alone, and the letters around a number.
SPELLINGS = [
    *shorthand_words.plain_words(),
    *(f"{word.before}7{word.after}" for word in shorthand_words.WORDS if word.has_number and word.says != "needle"),
    *(f"{short}{sign}" for short in shorthand_words.CRITERIA for sign in shorthand_words.SIGNS),
    *("30x40", "0.30x40", "30×40", "g30", "len40", "unsought0", "ltr4f", "ltrv", "ltr2u", "ltr0?", "tp?"),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_word_of_the_language_means_two_things(spelling: str):
    assert len([word for word in shorthand_words.WORDS if word.pattern.fullmatch(spelling)]) == 1
    assert spelling not in shorthand_words.SIDES


def test_every_spelling_in_the_table_is_tried_above():
    tried = {shorthand_words.find(spelling)[0] for spelling in SPELLINGS}  # type: ignore[index]
    assert tried == set(shorthand_words.WORDS)


def test_every_example_is_read_as_what_it_is_the_example_of():
    for word in shorthand_words.WORDS:
        found = shorthand_words.find(word.example)
        assert found is not None
        assert found[0] is word


def catalogue_codes() -> list[str]:
    return [code for row in catalogue._read("shortcodes") for code in row["short_codes"].split(";")]


def test_the_short_codes_of_the_catalogue_name_one_structure_each():
    codes = catalogue_codes()
    assert len(codes) == len(set(codes))
    wanted = "uft mft lft ls inf sup gmax gmed gmin pir ql tfl gm gl sol scm subocc"
    assert set(wanted.split()) <= set(codes)


def test_no_short_code_is_a_word_or_the_letters_around_a_number():
    words = {*shorthand_words.SIDES, *shorthand_words.STEMS}
    assert [
        c for c in catalogue_codes() if shorthand_words.find(c) or c in words or not re.fullmatch("[a-z]{2,8}", c)
    ] == []


def test_every_muscle_that_is_needled_has_a_short_code():
    coded = {row["key"] for row in catalogue._read("shortcodes")}
    muscles = {row["key"] for row in catalogue._read("muscles") if row["group"] != "chart_only"}
    assert muscles - coded == set()
    known = {row["key"] for name in ("muscles", "structures") for row in catalogue._read(name)}
    assert coded - known == set()


def test_no_word_of_the_language_names_a_muscle_of_the_catalogue():
    words = [*shorthand_words.plain_words(), *shorthand_words.SIDES, *shorthand_words.STEMS]
    assert [word for word in words if CATALOGUE.sharing(word)] == []


@pytest.mark.parametrize(
    ("line", "key"),
    [("r scm", "sternocleidomastoid_sternal"), ("r scmc", "sternocleidomastoid_clavicular"),
     ("r subocc", "obliquus_capitis_inferior"), ("r st semit", "semitendinosus"), ("r sup", "supraspinatus")],
)  # fmt: skip
def test_codes_that_could_mean_more_mean_one(line: str, key: str):
    parsed = parse(line, CATALOGUE)
    assert ([site["structure"] for site in parsed.sites], parsed.not_understood) == ([key], ())


def test_every_structure_of_the_catalogue_can_be_written_and_named_by_name():
    for named in CATALOGUE.structures.values():
        side = "" if named.laterality == "midline" else "r "
        for words in (named.code, named.key, named.name, named.spoken):
            parsed = parse(f"{side}{words} d5", CATALOGUE)
            assert ([s["structure"] for s in parsed.sites], parsed.not_understood) == ([named.key], ()), words


@pytest.mark.parametrize("key", sorted(AREA_LABELS))
def test_every_area_can_be_named_by_key_and_by_label(key: str):
    for words in (key, key.replace("_", "-"), AREA_LABELS[key], AREA_LABELS[key].upper()):
        parsed = parse(f"r inf >{words}, temple x3", CATALOGUE)
        assert parsed.not_understood == ()
        assert [s["referred_to"] for s in parsed.sites] == [list(dict.fromkeys([key, "temple"]))], words


def test_the_quick_line_knows_the_plain_words_of_the_language():
    script = Path(catalogue.__file__).parent / "static/treatments/shorthand.js"
    found = re.search(r'PLAIN = new Set\("([^"]+)"', script.read_text())
    assert found is not None
    assert sorted(found[1].split()) == sorted({*shorthand_words.plain_words(), *shorthand_words.SIDES})


def test_the_page_for_practitioners_names_every_word():
    page = (Path(catalogue.__file__).parents[1] / "docs/shorthand.md").read_text()
    told = {word for code in re.findall(r"`([^`]+)`", page) for word in re.split(r"[\s,]+", code)}
    for word in shorthand_words.WORDS:
        assert any(word.pattern.fullmatch(t) for t in told), word.example
    assert set(shorthand_words.SIDES) <= told
    assert set(shorthand_words.plain_words()) <= told
