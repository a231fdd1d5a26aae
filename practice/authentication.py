"""Machines sign in with a bearer token; browsers with their session."""

from typing import cast

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from practice.models import Token, User


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`: the token's digest is looked up; expired, revoked and unknown look the same."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send one token: Authorization: Bearer <token>.")
        digest = Token.digest_of(parts[1].decode("latin-1"))
        usable = Token.objects.usable(timezone.now()).select_related("user__practice")
        if token := usable.filter(digest=digest).first():
            return cast(User, token.user), token
        raise AuthenticationFailed("This token is unknown, expired or revoked. Make a new one under Practice, Tokens.")

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "practice.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
