"""Many documents as one PDF for the printer: each begins on a sheet of its own, and every page is checked again.

Bound in parts that are closed before the next one begins, so that memory does not grow with the number of documents.
The files in between have no name, so that a process that is killed leaves no patient's page on the disk.
The single documents keep their tags for screen readers; the bound file is for paper.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import islice
from typing import BinaryIO
from uuid import UUID

import pikepdf

from reports import checking

PART = 50  # documents held open at once


@dataclass(frozen=True)
class Leaf:
    """One stored document, and whose it must be."""

    content: bytes = field(repr=False)
    pages: int
    sha256: str
    patient_id: UUID
    document_id: UUID
    name: str
    record_number: int


@dataclass(frozen=True)
class Bound:
    """The file (deleted when closed), and which document of which patient is in it."""

    file: BinaryIO
    pages: int
    holds: tuple[tuple[UUID, UUID], ...]


def bind(leaves: Iterable[Leaf], *, both_sides: bool) -> Bound:
    """Raises checking.WrongPaper when a stored document is not what was stored, or not its patient's."""
    holds: list[tuple[UUID, UUID]] = []
    target = tempfile.TemporaryFile()  # noqa: SIM115 - whoever answers with it closes it
    with ExitStack() as opened:
        parts: list[BinaryIO] = []
        for leaves_of_it in _in_parts(iter(leaves)):
            parts.append(opened.enter_context(tempfile.TemporaryFile()))
            _part(leaves_of_it, parts[-1], holds, both_sides=both_sides)
        pages = _joined(parts, target)
    target.seek(0)
    return Bound(target, pages, tuple(holds))


def _in_parts(leaves: Iterator[Leaf]) -> Iterator[list[Leaf]]:
    while part := list(islice(leaves, PART)):
        yield part


def _part(leaves: list[Leaf], target: BinaryIO, holds: list[tuple[UUID, UUID]], *, both_sides: bool) -> None:
    with ExitStack() as opened, pikepdf.new() as bound:
        for leaf in leaves:
            if sha256(leaf.content).hexdigest() != leaf.sha256:
                raise checking.WrongPaper("a stored document does not have its digest")
            checking.check(leaf.content, pages=leaf.pages, name=leaf.name, record_number=leaf.record_number)
            single = opened.enter_context(pikepdf.open(BytesIO(leaf.content)))
            bound.pages.extend(single.pages)
            if both_sides and leaf.pages % 2:
                bound.add_blank_page(page_size=_size(single))
            holds.append((leaf.patient_id, leaf.document_id))
        bound.remove_unreferenced_resources()
        bound.save(target, deterministic_id=True)


def _size(single: pikepdf.Pdf) -> tuple[float, float]:
    left, low, right, high = map(float, single.pages[-1].mediabox)
    return right - left, high - low


def _joined(parts: list[BinaryIO], target: BinaryIO) -> int:
    with ExitStack() as opened, pikepdf.new() as bound:
        for part in parts:
            bound.pages.extend(opened.enter_context(pikepdf.open(part)).pages)
        pages = len(bound.pages)
        bound.save(target, deterministic_id=True)
    return pages
