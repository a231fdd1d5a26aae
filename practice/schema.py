"""OpenAPI: what drf-spectacular cannot see by itself: preconditions, retry keys and problems."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    pass
