"""Where the sites of a session are drawn: the recorded point, or the structure's own place when it was only typed."""

from collections.abc import Iterable, Sequence

from patients.models import Patient
from treatments import bodychart
from treatments.chart_svg import Dot
from treatments.models import Site


def body_of(patient: Patient, sites: Sequence[Site]) -> str:
    """The body on which the sites were recorded; the patient's own while none is placed."""
    return next((site.chart_body for site in sites if site.chart_body), patient.body)


def dots_of(patient: Patient, sites: Sequence[Site]) -> list[Dot]:
    """A dot per site, numbered as in the list; a structure that the drawing does not have gets none."""
    return list(_dots(body_of(patient, sites), sites))


def _dots(body: str, sites: Sequence[Site]) -> Iterable[Dot]:
    for number, site in enumerate(sites, start=1):
        if site.chart_x is not None and site.chart_y is not None and site.chart_body == body:
            place = (site.chart_view, float(site.chart_x), float(site.chart_y))
        elif found := bodychart.label_point(site.structure_id, site.side, body):
            place = found
        else:
            continue
        yield Dot(number, *place, structure=site.structure_id, side=site.side)
