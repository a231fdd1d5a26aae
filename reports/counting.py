"""The figures of the practice, counted in the database: seven queries, however much is in it. No names of patients."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from practice.models import User
from reports.insights import FEW, Figure, Row, Told, interval, mean, per_1000, percent, shares
from treatments import event_rates
from treatments.highest_score import HighestScore
from treatments.models import FollowUp, NeedlingSession, Site

NOTE_AGES = (("Under 24 h", 24), ("1 to 2 days", 48), ("2 to 7 days", 168))
HOURS = ((24, "Up to 24 h"), (48, "24 to 48 h"), (72, "48 to 72 h"))
LATER, UNKNOWN = "Over 72 h", "Hour not said"
SCORES = ((0, "0"), (3, "1 to 3"), (6, "4 to 6"), (10, "7 to 10"))
TWITCHES = ((0, "None"), (4, "1 to 4"), (9, "5 to 9"))
MANY = "10 and more"
PEAK_HOURS = 48
# looked for and not seen is none, also where nobody wrote the zero
_TWITCHES = Case(
    When(twitch_count=None, twitch_seen="none", then=Value(0)), default=F("twitch_count"), output_field=IntegerField()
)


@dataclass(frozen=True)
class Scope:
    """Days of the practice, both counted in; of one practitioner or clinic when they are named."""

    user: User
    first: date
    last: date
    practitioner: UUID | None = None
    clinic: UUID | None = None

    def of(self, sessions: QuerySet[NeedlingSession]) -> QuerySet[NeedlingSession]:
        if self.practitioner:
            sessions = sessions.filter(practitioner=self.practitioner)
        return sessions.filter(clinic=self.clinic) if self.clinic else sessions

    def signed(self) -> QuerySet[NeedlingSession]:
        """Needled sessions of the period that are signed and stand: void ones, drafts and those without needles are out."""
        zone = self.user.practice.zone
        begin = datetime.combine(self.first, time(), zone)
        end = datetime.combine(self.last + timedelta(days=1), time(), zone)
        rows = NeedlingSession.objects.visible_to(self.user).filter(status="signed", no_needling=False)
        return self.of(rows.filter(started_at__gte=begin, started_at__lt=end)).order_by()


def figures_of(scope: Scope, *, at: datetime) -> Told:
    """Every figure of the page, of the API and of the downloads."""
    return Told([unsigned(scope, at), answers(scope, at), soreness(scope), events(scope), twitches(scope)])


def unsigned(scope: Scope, at: datetime) -> Figure:
    """How old the notes are that nobody signed, as it is now."""
    drafts = scope.of(NeedlingSession.objects.visible_to(scope.user).unsigned())
    after = {name: at - timedelta(hours=hours) for name, hours in NOTE_AGES}
    counts: dict[str, Any] = {"total": Count("pk")}
    for i, (name, _) in enumerate(NOTE_AGES):
        counts[f"within_{i}"] = Count("pk", filter=Q(started_at__gt=after[name]))
    found = drafts.aggregate(**counts)
    within = [found[f"within_{i}"] for i in range(len(NOTE_AGES))]
    each = [within[0], within[1] - within[0], within[2] - within[1], found["total"] - within[2]]
    names = [*(name for name, _ in NOTE_AGES), "Over 7 days"]
    return Figure(
        "unsigned", "Unsigned notes by age", ("Age", "Notes", "Share"),
        shares(list(zip(names, each, strict=True)), found["total"]),
        f"Of {found['total']} drafts that wait to be signed now, by the hours since the treatment began.",
        "The period does not matter here. Discarded drafts are left out.",
    )  # fmt: skip


def answers(scope: Scope, at: datetime) -> Figure:
    """How many of the soreness checks that were due got an answer."""
    checks = _checks(scope)
    said, cancelled = Q(answered_at__isnull=False), Q(state=FollowUp.State.CANCELLED)
    due = (said | Q(due_at__lte=at)) & ~cancelled
    silent = due & ~said
    found = checks.aggregate(
        due=Count("pk", filter=due),
        patient=Count("pk", filter=due & said & Q(reported_by="patient")),
        staff=Count("pk", filter=due & said & ~Q(reported_by="patient")),
        closed=Count("pk", filter=silent & Q(state=FollowUp.State.CLOSED)),
        silent=Count("pk", filter=silent & ~Q(state=FollowUp.State.CLOSED)),
        to_come=Count("pk", filter=~said & Q(due_at__gt=at) & ~cancelled),
        cancelled=Count("pk", filter=cancelled),
    )
    total = found["due"]
    parts = (
        ("Answered", found["patient"] + found["staff"]), ("by the patient's own page", found["patient"]),
        ("by telephone", found["staff"]), ("Closed without an answer", found["closed"]), ("No answer yet", found["silent"]),
    )  # fmt: skip
    rows = tuple(Row(n, (count, percent(count, total), interval(count, total)), total < FEW) for n, count in parts)
    return Figure(
        "answers", "Answers to soreness checks", ("Checks", "Count", "Share", "95 % interval"), rows,
        f"Of {total} checks that were due, of signed sessions of the period.",
        f"Left out: {found['to_come']} that are still to come, {found['cancelled']} cancelled. Silence is not zero soreness.",
    )  # fmt: skip


def soreness(scope: Scope) -> Figure:
    """How sore, over the hours since the needling: each answer with its highest area."""
    said = _checks(scope).filter(answered_at__isnull=False).annotate(highest=HighestScore("soreness"))
    hours = _band("hours_since", HOURS, LATER, UNKNOWN)
    counted = said.annotate(hour=hours, band=_band("highest", SCORES, SCORES[-1][1], ""))
    table: dict[tuple[str, str], int] = {}
    for hour, band, count in counted.values_list("hour", "band").annotate(count=Count("pk")):
        table[(hour, band)] = count
    names = [*(name for _, name in HOURS), LATER, UNKNOWN]
    bands = [name for _, name in SCORES]
    rows = []
    for hour in names:
        cells = [table.get((hour, band), 0) for band in bands]
        total = sum(cells)
        rows.append(Row(hour, (*cells, total), 0 < total < FEW))
    total = sum(count for (_, band), count in table.items() if band)
    without = sum(count for (_, band), count in table.items() if not band)
    return Figure(
        "soreness", "Soreness over the hours", ("Since the needling", *bands, "Answers"), tuple(rows),
        f"Of {total} answers with a score, each counted once with its highest area, 0 to 10.",
        f"Left out: {without} answers without a score. Checks nobody answered are not here and are not zero.",
    )  # fmt: skip


def events(scope: Scope) -> Figure:
    """Adverse events per 1,000 sessions and per 1,000 needles, with Wilson's interval."""
    found = event_rates.rates_of(scope.user, sessions=scope.signed())
    rows = tuple(
        Row(kind.label, (kind.per_session.count, *per_1000(kind.per_session), *per_1000(kind.per_needle)),
            kind.per_session.count < FEW)
        for kind in found
    )  # fmt: skip
    every = found[0]
    return Figure(
        "events", "Adverse events",
        ("Event", "Count", "Per 1,000 sessions", "95 %, sessions", "Per 1,000 needles", "95 %, needles"), rows,
        f"Of {every.per_session.total} signed sessions with {every.per_needle.total} needles.",
        "Left out: events without a session, and those of sessions that are drafts or void.",
        "Severity and kinds: clinical content v1. Interval: Wilson.",
    )  # fmt: skip


