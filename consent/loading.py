"""The shipped content comes into the database: body areas and referral regions. Running it again changes nothing."""

from consent.models import Area
from consent.regions import rows
from practice.history import load_reference


def load_areas() -> int:
    areas = [
        Area(
            key=row["key"],
            label=row["label"],
            kind=row["kind"],
            parent=row["parent"],
            sidedness=row["sidedness"],
            sort=int(row["sort"]),
        )
        for row in rows()
    ]
    load_reference(Area, areas, key="key")
    return len(areas)
