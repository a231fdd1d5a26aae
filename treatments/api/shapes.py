"""The shapes of bodies: a session as it is sent and answered (see the OpenAPI document). No rule lives here."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from practice.fields import Choice, Keys, Moment, Number, Text, Whole, YesNo, many
from practice.models import Side
from practice.rest import StrictSerializer
from treatments.models import NeedlingSession, Site

MAX_SITES = 100
ADJUNCTS = frozenset(
    {
        "soft_tissue",
        "hvla",
        "articulation",
        "muscle_energy",
        "counterstrain",
        "myofascial_release",
        "cranial",
        "visceral",
        "exercise",
        "taping",
        "other",
    }
)
ADVICE = frozenset(
    {"soreness", "bruising", "drowsiness", "heat", "movement", "training", "red_flags", "contact", "written_sheet"}
)
PRESENT_ROLES = ["chaperone", "interpreter", "student", "supervisor", "family", "other"]


class CriteriaShape(StrictSerializer):
    taut_band = Choice(Site.Criterion)
    hypersensitive_spot = Choice(Site.Criterion)
    referred_pain = Choice(Site.Criterion)


class ChartPointShape(StrictSerializer):
    """Where on the body chart, in chart units of that view; the version says which drawing it was."""

    chart_version = Text(required=True, max_length=10)
    body = Text(required=True, max_length=6)
    view = Text(required=True, max_length=40)
    x = serializers.FloatField(min_value=-2000, max_value=2000)
    y = serializers.FloatField(min_value=-2000, max_value=2000)


class StimulationShape(StrictSerializer):
    frequency_hz = Number(max_digits=6, decimal_places=2, min_value=Decimal(0))
    intensity_ma = Number(max_digits=6, decimal_places=2, min_value=Decimal(0))
    minutes = Whole(max_value=240)


class TwitchShape(StrictSerializer):
    seen = Choice(Site.TwitchSeen)
    count = Whole(max_value=200)
    strength = Choice(Site.TwitchStrength)


class SiteShape(StrictSerializer):
    """One needled spot. Depth and length in mm, retention in seconds, pain 0 to 10, pressure threshold in kPa."""

    id = serializers.UUIDField(required=False)
    structure = Text(required=True, max_length=80, help_text="Key of the structure catalogue.")
    side = Choice(Side, required=True)
    trigger_point = Choice(Site.TriggerPoint, help_text="Left out or null: derived from the criteria.")
    criteria = CriteriaShape(required=False, allow_null=True)
    chart_point = ChartPointShape(required=False, allow_null=True)
    landmark = Text(max_length=200)
    technique = Choice(Site.Technique)
    gauge_mm = Number(max_digits=3, decimal_places=2, min_value=Decimal("0.1"), max_value=Decimal(1))
    length_mm = Whole(min_value=5, max_value=150)
    lot = serializers.UUIDField(required=False, allow_null=True)
    depth_mm = Whole(max_value=150)
    direction = Text(max_length=120)
    needles = Whole(max_value=50, allow_null=False)
    insertions = Whole(max_value=200)
    retention_s = Whole(max_value=86400)
    stimulation = StimulationShape(required=False, allow_null=True)
    twitch = TwitchShape(required=False, allow_null=True)
    familiar_pain = YesNo(allow_null=True)
    referred_to = Keys(max_length=20)
    pain_during = Whole(max_value=10)
    pain_before = Whole(max_value=10)
    pain_after = Whole(max_value=10)
    ppt_before_kpa = Whole(max_value=1500)
    ppt_after_kpa = Whole(max_value=1500)
    reaction = Text(max_length=80)
    note = Text(max_length=1000)


class ProposedFromShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    started_at = serializers.DateTimeField()


class ProposedSiteShape(serializers.Serializer[Any]):
    """A row to accept: where and with what, never what came of it."""

    structure = serializers.CharField()
    side = serializers.ChoiceField(Side.choices)
    technique = serializers.ChoiceField(Site.Technique.choices, allow_null=True)
    gauge_mm = serializers.CharField(allow_null=True)
    length_mm = serializers.IntegerField(allow_null=True)
    chart_point = ChartPointShape(allow_null=True)


class ProposalShape(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field]:
        return {"from": ProposedFromShape()} | super().get_fields()

    plan = serializers.CharField(help_text="Begins with the date it is from.")
    sites = ProposedSiteShape(many=True)


class PresentShape(StrictSerializer):
    name = Text(required=True, allow_blank=False, max_length=120)
    role = serializers.ChoiceField(PRESENT_ROLES)


class MotionShape(StrictSerializer):
    """One movement, measured in degrees before and after."""

    movement = Text(required=True, allow_blank=False, max_length=80)
    side = Choice(Side)
    before = Whole(max_value=360)
    after = Whole(max_value=360)


class AcknowledgementShape(StrictSerializer):
    key = Text(required=True, allow_blank=False, max_length=120)
    reason = Text(required=True, allow_blank=False, max_length=500)
    by = serializers.UUIDField(read_only=True)
    at = serializers.DateTimeField(read_only=True)


class FindingShape(serializers.Serializer[Any]):
    """A safety finding, or something that blocks signing."""

    key = serializers.CharField()
    rule = serializers.CharField()
    level = serializers.ChoiceField(["stop", "reason", "warn", "hint"])
    site = serializers.UUIDField(allow_null=True)
    field = serializers.CharField()
    message = serializers.CharField()
    cure = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    confidence = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    code = serializers.CharField()
    deviable = serializers.BooleanField()


class PersonShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class AddendumShape(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    text = Text(required=True, allow_blank=False, max_length=10000)
    reason = Text(max_length=500)
    author = PersonShape(read_only=True)
    at = serializers.DateTimeField(read_only=True)


class NarrativeShape(serializers.Serializer[Any]):
    sites = serializers.ListField(child=serializers.CharField())
    ledger = serializers.CharField()
    motion = serializers.CharField()
    totals = serializers.CharField()
    text = serializers.CharField()


class SessionShape(StrictSerializer):
    """A whole session. Everything but patient, practitioner and started_at may stay empty in a draft."""

    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField()
    practitioner = serializers.UUIDField()
    clinic = serializers.UUIDField(required=False, allow_null=True)
    episode = serializers.UUIDField(required=False, allow_null=True)
    started_at = Moment()
    ended_at = Moment(required=False, allow_null=True)
    subjective = Text(max_length=10000, trim_whitespace=False)
    objective = Text(max_length=10000, trim_whitespace=False)
    assessment = Text(max_length=10000, trim_whitespace=False)
    plan = Text(max_length=10000, trim_whitespace=False)
    pain_before = Whole(max_value=10)
    pain_after = Whole(max_value=10)
    range_of_motion = many(MotionShape, most=20, required=False)
    position = Choice(NeedlingSession.Position)
    adjuncts = Keys(known=ADJUNCTS)
    skin_preparation = YesNo(allow_null=True)
    gloves = YesNo(allow_null=True)
    sharps_disposed = YesNo(allow_null=True)
    others_present = many(PresentShape, most=10, required=False)
    tolerance = Text(max_length=250)
    consent = serializers.UUIDField(required=False, allow_null=True)
    consent_confirmed = YesNo()
    screening = serializers.UUIDField(required=False, allow_null=True)
    needles_in = Whole(max_value=500)
    needles_out = Whole(max_value=500)
    discrepancy_kind = Choice(NeedlingSession.Discrepancy)
    discrepancy_note = Text(max_length=1000)
    remove_by = serializers.DateField(required=False, allow_null=True)
    no_needling = YesNo()
    safety_net_given = YesNo()
    advice_given = Keys(known=ADVICE)
    advice_note = Text(max_length=2000)
    next_review_on = serializers.DateField(required=False, allow_null=True)
    acknowledged_findings = many(AcknowledgementShape, most=200, required=False)
    sites = many(SiteShape, most=MAX_SITES, required=False)

    version = serializers.IntegerField(read_only=True)
    status = serializers.ChoiceField(NeedlingSession.Status.choices, read_only=True)
    written_at = serializers.DateTimeField(read_only=True)
    late_entry = serializers.BooleanField(read_only=True)
    narrative = NarrativeShape(read_only=True)
    findings = FindingShape(many=True, read_only=True, allow_null=True)
    blocks_signing = FindingShape(many=True, read_only=True, allow_null=True)
    awaits_countersignature = serializers.BooleanField(
        read_only=True, help_text="A student has signed; it counts as signed when the supervisor has signed too."
    )
    submitted_at = serializers.DateTimeField(read_only=True, allow_null=True)
    submitted_by = PersonShape(read_only=True, allow_null=True)
    sent_back_reason = serializers.CharField(read_only=True)
    signed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    signed_by = PersonShape(read_only=True, allow_null=True)
    taken_over_by = PersonShape(read_only=True, allow_null=True)
    taken_over_reason = serializers.CharField(read_only=True)
    content_sha256 = serializers.CharField(read_only=True)
    chart_version = serializers.CharField(read_only=True)
    deviations = serializers.ListField(child=serializers.DictField(), read_only=True)
    relied_on = serializers.DictField(read_only=True)
    reopened_count = serializers.IntegerField(read_only=True)
    first_issued_at = serializers.DateTimeField(read_only=True, allow_null=True)
    void_reason = serializers.CharField(read_only=True)
    void_at = serializers.DateTimeField(read_only=True, allow_null=True)
    void_by = PersonShape(read_only=True, allow_null=True)
    addenda = AddendumShape(many=True, read_only=True)
    practice = serializers.UUIDField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


class DeviationShape(StrictSerializer):
    key = Text(required=True, allow_blank=False, max_length=120)
    reason = Text(required=True, allow_blank=False, max_length=500)


class SignShape(StrictSerializer):
    deviations = many(DeviationShape, most=50, required=False)


class ReasonShape(StrictSerializer):
    reason = Text(required=True, allow_blank=False, max_length=1000)


class RewriteShape(StrictSerializer):
    patient = serializers.UUIDField(help_text="Who was treated.")
    reason = Text(
        required=True, allow_blank=False, max_length=900,
        help_text="How it happened, without naming the other patient: it is printed in the void session.",
    )  # fmt: skip


class NothingShape(StrictSerializer):
    """A verb without a body: {} or nothing."""


class FindingsShape(serializers.Serializer[Any]):
    findings = FindingShape(many=True)
    blocks_signing = FindingShape(many=True)


class ChangeShape(serializers.Serializer[Any]):
    """One difference. A site that was added or taken out is one change of its field `site`, with the whole row as
    `new` or `old`; `place` is where it stands in the order, from 1; the parts of a group are named `twitch.count`."""

    record = serializers.ChoiceField(["session", "site"])
    site = serializers.UUIDField(allow_null=True, help_text="Which site, when `record` is site.")
    field = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class HistoryQuery(serializers.Serializer[Any]):
    before = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Only versions older than this one."
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200, default=200)


class VersionShape(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = PersonShape(allow_null=True)
    why = serializers.CharField()
    changes = ChangeShape(many=True)
