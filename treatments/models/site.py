"""One needled spot: the row that free text never becomes."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from practice.models import Record, Side, TenantQuerySet, no_nul
from treatments.models.catalogue import NeedleLot, Structure
from treatments.models.session import NeedlingSession


class SiteQuerySet(TenantQuerySet["Site"]):
    def told(self) -> SiteQuerySet:
        """In order, with what a sentence about them needs."""
        return self.select_related("structure", "lot").order_by("position")


class Site(Record):
    """A trigger point (or tendon, joint ...) needled in one session. Depths and lengths in mm, times in seconds,
    pain 0 to 10, pressure pain threshold in kPa; empty means not recorded, never zero."""

    class TriggerPoint(models.TextChoices):
        ACTIVE = "active", "Active"
        LATENT = "latent", "Latent"
        NONE = "none", "None"
        UNSPECIFIED = "unspecified", "Unspecified"

    class Criterion(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_TESTED = "not_tested", "Not tested"

    class Technique(models.TextChoices):
        SUPERFICIAL = "superficial", "Superficial"
        DEEP_PISTONING = "deep_pistoning", "Deep pistoning"
        DEEP_STATIC = "deep_static", "Deep static"
        WINDING = "winding", "Winding"
        ELECTRICAL = "electrical", "Electrical"
        PERITENDINOUS = "peritendinous", "Peritendinous"
        PERIOSTEAL = "periosteal", "Periosteal"
        INTRADERMAL_RETAINED = "intradermal_retained", "Intradermal, retained"

    class TwitchSeen(models.TextChoices):
        UNSPECIFIED = "unspecified", "Not said how"
        NOT_SOUGHT = "not_sought", "Not sought"
        NONE = "none", "None"
        PALPATED = "palpated", "Felt"
        VISIBLE = "visible", "Visible"
        ULTRASOUND = "ultrasound", "Ultrasound"

    class TwitchStrength(models.TextChoices):
        WEAK = "weak", "Weak"
        MEDIUM = "medium", "Medium"
        STRONG = "strong", "Strong"

    session = models.ForeignKey(NeedlingSession, models.PROTECT, related_name="sites")
    position = models.PositiveSmallIntegerField(editable=False)
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)
    trigger_point = models.CharField(max_length=11, choices=TriggerPoint, default=TriggerPoint.UNSPECIFIED)
    taut_band = models.CharField(max_length=10, choices=Criterion, default=Criterion.NOT_TESTED)
    hypersensitive_spot = models.CharField(max_length=10, choices=Criterion, default=Criterion.NOT_TESTED)
    referred_pain = models.CharField(max_length=10, choices=Criterion, default=Criterion.NOT_TESTED)
    chart_version = models.CharField(max_length=10, blank=True)
    chart_body = models.CharField(max_length=6, blank=True)
    chart_view = models.CharField(max_length=40, blank=True)
    chart_x = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    chart_y = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    landmark = models.CharField(max_length=200, blank=True, validators=[no_nul])
    technique = models.CharField(max_length=20, choices=Technique, blank=True)
    gauge_mm = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0.1), MaxValueValidator(1)]
    )
    length_mm = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(5), MaxValueValidator(150)]
    )
    lot = models.ForeignKey(NeedleLot, models.PROTECT, null=True, blank=True, related_name="sites")
    depth_mm = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(150)])
    direction = models.CharField(max_length=120, blank=True, validators=[no_nul])
    needles = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(50)])
    insertions = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(200)])
    retention_s = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(86400)])
    stimulation_frequency_hz = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    stimulation_intensity_ma = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    stimulation_minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(240)])
    twitch_seen = models.CharField(max_length=11, choices=TwitchSeen, default=TwitchSeen.UNSPECIFIED)
    twitch_count = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(200)])
    twitch_strength = models.CharField(max_length=6, choices=TwitchStrength, blank=True)
    familiar_pain = models.BooleanField(null=True, blank=True)
    referred_to = models.JSONField(default=list, blank=True)
    pain_during = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(10)])
    pain_before = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(10)])
    pain_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(10)])
    ppt_before_kpa = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(1500)])
    ppt_after_kpa = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(1500)])
    reaction = models.CharField(max_length=80, blank=True, validators=[no_nul])
    note = models.CharField(max_length=1000, blank=True, validators=[no_nul])

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ("session_id", "position")
        indexes = [
            models.Index(fields=["session", "position"], name="site_in_order"),
            models.Index(fields=["practice", "structure", "-created_at"], name="site_by_structure"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(chart_version="", chart_body="", chart_view="", chart_x=None, chart_y=None)
                | Q(chart_x__isnull=False, chart_y__isnull=False)
                & ~Q(chart_version="")
                & ~Q(chart_body="")
                & ~Q(chart_view=""),
                name="site_chart_point_whole_or_absent",
                violation_error_message="A chart point has a version, a body, a view, x and y.",
            ),
            models.CheckConstraint(
                condition=Q(depth_mm=None) | Q(length_mm=None) | Q(depth_mm__lte=models.F("length_mm")),
                name="site_depth_within_the_needle",
                violation_error_message="The depth is more than the needle is long. Change one of them.",
            ),
            models.CheckConstraint(
                condition=Q(twitch_count=None)
                | Q(twitch_count=0)
                | Q(twitch_seen__in=["unspecified", "palpated", "visible", "ultrasound"]),
                name="site_twitch_count_with_a_twitch",
                violation_error_message="A twitch was counted: say how it was seen, or take the count away.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.structure_id}"
