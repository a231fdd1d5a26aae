"""When somebody was born, beside each word they are found under: a search judges them from this index alone."""

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def write_births(apps: Any, schema_editor: Any) -> None:
    patients = apps.get_model("patients", "Patient").objects.filter(pk=OuterRef("patient_id"))
    links = apps.get_model("patients", "SearchLink").objects
    links.update(born=Subquery(patients.values("date_of_birth")[:1]))
    links.filter(born=None).delete()  # of nobody: they found nobody either


class Migration(migrations.Migration):
    dependencies = [("patients", "0014_last_session_index")]

    operations = [
        migrations.AddField("searchlink", "born", models.DateField(null=True)),
        migrations.RunPython(write_births, migrations.RunPython.noop),
        migrations.AlterField("searchlink", "born", models.DateField()),
        migrations.RemoveConstraint("searchlink", "search_link_once"),
        migrations.AddConstraint(
            "searchlink",
            models.UniqueConstraint(fields=("word", "patient_id", "born"), name="search_link_once"),
        ),
    ]
