"""A bound per token or person and minute, counted over all workers; the answer's headers say what is left of it."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from practice.models import Token


class PersonThrottle(SimpleRateThrottle):
    """Counts the requests of the running minute. A token has a count of its own beside its person's."""

    scope = "person"
    num_requests: int
    duration: int

    def get_cache_key(self, request: Request, view: Any) -> str:
        if isinstance(request.auth, Token):
            return f"rate-token-{request.auth.pk}"
        if request.user.is_authenticated:
            return f"rate-user-{request.user.pk}"
        return f"rate-address-{self.get_ident(request)}"

    def allow_request(self, request: Request, view: Any) -> bool:
        now = time.time()
        window = int(now // self.duration)
        key = self.get_cache_key(request, view)
        seen, count = cache.get(key) or (window, 0)
        count = count + 1 if seen == window else 1
        cache.set(key, (window, count), self.duration)
        self.left = (window + 1) * self.duration - now
        request._request.rate_limit = (self.num_requests, max(self.num_requests - count, 0))  # type: ignore[attr-defined]
        return count <= self.num_requests

    def wait(self) -> float:
        return self.left


def within_rate(key: str, *, most: int, seconds: int) -> bool:
    """Count one more request of the running window under a key; False once there were more than `most`."""
    now = time.time()
    window = int(now // seconds)
    seen, count = cache.get(key) or (window, 0)
    count = count + 1 if seen == window else 1
    cache.set(key, (window, count), seconds)
    return count <= most