def twitches(scope: Scope) -> Figure:
    """Whether sessions with more twitches were followed by more soreness."""
    sites = Site.objects.filter(session=OuterRef("pk")).order_by().values("session")
    checks = FollowUp.objects.filter(session=OuterRef("pk"), answered_at__isnull=False, hours_since__lte=PEAK_HOURS)
    peaks = checks.order_by().values("session").annotate(top=Max(HighestScore("soreness"))).values("top")
    sessions = scope.signed().annotate(
        twitch_total=Subquery(sites.annotate(total=Sum(_TWITCHES)).values("total"), output_field=IntegerField()),
        peak=Subquery(peaks, output_field=IntegerField()),
    )
    counted = sessions.annotate(band=_band("twitch_total", TWITCHES, MANY, "")).values("band")
    table: dict[str, dict[str, Any]] = {
        row["band"]: row
        for row in counted.annotate(sessions=Count("pk"), answered=Count("peak"), average=Avg("peak"), most=Max("peak"))
    }
    names = [*(name for _, name in TWITCHES), MANY]
    rows = tuple(_twitch_row(name, table.get(name)) for name in names)
    answered = sum(row["answered"] for name, row in table.items() if name)
    silent = sum(row["sessions"] - row["answered"] for name, row in table.items() if name)
    uncounted = table.get("", {}).get("sessions", 0)
    return Figure(
        "twitches", "Twitches against soreness", ("Twitches in the session", "Sessions", "With an answer", "Mean peak", "Highest"),
        rows, f"Of {answered} sessions with a twitch count and an answer within {PEAK_HOURS} h; peak: the highest area, 0 to 10.",
        f"Left out: {silent} sessions without such an answer, {uncounted} without a twitch count. A twitch is not a goal.",
    )  # fmt: skip


def _twitch_row(name: str, row: dict[str, Any] | None) -> Row:
    if row is None:
        return Row(name, (0, 0, "–", "–"))
    answered = row["answered"]
    highest = "–" if answered < FEW else row["most"]
    return Row(name, (row["sessions"], answered, mean(row["average"], answered), highest), answered < FEW)


def _checks(scope: Scope) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.visible_to(scope.user).filter(kind=FollowUp.Kind.SORENESS_CHECK)
    return rows.filter(session__in=scope.signed()).order_by()


def _band(column: str, limits: Iterable[tuple[int, str]], beyond: str, empty: str) -> Case:
    """A number as the name of its band; `empty` where there is none."""
    whens = [When(**{f"{column}__lte": limit, "then": Value(name)}) for limit, name in limits]
    none = When(**{f"{column}__isnull": True, "then": Value(empty)})
    return Case(none, *whens, default=Value(beyond), output_field=CharField())
