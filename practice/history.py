"""The one door: the only place where clinical and demographic rows are saved.

django-simple-history writes nothing for `update()` and `bulk_create()`, so every write goes through here. A test bans
saving anywhere else. What the door guarantees for every row it lets through:

- who and why stand in the history row of the same transaction;
- the row is valid (`full_clean` without the queries that the database's own constraints make needless);
- no foreign key leads into another practice;
- saving 6 or 60 rows costs the same number of queries.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from practice.errors import Stale
from practice.models import DestructionPermit, Practice, Tenant, User

Row = TypeVar("Row", bound=models.Model)


_followers: dict[type[models.Model], Callable[[Sequence[Any]], None]] = {}


def follow(model: type[Row], work: Callable[[Sequence[Row]], None]) -> None:
    """What is derived from a model (a search index): `work` runs in the same transaction whenever the door saves rows
    of it, so that it can never lag behind."""
    _followers[model] = work


class ForeignPractice(ValueError):
    """A row was about to point into another practice: a fault of the program, never of the person."""


def keep(record: Row, *, by: User | None, why: str) -> Row:
    """Save one row with its history. Raises ValidationError with field names when the row is not valid."""
    adding = record._state.adding
    _prepare([record], by=by)
    record._history_user = by  # type: ignore[attr-defined]
    record._change_reason = why  # type: ignore[attr-defined]
    with _constraints_in_words(type(record)):
        record.save(force_insert=adding, force_update=not adding)
    _tell_followers(type(record), [record])
    return record


def keep_all(records: Sequence[Row], *, by: User | None, why: str, changed_fields: Iterable[str] = ()) -> None:
    """Save many rows of one model: new ones in one statement, changed ones in one, each with their history rows.

    `changed_fields` (all when empty) are what became different in the rows that existed already.
    """
    if not records:
        return
    model = type(records[0])
    _prepare(records, by=by)
    new = [r for r in records if r._state.adding]
    changed = [r for r in records if not r._state.adding]
    tracked = hasattr(model, "history")
    with _constraints_in_words(model):
        if new and tracked:
            bulk_create_with_history(new, model, default_user=by, default_change_reason=why)
        elif new:
            model._default_manager.bulk_create(new)
        if changed:
            every = [f.name for f in model._meta.concrete_fields if not f.primary_key]
            wanted = {*changed_fields, "version", "updated_at"}
            fields = [name for name in every if name in wanted] if changed_fields else every
            bulk_update_with_history(changed, model, fields, default_user=by, default_change_reason=why)
    _tell_followers(model, records)


def _tell_followers(model: type[models.Model], records: Sequence[Any]) -> None:
    if work := _followers.get(model):
        work(records)


def erase(records: Sequence[models.Model], *, by: User | None, why: str) -> None:
    """Take rows out of a draft (a removed site). Their history rows stay and say who removed them and why; of a model
    without a history nothing stays."""
    for record in records:
        record._history_user = by  # type: ignore[attr-defined]
        record._change_reason = why  # type: ignore[attr-defined]
        record.delete()


def destroy(rows: Mapping[type[models.Model], Collection[Any]], *, destruction: UUID) -> dict[str, int]:
    """Delete rows for good, with their earlier states: the one way past the guards, for a destruction that two people
    have decided (the database looks). Inside the caller's transaction; answers how many rows went, by table."""
    every: dict[type[models.Model], Collection[Any]] = dict(rows)
    for model, keys in rows.items():
        if hasattr(model, "history"):
            states: Any = model.history.model._default_manager  # type: ignore[attr-defined]
            every[states.model] = list(states.filter(id__in=keys).values_list("history_id", flat=True))
    as_text = (lambda key: key.hex) if connection.vendor == "sqlite" else str
    permits = [
        DestructionPermit(destruction=destruction, table=model._meta.db_table,
                          row=as_text(key) if isinstance(key, UUID) else str(key))
        for model, keys in every.items()
        for key in keys
    ]  # fmt: skip
    DestructionPermit.objects.bulk_create(permits, batch_size=500)
    gone = {}
    for model, keys in every.items():
        if keys:
            gone[model._meta.db_table] = model._base_manager.filter(pk__in=keys)._raw_delete(connection.alias)
    DestructionPermit.objects.filter(destruction=destruction).delete()
    return gone


def note_sign_in(sender: object, user: User, **_: Any) -> None:
    """When somebody signed in last. No state of the person, so it leaves no history row."""
    user.last_login = timezone.now()
    user.skip_history_when_saving = True  # type: ignore[attr-defined]
    try:
        user.save(update_fields=["last_login"])
    finally:
        del user.skip_history_when_saving  # type: ignore[attr-defined]


