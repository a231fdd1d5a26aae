"""One sentence per site, the same everywhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.narrative import TECHNIQUES, TRIGGER_POINTS, SiteTold, ledger, sentence, spoken, totals

FULL = SiteTold(
    structure="Infraspinatus",
    side="right",
    trigger_point="active",
    technique="deep_pistoning",
    gauge_mm=Decimal("0.30"),
    length_mm=40,
    depth_mm=25,
    insertions=3,
    twitch_seen="visible",
    twitch_count=4,
    familiar_pain=True,
    referred_to=["Front of shoulder"],
)


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (
            FULL,
            "Right infraspinatus, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm, 3 passes, 4 visible "
            "twitches, familiar pain reproduced to the front of shoulder.",
        ),
        (
            SiteTold("Deltoid, posterior part", "left", trigger_point="latent", technique="superficial", insertions=1,
                     twitch_seen="palpated", twitch_count=1, familiar_pain=False),
            "Left posterior deltoid, latent trigger point: superficial, 1 pass, 1 felt twitch, no familiar pain.",
        ),
        (SiteTold("Soleus", "left", twitch_seen="none"), "Left soleus, trigger point unspecified: no twitch."),
        (SiteTold("Soleus", "left", twitch_seen="not_sought"), "Left soleus, trigger point unspecified: twitch not sought."),
        (SiteTold("Soleus", "left"), "Left soleus, trigger point unspecified."),
        (SiteTold("Plantar fascia", "right", kind="fascia"), "Right plantar fascia."),
        (SiteTold("Procerus", "midline", trigger_point="none"), "Procerus, no trigger point."),
        (
            SiteTold("Multifidus, lumbar", "right", technique="electrical", frequency_hz=Decimal("2.00"),
                     intensity_ma=Decimal("1.50"), stimulation_minutes=10, retention_s=600, needles=2),
            "Right lumbar multifidus, trigger point unspecified: electrical stimulation, 2 needles, left 10 min, 2 Hz "
            "1.5 mA for 10 min.",
        ),
    ],
)  # fmt: skip
def test_a_site_reads_as_one_sentence(site, words):
    assert sentence(site) == words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Trapezius, upper (descending) part", "upper trapezius"),
        ("Pectoralis major, clavicular part", "pectoralis major, clavicular part"),
        ("Fibularis (peroneus) longus", "fibularis longus"),
        ("Quadratus lumborum", "quadratus lumborum"),
    ],
)
def test_catalogue_names_are_said_as_people_say_them(name, said):
    assert spoken(name) == said


def test_the_ledger_says_what_is_missing_and_what_happened():
    assert ledger(6, 6) == "Needles in 6, out 6."
    assert ledger(6, None) == "Needles in 6, out not counted."
    assert (
        ledger(6, 5, "fell_out_found", "on the towel") == "Needles in 6, out 5. Fell out and was found: on the towel."
    )
    assert ledger(None, None) == ""


def test_totals_count_only_what_was_recorded():
    assert totals([FULL, SiteTold("Soleus", "left")]) == "2 sites, 3 passes, 4 twitches"
    assert totals([SiteTold("Soleus", "left")]) == "1 site"


sites = st.builds(
    SiteTold,
    structure=st.sampled_from(["Infraspinatus", "Trapezius, upper (descending) part", "Scar tissue"]),
    side=st.sampled_from(["left", "right", "midline"]),
    kind=st.sampled_from(["muscle", "tendon", "scar"]),
    trigger_point=st.sampled_from(list(TRIGGER_POINTS)),
    technique=st.sampled_from(["", *TECHNIQUES]),
    gauge_mm=st.none() | st.decimals("0.10", "0.90", places=2),
    length_mm=st.none() | st.integers(5, 150),
    depth_mm=st.none() | st.integers(0, 150),
    needles=st.integers(0, 50),
    insertions=st.none() | st.integers(0, 200),
    retention_s=st.none() | st.integers(0, 86400),
    twitch_seen=st.sampled_from(["unspecified", "not_sought", "none", "palpated", "visible", "ultrasound"]),
    twitch_count=st.none() | st.integers(0, 200),
    familiar_pain=st.none() | st.booleans(),
    referred_to=st.lists(st.sampled_from(["Ear", "Temple and side of head"]), max_size=3),
    pain_during=st.none() | st.integers(0, 10),
)


@given(sites)
def test_every_site_has_a_clean_sentence(site):
    said = sentence(site)

    assert said.endswith(".")
    assert "  " not in said
    assert "None" not in said
    assert not any(bad in said for bad in (", ,", ": .", ",.", ": ,"))
