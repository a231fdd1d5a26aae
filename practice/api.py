"""`/me`, people, clinics, the practice's settings, tokens; and the schema with its pages."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from practice import actions
from practice.fields import Choice, Text, Whole, YesNo
from practice.models import Clinic, Credential, Practice, Token, User
from practice.policy import allowed, permissions_of
from practice.rest import RecordViewSet, StrictSerializer, etag, expected_version, idempotent

IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The version last seen.")


class PracticeShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = Text(max_length=120, allow_blank=False)
    legal_name = Text(max_length=120)
    business_number = Text(max_length=40)
    time_zone = Text(max_length=60, allow_blank=False)
    country = Text(max_length=2, allow_blank=False)
    locale = Text(max_length=12, allow_blank=False)
    paper_size = Choice(Practice.Paper, allow_null=False)
    address = Text(max_length=250)
    phone = Text(max_length=40)
    after_hours_phone = Text(max_length=40)
    email = serializers.EmailField(required=False, allow_blank=True)
    emergency_number = Text(max_length=20, allow_blank=False)
    soreness_offsets_hours = serializers.ListField(
        child=Whole(min_value=1, max_value=336, allow_null=False), required=False, max_length=6
    )
    reopen_minutes = Whole(allow_null=False, max_value=1440)
    screening_valid_hours = Whole(allow_null=False, min_value=1, max_value=8760)
    consent_valid_days = Whole(allow_null=False, min_value=1, max_value=3650)
    absence_days_before_new_consent = Whole(allow_null=False, min_value=1, max_value=3650)
    idle_minutes = Whole(allow_null=False, min_value=1, max_value=240)
    thoracic_sides_rule = Choice(Practice.ThoracicSidesRule, allow_null=False)
    updated_at = serializers.DateTimeField(read_only=True)


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
    is_active = serializers.BooleanField(read_only=True)


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


class MeView(APIView):
    @extend_schema(responses=MeShape)
    def get(self, request: Request) -> Response:
        """Who is signed in, where, and what they may do."""
        user = request.user
        assert isinstance(user, User)  # the default permission lets nobody else through
        return Response(
            {
                "user": UserShape(user).data,
                "practice": PracticeShape(user.practice).data,
                "permissions": permissions_of(user),
            }
        )


class PracticeView(APIView):
    def represent(self, record: Practice) -> Any:
        return PracticeShape(record).data

    @extend_schema(responses=PracticeShape)
    def get(self, request: Request) -> Response:
        return self.answer(self.mine(request))

    @extend_schema(request=PracticeShape, responses=PracticeShape, parameters=[IF_MATCH])
    def patch(self, request: Request) -> Response:
        practice = self.mine(request)
        if not allowed(request.user, "practice.manage"):  # type: ignore[arg-type]
            raise PermissionDenied
        _ = request.data
        version = expected_version(request, practice)
        shape = PracticeShape(data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        return self.answer(
            actions.change_practice(values=shape.validated_data, by=request.user, version=version)  # type: ignore[arg-type]
        )

    def mine(self, request: Request) -> Practice:
        return Practice.objects.visible_to(request.user).get()  # type: ignore[arg-type]

    def answer(self, practice: Practice) -> Response:
        return Response(self.represent(practice), headers={"ETag": etag(practice)})


class LinkShape(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="Hand this to the person; it works once.")


class ManagedViewSet(RecordViewSet):
    """Rows that only managers change."""

    permission = "staff.manage"

    def may_manage(self) -> None:
        if not allowed(self.user, self.permission):
            raise PermissionDenied

    def get_object(self) -> Any:
        row = self.get_queryset().filter(pk=self.kwargs["id"]).first()
        if row is None:
            raise Http404
        return row

    def list(self, request: Request) -> Response:
        return self.listed(self.get_queryset())

    def retrieve(self, request: Request, id: UUID) -> Response:
        return self.answer(self.get_object())

    def for_change(self) -> tuple[Any, int]:
        row = self.get_object()
        self.may_manage()
        _ = self.request.data
        return row, expected_version(self.request, row)


class UserViewSet(ManagedViewSet):
    serializer_class = UserShape
    queryset = User.objects.none()
    filterset_fields = ("role", "is_active")
    ordering = "full_name"
    ordering_fields: ClassVar[set[str]] = {"full_name", "created_at"}

    def get_queryset(self) -> QuerySet[User]:
        self.may_manage()
        return User.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        self.may_manage()
        return self.answer(actions.invite_person(values=self.checked(), by=self.user), status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        person, version = self.for_change()
        values = self.checked(partial=True)
        return self.answer(actions.change_person(pk=person.pk, values=values, by=self.user, version=version))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, id: UUID) -> Response:
        person, version = self.for_change()
        return self.answer(actions.deactivate_person(pk=person.pk, by=self.user, version=version))

    @extend_schema(request=None, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, id: UUID) -> Response:
        person, version = self.for_change()
        return self.answer(actions.reactivate_person(pk=person.pk, by=self.user, version=version))

    @extend_schema(request=None, responses={201: LinkShape})
    @action(detail=True, methods=["post"], url_path="password-link")
    def password_link(self, request: Request, id: UUID) -> Response:
        """A link on which the person sets a new password. It works once."""
        return Response({"path": actions.set_password_link(person=self.get_object(), by=self.user)}, status=201)

    @extend_schema(responses=CredentialShape(many=True), methods=["GET"])
    @extend_schema(request=CredentialShape, responses={201: CredentialShape}, methods=["POST"])
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_fields=())
    def credentials(self, request: Request, id: UUID) -> Response:
        person = self.get_object()
        if request.method == "GET":
            return Response(CredentialShape(person.credentials.all(), many=True).data)
        values = self.checked(serializer=CredentialShape)
        credential = actions.add_credential(person=person, values=values, by=self.user)
        return Response(CredentialShape(credential).data, status=201)


class ClinicShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = Text(required=True, allow_blank=False, max_length=120)
    address = Text(max_length=250)
    phone = Text(max_length=40)
    is_active = YesNo()


class ClinicViewSet(ManagedViewSet):
    serializer_class = ClinicShape
    queryset = Clinic.objects.none()
    permission = "clinics.manage"
    filterset_fields = ("is_active",)
    ordering = "name"
    ordering_fields: ClassVar[set[str]] = {"name", "created_at"}

    def get_queryset(self) -> QuerySet[Clinic]:
        return Clinic.objects.visible_to(self.user)

    @idempotent
    def create(self, request: Request) -> Response:
        self.may_manage()
        return self.answer(actions.add_clinic(values=self.checked(), by=self.user), status=201)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        clinic, version = self.for_change()
        values = self.checked(partial=True)
        return self.answer(actions.change_clinic(pk=clinic.pk, values=values, by=self.user, version=version))


class TokenShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    user = serializers.UUIDField(source="user_id", required=False)
    name = Text(required=True, allow_blank=False, max_length=80)
    days = Whole(write_only=True, allow_null=False, min_value=1, max_value=365)
    expires_at = serializers.DateTimeField(read_only=True)
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    secret = serializers.CharField(read_only=True, required=False, help_text="Only in the answer that issues it.")


class TokenViewSet(ManagedViewSet):
    """One's own tokens; a manager sees and issues everybody's."""

    serializer_class = TokenShape
    queryset = Token.objects.none()
    permission = "tokens.manage"
    ordering_fields: ClassVar[set[str]] = {"created_at"}

    def get_queryset(self) -> QuerySet[Token]:
        tokens = Token.objects.visible_to(self.user)
        return tokens if allowed(self.user, "tokens.manage") else tokens.filter(user=self.user)

    def create(self, request: Request) -> Response:
        body = self.checked()
        person = User.objects.visible_to(self.user).filter(pk=body.get("user_id", self.user.pk)).first()
        if person is None:
            raise serializers.ValidationError({"user": "Choose somebody of this practice."})
        token, secret = actions.issue_token(
            person=person, name=body["name"], days=body.get("days", 90), by=self.user, at=timezone.now()
        )
        return Response(TokenShape(token).data | {"secret": secret}, status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, id: UUID) -> Response:
        return self.answer(actions.revoke_token(pk=self.get_object().pk, by=self.user, at=timezone.now()))


router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("users", UserViewSet, basename="user")
router.register("clinics", ClinicViewSet, basename="clinic")
router.register("tokens", TokenViewSet, basename="token")
urlpatterns = [
    path("me", MeView.as_view(), name="api-me"),
    path("practice", PracticeView.as_view(), name="api-practice"),
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    *router.urls,
]
