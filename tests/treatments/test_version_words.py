"""Differences in words: nothing lost, nothing that only a program could read."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.models import Clinic, User
from treatments.models import NeedleLot, NeedlingSession, Site, Structure
from treatments.version_rows import POINTS_AT, TOLD
from treatments.version_words import LABELS, Line, Piece, Told, Wording, pieces, shortened, worded
from treatments.versions import PLACE, SITE, Change

TEXTS = st.text(st.sampled_from("ab \n\t.é"), max_size=60)
ONE = UUID(int=11)
KNEE = SimpleNamespace(name="Soleus", kind="muscle")
SITE_ROW = {
    "structure": "soleus", "side": "left", "trigger_point": "active", "technique": "deep_pistoning", "gauge_mm": "0.30",
    "length_mm": 40, "depth_mm": 25, "needles": 1, "insertions": 3, "retention_s": None, "stimulation": None,
    "twitch.seen": "visible", "twitch.count": 4, "twitch.strength": None, "familiar_pain": True, "referred_to": [],
    "pain_during": None, "reaction": "", "note": "Bruised before.", "landmark": "", "direction": "", "lot": None,
    "criteria.taut_band": "yes", "criteria.hypersensitive_spot": "not_tested", "criteria.referred_pain": "not_tested",
    "pain_before": None, "pain_after": 0, "ppt_before_kpa": None, "ppt_after_kpa": None, "chart_point": None,
}  # fmt: skip


def wording(**named) -> Wording:
    empty = {model: {} for model in POINTS_AT.values()}
    things = {
        Structure: {"soleus": KNEE},
        **{{"user": User, "clinic": Clinic, "lot": NeedleLot}[k]: v for k, v in named.items()},
    }
    return Wording(ZoneInfo("Australia/Melbourne"), empty | things, {ONE: SITE_ROW})


def say(field: str, old, new, **named) -> Line:
    return wording(**named).line(Change(None, field, old, new), NeedlingSession)


def site(field: str, old, new) -> Line:
    return wording().line(Change(ONE, field, old, new), Site)


@given(TEXTS, TEXTS)
def test_the_pieces_hold_both_texts(old, new):
    found = pieces(old, new)
    assert "".join(p.words for p in found if p.kind != "added") == old
    assert "".join(p.words for p in found if p.kind != "removed") == new


@given(TEXTS)
def test_words_joined_are_the_text(text):
    assert "".join(worded(text)) == text


@given(TEXTS, TEXTS)
def test_shortening_leaves_out_only_what_did_not_change(old, new):
    found, short = pieces(old, new), shortened(pieces(old, new))
    assert "".join(p.words for p in short) == "".join(p.words for p in found)
    assert [p for p in short if p.kind in ("added", "removed")] == [p for p in found if p.kind in ("added", "removed")]


def test_a_word_added_at_the_end_leaves_the_words_before_it():
    assert pieces("Calf ache.", "Calf ache. Woke twice.") == (
        Piece("kept", "Calf ache."), Piece("added", " Woke twice."),
    )  # fmt: skip


def test_a_word_changed_in_the_middle():
    assert pieces("pain on the left side", "pain on the right side") == (
        Piece("kept", "pain on the"), Piece("removed", " left"), Piece("added", " right"), Piece("kept", " side"),
    )  # fmt: skip


def test_long_unchanged_text_is_left_out():
    text = " ".join(f"w{n}" for n in range(100))
    assert [(p.kind, len(worded(p.words))) for p in shortened(pieces(text, f"{text} end"))] == [
        ("left_out", 92), ("kept", 8), ("added", 1),
    ]  # fmt: skip


def test_ten_thousand_characters_rewritten_are_told_as_one():
    old, new = "ab " * 3000, "cd " * 3000
    assert [p.kind for p in pieces(old, new)] == ["removed", "added", "kept"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (say("pain_before", None, 6), Line("Pain before", "", "6/10")),
        (say("pain_before", 0, None), Line("Pain before", "0/10", "")),
        (say("consent_confirmed", False, True), Line("Spoken yes today", "", "yes")),
        (say("safety_net_given", True, False), Line("Safety-net advice given", "yes", "")),
        (say("gloves", None, False), Line("Gloves worn", "", "no")),
        (say("position", "", "side_lying"), Line("Position", "", "Side-lying")),
        (say("adjuncts", [], ["hvla", "soft_tissue"]), Line("Other treatment", "", "HVLA; soft tissue")),
        (say("next_review_on", None, date(2026, 12, 1)), Line("Next review", "", "1 Dec 2026")),
        (
            say("started_at", datetime(2026, 11, 23, 22, 15, tzinfo=UTC), datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
            Line("Treated from", "24 Nov 2026, 09:15", "25 Nov 2026, 00:30"),
        ),
        (say("discrepancy_kind", "", "lost"), Line("Needles that differ", "", "Lost")),
        (
            say("practitioner", 1, 2, user={1: User(full_name="Anna Kovač")}),
            Line("Practitioner", "Anna Kovač", "not known here"),
        ),
        (say("clinic", None, 3, clinic={3: Clinic(name="Room 2")}), Line("Place", "", "Room 2")),
        (
            say("others_present", [{"name": "Ida", "role": "student"}],
                [{"name": "Ida", "role": "student"}, {"name": "Max", "role": "chaperone"}]),
            Line("Others present", "", "Max (chaperone)"),
        ),
        (
            say("acknowledged_findings", [], [{"key": f"lung_zone:{ONE}", "reason": "Pincer grip.", "at": None}]),
            Line("Reasons given", "", "Lung zone, Left soleus: “Pincer grip.”"),
        ),
        (site("depth_mm", 25, 30), Line("Depth", "25 mm", "30 mm")),
        (site("twitch.seen", "unspecified", "palpated"), Line("Twitch", "Not said how", "Felt")),
        (site("criteria.taut_band", "not_tested", "yes"), Line("Taut band", "Not tested", "Yes")),
        (site("familiar_pain", None, True), Line("Familiar pain", "", "yes")),
        (site("structure", "soleus", "gone_from_catalogue"), Line("Structure", "Soleus", "gone from catalogue")),
        (
            site("chart_point", None, {"view": "posterior", "x": 61.5, "y": 236.0}),
            Line("Point on the chart", "", "posterior view, 61.5 across, 236 down"),
        ),
        (
            site("stimulation", {"frequency_hz": 2.0, "intensity_ma": None, "minutes": 10}, None),
            Line("Stimulation", "2 Hz, 10 min", ""),
        ),
        (site("lot", None, UUID(int=9)), Line("Lot", "", "not known here")),
    ],
)  # fmt: skip
def test_a_difference_in_words(line, wanted):
    assert line == wanted


def test_a_removed_site_is_its_sentence_and_what_that_does_not_say():
    (told,) = wording().told([Change(ONE, SITE, {**SITE_ROW, PLACE: 1}, None)])
    assert told == Told(
        "Left soleus", "Removed",
        "Left soleus, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm, 3 passes, 4 visible twitches, "
        "familiar pain reproduced.",
        gone=True,
        lines=(Line("Taut band", "", "Yes"), Line("Pain after", "", "0/10"),
               Line("Note", pieces=(Piece("added", "Bruised before."),))),
    )  # fmt: skip


def test_a_site_that_moved_and_changed_is_told_once():
    (told,) = wording().told([Change(ONE, "depth_mm", 25, 30), Change(ONE, PLACE, 6, 1)])
    assert told == Told("Left soleus", "Moved from place 6 to 1", lines=(Line("Depth", "25 mm", "30 mm"),))


def test_the_act_itself_is_left_to_the_heading():
    assert wording().told([Change(None, "status", "draft", "signed"), Change(None, "signed_by", None, 1)]) == []


def test_every_field_has_words_of_its_own():
    """No underscore and no abbreviation of a unit stands on the page."""
    names = [name.removesuffix("_id") for name in TOLD] + list(SITE_ROW)
    labels = [LABELS.get(name) or name.replace("_", " ").capitalize() for name in names]
    assert [label for label in labels if "." in label or label.endswith((" mm", " kpa", " s"))] == []
