"""Which rows may be deleted although they are kept for good: written, used and gone within one transaction."""

from django.db import models


class DestructionPermit(models.Model):
    """One row of one table. The guards let exactly these be deleted; a guard of this table asks who confirmed it."""

    destruction = models.UUIDField()
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=40)  # the key as the database writes it as text

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="destruction_permit_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
