"""Which patients are worth ranking: one statement over the search index, on SQLite and PostgreSQL.

Every typed word contributes the index words it may mean, each with a weight: the word itself, one that begins so, one
that is a slip away, one that sounds the same, and on PostgreSQL one that shares enough trigrams. Patients who fill
more slots come first, and of equals those seen lately. Nothing here reads the table of patients from end to end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

from patients.models import Patient
from patients.search_reading import Typed, joined, phone_ending, years_of
from patients.search_words import EMAIL, NAME, PHONE
from patients.spelling import SHORTEST_WITH_SLIPS, slips, sounds
from practice.models import User

RANKED = 24  # rows that are fetched and ranked
LATELY = 1000  # of equals those come first who are among so many seen last
# What ranking looks at and what a row of a list shows (result_rows.LISTED).
READ = (
    "id", "record_number", "family_name", "given_names", "preferred_name", "former_names", "date_of_birth", "phones",
    "email", "status", "last_session_at", "last_session_by_id", "merged_into_id",
)  # fmt: skip
COLUMNS = ", ".join([*(f"p.{column}" for column in READ), "u.full_name AS seen_by"])
SHORT = 3
# How much a word says, at most 31 each: whole numbers, so that equals stay equals on both databases. A record number
# is one person's; the date that the same digits may be is many people's.
EXACT, BEGINS, SLIP, SOUND, TRIGRAMS, JOINED = 30, 22, 16, 13, 10, 24
BORN, BORN_YEAR, NUMBER, PHONE_END = 30, 20, 31, 25
# A slot that is filled counts for more than all words together; a birth date that agrees for a part of it.
FILLED = 1000
BORN_THAT_DAY = 500
BEHIND = 1500  # who fills two slots less than the best is nobody who was meant
ALIKE, SHORTEST_ALIKE = 0.4, 5  # trigrams shared by two words; shorter ones are told apart by their slips


@dataclass
class Statement:
    """Parts of the statement with their parameters, in the order they are written."""

    practice: UUID
    vendor: str
    hits: list[str] = field(default_factory=list)
    hit_values: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # as they were typed
    direct: list[str] = field(default_factory=list)
    direct_values: list[Any] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    birth_values: list[Any] = field(default_factory=list)

    @cached_property
    def owner(self) -> Any:
        return UUIDField().get_db_prep_value(self.practice, connection)

    def word(
        self,
        where: str,
        values: Iterable[Any],
        slot: int,
        weight: int | str,
        *,
        weighed: Sequence[Any] = (),
        most: int = 0,
    ) -> None:
        """Index words of this practice that may be meant in this slot. `weighed`: what a weight in SQL asks for."""
        select = f"SELECT w.id, {slot} AS slot, {weight} AS weight FROM patients_searchword w WHERE w.practice_id = %s AND {where}"
        # in the order of the index that finds them: any other would read all words of the practice
        order = "w.text USING ~<~" if self.vendor == "postgresql" else "w.text"
        self.hits.append(f"SELECT * FROM ({select} ORDER BY {order} LIMIT {most}) AS few" if most else select)
        self.hit_values += [*weighed, self.owner, *values]

    def slip(self, keys: Sequence[str], slot: int) -> None:
        """Names one slip away: they share one of these keys."""
        marks = ", ".join(["%s"] * len(keys))
        self.hits.append(
            f"SELECT s.word_id AS id, {slot} AS slot, {SLIP} AS weight FROM patients_searchslip s "
            f"WHERE s.practice_id = %s AND s.key IN ({marks})"
        )
        self.hit_values += [self.owner, *keys]

    def known(self) -> tuple[str, list[Any]]:
        """Which of the words that were typed are a name here as they stand."""
        marks = ", ".join(["%s"] * len(self.names)) or "NULL"
        select = f"SELECT w.text FROM patients_searchword w WHERE w.practice_id = %s AND w.kind = '{NAME}' AND w.text IN ({marks})"
        return select, [self.owner, *self.names]

    def patient(self, where: str, values: Iterable[Any], slot: int, weight: int) -> None:
        """Patients of this practice found by a column of their own."""
        self.direct.append(
            f"SELECT p.id AS id, {slot} AS slot, {weight} AS weight, p.date_of_birth AS born FROM patients_patient p "
            f"WHERE p.practice_id = %s AND {where}"
        )
        self.direct_values += [self.owner, *values]

    def born_in(self, years: Iterable[int], part: str, values: Sequence[Any]) -> None:
        """What part of a slot it fills to be born in one of those years."""
        for year in dict.fromkeys(years):
            self.births.append(f"MAX(CASE WHEN born BETWEEN %s AND %s THEN {part} ELSE 0 END)")
            self.birth_values += [*_year(year), *values]

    def begins(self, column: str, text: str) -> tuple[str, list[str]]:
        """The column begins so, written so that the index of this database serves it."""
        if self.vendor == "postgresql":
            escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            return f"{column} LIKE %s", [escaped + "%"]
        return f"{column} >= %s AND {column} < %s", [text, text + "\U0010ffff"]


def candidates(practice: UUID, typed: Typed, *, today: date) -> list[Patient]:
    """At most RANKED patients (records as they stand, also merged ones), the likeliest first. One query, and of each
    only the columns in READ and the name of who saw them last."""
    statement = Statement(practice, connection.vendor)
    slot = _names(statement, typed.names)
    slot = _digits(statement, typed, slot, today)
    for email in typed.emails:
        where, values = statement.begins("w.text", email)
        statement.word(f"w.kind = '{EMAIL}' AND {where}", values, slot, EXACT)
        slot += 1
    slot = _born(statement, typed, slot)
    if not statement.hits and not statement.direct:
        return []
    _birth(statement, typed, today)
    sql, values = _whole(statement, slot)
    return [_with_who_saw_them(row) for row in Patient.objects.raw(sql, values)]


def _with_who_saw_them(row: Any) -> Patient:
    if row.last_session_by_id:
        row.last_session_by = User.from_db(row._state.db, ["id", "full_name"], [row.last_session_by_id, row.seen_by])
    patient: Patient = row
    return patient


def _whole(statement: Statement, slots: int) -> tuple[str, list[Any]]:
    """Each word once with its best reading; of the patients found so only those as good as the RANKED-th are looked
    at, and of those who are equal the ones that were seen lately. At most RANKED rows of patients are read."""
    known, typed = statement.known()
    found, values = [], [*typed, *statement.hit_values, *statement.direct_values, *statement.birth_values]
    if statement.hits:
        found.append("SELECT l.patient_id AS id, h.slot AS slot, h.weight AS weight, l.born AS born FROM hit h JOIN patients_searchlink l ON l.word_id = h.id")  # fmt: skip
    found += statement.direct
    hits = " UNION ALL ".join(statement.hits) or "SELECT NULL AS id, 0 AS slot, 0 AS weight WHERE 1 = 0"
    filled = [f"COALESCE(MAX(CASE WHEN slot = {slot} THEN {FILLED} + weight END), 0)" for slot in range(slots)]
    sql = (
        f"WITH known AS MATERIALIZED ({known}), "
        f"hit AS MATERIALIZED (SELECT id, slot, MAX(weight) AS weight FROM ({hits}) AS heard GROUP BY id, slot), "
        f"found AS ({' UNION ALL '.join(found)}), "
        f"judged AS MATERIALIZED (SELECT id, {' + '.join([*filled, *statement.births])} AS merit FROM found GROUP BY id), "
        f"top AS MATERIALIZED (SELECT merit FROM judged ORDER BY merit DESC LIMIT {RANKED}), "
        f"least AS (SELECT MIN(merit) AS merit FROM top WHERE merit >= (SELECT MAX(merit) - {BEHIND} FROM top)), "
        "good AS MATERIALIZED (SELECT id, merit FROM judged WHERE merit >= (SELECT merit FROM least)), "
        "seen AS MATERIALIZED (SELECT p.id AS id, p.last_session_at AS at FROM patients_patient p WHERE p.practice_id = %s "
        f"AND p.last_session_at IS NOT NULL AND (SELECT COUNT(*) FROM good) > {RANKED} ORDER BY p.last_session_at DESC LIMIT {LATELY}), "
        "first AS (SELECT g.id AS id, g.merit AS merit, s.at AS at FROM good g LEFT JOIN seen s ON s.id = g.id "
        f"ORDER BY g.merit DESC, s.at IS NULL, s.at DESC, g.id DESC LIMIT {RANKED}) "
        f"SELECT {COLUMNS} FROM first f JOIN patients_patient p ON p.id = f.id "
        "LEFT JOIN practice_user u ON u.id = p.last_session_by_id "
        "ORDER BY f.merit DESC, p.last_session_at IS NULL, p.last_session_at DESC, p.id DESC"
    )
    return sql, [*values, statement.owner]


def _names(statement: Statement, names: tuple[str, ...]) -> int:
    statement.names += names
    for slot, word in enumerate(names):
        _name(statement, word, slot)
    for word, *slots in joined(names):
        where, values = statement.begins("w.text", word)
        for slot in slots:
            statement.word(f"w.kind = '{NAME}' AND {where}", values, slot, JOINED)
    return len(names)


def _name(statement: Statement, word: str, slot: int) -> None:
    where, values = statement.begins("w.text", word)
    if len(word) < SHORT:
        statement.word(f"w.kind = '{NAME}' AND w.text = %s", [word], slot, EXACT)
        statement.word(f"w.kind = '{NAME}' AND {where}", values, slot, BEGINS, most=20)
        return
    weight = f"CASE WHEN w.kind = '{EMAIL}' THEN {TRIGRAMS} WHEN w.text = %s THEN {EXACT} ELSE {BEGINS} END"
    kinds = f"w.kind IN ('{NAME}', '{EMAIL}')" if len(word) >= SHORTEST_WITH_SLIPS else f"w.kind = '{NAME}'"
    statement.word(f"{kinds} AND {where}", values, slot, weight, weighed=[word])
    if len(word) >= SHORTEST_WITH_SLIPS:
        statement.slip(sorted(slips(word)), slot)
    nobody = "NOT EXISTS (SELECT 1 FROM known WHERE known.text = %s)"
    if said := sounds(word):
        where, values = statement.begins("w.sounds", said)
        also = f" OR {nobody}" if len(word) >= SHORTEST_ALIKE else ""
        statement.word(f"{where} AND (w.sounds = %s{also})", [*values, said, *([word] if also else [])], slot, SOUND)
    if statement.vendor == "postgresql" and len(word) >= SHORTEST_ALIKE:
        alike = f"{nobody} AND w.kind = '{NAME}' AND w.text %% %s AND similarity(w.text, %s) >= {ALIKE}"
        statement.word(alike, [word, word, word], slot, TRIGRAMS)


def _digits(statement: Statement, typed: Typed, slot: int, today: date) -> int:
    """A number may be a record number or the end of a phone; a year counts by itself when no name narrows it."""
    for digits in typed.digits:
        if len(digits) <= 9:
            also = BORN_THAT_DAY if digits == typed.together else 0  # as much as the date gives that they may be
            statement.patient("p.record_number = %s", [int(digits)], slot, NUMBER + also)
        if len(digits) >= 3:
            where, values = statement.begins("w.text", phone_ending(digits))
            statement.word(f"w.kind = '{PHONE}' AND {where}", values, slot, PHONE_END)
        if not typed.names and not typed.emails:
            for year in years_of(digits, today):
                span = _year(year)
                statement.patient("p.date_of_birth BETWEEN %s AND %s", span, slot, BORN_YEAR)
        slot += 1
    return slot


def _born(statement: Statement, typed: Typed, slot: int) -> int:
    if typed.born is not None:
        marks = ", ".join(["%s"] * len(days := [day.isoformat() for day in near_days(typed.born)]))
        statement.patient(f"p.date_of_birth IN ({marks})", days, slot, BORN)
        return slot + 1
    if typed.day_and_month and not typed.names:
        day, month = typed.day_and_month
        same = [date(year, month, day).isoformat() for year in range(1900, 2100) if _exists(year, month, day)]
        statement.patient(f"p.date_of_birth IN ({', '.join(['%s'] * len(same))})", same, slot, BORN_YEAR)
        return slot + 1
    return slot


def near_days(born: date) -> list[date]:
    """The day itself, day and month the other way round, and the days beside it: few enough to look each up."""
    days = [born, born - timedelta(days=1), born + timedelta(days=1)]
    if born.day <= 12:
        days.append(date(born.year, born.day, born.month))
    return list(dict.fromkeys(days))


def _birth(statement: Statement, typed: Typed, today: date) -> None:
    """Of those a name found: how far the birth date that was typed agrees, in parts of a slot."""
    if typed.born is not None:
        born = typed.born
        part = f"CASE WHEN born = %s THEN {BORN_THAT_DAY} ELSE 300 END"
        statement.born_in([born.year], part, [born.isoformat()])
    elif typed.names:
        years = [year for digits in typed.digits for year in years_of(digits, today)]
        statement.born_in(years, str(FILLED), [])


def _year(year: int) -> list[str]:
    return [date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
