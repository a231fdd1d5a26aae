"""A bound per person or token; the answer's headers say what is left of it."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle


class PersonThrottle(UserRateThrottle):
    scope = "person"

    def allow_request(self, request: Request, view: Any) -> bool:
        allowed = super().allow_request(request, view)
        request._request.rate_limit = (  # type: ignore[attr-defined]
            self.num_requests,
            max(self.num_requests - len(getattr(self, "history", [])), 0),
        )
        return allowed
