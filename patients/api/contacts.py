"""`/contacts`: GPs, referrers, insurers."""

from typing import ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patients import actions, policy
from patients.models import Contact
from practice.fields import Choice, Text
from practice.rest import IF_MATCH, ReadViewSet, StrictSerializer, expected_version, idempotent


class ContactShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    kind = Choice(Contact.Kind, required=True)
    name = Text(required=True, allow_blank=False, max_length=120)
    organisation = Text(max_length=120)
    provider_number = Text(max_length=20)
    phone = Text(max_length=40)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    address = Text(max_length=250)
    archived_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class ContactFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Contact.Kind.choices)
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    archived = django_filters.BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)


class ContactViewSet(ReadViewSet):
    serializer_class = ContactShape
    queryset = Contact.objects.none()
    filterset_class = ContactFilter
    ordering = "name"
    ordering_fields: ClassVar[set[str]] = {"name", "created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[Contact]:
        if not policy.can_read(self.user):
            raise PermissionDenied
        return Contact.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        self.may_write()
        return self.answer(actions.add_contact(values=self.checked(), by=self.user), status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        contact, version = self.for_verb()
        values = self.checked(partial=True)
        return self.answer(actions.change_contact(pk=contact.pk, values=values, by=self.user, version=version))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: Request, id: UUID) -> Response:
        contact, version = self.for_verb()
        return self.answer(actions.archive_contact(pk=contact.pk, by=self.user, at=timezone.now(), version=version))

    def may_write(self) -> None:
        if not policy.can_write(self.user):
            raise PermissionDenied

    def for_verb(self) -> tuple[Contact, int]:
        contact = self.get_object()
        self.may_write()
        _ = self.request.data
        return contact, expected_version(self.request, contact)
