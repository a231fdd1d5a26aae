from rest_framework.routers import SimpleRouter

from treatments.api.aftercare import EpisodeViewSet, FollowUpViewSet, SiteViewSet
from treatments.api.catalogue import ChartViewSet, LotViewSet, StructureViewSet
from treatments.api.sessions import SessionViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("sessions", SessionViewSet, basename="session")
router.register("sites", SiteViewSet, basename="site")
router.register("episodes", EpisodeViewSet, basename="episode")
router.register("follow-ups", FollowUpViewSet, basename="follow-up")
router.register("structures", StructureViewSet, basename="structure")
router.register("charts", ChartViewSet, basename="chart")
router.register("needle-lots", LotViewSet, basename="needle-lot")
urlpatterns = router.urls
