"""The follow-up board: which rows a filter shows, in which order, how many; and how a row reads. Five queries at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from consent.regions import label
from practice.models import User
from practice.sent_numbers import whole_number
from treatments.clocks import clock, lapse
from treatments.follow_up_grades import answer_of, grade_of
from treatments.models import FollowUp, Site
from treatments.soreness import GRADES, RED_FLAGS

PAGE = 50
NEWS_DAYS, LATELY_DAYS = 2, 14
CLOSED_DAYS = 90
Kind, State = FollowUp.Kind, FollowUp.State
WAITING = (State.PLANNED, State.SENT, State.NO_ANSWER)
ENDED = (State.ACKNOWLEDGED, State.CLOSED, State.CANCELLED)
SHOWS = {
    "open": "Open",
    "red_flag": "Red flag",
    "due": "Due",
    "answered": "Answered",
    "recalls": "Recalls",
    "planned": "Planned",
    "snoozed": "Snoozed",
    "closed": "Closed",
}


@dataclass(frozen=True)
class Asked:
    """What the person wants to see. `show` is a key of SHOWS."""

    show: str = "open"
    kind: str = ""
    practitioner: UUID | None = None
    day: date | None = None
    page: int = 1


def _rules(now: datetime) -> dict[str, Q]:
    """Each filter as a condition. What nobody answered for two weeks after it was read is no longer news."""
    waiting, escalation = Q(state__in=WAITING), Q(kind=Kind.ESCALATION)
    mailed = Q(state=State.SENT)
    asleep = Q(snoozed_until__gt=now)
    answered = Q(state=State.ANSWERED, answered_at__gte=now - timedelta(days=LATELY_DAYS)) & ~escalation
    fresh = Q(answered_at__gte=now - timedelta(days=NEWS_DAYS)) | Q(needs_review=True)
    news = Q(state=State.ANSWERED) & fresh & ~escalation
    red = escalation & Q(state__in=[State.ANSWERED, State.ACKNOWLEDGED])
    return {
        "open": waiting & ~asleep | news | red,
        "red_flag": red,
        "due": waiting & ~asleep & ~mailed & Q(due_at__lte=now),
        "answered": answered,
        "recalls": waiting & Q(kind=Kind.RECALL),
        "planned": waiting & ~asleep & (mailed | Q(due_at__gt=now)),
        "snoozed": waiting & asleep,
        "closed": Q(state__in=ENDED, due_at__gte=now - timedelta(days=CLOSED_DAYS)) & ~red,
    }  # fmt: skip


def _narrowed(user: User, asked: Asked) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.visible_to(user)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.practitioner:
        rows = rows.filter(Q(assignee=asked.practitioner) | Q(assignee=None, session__practitioner=asked.practitioner))
    if asked.day:
        start = datetime.combine(asked.day, time(), tzinfo=user.practice.zone)
        rows = rows.filter(due_at__gte=start, due_at__lt=start + timedelta(days=1))
    return rows


def counts(user: User, asked: Asked, *, now: datetime) -> dict[str, int]:
    """How many each filter shows; what has ended is not counted, it only grows."""
    rules = _rules(now)
    live = _narrowed(user, asked).filter(Q(state__in=[*WAITING, State.ANSWERED]) | rules["red_flag"])
    return live.aggregate(**{show: Count("pk", filter=rule) for show, rule in rules.items() if show != "closed"})


def rows(user: User, asked: Asked, *, now: datetime) -> list[FollowUp]:
    """One page and one row more, which says that there is another page. Red flags first, then the longest overdue."""
    found = with_words(_narrowed(user, asked).filter(_rules(now)[asked.show]))
    first = (asked.page - 1) * PAGE
    return list(_ordered(found, asked.show, now)[first : first + PAGE + 1])


def with_words(found: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """With what a row says about its patient, its practitioner and the areas: two queries whatever the number."""
    areas_of = Prefetch("session__sites", Site.objects.select_related("structure").order_by("position"))
    return found.select_related("patient", "session__practitioner", "assignee").prefetch_related(areas_of)


def _ordered(found: QuerySet[FollowUp], show: str, now: datetime) -> QuerySet[FollowUp]:
    if show == "closed":
        return found.order_by("-updated_at", "-id")
    rules = _rules(now)
    urgency = Case(
        When(rules["red_flag"], then=Value(0)),
        When(rules["due"] | Q(state=State.ANSWERED, needs_review=True), then=Value(1)),
        When(Q(state=State.ANSWERED), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.annotate(urgency=urgency).order_by("urgency", "due_at", "id")


@dataclass(frozen=True)
class Row:
    """A follow-up as the board shows it. `act`: call, acknowledge, close_expected, escalation or nothing."""

    check: FollowUp
    due: str
    what: str
    about: str
    score: int | None
    level: str
    state: str
    seen_since: bool
    act: str


def told(checks: Sequence[FollowUp], *, user: User, now: datetime) -> list[Row]:
    return [_row(check, user, now) for check in checks]


def _row(check: FollowUp, user: User, now: datetime) -> Row:
    level, state, act = _state(check, now)
    seen = check.patient.last_session_at
    since = check.session.started_at if check.session else check.created_at
    return Row(
        check=check,
        due=due_words(check.due_at, now, user),
        what=what(check),
        about=_about(check),
        score=answer_of(check).score,
        level=level,
        state=state,
        seen_since=check.kind == Kind.RECALL and check.state in WAITING and bool(seen and seen > since),
        act=act,
    )


def _state(check: FollowUp, now: datetime) -> tuple[str, str, str]:
    """Level, words, and what can be done."""
    if check.kind == Kind.ESCALATION and check.state == State.ACKNOWLEDGED:
        return "reason", "Taken, outcome to write", "escalation"
    if check.state in ENDED:
        return "open", check.get_state_display(), ""
    if check.state == State.ANSWERED:
        return _answered(check)
    if check.snoozed_until and check.snoozed_until > now:
        until = timezone.localtime(check.snoozed_until)
        return "open", f"Snoozed to {until.day} {until:%b}", "call"
    if check.state == State.SENT:
        return "open", "Mailed, not answered yet", "call"
    if check.due_at > now:
        return (
            "open",
            "Planned" if check.state == State.PLANNED else check.get_state_display(),
            "call" if check.kind == Kind.RECALL else "",
        )
    tries = f", try {check.tries + 1}" if check.tries else ""
    return "reason", f"{_late(check.due_at, now)}{tries}", "call"


def _answered(check: FollowUp) -> tuple[str, str, str]:
    grade = grade_of(check)
    if check.kind == Kind.ESCALATION:
        return "stop", GRADES["escalate"], "escalation"
    if grade.asks_for_somebody:
        return "warn" if grade.key == "watch" else "stop", grade.words, "acknowledge"
    return ("open" if grade.key == "unknown" else "ok"), grade.words, "close_expected"


def _late(due: datetime, now: datetime) -> str:
    hours = int((now - due).total_seconds() // 3600)
    if hours >= 48:
        return f"{hours // 24} days late"
    return f"{lapse(due, now).split(' h')[0]} h late" if hours else "Due now"


def what(check: FollowUp) -> str:
    """`24 h check`, `Recall`, `Call`."""
    if check.kind == Kind.SORENESS_CHECK and check.session:
        hours = round((check.due_at - check.session.started_at).total_seconds() / 3600)
        return f"{hours} h check"
    return check.get_kind_display()


def _about(check: FollowUp) -> str:
    """Why, or the areas that were needled."""
    if check.kind == Kind.ESCALATION:
        return ", ".join(RED_FLAGS[flag] for flag in check.red_flags if flag in RED_FLAGS)
    return " · ".join(filter(None, [check.about or areas(check), check.call_because]))


def areas(check: FollowUp) -> str:
    """`neck, right forearm`: the needled areas in words, at most three."""
    if check.session is None:
        return ""
    found = dict.fromkeys(
        label(site.structure.area_id).lower() for site in check.session.sites.all() if site.structure.area_id
    )
    named = list(found)
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


def due_words(at: datetime, now: datetime, user: User) -> str:
    """`Today 09:30`, `Wed 17:50` within a week, else `17 Nov`."""
    zone = user.practice.zone
    day, today = timezone.localdate(at, zone), timezone.localdate(now, zone)
    if day == today:
        return f"Today {clock(at, zone)}"
    if abs((today - day).days) < 7:
        return f"{day:%a} {clock(at, zone)}"
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def scripts(check: FollowUp, user: User, *, now: datetime) -> list[str]:
    """What to say, in quotation marks on the page; fixed but for names, area and day."""
    hello = f"Hello {check.patient.called}, this is {user.full_name.split()[0]} from {user.practice.name}."
    if check.kind == Kind.RECALL:
        who = check.assignee.full_name if check.assignee else "We"
        asked = "asked to see you again about now" if check.assignee else "would like to see you again about now"
        return [f"{hello} {who} {asked}. Would you like a time?"]
    if check.kind == Kind.CALL or check.session is None:
        return [f"{hello} It is about your last visit. Have you a minute?"]
    where = areas(check).partition(" and ")[0] or "needling"
    day = timezone.localdate(check.session.started_at, user.practice.zone)
    when = "today" if day == timezone.localdate(now, user.practice.zone) else f"on {day:%A}"
    if (timezone.localdate(now, user.practice.zone) - day).days > 6:
        when = f"on {day.day} {day:%B}"
    return [
        f"{hello} You had dry needling of the {where} {when}. How sore is it now, from nought, not at all, to ten?",
        "I read some warning signs. Tell me if you have had any of them since.",
    ]


def asked_from(query: Any, *, user: User) -> Asked:
    """From an address; whatever is not understood filters nothing."""
    show, kind = query.get("show", "open"), query.get("kind", "")
    return Asked(
        show=show if show in SHOWS else "open",
        kind=kind if kind in Kind.values else "",
        practitioner=_uuid(query.get("practitioner", "")),
        day=_day(query.get("day", "")),
        page=max(whole_number(query.get("page", ""), 1), 1),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 2200 else None
