"""`/imports`: a file from another system, what its columns are, what its rows would become, and the import itself."""

import base64
import binascii
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients import actions, policy
from patients.import_serving import report_response
from patients.importing.columns import FIELDS, KINDS
from patients.importing.days import ORDERS
from patients.importing.reading import ENCODINGS, SEPARATORS
from patients.models import Import
from practice.fields import Text, YesNo, many
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent

KEYS = sorted({field.key for fields in FIELDS.values() for field in fields})


class UploadShape(StrictSerializer):
    kind = serializers.ChoiceField(list(KINDS.items()))
    file_name = Text(max_length=120)
    content = serializers.CharField(
        trim_whitespace=False, help_text="The CSV in base64, at most 16 MB before encoding. Larger ones go by the page."
    )


class RereadShape(StrictSerializer):
    encoding = serializers.ChoiceField(list(ENCODINGS.items()))
    separator = serializers.ChoiceField(list(SEPARATORS.items()))


class ColumnShape(StrictSerializer):
    column = serializers.IntegerField(min_value=0, max_value=1000, help_text="Counted from 0.")
    field = serializers.ChoiceField(KEYS)


class SettleShape(StrictSerializer):
    source = Text(required=True, allow_blank=False, max_length=40)  # type: ignore[assignment]
    mapping = many(ColumnShape, most=300)
    date_order = serializers.ChoiceField(list(ORDERS.items()), required=False, allow_blank=True)


class StartShape(StrictSerializer):
    duplicates = serializers.ChoiceField(Import.Duplicates.choices, required=False)
    apply_updates = YesNo()
    keep_file = YesNo()


class ImportShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(list(KINDS.items()), read_only=True)
    status = serializers.ChoiceField(Import.Status.choices, read_only=True)
    problem = serializers.CharField(read_only=True)
    source = serializers.CharField(read_only=True)  # type: ignore[assignment]
    looks_like = serializers.CharField(read_only=True, help_text="A sentence for the person who confirms the columns.")
    file_name = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    size = serializers.IntegerField(read_only=True)
    has_file = serializers.BooleanField(read_only=True)
    encoding = serializers.ChoiceField(list(ENCODINGS.items()), read_only=True)
    separator = serializers.CharField(read_only=True)
    date_order = serializers.CharField(read_only=True)
    header = serializers.ListField(child=serializers.CharField(), read_only=True)
    mapping = ColumnShape(many=True, read_only=True)
    rows_total = serializers.IntegerField(read_only=True)
    rows_done = serializers.IntegerField(read_only=True)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    duplicates = serializers.ChoiceField(Import.Duplicates.choices, read_only=True)
    apply_updates = serializers.BooleanField(read_only=True)
    keep_file = serializers.BooleanField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)


PLAIN = ("version", "kind", "status", "problem", "source", "file_name", "sha256", "size", "encoding", "separator",
         "date_order", "header", "rows_total", "rows_done", "counts", "duplicates", "apply_updates", "keep_file",
         "created_at", "updated_at", "finished_at")  # fmt: skip


def import_body(of_import: Import, *, looks_like: str = "") -> dict[str, Any]:
    return {name: getattr(of_import, name) for name in PLAIN} | {
        "id": of_import.pk,
        "has_file": bool(of_import.stored_as),
        "looks_like": looks_like,
        "mapping": [{"column": int(index), "field": key} for index, key in of_import.mapping.items()],
    }


class ImportFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=list(KINDS.items()))
    status = django_filters.ChoiceFilter(choices=Import.Status.choices)


class ImportViewSet(ReadViewSet):
    serializer_class = ImportShape
    queryset = Import.objects.none()
    filterset_class = ImportFilter
    ordering_fields: ClassVar[set[str]] = {"created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Import]:
        if not policy.can_import(self.user):
            raise PermissionDenied
        return Import.objects.visible_to(self.user)

    def represent(self, record: Import) -> dict[str, Any]:
        """The likeness needs a look at earlier imports: only for one."""
        asked = self.action != "list" and record.status == Import.Status.UPLOADED
        return import_body(record, looks_like=actions.likeness_of(record).sentence if asked else "")

    @extend_schema(request=UploadShape, responses={201: ImportShape})
    @idempotent
    def create(self, request: Request) -> Response:
        """Upload a file. Nothing is written to any record; the answer says how it would be read."""
        if not policy.can_import(self.user):
            raise PermissionDenied
        body = self.checked(serializer=UploadShape)
        try:
            content = base64.b64decode(body["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise serializers.ValidationError({"content": "Send the file in base64."}) from error
        made = actions.upload_import(
            kind=body["kind"], pieces=[content], file_name=body.get("file_name", ""), by=self.user
        )
        return self.answer(made, status=201)

    @extend_schema(request=RereadShape, responses=ImportShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def reread(self, request: Request, id: UUID) -> Response:
        """Read the same file in another encoding or with another separator."""
        of_import, version = self.for_verb()
        body = self.checked(serializer=RereadShape)
        return self.answer(actions.reread_import(pk=of_import.pk, by=self.user, version=version, **body))

    @extend_schema(request=SettleShape, responses=ImportShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def settle(self, request: Request, id: UUID) -> Response:
        """Confirm what every column is; the check of all rows begins in the background."""
        of_import, version = self.for_verb()
        body = self.checked(serializer=SettleShape)
        mapping = {entry["column"]: entry["field"] for entry in body["mapping"]}
        settled = actions.settle_import(
            pk=of_import.pk,
            source=body["source"],
            mapping=mapping,
            date_order=body.get("date_order", ""),
            by=self.user,
            version=version,
        )
        return self.answer(settled)

    @extend_schema(request=StartShape, responses=ImportShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def start(self, request: Request, id: UUID) -> Response:
        """Import what the check has shown, with the decisions about duplicates and changes."""
        of_import, version = self.for_verb()
        body = self.checked(serializer=StartShape)
        return self.answer(actions.start_import(pk=of_import.pk, values=body, by=self.user, version=version))

    @extend_schema(request=None, responses=ImportShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def stop(self, request: Request, id: UUID) -> Response:
        return self.answer(actions.stop_import(pk=self.get_object().pk, by=self.user))

    @extend_schema(request=None, responses=ImportShape)
    @action(detail=True, methods=["post"])
    @idempotent
    def forget(self, request: Request, id: UUID) -> Response:
        """Take the uploaded file away; report and digest stay."""
        return self.answer(actions.forget_file(pk=self.get_object().pk, by=self.user))

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    @action(detail=True)
    def rows(self, request: Request, id: UUID) -> HttpResponseBase:
        """The rows a person has to know about, as CSV."""
        return report_response(self.get_object())

    def for_verb(self) -> tuple[Import, int]:
        of_import = self.get_object()
        _ = self.request.data
        return of_import, expected_version(self.request, of_import)
