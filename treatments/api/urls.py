from django.urls import path
from rest_framework.routers import SimpleRouter

from treatments.api.aftercare import EpisodeViewSet, FollowUpViewSet, SiteViewSet
from treatments.api.arrivals import ArrivalViewSet
from treatments.api.catalogue import ChartViewSet, HazardViewSet, LotViewSet, StructureViewSet
from treatments.api.content import ContentViewSet
from treatments.api.day_checks import DayCheckViewSet
from treatments.api.events import EventViewSet
from treatments.api.responses import ReactionViewSet, ResponseViewSet
from treatments.api.rewrites import RewriteViewSet
from treatments.api.scores import InstrumentViewSet, ScoreViewSet
from treatments.api.sessions import SessionViewSet
from treatments.api.shorthand import ShorthandViewSet
from treatments.api.templates import SessionTemplateViewSet, SnippetViewSet
from treatments.api.triage import TriageViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("sessions", SessionViewSet, basename="session")
router.register("arrivals", ArrivalViewSet, basename="arrival")
router.register("rewrites", RewriteViewSet, basename="rewrite")
router.register("sites", SiteViewSet, basename="site")
router.register("episodes", EpisodeViewSet, basename="episode")
router.register("follow-ups", FollowUpViewSet, basename="follow-up")
router.register("triages", TriageViewSet, basename="triage")
router.register("structures", StructureViewSet, basename="structure")
router.register("snippets", SnippetViewSet, basename="snippet")
router.register("templates", SessionTemplateViewSet, basename="template")
router.register("shorthand", ShorthandViewSet, basename="shorthand")
router.register("hazards", HazardViewSet, basename="hazard")
router.register("adverse-events", EventViewSet, basename="adverse-event")
router.register("scores", ScoreViewSet, basename="score")
router.register("instruments", InstrumentViewSet, basename="instrument")
router.register("clinical-content", ContentViewSet, basename="clinical-content")
router.register("charts", ChartViewSet, basename="chart")
router.register("needle-lots", LotViewSet, basename="needle-lot")
router.register("day-checks", DayCheckViewSet, basename="day-check")
urlpatterns = [
    path("patients/<uuid:id>/structures", ResponseViewSet.as_view({"get": "list"}), name="patient-structures"),
    path("patients/<uuid:id>/reactions", ReactionViewSet.as_view({"get": "retrieve"}), name="patient-reactions"),
    *router.urls,
]
