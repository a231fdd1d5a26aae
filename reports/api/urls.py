from django.urls import path
from rest_framework.routers import SimpleRouter

from reports.api.access_log import AccessLogViewSet
from reports.api.batches import BatchViewSet
from reports.api.deliveries import BreachViewSet, DeliveryViewSet
from reports.api.documents import DocumentViewSet
from reports.api.insights import InsightViewSet
from reports.api.letters import LetterViewSet
from reports.api.record_requests import RecordRequestViewSet, RefusedCorrectionViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("documents", DocumentViewSet, basename="document")
router.register("print-batches", BatchViewSet, basename="print-batch")
router.register("letters", LetterViewSet, basename="letter")
router.register("record-requests", RecordRequestViewSet, basename="record-request")
router.register("refused-corrections", RefusedCorrectionViewSet, basename="refused-correction")
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("data-breaches", BreachViewSet, basename="breach")
router.register("access-log", AccessLogViewSet, basename="access-log")
urlpatterns = [path("insights", InsightViewSet.as_view({"get": "retrieve"}), name="insights"), *router.urls]
