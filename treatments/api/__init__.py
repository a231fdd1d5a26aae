"""The REST surface of treatments: fetch, call, answer."""

from treatments.api.urls import urlpatterns

__all__ = ["urlpatterns"]
