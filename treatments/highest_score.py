"""The highest soreness of an answered check, counted inside the database on both vendors."""

from typing import Any

from django.db.models import Func, IntegerField


class HighestScore(Func):
    """Of a list of `{"score": 0-10 or null}`; NULL when no area was answered, which is not zero."""

    output_field = IntegerField()  # type: ignore[assignment]
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        inside = "(SELECT MAX(json_extract(value, '$.score')) FROM json_each(%(expressions)s))"
        return self.as_sql(compiler, connection, template=inside, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        inside = "(SELECT MAX((entry->>'score')::integer) FROM jsonb_array_elements(%(expressions)s) AS entry)"
        return self.as_sql(compiler, connection, template=inside, **more)
