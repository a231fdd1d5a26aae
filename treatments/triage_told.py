"""How a phone card reads: its state and what was done with it, the same for page and program."""

from dataclasses import dataclass
from datetime import datetime

from practice.models import User
from treatments import triage
from treatments.models import FollowUp, Triage, TriageStep

OPEN, HANDED_OVER, TAKEN, AMBULANCE_CALLED, ANSWERED_AGAIN = (
    "open",
    "handed_over",
    "taken",
    "ambulance_called",
    "answered_again",
)
STATES = {
    OPEN: "Nobody told yet",
    HANDED_OVER: "Told, not taken yet",
    TAKEN: "Taken over",
    AMBULANCE_CALLED: "Ambulance called",
    ANSWERED_AGAIN: "Answered again",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A card with everything that was done with it. `finished`: it needs nobody of the front desk any more."""

    card: Triage
    state: str
    finished: bool
    told_to: User | None
    taken_by: User | None
    taken_at: datetime | None
    steps: list[TriageStep]

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def rule(self) -> triage.Rule:
        return triage.RULES[self.card.rule]

    @property
    def level(self) -> str:
        return triage.HEADINGS[self.card.result].level

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Each question with the answer in words."""
        said = self.card.answers
        return [(q.words, triage.ANSWERS[said[q.key]] if q.key in said else "Not asked") for q in triage.QUESTIONS]


def told(card: Triage) -> Told:
    """Of a card read with `Triage.objects...told()`: no further query."""
    steps = list(card.steps.all())
    by_kind = {step.kind: step for step in steps}  # the last of each
    taken, told_step = by_kind.get(TriageStep.Kind.TAKEN), by_kind.get(TriageStep.Kind.TOLD)
    called = any(kind in by_kind for kind in TriageStep.CALLED)
    taken_by, taken_at = (taken.created_by, taken.created_at) if taken else _acknowledged(card)
    state, finished = _state(card, taken_by is not None, told_step is not None, called)
    return Told(card, state, finished, told_step.to if told_step else None, taken_by, taken_at, steps)


def _acknowledged(card: Triage) -> tuple[User | None, datetime | None]:
    """An escalation that somebody acknowledged elsewhere has taken its card with it."""
    row = card.follow_up
    if row is None or row.kind != FollowUp.Kind.ESCALATION or row.acknowledged_by is None:
        return None, None
    return row.acknowledged_by, row.acknowledged_at


def _state(card: Triage, taken: bool, was_told: bool, called: bool) -> tuple[str, bool]:
    closed = card.follow_up is not None and card.follow_up.state in (FollowUp.State.CLOSED, FollowUp.State.ACKNOWLEDGED)
    if taken:
        return TAKEN, True
    if called:
        return AMBULANCE_CALLED, True
    if hasattr(card, "followed_by"):
        return ANSWERED_AGAIN, True
    if was_told:
        return HANDED_OVER, card.result == triage.CALL_BACK or closed
    return OPEN, closed
