"""`/me`, people, clinics, the practice's settings, tokens; the schema and its pages."""

from practice.api.urls import urlpatterns

__all__ = ["urlpatterns"]
