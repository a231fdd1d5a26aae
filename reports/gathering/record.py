"""The clinical record of one session: everything, in the order it is read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from consent.coverage import SCOPES
from consent.models import Consent
from consent.regions import label
from reports import contents
from reports.gathering import shared
from treatments import catalogue, narrative
from treatments.clocks import clocks_of
from treatments.facts import site_told
from treatments.models import NeedlingSession, Site

LEVELS = {"stop": "Stop", "reason": "Reason", "warn": "Take care", "hint": "Good to know"}
# Within one session; over weeks the course report holds pain against 1.5 to 2.2 points (gathering/courses.py, the same source).
DETECTED = "2 points, the least the scale can tell apart (MDC): Childs 2005"
ADVICE = {
    "soreness": "Soreness to expect",
    "bruising": "Bruising",
    "drowsiness": "Drowsiness and driving",
    "heat": "Heat or ice",
    "movement": "Gentle movement",
    "training": "Training",
    "red_flags": "Warning signs and whom to call",
    "contact": "How to reach us",
    "written_sheet": "Written sheet given",
}


def clinical_record(
    session: NeedlingSession, sites: Sequence[Site], *, document: str, at: datetime
) -> contents.ClinicalRecord:
    """What the clinical record of a signed or void session says, with every addendum written so far."""
    return contents.ClinicalRecord(
        practice=shared.practice_of(session),
        patient=shared.patient_of(session, sites),
        session=str(session.pk),
        treated_on=shared.short_day(session.practice.local_date(session.started_at)),
        facts=_facts(session),
        document=document,
        signature=_signature(session),
        content_hash=session.content_sha256,
        notes=tuple((n.capitalize(), getattr(session, n)) for n in ("subjective", "objective", "assessment", "plan")),
        points=shared.points_of(session, sites),
        referrals=shared.referrals_of(sites),
        sites=tuple(_row(i, site) for i, site in enumerate(sites, start=1)),
        measures=_measures(session, sites),
        ledger_verdict=_verdict(session, sites),
        ledger=_ledger(session, sites),
        lots=_lots(sites),
        screening=_screening(session),
        findings=_findings(session),
        deviations=_deviations(session),
        consent=_consent(session),
        advice=_advice(session),
        addenda=_addenda(session),
        versions=f"Chart {session.chart_version}, clinical content v{catalogue.CONTENT_VERSION}, session version "
        f"{session.version}. Made {shared.moment(at, session.practice.zone)}.",
        void=shared.void_line(session),
        language=session.practice.locale,
    )


def _facts(session: NeedlingSession) -> tuple[contents.Pair, ...]:
    zone = session.practice.zone
    clocks = clocks_of(session)
    who = session.practitioner
    others = ", ".join(f"{p['name']} ({p['role']})" for p in session.others_present) or "Nobody else recorded"
    skin = {True: "skin prepared", False: "skin not prepared", None: ""}[session.skin_preparation]
    gloves = {True: "gloves worn", False: "no gloves", None: ""}[session.gloves]
    pairs = [
        ("Treated", clocks.treated),
        ("Written", shared.moment(session.written_at, zone) + (f", late entry, {clocks.late}" if clocks.late else "")),
        ("Signed", _signed(session)),
        ("Practitioner", ", ".join(filter(None, [who.full_name, who.profession, who.registration_number]))),
        ("Place", session.clinic.name if session.clinic else ""),
        ("Course of care", session.episode.title if session.episode else ""),
        ("Position", session.get_position_display()),
        ("Others present", others),
        ("Skin and gloves", ", ".join(filter(None, [skin, gloves])).capitalize()),
        ("Other treatment", _adjuncts(session)),
        ("Tolerance", session.tolerance),
    ]
    return tuple((name, value) for name, value in pairs if value)


def _adjuncts(session: NeedlingSession) -> str:
    words = ", ".join(shared.adjunct(key) for key in session.adjuncts)
    return words[:1].upper() + words[1:]


def _signed(session: NeedlingSession) -> str:
    if session.signed_at is None or session.signed_by is None:
        return ""
    by = (
        "by the practitioner"
        if session.signed_by_id == session.practitioner_id
        else f"by {session.signed_by.full_name}"
    )
    return f"{shared.moment(session.signed_at, session.practice.zone)}, {by}"


def _signature(session: NeedlingSession) -> tuple[contents.Pair, ...]:
    if session.signed_at is None or session.signed_by is None:
        return ()
    who = session.signed_by
    first = session.submitted_by
    verb = "Countersigned" if first else "Signed"
    pairs = [
        (f"{verb} by", ", ".join(filter(None, [who.full_name, who.post_nominals, who.profession]))),
        ("Registration", who.registration_number),
        (f"{verb} at", shared.moment(session.signed_at, session.practice.zone)),
    ]
    if first and session.submitted_at:
        at = shared.moment(session.submitted_at, session.practice.zone)
        pairs.append(("Student", f"{first.full_name}, signed {at}"))
    if session.taken_over_by:
        pairs.append(("Taken over", session.taken_over_reason))
    return tuple((name, value) for name, value in pairs if value)


def _row(number: int, site: Site) -> contents.SiteRow:
    told = site_told(site)
    needle = f"{site.gauge_mm} × {site.length_mm}" if site.gauge_mm and site.length_mm else ""
    return contents.SiteRow(
        number=number,
        sentence=narrative.sentence(told),
        structure=narrative.sided(site.structure.name, "midline"),
        side=site.get_side_display(),
        trigger_point=site.get_trigger_point_display(),
        technique=site.get_technique_display(),
        needle=needle,
        depth=_number(site.depth_mm),
        passes=_number(site.insertions),
        twitch=_twitch(site),
        familiar_pain=_familiar(site),
        reaction=site.reaction.capitalize(),
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _twitch(site: Site) -> str:
    if not site.twitch_count:
        return "" if site.twitch_seen == "unspecified" else site.get_twitch_seen_display()
    seen = "" if site.twitch_seen == "unspecified" else site.get_twitch_seen_display().lower()
    strength = f", {site.twitch_strength}" if site.twitch_strength else ""
    return f"{site.twitch_count} {seen}".strip() + strength


def _familiar(site: Site) -> str:
    if site.familiar_pain is None:
        return ""
    if not site.familiar_pain:
        return "No"
    where = ", ".join(label(key).lower() for key in site.referred_to)
    return f"Yes: {where}" if where else "Yes"


def _measures(session: NeedlingSession, sites: Sequence[Site]) -> tuple[contents.Measure, ...]:
    rows = []
    if session.pain_before is not None or session.pain_after is not None:
        rows.append(_measure("Pain (NPRS, 0 to 10)", session.pain_before, session.pain_after, DETECTED))
    for entry in session.range_of_motion:
        name = f"{entry['movement']}{', ' + entry['side'] if entry.get('side') else ''}, degrees"
        rows.append(_measure(name, entry.get("before"), entry.get("after"), ""))
    for site in sites:
        name = narrative.sided(site.structure.name, site.side)
        if site.pain_before is not None or site.pain_after is not None:
            rows.append(_measure(f"Pain, {name}", site.pain_before, site.pain_after, DETECTED))
        if site.ppt_before_kpa is not None or site.ppt_after_kpa is not None:
            rows.append(_measure(f"Pressure pain threshold, {name}, kPa", site.ppt_before_kpa, site.ppt_after_kpa, ""))
    return tuple(rows)


def _measure(name: str, before: int | None, after: int | None, yardstick: str) -> contents.Measure:
    change = f"{after - before:+d}".replace("-", "−") if before is not None and after is not None else ""
    return contents.Measure(name, _number(before), _number(after), change, yardstick)


def _went_in(session: NeedlingSession, sites: Sequence[Site]) -> int:
    return session.needles_in if session.needles_in is not None else sum(site.needles for site in sites)


def _verdict(session: NeedlingSession, sites: Sequence[Site]) -> str:
    went_in = _went_in(session, sites)
    if not went_in:
        return "No needles used"
    return "All needles out" if went_in == session.needles_out else "Needles in and out differ"


def _ledger(session: NeedlingSession, sites: Sequence[Site]) -> tuple[contents.Pair, ...]:
    went_in = _went_in(session, sites)
    if not went_in:
        return ()
    sharps = {True: "Yes", False: "No", None: "Not recorded"}[session.sharps_disposed]
    pairs = [
        ("In", str(went_in)),
        ("Out", _number(session.needles_out) or "Not counted"),
        ("Difference", session.get_discrepancy_kind_display()),
        ("What happened", session.discrepancy_note),
        ("Remove by", shared.short_day(session.remove_by) if session.remove_by else ""),
        ("Sharps disposed", sharps),
    ]
    return tuple((name, value) for name, value in pairs if value)


def _lots(sites: Sequence[Site]) -> tuple[contents.Lot, ...]:
    used: dict[Any, list[int]] = {}
    lots = {}
    for number, site in enumerate(sites, start=1):
        if site.lot:
            used.setdefault(site.lot.pk, []).append(number)
            lots[site.lot.pk] = site.lot
    return tuple(
        contents.Lot(lot.brand, f"{lot.gauge_mm} × {lot.length_mm}", lot.lot_number, f"{lot.expires_on:%m/%Y}",
                     ", ".join(map(str, used[pk])))
        for pk, lot in lots.items()
    )  # fmt: skip


def _screening(session: NeedlingSession) -> str:
    screening = session.screening
    if screening is None:
        return "No screening is linked to this session."
    yes = [a for a in screening.answers if a["answer"] != "no"]
    reviewed = "reviewed" if screening.is_reviewed else "not reviewed"
    found = "; ".join(
        f"{a['key'].replace('_', ' ')}: {a['answer']}{', ' + a['detail'] if a['detail'] else ''}" for a in yes
    )
    said = f"Taken {shared.moment(screening.taken_at, session.practice.zone)}, {reviewed}."
    return f"{said} {found}." if found else f"{said} Every question answered no."


def _findings(session: NeedlingSession) -> tuple[contents.Finding, ...]:
    crossed = {d["key"] for d in session.deviations}
    people = {e["key"]: e for e in session.acknowledged_findings}
    return tuple(
        contents.Finding(
            LEVELS[f["level"]], f["message"], f["reason"] or "", _acknowledged(people.get(f["key"]), session)
        )
        for f in session.findings_signed
        if f["key"] not in crossed and (f["reason"] or f["level"] in ("warn", "reason"))
    )


def _acknowledged(entry: dict[str, Any] | None, session: NeedlingSession) -> str:
    if not entry or not entry.get("at"):
        return ""
    return shared.moment(datetime.fromisoformat(entry["at"]), session.practice.zone)


def _deviations(session: NeedlingSession) -> tuple[contents.Deviation, ...]:
    told = {f["key"]: f["message"] for f in session.findings_signed}
    return tuple(
        contents.Deviation(told.get(d["key"], d["key"]), d["reason"], _signed(session)) for d in session.deviations
    )


def _consent(session: NeedlingSession) -> tuple[contents.Pair, ...]:
    """The consents relied on at signing, and the spoken yes of the day."""
    relied = session.relied_on
    rows = {str(c.pk): c for c in Consent.objects.filter(pk__in=relied.values()).select_related("text", "obtained_by")}
    pairs = []
    for pk, consent in rows.items():
        scopes = ", ".join(SCOPES.get(scope, scope) for scope, used in relied.items() if used == pk)
        given = shared.moment(consent.given_at, session.practice.zone)
        how = f"{consent.get_method_display().lower()}, text version {consent.text.text_version}"
        pairs.append(("Consent", f"{given}: {scopes}; {how}, obtained by {consent.obtained_by.full_name}"))
    pairs.append(("Spoken yes today", "Yes" if session.consent_confirmed else "Not recorded"))
    return tuple(pairs)


def _advice(session: NeedlingSession) -> tuple[str, ...]:
    given = [ADVICE.get(key, key.replace("_", " ")) for key in session.advice_given]
    safety_net = ["Safety-net advice after needling near the lung"] if session.safety_net_given else []
    return tuple(filter(None, [*given, *safety_net, session.advice_note]))


def _addenda(session: NeedlingSession) -> tuple[contents.Addendum, ...]:
    zone = session.practice.zone
    return tuple(
        contents.Addendum(
            a.created_by.full_name if a.created_by else "", shared.moment(a.created_at, zone), a.reason, a.text
        )
        for a in session.addenda.select_related("created_by")
    )
