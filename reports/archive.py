"""A ZIP of open formats, written piece by piece, with a manifest that says what is in it and a digest of everything.

Nothing is held in memory but one piece at a time. `check` reads such a file again and says what is not as it was written.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

MANIFEST = "manifest.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same content is the same file, whenever it is written
PIECE = 256 * 1024


class Archive:
    """Being written. `add` puts a file in; `close` puts the manifest in."""

    def __init__(self, target: Path | IO[bytes]) -> None:
        self.zip = ZipFile(target, "w", ZIP_DEFLATED)
        self.files: list[dict[str, Any]] = []
        self.missing: list[str] = []  # what should have been in it and is lost or was changed

    def add(self, name: str, pieces: Iterable[bytes], *, rows: int | None = None) -> dict[str, Any]:
        """One file; answers its entry in the manifest."""
        digest, size = hashlib.sha256(), 0
        with self.zip.open(_info(name), "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        entry: dict[str, Any] = {"path": name, "sha256": digest.hexdigest(), "bytes": size}
        if rows is not None:
            entry["rows"] = rows
        self.files.append(entry)
        return entry

    def add_kept(self, name: str, content: bytes | None) -> None:
        """A file that lies beside the database, or, when it is not what was stored, that it is missing."""
        if content is None:
            self.missing.append(name)
        else:
            self.add(name, [content])

    def close(self, about: Mapping[str, Any]) -> None:
        content = {**about, "files": sorted(self.files, key=lambda entry: str(entry["path"]))}
        if self.missing:
            content["missing"] = sorted(self.missing)
        with self.zip.open(_info(MANIFEST), "w") as out:
            out.write(json.dumps(content, indent=1, ensure_ascii=False).encode())
        self.zip.close()


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, LONG_AGO)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def check(path: Path | IO[bytes]) -> list[str]:
    """What is wrong with an archive, as sentences; empty when every file is there and is what the manifest says."""
    try:
        with ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            return list(_differences(archive, manifest))
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        return [f"The file cannot be read as an export: {type(error).__name__}."]


def _differences(archive: ZipFile, manifest: Mapping[str, Any]) -> Iterator[str]:
    told = {entry["path"]: entry for entry in manifest["files"]}
    there = set(archive.namelist()) - {MANIFEST}
    yield from (f"{name} is missing." for name in sorted(told.keys() - there))
    yield from (f"{name} was lost or changed before this was written." for name in manifest.get("missing", []))
    yield from (f"{name} is not in the manifest." for name in sorted(there - told.keys()))
    for name in sorted(there & told.keys()):
        entry = told[name]
        digest, rows = _read(archive, name)
        if digest != entry["sha256"]:
            yield f"{name} was changed: its SHA-256 is another."
        elif "rows" in entry and rows != entry["rows"]:
            yield f"{name} has {rows} rows, not {entry['rows']}."


def _read(archive: ZipFile, name: str) -> tuple[str, int]:
    """Digest and number of rows (of a table)."""
    with archive.open(name) as file:
        digest = hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
    if not name.endswith(".csv"):
        return digest, 0
    csv.field_size_limit(2**27)
    with archive.open(name) as file:
        return digest, sum(1 for _ in csv.reader(TextIOWrapper(file, "utf-8-sig", newline=""))) - 1
