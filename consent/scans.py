"""Scans of paper consent as files: told apart by their content, bounded, kept as practice/stored_files.py keeps files.

A row without its file, or with another content, is refused when it is opened.
"""

from practice.stored_files import FileStore, digest_of

__all__ = ["MOST_BYTES", "STORE", "UnreadableScan", "digest_of", "kind_of"]

MOST_BYTES = 10 * 1024 * 1024
STORE = FileStore("consent_scans")
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
# What a whole file of the kind has near its end, so that half an upload is not taken for a scan.
ENDINGS = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND"}
NEAR_THE_END = 2048


class UnreadableScan(ValueError):
    """Says what is wrong with the file and what to do."""


def kind_of(content: bytes) -> str:
    """The content type by the content itself; name and claim of the sender count for nothing."""
    if not content:
        raise UnreadableScan("The file is empty. Choose the scan again.")
    if len(content) > MOST_BYTES:
        raise UnreadableScan("The scan is larger than 10 MB. Scan it in black and white, or with less resolution.")
    kind = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), "")
    if not kind:
        raise UnreadableScan("This is not a PDF, JPEG or PNG. Scan the paper as one of these.")
    if ENDINGS[kind] not in content[-NEAR_THE_END:]:
        raise UnreadableScan("The file did not arrive whole. Choose the scan again.")
    return kind
