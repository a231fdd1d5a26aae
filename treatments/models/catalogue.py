"""What can be needled (the structure catalogue) and with what (needle lots)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from consent.models import Area
from practice.models import Practice, Record, Side, TenantQuerySet, User, no_nul


class StructureQuerySet(models.QuerySet["Structure"]):
    def visible_to(self, user: User) -> Self:
        """The shipped catalogue and the practice's own additions."""
        return self.filter(Q(practice=None) | Q(practice=user.practice_id), active=True)


class Structure(models.Model):
    """A muscle, nerve, tendon or joint. Shipped rows are reference data with source and confidence per row.

    The key is the identifier everywhere (API, hash, body chart), so that a record means the same in every
    installation. Needle lengths and referral regions are hints, never limits.
    """

    class Kind(models.TextChoices):
        MUSCLE = "muscle", "Muscle"
        NERVE = "nerve", "Nerve"
        TENDON = "tendon", "Tendon"
        JOINT = "joint", "Joint"
        LIGAMENT = "ligament", "Ligament"
        FASCIA = "fascia", "Fascia"
        SCAR = "scar", "Scar"

    class Laterality(models.TextChoices):
        PAIRED = "paired", "Left and right"
        MIDLINE = "midline", "Midline"
        ANY = "any", "Any"

    key = models.CharField(primary_key=True, max_length=80)
    practice = models.ForeignKey(Practice, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=60, blank=True)
    laterality = models.CharField(max_length=8, choices=Laterality)
    innervation = models.CharField(max_length=250, blank=True)
    roots = models.CharField(max_length=120, blank=True)
    typical_referral = models.JSONField(default=list, blank=True)
    hazards = models.JSONField(default=list, blank=True)
    hazard_level = models.CharField(max_length=10, blank=True)
    pneumothorax_risk = models.BooleanField(default=False)
    non_compressible_bleed_site = models.BooleanField(default=False)
    sourced_max_depth_mm = models.PositiveSmallIntegerField(null=True, blank=True)
    needle_length_min_mm = models.PositiveSmallIntegerField(null=True, blank=True)
    needle_length_max_mm = models.PositiveSmallIntegerField(null=True, blank=True)
    uberon_id = models.CharField(max_length=30, blank=True)
    fma_id = models.CharField(max_length=30, blank=True)
    synonyms = models.JSONField(default=list, blank=True)
    short_codes = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    confidence = models.CharField(max_length=8, blank=True)
    note = models.CharField(max_length=300, blank=True)
    content_version = models.CharField(max_length=10, default="1")
    search_key = models.TextField(blank=True)
    active = models.BooleanField(default=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        ordering = ("name", "key")

    def __str__(self) -> str:
        return self.name

    def allows(self, side: str) -> bool:
        """A paired structure has a left and a right, a midline one has no sides; scars may lie anywhere."""
        if self.laterality == self.Laterality.ANY:
            return True
        return (side == Side.MIDLINE) == (self.laterality == self.Laterality.MIDLINE)


class NeedleLotQuerySet(TenantQuerySet["NeedleLot"]):
    def usable(self, on: date) -> Self:
        return self.filter(active=True, expires_on__gte=on)


class NeedleLot(Record):
    """A box of needles: brand, size, lot and expiry, so that every needle can be traced both ways."""

    brand = models.CharField(max_length=80, validators=[no_nul])
    gauge_mm = models.DecimalField(
        max_digits=3, decimal_places=2, validators=[MinValueValidator(0.1), MaxValueValidator(1)]
    )
    length_mm = models.PositiveSmallIntegerField(validators=[MinValueValidator(5), MaxValueValidator(150)])
    lot_number = models.CharField(max_length=60, validators=[no_nul])
    expires_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    opened_in = models.CharField(max_length=80, blank=True, validators=[no_nul])
    gtin = models.CharField(
        max_length=14, blank=True, validators=[RegexValidator(r"^\d{14}$", "A product number has 14 digits.")]
    )  # of the product, from the code on the box
    active = models.BooleanField(default=True)

    objects = NeedleLotQuerySet.as_manager()

    class Meta:
        ordering = ("brand", "gauge_mm", "length_mm", "expires_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "brand", "lot_number", "gauge_mm", "length_mm"],
                name="needle_lot_once_per_practice",
                violation_error_message="This lot is already in the list.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.gauge_mm} × {self.length_mm} mm, lot {self.lot_number}"
