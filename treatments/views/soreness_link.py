"""The patient's page behind a mailed link: no sign-in, no cookie, no script. Whoever holds the link gives the date of birth first.

Everything that opens nothing (unknown, expired, used, closed, cancelled) gets one answer, the same to the byte. The token stands in
the address alone; between the steps a signed note in the page says that the date of birth was right.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import mark_safe

from practice.models import Token
from practice.views.by_link import page_by_link, shown
from treatments import actions, soreness_areas
from treatments.link_forms import BornForm, LinkAnswerForm, as_given
from treatments.models import FollowUp, NeedlingSession, Site, SorenessLink

SALT = "soreness-link"
PROOF_LASTS = timedelta(hours=12)


@page_by_link("soreness-link", wait="treatments/link/wait.html")
def soreness_link(request: HttpRequest, token: str) -> HttpResponse:
    """Date of birth, then the questions, then thanks; a warning sign is answered before anything else."""
    now = timezone.now()
    if request.method != "POST":
        link = actions.find_link(token=token, at=now)
        return _ask_date(request, link, BornForm()) if link else _closed(request)
    if "proof" not in request.POST:
        return _try_date(request, token, now)
    if not _proven(request.POST["proof"], token):
        return _closed(request)
    if request.POST.get("step") == "correct":
        link = actions.find_link(token=token, at=now)
        return _questions(request, link, token) if link else _closed(request)
    return _take_answer(request, token, now)


def _try_date(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    form = BornForm(request.POST)
    if not form.is_valid():
        link = actions.find_link(token=token, at=now)
        return _ask_date(request, link, form) if link else _closed(request)
    link = actions.open_link(token=token, born=form.cleaned_data["born"], at=now)
    if link is None:
        return _closed(request)
    if link.opened_at is None:
        left = "1 try is" if link.tries_left == 1 else f"{link.tries_left} tries are"
        form.add_error(None, f"This is not the date of birth we have. {left} left, then this link closes.")
        return _ask_date(request, link, form)
    return _questions(request, link, token)


def _take_answer(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    link = actions.link_of(token=token)
    if link is None:
        return _closed(request)
    sites = _sites(link.follow_up)
    form = LinkAnswerForm(request.POST, areas=_areas(sites))
    if not form.is_valid():
        return _form(request, link, token, form, sites)
    heard = actions.answer_by_link(token=token, values=form.values(), at=now)
    if heard is None:
        return _closed(request)
    until = (heard.link.answered_at or now) + actions.CORRECTABLE
    context = {"flags": heard.red_flags, "kept": heard.kept, "proof": _proof(token), "until": until}
    return _shown(request, "thanks", heard.link, _about(heard.link.follow_up, sites) | context)


def _ask_date(request: HttpRequest, link: SorenessLink, form: BornForm) -> HttpResponse:
    return _shown(
        request, "born", link, {"form": form, "day": _day(link.follow_up)}, status=422 if form.errors else 200
    )


def _questions(request: HttpRequest, link: SorenessLink, token: str) -> HttpResponse:
    """Empty, or with what was said within the last hour."""
    check, sites = link.follow_up, _sites(link.follow_up)
    areas = _areas(sites)
    given = soreness_areas.given_before(areas, check.soreness)
    form = LinkAnswerForm(areas=areas, initial=as_given(check, given) if link.answered_at else {})
    return _form(request, link, token, form, sites)


def _form(
    request: HttpRequest, link: SorenessLink, token: str, form: LinkAnswerForm, sites: list[Site]
) -> HttpResponse:
    drawn = soreness_areas.picture(form.areas, link.follow_up.patient.body)
    picture = mark_safe(drawn)
    context = _about(link.follow_up, sites) | {"form": form, "picture": picture, "proof": _proof(token)}
    return _shown(request, "questions", link, context, status=422 if form.errors else 200)


def _closed(request: HttpRequest) -> HttpResponse:
    return _shown(request, "closed")


def _shown(request: HttpRequest, page: str, link: SorenessLink | None = None, context: dict[str, Any] | None = None,
           status: int = 200) -> HttpResponse:  # fmt: skip
    practice = link.practice if link else None
    return shown(request, f"treatments/link/{page}.html", practice, context, status=status)


def _about(check: FollowUp, sites: list[Site]) -> dict[str, Any]:
    return {"day": _day(check), "near_lung": any(site.structure.pneumothorax_risk for site in sites)}


def _sites(check: FollowUp) -> list[Site]:
    return list(check.session.sites.told()) if check.session else []


def _areas(sites: list[Site]) -> list[soreness_areas.Area]:
    return soreness_areas.areas_of(
        soreness_areas.Treated(s.structure_id, s.side, s.structure.area_id, s.structure.name) for s in sites
    )


def _day(check: FollowUp) -> str:
    """The day of the needling as it is spoken of where the practice is: today, yesterday, else its name and date."""
    session: NeedlingSession | None = check.session
    if session is None:
        return "the needling"
    treated = session.practice.local_date(session.started_at)
    days = (session.practice.local_date(timezone.now()) - treated).days
    return {0: "today", 1: "yesterday"}.get(days, f"{treated:%A} {treated.day} {treated:%B}")


def _proof(token: str) -> str:
    return signing.dumps(Token.digest_of(token), salt=SALT)


def _proven(proof: str, token: str) -> bool:
    try:
        return signing.loads(proof, salt=SALT, max_age=PROOF_LASTS) == Token.digest_of(token)
    except signing.BadSignature:
        return False
