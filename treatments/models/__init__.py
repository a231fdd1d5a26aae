"""What was needled, in which session, with what, and how it was afterwards."""

from treatments.models.aftercare import Addendum, EscalationStep, FollowUp, SorenessLink
from treatments.models.arrivals import Arrival
from treatments.models.catalogue import NeedleLot, Structure
from treatments.models.content import ContentApproval, RuleDecision
from treatments.models.day_check import DayCheck
from treatments.models.events import AdverseEvent
from treatments.models.rewrites import Rewrite
from treatments.models.scores import Score
from treatments.models.session import Episode, NeedlingSession
from treatments.models.site import Site
from treatments.models.templates import SessionTemplate, Snippet
from treatments.models.triage import Triage, TriageStep

__all__ = [
    "Addendum",
    "AdverseEvent",
    "Arrival",
    "ContentApproval",
    "DayCheck",
    "Episode",
    "EscalationStep",
    "FollowUp",
    "NeedleLot",
    "NeedlingSession",
    "Rewrite",
    "RuleDecision",
    "Score",
    "SessionTemplate",
    "Site",
    "Snippet",
    "SorenessLink",
    "Structure",
    "Triage",
    "TriageStep",
]
