"""Writes under which words a patient is found, whenever the door saves one. An index, no record: see models/index.py."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from patients.models import Patient, SearchLink, SearchSlip, SearchWord
from patients.search_words import NAME, words_of
from patients.spelling import LONGEST_WITH_SLIPS, slips, sounds

AT_ONCE = 500

Word = tuple[str, str]  # kind and text


def follow_patients(patients: Sequence[Patient]) -> None:
    """Called by the door in the transaction that saves them. Nothing is asked or written when no word and no birth date
    changed."""
    changed = [p for p in patients if p.indexed_as != p.words_written]
    for start in range(0, len(changed), AT_ONCE):
        write(changed[start : start + AT_ONCE])
    for patient in changed:
        patient.words_written = patient.indexed_as


def write(patients: Sequence[Patient]) -> None:
    """The words of these patients, as their search keys say, and no others."""
    wanted: dict[UUID, set[tuple[UUID, Word]]] = {
        p.pk: {(p.practice_id, word) for word in words_of(p.search_key)} for p in patients
    }
    ids = _word_ids({word for words in wanted.values() for word in words})
    born = {p.pk: p.date_of_birth for p in patients}
    links = {(ids[word], pk, born[pk]) for pk, words in wanted.items() for word in words}
    written = SearchLink.objects.filter(patient_id__in=[p.pk for p in patients if p.words_written])
    there: dict[tuple[int, UUID, date], int] = {
        (word, patient, day): pk
        for pk, word, patient, day in written.values_list("pk", "word_id", "patient_id", "born")
    }
    if gone := [pk for link, pk in there.items() if link not in links]:
        SearchLink.objects.filter(pk__in=gone).delete()
    new = sorted((link for link in links if link not in there), key=str)
    rows = [SearchLink(word_id=word, patient_id=patient, born=day) for word, patient, day in new]
    SearchLink.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)


def _word_ids(words: set[tuple[UUID, Word]]) -> dict[tuple[UUID, Word], int]:
    """The id of every word; words nobody had before are written. Two people at once write each of them once."""
    found = _known(words)
    if missing := sorted(words - found.keys(), key=str):  # in one order for everybody: no deadlock
        rows = [SearchWord(practice_id=practice, kind=kind, text=text, sounds=sounds(text) if kind == NAME else "")
                for practice, (kind, text) in missing]  # fmt: skip
        SearchWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
        found |= (added := _known(set(missing)))
        _write_slips(added)
    return found


def _write_slips(words: dict[tuple[UUID, Word], int]) -> None:
    rows = [
        SearchSlip(practice_id=practice, key=key, word_id=pk)
        for (practice, (kind, text)), pk in words.items()
        if kind == NAME
        for key in sorted(slips(text))
        if len(key) <= LONGEST_WITH_SLIPS
    ]
    SearchSlip.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)


def _known(words: Iterable[tuple[UUID, Word]]) -> dict[tuple[UUID, Word], int]:
    texts: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for practice, (kind, text) in words:
        texts[practice, kind].add(text)
    found: dict[tuple[UUID, Word], int] = {}
    for (practice, kind), some in texts.items():
        rows: Any = SearchWord.objects.filter(practice=practice, kind=kind, text__in=some)
        found |= {(practice, (kind, text)): pk for pk, text in rows.values_list("pk", "text")}
    return found


def rebuild(patients: Iterable[Patient]) -> int:
    """Write the index anew for rows that came in past the door (a restored dump). Says how many were written."""
    count, batch = 0, []
    for patient in patients:
        patient.words_written = patient.search_key or " "  # look for links that may be there
        batch.append(patient)
        if len(batch) == AT_ONCE:
            write(batch)
            count, batch = count + len(batch), []
    write(batch)
    return count + len(batch)
