"""The API of patients and what hangs on them."""

from patients.api.urls import urlpatterns

__all__ = ["urlpatterns"]
