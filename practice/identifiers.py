"""Time-ordered identifiers: made by client or server, so that a retry with the same id is the same record."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """A UUID version 7: sorts by the time it was made, and index pages fill in order."""
    return UUID(int=uuid6.uuid7().int)
