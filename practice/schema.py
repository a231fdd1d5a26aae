"""OpenAPI: what drf-spectacular cannot see by itself: preconditions, retry keys, versions, rates and problems."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

IF_MATCH = "If-Match"
HEADERS = {
    "ETag": ({"type": "string"}, "The version of the record, to send back in If-Match."),
    "Retry-After": ({"type": "integer"}, "Seconds to wait."),
    "WWW-Authenticate": ({"type": "string"}, "How to sign in."),
    "X-RateLimit-Limit": ({"type": "integer"}, "Requests a minute."),
    "X-RateLimit-Remaining": ({"type": "integer"}, "What is left of them in this minute."),
}
SENTENCES = {
    400: "A value has the wrong shape; `errors` names every field.",
    401: "Nobody is signed in, or the token is unknown, expired or revoked.",
    403: "The role does not allow it.",
    404: "There is no such record, or it belongs to another practice.",
    406: "Only JSON is spoken here.",
    409: "A rule refuses; `code` names it and `errors` lists every refusal.",
    412: "The record was changed since it was read; `current` is how it is now.",
    413: "The body is too large.",
    415: "Send application/json.",
    428: "If-Match is missing.",
    429: "Too many requests in this minute.",
    503: "The database is busy.",
}


class ProblemEntry(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True, allow_null=True, help_text="Dotted path: `sites.2.depth_mm`.")
    code = serializers.CharField(required=False)
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. Some rules add keys of their own, such as `candidates` or `current`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Names the problem for programs.")
    errors = ProblemEntry(many=True)  # type: ignore[assignment]


class Schema(AutoSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        responses = operation["responses"]
        for code, response in responses.items():
            if code.startswith("2"):
                response["headers"] = _headers(self._success_headers())
        operation["responses"] = responses | self._problems(self._problem_codes(operation))
        return operation

    def get_operation_id(self) -> str:
        """`users_deactivate`, not `users_deactivate_create`: a verb of the path says it already."""
        name: str = super().get_operation_id()
        mapping = getattr(self._method(), "mapping", {})
        alone = len(mapping) == 1 and self.method in ("GET", "POST")
        return name.rsplit("_", 1)[0] if alone else name

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """`Patient` in the schema and in generated clients; `PatientShape` in the code, beside the model."""
        name: str = super().get_serializer_name(serializer, direction)
        return name.removesuffix("Shape")

    def _get_parameters(self) -> list[dict[str, Any]]:
        """Headers that follow from how the view is made, beside what it says of itself."""
        known: list[dict[str, Any]] = super()._get_parameters()
        names = {parameter["name"] for parameter in known}
        if self.method in ("PUT", "PATCH") and IF_MATCH not in names:
            known.append(_header_parameter(IF_MATCH, "The version last seen, as in ETag. Only a retry needs none."))
        if self.method == "POST" and getattr(self._method(), "takes_idempotency_key", False):
            said = "A retry with the same key and body gets the same answer, for 48 hours."
            known.append(_header_parameter("Idempotency-Key", said, maxLength=200))
        return known

    def _method(self) -> Any:
        name = getattr(self.view, "action", None) or (self.method or "").lower()
        return getattr(self.view, name, None)

    def _success_headers(self) -> Iterable[str]:
        rates = ["X-RateLimit-Limit", "X-RateLimit-Remaining"]
        return ["ETag", *rates] if self._answers_a_version() else rates

    def _answers_a_version(self) -> bool:
        if self.method == "GET" and self._is_list_view():
            return False
        serializer = self.get_response_serializers()
        if isinstance(serializer, dict):
            serializer = next(iter(serializer.values()), None)
        one = serializer() if isinstance(serializer, type) else serializer
        return isinstance(one, serializers.Serializer) and "version" in one.fields

    def _problem_codes(self, operation: dict[str, Any]) -> list[int]:
        headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        codes = [400, 401, 403, 406, 429, 503]
        codes += [404] if "{" in self.path or self.method != "GET" else []
        codes += [409, 413, 415] if self.method != "GET" else []
        codes += [412, 428] if IF_MATCH in headers else []
        return sorted(codes)

    def _problems(self, codes: list[int]) -> dict[str, Any]:
        component: ResolvedComponent = self.resolve_serializer(Problem, "response")
        extra = {401: ["WWW-Authenticate"], 412: ["ETag"], 429: ["Retry-After"], 503: ["Retry-After"]}
        return {
            str(code): {
                "description": f"{HTTPStatus(code).phrase}. {SENTENCES[code]}",
                "content": {"application/problem+json": {"schema": component.ref}},
            }
            | ({"headers": _headers(extra[code])} if code in extra else {})
            for code in codes
        }


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"schema": HEADERS[name][0], "description": HEADERS[name][1]} for name in names}


def _header_parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"} | schema,
    }
