"""A site as one sentence: the same words on the screen, in the PDF, in an export and in a search."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TECHNIQUES = {
    "superficial": "superficial",
    "deep_pistoning": "deep pistoning",
    "deep_static": "deep static",
    "winding": "winding",
    "electrical": "electrical stimulation",
    "peritendinous": "peritendinous",
    "periosteal": "periosteal",
    "intradermal_retained": "intradermal needle left in",
}
TRIGGER_POINTS = {
    "active": "active trigger point",
    "latent": "latent trigger point",
    "none": "no trigger point",
    "unspecified": "trigger point unspecified",
}
TWITCHES = {"palpated": "felt", "visible": "visible", "ultrasound": "ultrasound-seen", "unspecified": ""}
DISCREPANCIES = {
    "retained_on_purpose": "left in on purpose",
    "fell_out_found": "fell out and was found",
    "broken": "broke",
    "lost": "lost",
}
PREFIXED = {"upper", "middle", "lower", "anterior", "posterior", "cervical", "thoracic", "lumbar"}


@dataclass(frozen=True)
class SiteTold:
    """What a sentence needs. `structure` is the catalogue's name; lengths in mm, retention in seconds, pain 0-10."""

    structure: str
    side: str
    kind: str = "muscle"
    trigger_point: str = "unspecified"
    technique: str = ""
    gauge_mm: Decimal | None = None
    length_mm: int | None = None
    depth_mm: int | None = None
    needles: int = 1
    insertions: int | None = None
    retention_s: int | None = None
    frequency_hz: Decimal | None = None
    intensity_ma: Decimal | None = None
    stimulation_minutes: int | None = None
    twitch_seen: str = "unspecified"
    twitch_count: int | None = None
    familiar_pain: bool | None = None
    referred_to: Sequence[str] = ()
    pain_during: int | None = None
    reaction: str = ""


def spoken(name: str) -> str:
    """A catalogue name as it is said: `Trapezius, upper (descending) part` is upper trapezius."""
    plain = re.sub(r"\s*\([^)]*\)", "", name).strip()
    first, _, rest = plain.partition(", ")
    word = rest.removesuffix(" part").strip()
    if word in PREFIXED:
        return f"{word} {_small(first)}"
    return _small(plain)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def sided(name: str, side: str) -> str:
    """`Right infraspinatus`; midline structures carry no side."""
    said = spoken(name)
    return f"{side.capitalize()} {said}" if side in ("left", "right") else said[:1].upper() + said[1:]


def sentence(site: SiteTold) -> str:
    """One sentence, complete with what is known and silent about what is not."""
    head = sided(site.structure, site.side)
    if site.kind == "muscle":
        head += f", {TRIGGER_POINTS.get(site.trigger_point, TRIGGER_POINTS['unspecified'])}"
    did = ", ".join(filter(None, [_needling(site), *_doses(site)]))
    found = ", ".join(filter(None, [_twitch(site), _familiar(site), _during(site), _reaction(site)]))
    body = ", ".join(filter(None, [did, found]))
    return f"{head}: {body}." if body else f"{head}."


def _needling(site: SiteTold) -> str:
    needle = f"{site.gauge_mm:.2f} × {site.length_mm} mm" if site.gauge_mm and site.length_mm else ""
    depth = f"to {site.depth_mm} mm" if site.depth_mm is not None else ""
    return " ".join(filter(None, [TECHNIQUES.get(site.technique, ""), needle, depth]))


def _doses(site: SiteTold) -> list[str]:
    doses = []
    if site.needles > 1:
        doses.append(f"{site.needles} needles")
    if site.insertions is not None:
        doses.append(count(site.insertions, "pass", "passes"))
    if site.retention_s:
        doses.append(f"left {_duration(site.retention_s)}")
    current = [
        f"{_number(site.frequency_hz)} Hz" if site.frequency_hz is not None else "",
        f"{_number(site.intensity_ma)} mA" if site.intensity_ma is not None else "",
        f"for {site.stimulation_minutes} min" if site.stimulation_minutes is not None else "",
    ]
    return [*doses, " ".join(filter(None, current))]


def _duration(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds >= 120 and seconds % 60 == 0 else f"{seconds} s"


def _number(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")


def _twitch(site: SiteTold) -> str:
    if site.twitch_seen == "not_sought":
        return "twitch not sought"
    if site.twitch_seen == "none" or site.twitch_count == 0:
        return "no twitch"
    seen = TWITCHES.get(site.twitch_seen, "")
    if site.twitch_count is None:
        return f"{seen} twitch" if seen else ""
    noun = "twitch" if site.twitch_count == 1 else "twitches"
    return " ".join(filter(None, [str(site.twitch_count), seen, noun]))


def _familiar(site: SiteTold) -> str:
    regions = [_small(re.sub(r"\s*\([^)]*\)", "", region)) for region in site.referred_to]
    where = f" to the {_listed(regions)}" if regions else ""
    if site.familiar_pain is True:
        return f"familiar pain reproduced{where}"
    if site.familiar_pain is False:
        return f"no familiar pain{', pain referred' + where if where else ''}"
    return f"pain referred{where}" if where else ""


def _during(site: SiteTold) -> str:
    return f"pain during {site.pain_during}/10" if site.pain_during is not None else ""


def _reaction(site: SiteTold) -> str:
    return f"reaction: {site.reaction}" if site.reaction and site.reaction != "none" else ""


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def ledger(needles_in: int | None, needles_out: int | None, discrepancy: str = "", note: str = "") -> str:
    """`Needles in 6, out 6.` and what happened to those that differ."""
    if needles_in is None and needles_out is None:
        return ""
    words = f"Needles in {_known(needles_in)}, out {_known(needles_out)}"
    happened = ": ".join(filter(None, [DISCREPANCIES.get(discrepancy, ""), note.strip().rstrip(".")]))
    return f"{words}. {happened[:1].upper()}{happened[1:]}." if happened else f"{words}."


def motions(measured: Sequence[Mapping[str, Any]]) -> str:
    """`Range of motion: cervical rotation right 50° before, 65° after.` Degrees; what was not measured is not said."""
    told = [_motion(entry) for entry in measured]
    return f"Range of motion: {'; '.join(told)}." if told else ""


def _motion(entry: Mapping[str, Any]) -> str:
    side = entry.get("side") if entry.get("side") in ("left", "right") else ""
    degrees = [f"{entry[when]}° {when}" for when in ("before", "after") if entry.get(when) is not None]
    name = " ".join(filter(None, [_small(str(entry["movement"]).strip()), side]))
    return f"{name} {', '.join(degrees) or 'not measured'}"


def _known(value: int | None) -> str:
    return "not counted" if value is None else str(value)


def totals(sites: Sequence[SiteTold]) -> str:
    """`6 sites, 15 passes, 14 twitches`: only what was recorded is counted."""
    passes = sum(s.insertions or 0 for s in sites)
    twitches = sum(s.twitch_count or 0 for s in sites)
    parts = [count(len(sites), "site", "sites")]
    parts += [count(passes, "pass", "passes")] if passes else []
    parts += [count(twitches, "twitch", "twitches")] if twitches else []
    return ", ".join(parts)
