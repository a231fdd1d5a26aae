"""A data breach that was recorded stays recorded."""

from practice.guards import Guard, register
from reports.models import DataBreach


@register
def breach_guards() -> list[Guard]:
    table = DataBreach._meta.db_table
    return [
        Guard("guard_breach_removed", table, ("DELETE", "TRUNCATE"), "data breaches are never deleted", permits=True)
    ]
