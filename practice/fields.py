"""Strict shapes for JSON bodies: a wrong type is said, never converted silently; every message names the cure."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Text(serializers.CharField):
    """A JSON string; optional and empty by default."""

    default_error_messages = {"invalid": "Send text in quotation marks."}

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        if not options["required"]:
            options.setdefault("allow_blank", True)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if any(0xD800 <= ord(c) <= 0xDFFF for c in data):
            raise serializers.ValidationError("Remove the broken character.", code="invalid")
        return str(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A JSON number without a fraction, or null."""

    default_error_messages = {
        "invalid": "Send a whole number, without quotation marks.",
        "max_value": "Use {max_value} or less.",
        "min_value": "Use {min_value} or more.",
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("allow_null", True)
        options.setdefault("min_value", 0)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data or abs(data) > 1e9:
            self.fail("invalid")
        if data != int(data):
            self.fail("invalid")
        return int(data)


class Number(serializers.DecimalField):
    """A JSON number (or the same number as text), as a decimal of fixed places, or null."""

    default_error_messages = {
        "invalid": "Send a number.",
        "max_value": "Use {max_value} or less.",
        "min_value": "Use {min_value} or more.",
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("allow_null", True)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        return Decimal(super().to_internal_value(str(data)))


class YesNo(serializers.BooleanField):
    """true or false, nothing that merely looks like it."""

    default_error_messages = {"invalid": "Send true or false, without quotation marks."}

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return bool(data)


class Choice(serializers.ChoiceField):
    """One of a field's choices. Empty is null in the API and an empty string in the database."""

    default_error_messages = {"invalid_choice": "This is not one of the choices: {known}."}

    def __init__(self, choices: type[models.TextChoices], **options: Any) -> None:
        options.setdefault("required", False)
        if not options["required"]:
            options.setdefault("allow_null", True)
        super().__init__(choices.choices, **options)

    def to_internal_value(self, data: Any) -> str:
        if data == "" and self.allow_null:
            return ""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", known=", ".join(map(str, self.choices)))
        return str(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return "" if value is None else value

    def to_representation(self, value: Any) -> Any:
        return value or None


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Keys(serializers.ListField):
    """A short list of keys, each once, in the order sent. `known` bounds them where the list is closed."""

    def __init__(self, *, known: frozenset[str] | None = None, max_length: int = 60, **options: Any) -> None:
        self.known = known
        options.setdefault("required", False)
        super().__init__(child=Text(max_length=60, allow_blank=False), max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        if not isinstance(data, list):
            raise serializers.ValidationError("Send a list of keys in square brackets.", code="invalid")
        keys: list[str] = list(dict.fromkeys(super().to_internal_value(data)))
        unknown = [key for key in keys if self.known is not None and key not in self.known]
        if unknown and self.known:
            known = ", ".join(sorted(self.known))
            raise serializers.ValidationError(f"Not known: {unknown[0]}. Known: {known}.", code="invalid_choice")
        return keys


def many(shape: type[serializers.Serializer[Any]], *, most: int, **options: Any) -> Any:
    """A bounded list of rows of one shape."""
    return shape(many=True, max_length=most, **options)  # type: ignore[call-arg]


class Moment(serializers.DateTimeField):
    """Day, time and zone. A time without its zone could be meant in two places, a day alone at any hour of it."""

    default_error_messages = {
        "invalid": "Give day, time and zone, like 2026-11-24T09:15:00+11:00.",
        "date": "Give day, time and zone, like 2026-11-24T09:15:00+11:00.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str | datetime):
            self.fail("invalid")
        text = value if isinstance(value, str) else value.isoformat()
        if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d\S*([Zz]|[+-]\d\d:?\d\d)", text.strip(), re.ASCII):
            self.fail("invalid")
        return super().to_internal_value(value)
