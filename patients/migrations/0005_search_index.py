"""The trigram index of PostgreSQL (SQLite has none and does without), and the words of the patients there are."""

from typing import Any

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from patients.search_words import NAME, search_key, words_of
from patients.spelling import slips, sounds

AT_ONCE = 500


def add_trigrams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX search_word_by_trigrams ON patients_searchword USING gin (text gin_trgm_ops) WHERE kind = 'n'"
        )


def drop_trigrams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS search_word_by_trigrams")


def write_words(apps: Any, schema_editor: Any) -> None:
    batch: list[Any] = []
    for patient in apps.get_model("patients", "Patient").objects.order_by("pk").iterator(AT_ONCE):
        batch.append(patient)
        if len(batch) == AT_ONCE:
            _write(apps, batch)
            batch = []
    _write(apps, batch)


def _write(apps: Any, patients: list[Any]) -> None:
    word, slip, link = (apps.get_model("patients", name) for name in ("SearchWord", "SearchSlip", "SearchLink"))
    for patient in patients:
        patient.search_key = search_key(patient)
    apps.get_model("patients", "Patient").objects.bulk_update(patients, ["search_key"])
    wanted = {(p.practice_id, *pair) for p in patients for pair in words_of(p.search_key)}
    known = _ids(word, wanted)
    new = sorted(wanted - known.keys(), key=str)
    word.objects.bulk_create(
        [word(practice_id=p, kind=k, text=t, sounds=sounds(t) if k == NAME else "") for p, k, t in new]
    )
    ids = _ids(word, wanted)
    slip.objects.bulk_create(
        [
            slip(practice_id=p, key=key, word_id=ids[p, k, t])
            for p, k, t in new
            if k == NAME
            for key in slips(t)
            if len(key) <= 24
        ]
    )
    link.objects.bulk_create(
        [
            link(word_id=ids[(p.practice_id, *pair)], patient_id=p.pk)
            for p in patients
            for pair in words_of(p.search_key)
        ]
    )


def _ids(word: Any, wanted: set[Any]) -> dict[Any, int]:
    rows = word.objects.filter(text__in={text for _, _, text in wanted})
    return {(practice, kind, text): pk for pk, practice, kind, text in rows.values_list("pk", "practice_id", "kind", "text")}


class Migration(migrations.Migration):
    dependencies = [("patients", "0004_search_and_merges")]

    operations = [
        TrigramExtension(),
        migrations.RunPython(add_trigrams, drop_trigrams),
        migrations.RunPython(write_words, migrations.RunPython.noop),
    ]
