"""The content hash: SHA-256 over canonical JSON of identifiers and values, never of display names.

Canonical: keys sorted, no white space, decimals as plain text without trailing zeros, moments in UTC with
microseconds. The same content gives the same hash on every machine and database, so anyone can compute it again.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def fingerprint(content: Mapping[str, Any]) -> str:
    """The hash as 64 hexadecimal digits. Raises TypeError for a value that has no canonical form."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    if isinstance(value, date | UUID):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form")
