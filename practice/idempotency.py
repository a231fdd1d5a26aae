"""Retries of a POST. The key is claimed in the same transaction as its effect, so a killed process leaves neither.

Only answers that did something are remembered: after a refusal the same key may be sent again. A secret that is shown
once (a token) is never stored: a repeated answer has `null` in its place.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from practice.errors import Refused
from practice.models import IdempotentAnswer

KEPT = timedelta(hours=48)
REPLAYED_HEADERS = ("ETag", "Location")
SECRETS = frozenset({"secret"})  # keys of an answer that are shown once


class KeyReused(Refused):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request. Make a new key for a new request."


def once(request: Request, key: str, work: Callable[[], Response]) -> Response:
    """Do the work and remember the answer, or give the answer remembered for this key (48 h)."""
    if len(key) > 200 or not (key.isascii() and key.isprintable()):
        raise ValidationError({"Idempotency-Key": "Use at most 200 printable characters."})
    digest = _digest(request)
    if stored := _stored(request, key):
        return _replay(stored, digest)
    try:
        with transaction.atomic():
            _drop_old(IdempotentAnswer.objects.filter(user=request.user.pk))
            claim = IdempotentAnswer(user_id=request.user.pk, key=key, request_digest=digest)
            with transaction.atomic():  # a second request with the key waits here until the first has ended
                claim.save(force_insert=True)
            response = work()
            claim.status, claim.body = response.status_code, _without_secrets(_plain(response.data))
            claim.headers = {name: response[name] for name in REPLAYED_HEADERS if name in response}
            claim.save()
            return response
    except IntegrityError:
        if stored := _stored(request, key):
            return _replay(stored, digest)
        raise


def _drop_old(answers: QuerySet[IdempotentAnswer]) -> None:
    answers.filter(created_at__lt=timezone.now() - KEPT).delete()


def _stored(request: Request, key: str) -> IdempotentAnswer | None:
    fresh = timezone.now() - KEPT
    return IdempotentAnswer.objects.filter(user=request.user.pk, key=key, created_at__gte=fresh).first()


def _replay(stored: IdempotentAnswer, digest: str) -> Response:
    if stored.request_digest != digest:
        raise KeyReused
    return Response(stored.body, status=stored.status, headers={**stored.headers, "Idempotency-Replayed": "true"})


def _digest(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_digest_of_file)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode("utf-8", "surrogatepass")).hexdigest()


def _digest_of_file(file: Any) -> str:
    """Of a file in a form; read from its beginning, and put back there."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _without_secrets(body: Any) -> Any:
    return {k: None if k in SECRETS else v for k, v in body.items()} if isinstance(body, dict) else body


def _plain(data: Any) -> Any:
    return json.loads(JSONRenderer().render(data) or "null")
