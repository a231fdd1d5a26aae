"""Who held each patient's last session, for the lists that say it: counted once from what is there."""

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery


def say_who(apps, schema_editor):
    patients = apps.get_model("patients", "Patient").objects
    held = apps.get_model("treatments", "NeedlingSession").objects.filter(
        Q(status__in=("signed", "void")) | Q(status="draft", submitted_at__isnull=False)
    ).order_by("status", "-pk")
    unsaid = patients.filter(last_session_at__isnull=False, last_session_by=None)
    own = held.filter(patient=OuterRef("pk"), started_at=OuterRef("last_session_at"))
    unsaid.update(last_session_by=Subquery(own.values("practitioner")[:1]))
    for patient in unsaid.iterator():  # the session stands on another record of the same person
        whole = patient.merged_into_id or patient.pk
        records = patients.filter(Q(pk=whole) | Q(merged_into=whole)).values("pk")
        there = held.filter(patient__in=records, started_at=patient.last_session_at).first()
        if there:
            patients.filter(pk=patient.pk).update(last_session_by=there.practitioner_id)


class Migration(migrations.Migration):

    dependencies = [
        ("patients", "0012_last_session_by"),
        ("treatments", "0013_rewrites"),
    ]

    operations = [migrations.RunPython(say_who, migrations.RunPython.noop)]
