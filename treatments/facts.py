"""From rows to the plain values that the pure modules take."""

from consent.regions import label
from treatments.models import Site
from treatments.narrative import SiteTold
from treatments.safety import SiteFacts


def site_facts(site: Site) -> SiteFacts:
    """What the safety rules need of a site; its structure and lot are already loaded."""
    structure = site.structure
    return SiteFacts(
        id=str(site.pk),
        name=structure.name,
        structure=structure.key,
        side=site.side,
        area=structure.area_id or "",
        pneumothorax_risk=structure.pneumothorax_risk,
        hazards=tuple(structure.hazards),
        non_compressible=structure.non_compressible_bleed_site,
        sourced_max_depth_mm=structure.sourced_max_depth_mm,
        depth_source=str(structure.sources.get("needle_source", "")),
        technique=site.technique,
        gauge_mm=site.gauge_mm,
        length_mm=site.length_mm,
        depth_mm=site.depth_mm,
        direction=site.direction,
        needles=site.needles,
        lot_expires_on=site.lot.expires_on if site.lot else None,
    )


def site_told(site: Site) -> SiteTold:
    """What a sentence about the site needs."""
    return SiteTold(
        structure=site.structure.name,
        side=site.side,
        kind=site.structure.kind,
        trigger_point=site.trigger_point,
        technique=site.technique,
        gauge_mm=site.gauge_mm,
        length_mm=site.length_mm,
        depth_mm=site.depth_mm,
        needles=site.needles,
        insertions=site.insertions,
        retention_s=site.retention_s,
        frequency_hz=site.stimulation_frequency_hz,
        intensity_ma=site.stimulation_intensity_ma,
        stimulation_minutes=site.stimulation_minutes,
        twitch_seen=site.twitch_seen,
        twitch_count=site.twitch_count,
        familiar_pain=site.familiar_pain,
        referred_to=[label(key) for key in site.referred_to],
        pain_during=site.pain_during,
        reaction=site.reaction,
    )
