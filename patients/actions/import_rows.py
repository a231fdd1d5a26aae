"""What the rows of a file would become: new, changed, known already, perhaps somebody else's, or wrong.

The same judgement is the dry run and the first half of the import. Everything is asked for a slice of rows at once, so
that a slice costs the same number of queries whether the practice has a hundred patients or a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from patients.importing.cells import Problem, Reading, Row, describe
from patients.importing.columns import FIELDS
from patients.models import Import, SourceKey
from practice.history import keep_all
from practice.models import User

CREATE, SAME, UPDATE, DUPLICATE, ERROR = "create", "same", "update", "duplicate", "error"
LINK = "link"  # a duplicate that the person takes for the one who is here


@dataclass
class Judged:
    """One row and what becomes of it. `record` is the new row, or the one that would change."""

    number: int
    row: Row
    outcome: str = CREATE
    known: SourceKey | None = None
    record: Any = None
    candidate: UUID | None = None
    told: str = ""
    changed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, problems: Iterable[Problem]) -> None:
        self.problems += problems
        if self.problems:
            self.outcome = ERROR

    def may_be(self, candidate: UUID | None, told: str) -> None:
        self.outcome, self.candidate, self.told = DUPLICATE, candidate, told


class Rows:
    """The rows of one kind. Subclasses say how a row becomes a record, and what may already be here."""

    kind: ClassVar[str]
    model: ClassVar[type[models.Model]]

    def __init__(self, of_import: Import, reading: Reading, at: datetime) -> None:
        self.of_import, self.reading, self.at = of_import, reading, at
        self.practice = of_import.practice
        self.found_in_file: Mapping[str, Any] = of_import.twice.get("ids", {})

    def judge(self, rows: Sequence[tuple[int, Row]]) -> list[Judged]:
        """Every row with its outcome, in order."""
        keys = newest_keys(self.of_import, self.kind, {row.source_id for _, row in rows})
        judged = [self._first_look(number, row, keys.get(row.source_id)) for number, row in rows]
        there = self.existing([j.known.record_id for j in judged if j.outcome == UPDATE and j.known])
        self.prepare([j for j in judged if j.outcome in (CREATE, UPDATE)])
        for one in judged:
            if one.outcome == UPDATE and one.known:
                self._compare(one, there.get(one.known.record_id))
            elif one.outcome == CREATE:
                self._make(one)
        self.gate([j for j in judged if j.outcome == CREATE])
        return judged

    def _first_look(self, number: int, row: Row, known: SourceKey | None) -> Judged:
        judged = Judged(number, row, known=known)
        first = self.found_in_file.get(row.source_id)
        if row.problems:
            judged.refuse(row.problems)
        elif first and first[0] != number:
            if first[1] == row.digest[:16]:
                judged.outcome = SAME
            else:
                told = f"The same number stands in row {first[0]} with something else. Keep one of the two."
                judged.refuse([Problem("source_id", describe(row.source_id), told)])
        elif known:
            judged.outcome = SAME if known.digest == row.digest else UPDATE
        return judged

    def _make(self, judged: Judged) -> None:
        judged.record = self.fresh(judged)
        if not judged.problems:
            judged.refuse(self.problems_of(judged.record))

    def _compare(self, judged: Judged, record: Any) -> None:
        if record is None:
            told = "What came from this row is gone here. Look for it by hand."
            judged.refuse([Problem("", "a known number", told)])
            return
        judged.record = record
        judged.changed = self.apply(judged)
        if not judged.problems:
            judged.refuse(self.problems_of(judged.record))
        if judged.outcome == UPDATE and not judged.changed:
            judged.outcome = SAME
        judged.told = f"Changed: {', '.join(self.label(name) for name in judged.changed)}."[:300]

    def problems_of(self, record: models.Model) -> list[Problem]:
        """What the record itself refuses, as the door would; row by row, so that one bad row holds up no other."""
        related = {f.name for f in record._meta.concrete_fields if f.is_relation}
        errors: dict[str, list[ValidationError]] = {}
        for check in (lambda: record.clean_fields(exclude=related), record.clean):
            try:
                check()
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        return [Problem(name, describe(str(getattr(record, name, ""))), _sentence(error))
                for name, found in errors.items() for error in found[:1]]  # fmt: skip

    def label(self, name: str) -> str:
        return next((f.label for f in FIELDS[self.kind] if f.key == name), name.replace("_", " ")).lower()

    def prepare(self, judged: Sequence[Judged]) -> None:
        """Whatever has to be read once for the whole slice."""

    def existing(self, ids: Sequence[UUID]) -> dict[UUID, Any]:
        rows = self.model._default_manager.filter(practice=self.practice, pk__in=ids) if ids else []
        return {row.pk: row for row in rows}

    def fresh(self, judged: Judged) -> Any:
        raise NotImplementedError

    def apply(self, judged: Judged) -> list[str]:
        """Put the row's values on the record and name what became different. An empty cell never empties anything."""
        values = {name: value for name, value in judged.row.values.items() if value not in ("", None)}
        changed = [name for name, value in values.items() if getattr(judged.record, name) != value]
        for name in changed:
            setattr(judged.record, name, values[name])
        return changed

    def gate(self, fresh: Sequence[Judged]) -> None:
        """Mark the new ones that may be here already."""

    def write(self, judged: Sequence[Judged], *, by: User) -> None:
        """Save what was decided, in one statement per model, and remember where each row came from."""
        why = f"imported from {self.of_import.source or 'a file'}"
        new = [j for j in judged if j.outcome == CREATE]
        changed = [j for j in judged if j.outcome == UPDATE]
        self.save_new(new, by=by, why=why)
        self.save_changed(changed, by=by, why=why)
        linked = [j for j in judged if j.outcome == LINK]
        keep_all([self.key_of(j) for j in (*new, *changed, *linked)], by=by, why=why)

    def save_new(self, judged: Sequence[Judged], *, by: User, why: str) -> None:
        keep_all([j.record for j in judged], by=by, why=why)

    def save_changed(self, judged: Sequence[Judged], *, by: User, why: str) -> None:
        fields = {name for j in judged for name in j.changed}
        keep_all([j.record for j in judged], by=by, why=why, changed_fields=fields)

    def key_of(self, judged: Judged) -> SourceKey:
        return SourceKey(
            practice=self.practice,
            source=self.of_import.source,
            kind=self.kind,
            source_id=judged.row.source_id,
            revision=judged.known.revision + 1 if judged.known else 1,
            record_id=judged.candidate if judged.outcome == LINK else judged.record.pk,
            digest=judged.row.digest,
            of_import=self.of_import,
        )


def newest_keys(of_import: Import, kind: str, source_ids: set[str]) -> dict[str, SourceKey]:
    """Which row here came from which number there, as it was taken last."""
    rows = SourceKey.objects.filter(
        practice=of_import.practice_id, source=of_import.source, kind=kind, source_id__in=source_ids - {""}
    )
    return {key.source_id: key for key in rows.order_by("revision")}


def _sentence(error: ValidationError) -> str:
    """What Django says in its own way, in ours."""
    if error.code == "max_length" and error.params:
        return f"{error.params['limit_value']} characters is the most. Shorten it."
    if error.code == "invalid" and "email" in str(error.message).lower():
        return "Write an e-mail address like name@example.org."
    return " ".join(error.messages)[:300]
