"""How often things go wrong in this practice: a fixed number of queries, every figure with its denominator."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from practice.models import User
from treatments import adverse
from treatments.models import AdverseEvent, NeedlingSession, Site


@dataclass(frozen=True)
class KindRate:
    kind: str
    label: str
    per_session: adverse.Rate
    per_needle: adverse.Rate
    published_rate: str
    rate_source: str

    @property
    def pair(self) -> tuple[adverse.Rate, adverse.Rate]:
        """Per session, per needle."""
        return self.per_session, self.per_needle


def rates_of(user: User, *, sessions: QuerySet[NeedlingSession] | None = None) -> list[KindRate]:
    """Kinds that happened, the most frequent first, after the sum of all. Three queries. Events of needled sessions that stand:
    of all of them, or of the signed `sessions`."""
    every = NeedlingSession.objects.visible_to(user).filter(status=NeedlingSession.Status.SIGNED, no_needling=False)
    signed = every if sessions is None else sessions
    total = signed.count()
    needles = Site.objects.visible_to(user).filter(session__in=signed).aggregate(total=Sum("needles"))["total"] or 0
    happened = AdverseEvent.objects.visible_to(user).filter(session__in=signed).order_by()
    counts = dict(happened.values_list("kind").annotate(count=Count("pk")))
    rows = [
        _row(kind.key, kind.label, counts[kind.key], total, needles)
        for kind in adverse.kinds().values()
        if kind.key in counts
    ]
    rows.sort(key=lambda row: (-row.per_session.count, row.label))
    return [_row("", "Any event", sum(counts.values()), total, needles), *rows]


def _row(key: str, label: str, count: int, sessions: int, needles: int) -> KindRate:
    published = adverse.kinds().get(key)
    return KindRate(
        key, label, adverse.rate(min(count, sessions), sessions), adverse.rate(min(count, needles), needles),
        published.published_rate if published else "", published.rate_source if published else "",
    )  # fmt: skip
