"""`/sessions`: the whole session replaced as one, and the verbs of its life."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from patients.filters import OfPatientFilter
from patients.models import Patient
from practice.errors import Stale
from practice.models import User
from practice.problems import PreconditionRequired
from practice.rest import IF_MATCH, RecordViewSet, etag, expected_version, idempotent
from treatments import actions, content, copy_forward, policy, records, references, rewriting, version_rows
from treatments.actions.refusals import NotADraft
from treatments.api import shapes
from treatments.columns import session_columns
from treatments.models import NeedlingSession, Site


class SessionFilter(OfPatientFilter):
    practitioner = django_filters.UUIDFilter(field_name="practitioner")
    episode = django_filters.UUIDFilter(field_name="episode")
    clinic = django_filters.UUIDFilter(field_name="clinic")
    status = django_filters.ChoiceFilter(choices=NeedlingSession.Status.choices)
    awaits_countersignature = django_filters.BooleanFilter(method="awaiting")
    started_from = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="gte")
    started_to = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="lt")
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    structure = django_filters.CharFilter(method="with_structure")
    lot = django_filters.UUIDFilter(method="with_lot")

    def awaiting(self, rows: Any, name: str, value: bool) -> Any:
        waiting = {"status": NeedlingSession.Status.DRAFT, "submitted_by__isnull": False}
        return rows.filter(**waiting) if value else rows.exclude(**waiting)

    def with_structure(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(pk__in=Site.objects.visible_to(self.request.user).filter(structure=value).values("session"))

    def with_lot(self, rows: Any, name: str, value: UUID) -> Any:
        return rows.filter(pk__in=Site.objects.visible_to(self.request.user).filter(lot=value).values("session"))


class SessionViewSet(RecordViewSet):
    serializer_class = shapes.SessionShape
    queryset = NeedlingSession.objects.none()
    filterset_class = SessionFilter
    ordering = "-started_at"
    ordering_fields: ClassVar[set[str]] = {"started_at", "updated_at", "created_at"}

    def get_queryset(self) -> QuerySet[NeedlingSession]:
        if not policy.can_list(self.user):
            raise PermissionDenied
        return references.sessions(self.user)

    def represent(self, record: Any, sites: list[Site] | None = None) -> dict[str, Any]:
        if not policy.can_read(self.user, record):
            return records.outline(record)
        return records.session_record(record, sites, at=timezone.now())

    def list(self, request: Request) -> Response:
        rows = self.get_queryset()
        if "status" not in request.query_params:
            rows = rows.exclude(status=NeedlingSession.Status.DISCARDED)
        page = self.paginate_queryset(self.filter_queryset(rows)) or []
        if not policy.allowed(self.user, "sessions.read"):
            return self.get_paginated_response([records.outline(row) for row in page])
        return self.get_paginated_response(records.listed(page))

    def retrieve(self, request: Request, id: UUID) -> Response:
        session = self.get_object()
        self.opened(patient_id=session.patient_id, kind="session", record_id=session.pk)
        return self.answer(session)

    @idempotent
    def create(self, request: Request) -> Response:
        if not policy.can_start(self.user):
            raise PermissionDenied
        values = session_columns(self.checked(), whole=True)
        written = actions.start_session(
            patient=self.patient(values.pop("patient_id")), values=values, by=self.user, at=timezone.now()
        )
        return self.written(written)

    @extend_schema(parameters=[IF_MATCH])
    def update(self, request: Request, id: UUID) -> Response:
        """Create the session with this identifier, or replace its content as one."""
        session = self.get_queryset().filter(pk=id).first()
        if session is None:
            if not policy.can_start(self.user):
                raise PermissionDenied
            actions.refuse_taken(id)
            values = session_columns(self.checked(), whole=True)
            patient = self.patient(values.pop("patient_id"))
            return self.written(
                actions.start_session(patient=patient, values=values, by=self.user, at=timezone.now(), pk=id)
            )
        return self.replace(session, whole=True)

    @extend_schema(parameters=[IF_MATCH])
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Replace some of the content; `sites`, when sent, are replaced as one."""
        return self.replace(self.get_object(), whole=False)

    def replace(self, session: NeedlingSession, *, whole: bool) -> Response:
        if not policy.can_write(self.user, session):
            raise PermissionDenied
        body = self.request.data
        try:
            version = expected_version(self.request, session)
        except (Stale, PreconditionRequired):
            if self.is_a_retry(session, body, whole=whole):
                return self.answer(session)
            raise
        if not session.is_draft:
            raise NotADraft
        values = session_columns(self.checked(partial=not whole), whole=whole)
        written = actions.write_session(pk=session.pk, values=values, by=self.user, at=timezone.now(), version=version)
        return self.written(written)

    def is_a_retry(self, session: NeedlingSession, body: Any, *, whole: bool) -> bool:
        """The same content as stored: the answer was lost on the way, and saying it again is harmless."""
        shape = shapes.SessionShape(data=body, partial=not whole)
        if not shape.is_valid() or shape.validated_data.get("patient", session.patient_id) != session.patient_id:
            return False
        return content.says_the_same(session, session.sites.told(), session_columns(shape.validated_data, whole=whole))

    def written(self, written: actions.Written) -> Response:
        body = self.represent(written.session, written.sites)
        status = 201 if written.created else 200
        return Response(body, status=status, headers={"ETag": etag(written.session)})

    def patient(self, pk: UUID) -> Patient:
        patient = Patient.objects.visible_to(self.user).led(pk)
        if patient is None:
            raise Http404
        return patient

    @extend_schema(responses=shapes.FindingsShape)
    @action(detail=True)
    def findings(self, request: Request, id: UUID) -> Response:
        session = self.readable()
        body = self.represent(session)
        return Response({name: body[name] for name in ("findings", "blocks_signing")})

    @extend_schema(request=shapes.SignShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def sign(self, request: Request, id: UUID) -> Response:
        session, version = self.for_verb(policy.may_sign)
        self.state_is(session, NeedlingSession.Status.DRAFT)
        deviations = self.checked(serializer=shapes.SignShape).get("deviations", [])
        return self.written(
            actions.sign_session(pk=session.pk, by=self.user, at=timezone.now(), version=version, deviations=deviations)
        )

    @extend_schema(request=shapes.ReasonShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="send-back")
    @idempotent
    def send_back(self, request: Request, id: UUID) -> Response:
        """The supervisor does not countersign; the student puts it right and signs again."""
        session, version = self.for_verb(policy.can_send_back)
        self.state_is(session, NeedlingSession.Status.DRAFT)
        reason = self.checked(serializer=shapes.ReasonShape)["reason"]
        return self.answer(
            actions.send_back_session(pk=session.pk, reason=reason, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=shapes.NothingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def reopen(self, request: Request, id: UUID) -> Response:
        session, version = self.for_verb(policy.can_reopen)
        self.checked(serializer=shapes.NothingShape)
        return self.written(actions.reopen_session(pk=session.pk, by=self.user, at=timezone.now(), version=version))

    @extend_schema(request=shapes.ReasonShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def void(self, request: Request, id: UUID) -> Response:
        session, version = self.for_verb(policy.can_void)
        self.state_is(session, NeedlingSession.Status.SIGNED)
        reason = self.checked(serializer=shapes.ReasonShape)["reason"]
        return self.answer(
            actions.void_session(pk=session.pk, reason=reason, by=self.user, at=timezone.now(), version=version)
        )

    @extend_schema(request=shapes.RewriteShape, responses={201: shapes.SessionShape}, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def rewrite(self, request: Request, id: UUID) -> Response:
        """Written for the wrong patient: strike it out and begin a draft for the right one, which is the answer. What was
        written is proposed there; `GET /sessions/{new}/proposed-sites` are its sites to accept."""
        session, version = self.for_verb(policy.can_rewrite)
        sent = self.checked(serializer=shapes.RewriteShape)
        patient = self.patient(sent["patient"])
        done = actions.rewrite_session(
            pk=session.pk, patient=patient, reason=sent["reason"], by=self.user, at=timezone.now(), version=version
        )
        return self.written(done.written)

    @extend_schema(responses=shapes.SiteShape(many=True))
    @action(detail=True, url_path="proposed-sites", pagination_class=None, filterset_class=None)
    def proposed_sites(self, request: Request, id: UUID) -> Response:
        """The sites of the session that this draft was written again for: whole rows, none of them written here."""
        session = self.readable()
        wrong = rewriting.source_of(session)
        return Response(rewriting.proposed_sites(wrong) if wrong else [])

    @extend_schema(request=shapes.NothingShape, responses=shapes.ProposalShape)
    @action(detail=True, methods=["post"], url_path="copy-forward")
    def copy_forward(self, request: Request, id: UUID) -> Response:
        """What the last signed session proposes: plan, muscles, technique and needle. Writes nothing; never answers."""
        session = self.readable()
        if not policy.can_write(self.user, session):
            raise PermissionDenied
        self.checked(serializer=shapes.NothingShape)
        self.state_is(session, NeedlingSession.Status.DRAFT)
        return Response(copy_forward.proposal(session))

    @extend_schema(request=shapes.NothingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def discard(self, request: Request, id: UUID) -> Response:
        session, version = self.for_verb(policy.can_discard)
        self.checked(serializer=shapes.NothingShape)
        return self.answer(actions.discard_session(pk=session.pk, by=self.user, version=version))

    @extend_schema(request=shapes.NothingShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, id: UUID) -> Response:
        session, version = self.for_verb(policy.can_discard)
        self.checked(serializer=shapes.NothingShape)
        return self.answer(actions.restore_session(pk=session.pk, by=self.user, at=timezone.now(), version=version))

    @extend_schema(request=shapes.ReasonShape, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="take-over")
    @idempotent
    def take_over(self, request: Request, id: UUID) -> Response:
        session, version = self.for_verb(policy.may_take_over)
        self.state_is(session, NeedlingSession.Status.DRAFT)
        reason = self.checked(serializer=shapes.ReasonShape)["reason"]
        return self.answer(actions.take_over_session(pk=session.pk, reason=reason, by=self.user, version=version))

    @extend_schema(responses=shapes.AddendumShape(many=True), methods=["GET"])
    @extend_schema(request=shapes.AddendumShape, responses={201: shapes.AddendumShape}, methods=["POST"])
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    @idempotent
    def addenda(self, request: Request, id: UUID) -> Response:
        session = self.readable()
        if request.method == "GET":
            return Response(records.addenda_of(session))
        if not policy.can_add_to(self.user, session):
            raise PermissionDenied
        sent = self.checked(serializer=shapes.AddendumShape)
        addendum = actions.add_addendum(
            session_pk=session.pk, text=sent["text"], reason=sent.get("reason", ""), by=self.user, at=timezone.now()
        )
        return Response(records.addendum_body(addendum), status=201)

    @extend_schema(responses=shapes.VersionShape(many=True), parameters=[shapes.HistoryQuery])
    @action(detail=True, pagination_class=None, filterset_class=None)
    def history(self, request: Request, id: UUID) -> Response:
        """Versions, newest first, with who, when, why and which fields of the session and its sites became different.

        At most 200 at once; the `Link` header with `rel="next"` leads to the older ones.
        """
        session = self.readable()
        asked = shapes.HistoryQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        past = version_rows.past_of(session, before=wanted.get("before"), most=wanted["limit"])
        headers = {}
        if past.older:
            older = replace_query_param(request.build_absolute_uri(), "before", past.versions[0].save.version)
            headers["Link"] = f'<{older}>; rel="next"'
        return Response(version_rows.told(past), headers=headers)

    def readable(self) -> NeedlingSession:
        session = self.get_object()
        if not policy.can_read(self.user, session):
            raise PermissionDenied
        return session

    def for_verb(self, permitted: Callable[[User, NeedlingSession], bool]) -> tuple[NeedlingSession, int]:
        """The session and the version the caller saw. Who may not hears so first; then the body is read, so that 415
        and 413 come before 428."""
        session = self.readable()
        if not permitted(self.user, session):
            raise PermissionDenied
        _ = self.request.data
        return session, expected_version(self.request, session)

    def state_is(self, session: NeedlingSession, status: NeedlingSession.Status) -> None:
        if session.status != status:
            raise NotADraft if status == NeedlingSession.Status.DRAFT else actions.refusals.NotSigned
