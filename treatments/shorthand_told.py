"""A parsed row in words: the sentence it will read as, and what that sentence passes over in silence."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from treatments import narrative
from treatments.shorthand_names import Named, Vocabulary
from treatments.shorthand_words import CRITERIA, Body
from treatments.trigger_points import derive

MEASURED = {
    "pain_before": ("pain before", "/10"),
    "pain_after": ("pain after", "/10"),
    "ppt_before_kpa": ("pressure threshold before", " kPa"),
    "ppt_after_kpa": ("pressure threshold after", " kPa"),
}


def sentence(site: Body, vocabulary: Vocabulary) -> str:
    """Every word of a line is read back: what the narrative does not speak of follows it."""
    rest = ", ".join(_unspoken(site))
    told = narrative.sentence(_told(site, vocabulary.structures[site["structure"]], vocabulary))
    return f"{told} Also {rest}." if rest else told


def _told(site: Body, named: Named, vocabulary: Vocabulary) -> narrative.SiteTold:
    twitch, current = site["twitch"], site["stimulation"] or {}
    return narrative.SiteTold(
        structure=named.name,
        side=site["side"],
        kind="muscle" if site["trigger_point"] != "unspecified" else "",
        trigger_point=site["trigger_point"],
        technique=site["technique"] or "",
        gauge_mm=_decimal(site["gauge_mm"]),
        length_mm=site["length_mm"],
        depth_mm=site["depth_mm"],
        needles=site["needles"],
        insertions=site["insertions"],
        retention_s=site["retention_s"],
        frequency_hz=_decimal(current.get("frequency_hz")),
        intensity_ma=_decimal(current.get("intensity_ma")),
        stimulation_minutes=current.get("minutes"),
        twitch_seen=twitch["seen"],
        twitch_count=twitch["count"],
        familiar_pain=site["familiar_pain"],
        referred_to=[vocabulary.areas.get(key, key) for key in site["referred_to"]],
        pain_during=site["pain_during"],
    )


def _unspoken(site: Body) -> Iterator[str]:
    if site["length_mm"] is None and site["gauge_mm"] is not None:
        yield f"needle {site['gauge_mm']} mm thick"
    if site["gauge_mm"] is None and site["length_mm"] is not None:
        yield f"needle {site['length_mm']} mm long"
    if site["needles"] == 0:
        yield "no needle"
    if site["retention_s"] == 0:
        yield "left 0 s"
    if site["twitch"]["strength"]:
        yield f"twitch {site['twitch']['strength']}"
    yield from _criteria(site)
    for name, (what, unit) in MEASURED.items():
        if site[name] is not None:
            yield f"{what} {site[name]}{unit}"


def _criteria(site: Body) -> Iterator[str]:
    """The criteria, but those that the trigger point was derived from: the sentence says it already."""
    found, point = site["criteria"], site["trigger_point"]
    derived = derive(found["taut_band"], found["hypersensitive_spot"], site["familiar_pain"])
    said = {"taut_band", "hypersensitive_spot"} if point == derived != "unspecified" else set()
    for name in CRITERIA.values():
        if found[name] != "not_tested" and name not in said:
            yield f"{name.replace('_', ' ')} {found[name]}"
    if point == "unspecified" != derived:
        yield "trigger point unspecified"


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
