"""Retries of a POST. The key is claimed in the same transaction as its effect, so a killed process leaves neither."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from practice.errors import Refused
from practice.models import IdempotentAnswer

KEPT = timedelta(hours=48)
REPLAYED_HEADERS = ("ETag", "Location")


class KeyReused(Refused):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request. Make a new key for a new request."


def once(request: Request, key: str, work: Callable[[], Response]) -> Response:
    """Do the work and remember the answer, or give the answer remembered for this key (48 h)."""
    if len(key) > 200 or not key.isprintable():
        raise ValidationError({"Idempotency-Key": "Use at most 200 printable characters."})
    digest = _digest(request)
    if stored := _stored(request, key):
        return _replay(stored, digest)
    try:
        with transaction.atomic():
            claim = IdempotentAnswer(user_id=request.user.pk, key=key, request_digest=digest)
            with transaction.atomic():  # a second request with the key waits here until the first has ended
                claim.save(force_insert=True)
            response = work()
            claim.status, claim.body = response.status_code, _plain(response.data)
            claim.headers = {name: response[name] for name in REPLAYED_HEADERS if name in response}
            claim.save()
            return response
    except IntegrityError:
        if stored := _stored(request, key):
            return _replay(stored, digest)
        raise


def forget_old(now: Any) -> int:
    """Drop what is older than 48 h; called by the nightly chores."""
    return IdempotentAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _stored(request: Request, key: str) -> IdempotentAnswer | None:
    fresh = timezone.now() - KEPT
    return IdempotentAnswer.objects.filter(user=request.user.pk, key=key, created_at__gte=fresh).first()


def _replay(stored: IdempotentAnswer, digest: str) -> Response:
    if stored.request_digest != digest:
        raise KeyReused
    return Response(stored.body, status=stored.status, headers={**stored.headers, "Idempotency-Replayed": "true"})


def _digest(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def _plain(data: Any) -> Any:
    return json.loads(JSONRenderer().render(data) or "null")
