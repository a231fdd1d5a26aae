"""JSON in and out, strictly. Apart from the views, because the framework loads these while it loads itself."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer


class Renderer(JSONRenderer):
    ensure_ascii = False


class Parser(JSONParser):
    """An object, or a clear 400: no NaN, no arrays or bare values at the top, nesting within reason."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        try:
            body = json.loads(stream.read().decode("utf-8") or "{}", parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not readable as JSON.") from error
        if not isinstance(body, dict):
            raise ParseError("Send one JSON object.")
        return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
