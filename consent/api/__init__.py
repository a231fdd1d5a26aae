"""`/consent-texts`, `/consents`, `/screenings`, `/regions`."""

from rest_framework.routers import SimpleRouter

from consent.api.consents import ConsentViewSet
from consent.api.regions import RegionViewSet
from consent.api.screenings import ScreeningViewSet
from consent.api.texts import ConsentTextViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("consent-texts", ConsentTextViewSet, basename="consent-text")
router.register("consents", ConsentViewSet, basename="consent")
router.register("screenings", ScreeningViewSet, basename="screening")
router.register("regions", RegionViewSet, basename="region")
urlpatterns = router.urls
