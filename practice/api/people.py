"""`/me` and `/users` with their credentials."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from practice import actions
from practice.api.managing import ManagedViewSet
from practice.api.places import PracticeShape
from practice.fields import Choice, Text, YesNo
from practice.models import Credential, User
from practice.policy import permissions_of
from practice.rest import IF_MATCH, Answers, StrictSerializer, etag, idempotent


class UserShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    email = serializers.EmailField(max_length=254)
    full_name = Text(required=True, allow_blank=False, max_length=120)
    post_nominals = Text(max_length=80)
    profession = Text(max_length=60)
    role = Choice(User.Role, required=True)
    is_manager = YesNo()
    registration_number = Text(max_length=13)
    supervisor = serializers.UUIDField(
        source="supervisor_id", required=False, allow_null=True, help_text="Of a student: who countersigns."
    )
    is_active = serializers.BooleanField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class CredentialShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    kind = Choice(Credential.Kind, required=True)
    issuer = Text(required=True, allow_blank=False, max_length=120)
    expires_on = serializers.DateField(required=False, allow_null=True)


class MeShape(serializers.Serializer[Any]):
    user = UserShape()
    practice = PracticeShape()
    permissions = serializers.ListField(child=serializers.CharField())


class LinkShape(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Hand this to the person: it opens a page to set a password, once.")
    path = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MeView(Answers, APIView):
    @extend_schema(responses=MeShape, operation_id="me")
    def get(self, request: Request) -> Response:
        """Who is signed in, where, and what they may do."""
        user = request.user
        assert isinstance(user, User)  # the default permission lets nobody else through
        permissions = permissions_of(user)
        body = {"user": UserShape(user).data, "practice": PracticeShape(user.practice).data, "permissions": permissions}
        return Response(body)


def _with_supervisor(values: dict[str, Any], by: User) -> dict[str, Any]:
    """The supervisor by id, found among the practice's people."""
    if values.get("supervisor_id") is None:
        return values
    pk = values.pop("supervisor_id")
    found = User.objects.visible_to(by).filter(pk=pk).first()
    if found is None:
        raise serializers.ValidationError({"supervisor": "Choose a practitioner of this practice."})
    return values | {"supervisor": found}


def _change(*, pk: UUID, values: dict[str, Any], by: User, version: int) -> User:
    return actions.change_person(pk=pk, values=_with_supervisor(values, by), by=by, version=version)


class UserViewSet(ManagedViewSet):
    """The people of the practice. They are deactivated, never deleted: the history points at them."""

    serializer_class = UserShape
    queryset = User.objects.none()
    filterset_fields = ("role", "is_active", "is_manager")
    ordering = "full_name"
    ordering_fields: ClassVar[set[str]] = {"full_name", "created_at", "updated_at"}

    def get_queryset(self) -> QuerySet[User]:
        self.may_manage()
        return User.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        """Invite a person. They have no password until they open the link of `password-link`."""
        self.may_manage()
        values = _with_supervisor(self.checked(), self.user)
        return self.answer(actions.invite_person(values=values, by=self.user), status=201)

    def partial_update(self, request: Request, id: UUID) -> Response:
        return self.answer(self.changed(self.get_object(), _change))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def deactivate(self, request: Request, id: UUID) -> Response:
        """They can no longer sign in, and their tokens are revoked."""
        return self.turned(actions.deactivate_person, at=timezone.now())

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def reactivate(self, request: Request, id: UUID) -> Response:
        return self.turned(actions.reactivate_person)

    @extend_schema(request=None, responses={201: LinkShape})
    @action(detail=True, methods=["post"], url_path="password-link")
    def password_link(self, request: Request, id: UUID) -> Response:
        """A link on which the person sets a new password. It works once; the old password works until then."""
        link = actions.issue_password_link(pk=self.get_object().pk, by=self.user, at=timezone.now())
        body = {"url": request.build_absolute_uri(link.path), "path": link.path, "expires_at": link.expires_at}
        return Response(body, status=201)

    @extend_schema(responses=CredentialShape(many=True), methods=["GET"])
    @extend_schema(request=CredentialShape, responses={201: CredentialShape}, methods=["POST"])
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=())
    @idempotent
    def credentials(self, request: Request, id: UUID) -> Response:
        person = self.get_object()
        if request.method == "GET":
            return Response(CredentialShape(person.credentials.order_by("kind", "pk"), many=True).data)
        values = self.checked(serializer=CredentialShape)
        return self.credential_answer(actions.add_credential(person=person, values=values, by=self.user), status=201)

    @extend_schema(request=CredentialShape, responses=CredentialShape)
    @action(detail=True, methods=["patch"], url_path="credentials/<uuid:credential>", filterset_fields=())
    def credential(self, request: Request, id: UUID, credential: UUID) -> Response:
        row = self.get_object().credentials.filter(pk=credential).first()
        if row is None:
            raise Http404
        return self.credential_answer(self.changed(row, actions.change_credential, serializer=CredentialShape))

    def credential_answer(self, row: Credential, status: int = 200) -> Response:
        return Response(CredentialShape(row).data, status=status, headers={"ETag": etag(row)})