def lock(rows: models.QuerySet[Row], pk: UUID, *, version: int | None = None, no_key: bool = False) -> Row:
    """The row, locked until the transaction ends, so that nobody changes it between reading and saving.

    With `version` (what the person last saw) it raises Stale when someone was faster. PostgreSQL locks the row;
    SQLite has locked the whole database since the transaction began (IMMEDIATE). With `no_key` others may still write
    rows that point at it, so that who has locked such a row first never waits for this one.
    """
    record = rows.select_for_update(of=("self",), no_key=no_key).get(pk=pk)
    if version is not None and cast(Any, record).version != version:
        raise Stale(record)
    return record


def load_reference(model: type[models.Model], rows: Sequence[models.Model], *, key: str) -> None:
    """Bring shipped reference data up to date: insert what is new, overwrite what changed, keyed by `key`."""
    fields = [f.name for f in model._meta.concrete_fields if f.name != key]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=fields)


def _prepare(records: Sequence[models.Model], *, by: User | None) -> None:
    now = timezone.now()
    for record in records:
        if record._state.adding:
            if isinstance(record, Tenant) and record.created_by_id is None:
                record.created_by = by
        elif hasattr(record, "version"):
            record.version += 1
        if hasattr(record, "updated_at"):
            record.updated_at = now
    _stay_in_the_practice(records)
    _validate(records)


def _validate(records: Sequence[models.Model]) -> None:
    """Every problem of every field at once. Foreign keys were checked together, check constraints by the database."""
    for record in records:
        related = {f.name for f in record._meta.concrete_fields if f.is_relation}
        fields = partial(record.clean_fields, exclude=related | _loose(record))
        if problems := _problems_of(record.clean, _problems_of(fields, {})):
            raise ValidationError(problems)
        if len(records) == 1:
            record.validate_unique(exclude=related | {record._meta.pk.name if record._meta.pk else "id"})
            _validate_unique_constraints(record)


def _problems_of(check: Callable[[], None], problems: dict[str, list[Any]]) -> dict[str, list[Any]]:
    try:
        check()
    except ValidationError as error:
        problems = error.update_error_dict(problems)
    return problems


def _loose(record: models.Model) -> set[str]:
    """An empty password hash and the like are no business of this door."""
    return {"password"} if isinstance(record, User) else set()


def _validate_unique_constraints(record: models.Model) -> None:
    for constraint in record._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            constraint.validate(type(record), record)


def _stay_in_the_practice(records: Iterable[models.Model]) -> None:
    """Refuse any foreign key that leads into another practice or nowhere: one query per model pointed at."""
    wanted: dict[type[models.Model], dict[UUID, set[UUID | None]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        home = _practice_of(record)
        for field in record._meta.concrete_fields:
            target = field.related_model
            value = getattr(record, field.attname)
            if not field.is_relation or value is None or not _belongs_somewhere(target):
                continue
            if not record._state.adding and getattr(record, "_pointed_at", {}).get(field.attname) == value:
                continue  # checked when it was written
            if field.is_cached(record):  # type: ignore[attr-defined]
                _same_practice(_practice_of(getattr(record, field.name)), home, field.name)
            else:
                wanted[cast(type[models.Model], target)][value].add(home)
    for model, rows in wanted.items():
        found = dict(model._default_manager.filter(pk__in=rows).values_list("pk", "practice_id"))
        for pk, homes in rows.items():
            for home in homes:
                _same_practice(found.get(pk), home, model.__name__)


def _belongs_somewhere(model: Any) -> bool:
    return isinstance(model, type) and (issubclass(model, Tenant) or model is User)


def _practice_of(record: models.Model) -> UUID | None:
    return record.pk if isinstance(record, Practice) else getattr(record, "practice_id", None)


def _same_practice(there: UUID | None, here: UUID | None, what: str) -> None:
    if there != here:
        raise ForeignPractice(f"{what} belongs to another practice or does not exist")


class _constraints_in_words:
    """A constraint that the database refused becomes a ValidationError with the constraint's own sentence."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.savepoint = transaction.atomic(savepoint=False)

    def __enter__(self) -> None:
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.savepoint.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError):
            for constraint in self.model._meta.constraints:
                if constraint.name in str(error):
                    message = constraint.get_violation_error_message()
                    raise ValidationError({NON_FIELD_ERRORS: [message]}, code=constraint.name) from error
