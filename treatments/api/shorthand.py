"""`POST /shorthand`: lines of shorthand become sites, in words too; nothing is stored."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from practice.fields import Text, Whole
from practice.rest import RecordViewSet, StrictSerializer
from treatments import policy, shorthand, shorthand_told
from treatments.api.shapes import SiteShape
from treatments.vocabulary import vocabulary_for

LONGEST = 2000


class LineShape(StrictSerializer):
    text = Text(required=True, max_length=LONGEST, trim_whitespace=False)
    cursor = Whole(max_value=LONGEST, help_text="Where to suggest what can follow, in characters; left out: nowhere.")


class NotUnderstoodShape(serializers.Serializer[Any]):
    """`text[start:end]`, counted in characters (code points)."""

    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    reason = serializers.CharField()


class SuggestionShape(serializers.Serializer[Any]):
    insert = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    whole = serializers.BooleanField(help_text="False when a number has to follow, as after `d`.")


class ReadLineShape(serializers.Serializer[Any]):
    sites = SiteShape(many=True)
    sentences = serializers.ListField(child=serializers.CharField())
    not_understood = NotUnderstoodShape(many=True)
    suggestions = SuggestionShape(many=True)


class ShorthandViewSet(RecordViewSet):
    serializer_class = LineShape
    pagination_class = None

    @extend_schema(request=LineShape, responses={200: ReadLineShape})
    def create(self, request: Request) -> Response:
        """Read lines such as `r uft x3 ltr4 30x40 d25`; `;` or a new line separates rows (see docs/shorthand.md)."""
        if not policy.can_start(self.user):
            raise PermissionDenied
        sent = self.checked()
        vocabulary = vocabulary_for(self.user)
        parsed = shorthand.parse(sent["text"], vocabulary)
        cursor = sent.get("cursor")
        suggestions = shorthand.complete(sent["text"], cursor, vocabulary) if cursor is not None else []
        return Response(
            {
                "sites": parsed.sites,
                "sentences": [shorthand_told.sentence(site, vocabulary) for site in parsed.sites],
                "not_understood": [asdict(problem) for problem in parsed.not_understood],
                "suggestions": [asdict(suggestion) for suggestion in suggestions],
            }
        )
