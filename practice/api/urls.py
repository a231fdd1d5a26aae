from django.urls import path
from rest_framework.routers import SimpleRouter

from practice.api.docs import DocsView, SchemaView
from practice.api.mail import OutgoingEmailViewSet
from practice.api.people import MeView, UserViewSet
from practice.api.places import ClinicViewSet, PracticeViewSet
from practice.api.tokens import TokenViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("users", UserViewSet, basename="user")
router.register("clinics", ClinicViewSet, basename="clinic")
router.register("tokens", TokenViewSet, basename="token")
router.register("mail", OutgoingEmailViewSet, basename="mail")
urlpatterns = [
    path("me", MeView.as_view(), name="api-me"),
    path("practice", PracticeViewSet.as_view({"get": "get", "patch": "patch"}), name="api-practice"),
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(), name="api-docs"),
    *router.urls,
]
