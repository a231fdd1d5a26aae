"""The rows a session points at, found in a fixed number of queries and only where this person may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from consent.models import Consent, Screening
from practice.models import Clinic, User
from treatments import bodychart
from treatments.models import Episode, NeedleLot, NeedlingSession, Site, Structure


def sessions(user: User) -> models.QuerySet[NeedlingSession]:
    """The sessions this person's practice has, with what every use of one needs. More joins would cost more in
    planning on PostgreSQL (9 ms for twelve) than asking for the rest when it is needed."""
    return NeedlingSession.objects.visible_to(user).select_related("practice", "patient", "practitioner")


@dataclass
class References:
    """What was found, by column and value."""

    structures: dict[str, Structure] = field(default_factory=dict)
    lots: dict[UUID, NeedleLot] = field(default_factory=dict)
    rows: dict[str, models.Model | None] = field(default_factory=dict)

    def point(self, session: NeedlingSession, values: Mapping[str, Any]) -> None:
        for name, row in self.rows.items():
            setattr(session, name, row)

    def point_site(self, site: Site) -> None:
        """Attach the found objects, so that saving and telling need no further query."""
        site.structure = self.structures[site.structure_id]
        site.lot = self.lots.get(site.lot_id) if site.lot_id else None


def resolve(session: NeedlingSession, sites: Iterable[Site], values: Mapping[str, Any], *, by: User) -> References:
    """Everything the values name. Unknown, foreign and another patient's rows are one and the same error."""
    found = References()
    problems: dict[str, str] = {}
    _resolve_rows(session, values, by, found, problems)
    _resolve_sites(session, sites, values.get("sites"), by, found, problems)
    if problems:
        raise ValidationError(problems)
    return found


def _resolve_rows(
    session: NeedlingSession, values: Mapping[str, Any], by: User, found: References, problems: dict[str, str]
) -> None:
    """One query for each reference that changed; what the session already points at is not asked again."""
    where = {
        "practitioner": (_practitioners(by), "Choose a practitioner of this practice."),
        "clinic": (Clinic.objects.visible_to(by), "Choose one of the practice's clinics."),
        "episode": (_of_patient(Episode, session, by), "Choose a course of care of this patient."),
        "consent": (_of_patient(Consent, session, by), "Choose a consent of this patient."),
        "screening": (_of_patient(Screening, session, by), "Choose a screening of this patient."),
    }
    for name, (rows, message) in where.items():
        column = f"{name}_id"
        if column not in values or values[column] == getattr(session, column):
            continue
        row = rows.filter(pk=values[column]).first() if values[column] else None
        if values[column] and row is None:
            problems[name] = message
        found.rows[name] = row


def _practitioners(by: User) -> models.QuerySet[User]:
    """A person starts sessions in their own name; a program in the name of any practitioner."""
    people = User.objects.visible_to(by).filter(role=User.Role.PRACTITIONER, is_active=True)
    return people if by.role == User.Role.SERVICE else people.filter(pk=by.pk)


def _of_patient(model: Any, session: NeedlingSession, by: User) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model.objects.visible_to(by).of_patient(session.patient)
    return rows


def _resolve_sites(
    session: NeedlingSession,
    stored: Iterable[Site],
    wanted: list[Mapping[str, Any]] | None,
    by: User,
    found: References,
    problems: dict[str, str],
) -> None:
    for site in stored:
        found.structures[site.structure_id] = site.structure
        if site.lot is not None:
            found.lots[site.lot.pk] = site.lot
    if wanted is None:
        return
    keys = {v["structure_id"] for v in wanted} - set(found.structures)
    lots = {v["lot_id"] for v in wanted if v["lot_id"]} - set(found.lots)
    if keys:
        found.structures |= {s.key: s for s in Structure.objects.visible_to(by).filter(key__in=keys)}
    if lots:
        found.lots |= {lot.pk: lot for lot in NeedleLot.objects.visible_to(by).filter(pk__in=lots)}
    for index, values in enumerate(wanted):
        problems |= {f"sites.{index}.{name}": text for name, text in _site_problems(values, found)}


def _site_problems(values: Mapping[str, Any], found: References) -> Iterable[tuple[str, str]]:
    structure = found.structures.get(values["structure_id"])
    if structure is None:
        yield "structure", "This structure is not in the catalogue. Search for it by name."
    elif not structure.allows(values["side"]):
        wants = "left or right" if structure.laterality == Structure.Laterality.PAIRED else "midline"
        yield "side", f"{structure.name} has no {values['side']} side. Choose {wants}."
    if values["twitch_count"] and values["twitch_seen"] in ("none", "not_sought"):
        yield "twitch.count", "A twitch was counted: say how it was seen, or take the count away."
    if values["chart_version"] and (problem := bodychart.problem_with(_point(values))):
        yield "chart_point", problem
    if values["lot_id"] and values["lot_id"] not in found.lots:
        yield "lot", "This lot is not in the practice's list."
    if values["depth_mm"] and values["length_mm"] and values["depth_mm"] > values["length_mm"]:
        yield (
            "depth_mm",
            f"{values['depth_mm']} mm is deeper than the {values['length_mm']} mm needle. Change one of them.",
        )


def _point(values: Mapping[str, Any]) -> dict[str, Any]:
    place = {name: float(values[f"chart_{name}"]) for name in ("x", "y")}
    return place | {
        "chart_version": values["chart_version"],
        "body": values["chart_body"],
        "view": values["chart_view"],
    }
