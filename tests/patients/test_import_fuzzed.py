"""Whatever stands in a file: it is read, or told what is wrong with it; nothing else."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.importing import cells, days, reading
from patients.importing.columns import FIELDS, KINDS, problem_with, propose, recognise

TODAY = date(2026, 11, 24)
TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
ROWS = st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=6)
QUICK = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@QUICK
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_told(tmp_path: Path, content: bytes):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    try:
        found = reading.detect_encoding(path)
        separator = reading.detect_separator(path, found.name)
        header = reading.header_of(path, encoding=found.name, separator=separator)
    except reading.Unreadable as error:
        assert str(error)
        return
    for kind in KINDS:
        mapping = propose(kind, header, recognise(kind, header))
        problem_with(kind, mapping)
        how = cells.Reading(kind, mapping, "day", "AU", TODAY)
        for record in reading.records(path, encoding=found.name, separator=separator):
            row = cells.read(record.cells, how)
            assert all(problem.message for problem in row.problems)


@QUICK
@given(
    rows=ROWS,
    encoding=st.sampled_from(sorted(reading.ENCODINGS)),
    separator=st.sampled_from(sorted(reading.SEPARATORS)),
)
def test_what_a_spreadsheet_writes_comes_back(tmp_path: Path, rows: list[list[str]], encoding: str, separator: str):
    buffer = StringIO()
    csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    try:
        content = buffer.getvalue().encode(encoding)
    except UnicodeEncodeError:
        return
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    expected = [[rows[0][0].removeprefix("\ufeff"), *rows[0][1:]], *rows[1:]]
    assert [r.cells for r in reading.records(path, encoding=encoding, separator=separator)] == expected


@QUICK
@given(rows=ROWS, at=st.integers(0, 5), encoding=st.sampled_from(["utf-8", "utf-16-le", "cp1252"]))
def test_reading_goes_on_where_it_ended(tmp_path: Path, rows: list[list[str]], at: int, encoding: str):
    buffer = StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([["header"], *rows])
    path = tmp_path / "x.csv"
    path.write_bytes(buffer.getvalue().encode(encoding, "replace"))
    everything = list(reading.records(path, encoding=encoding, separator=","))
    last = everything[min(at, len(everything) - 1)]
    rest = reading.records(path, encoding=encoding, separator=",", position=last.position, number=last.number + 1)
    assert [r.cells for r in rest] == [r.cells for r in everything[last.number :]]


@QUICK
@given(
    kind=st.sampled_from(sorted(KINDS)), texts=st.lists(TEXTS, max_size=30), order=st.sampled_from(["", "day", "month"])
)
def test_any_cells_become_values_or_problems(kind: str, texts: list[str], order: str):
    mapping = {index: field.key for index, field in enumerate(FIELDS[kind])}
    row = cells.read(texts, cells.Reading(kind, mapping, order, "AU", TODAY))
    assert row.problems or row.values
    assert all(text not in problem.found for problem in row.problems for text in texts if len(text) > 12)


@given(day=st.dates(date(1900, 1, 1), TODAY), order=st.sampled_from(["day", "month"]), long=st.booleans())
def test_a_written_day_is_that_day(day: date, order: str, long: bool):
    year = f"{day:%Y}" if long or TODAY.year - day.year >= 100 else f"{day:%y}"
    text = f"{day.day}/{day.month}/{year}" if order == "day" else f"{day.month}/{day.day}/{year}"
    if TODAY.year - day.year < 100 or long:
        assert days.read(text, order=order, today=TODAY) == day


@pytest.mark.parametrize(
    "text", ["31/02/1980", "00/00/0000", "99/99/9999", "1/1", "1/1/1/1", "0001-00-10", "²/3/1980", ""]
)
def test_what_is_no_day_is_told(text: str):
    with pytest.raises(days.NotADay):
        days.read(text, order="day", today=TODAY)
