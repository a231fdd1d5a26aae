"""What the editor offers a person: snippets, templates with their proposed sites, and what placeholders mean."""

from typing import Any

from practice.models import User
from treatments import placeholders, shorthand
from treatments.models import SessionTemplate, Snippet
from treatments.vocabulary import vocabulary_for


def offered_to(user: User) -> dict[str, Any]:
    """At most three queries. Of two snippets with one shortcut the person's own is meant."""
    rows = sorted(Snippet.objects.offered_to(user), key=lambda snippet: snippet.owner_id is not None)
    snippets = {snippet.shortcut: snippet for snippet in rows}  # the person's own come last and win
    return {
        "snippets": [
            {n: getattr(s, n) for n in ("shortcut", "title", "note", "text")} for _, s in sorted(snippets.items())
        ],
        "templates": _templates(user),
        "placeholders": list(placeholders.MEANINGS),
    }


def _templates(user: User) -> list[dict[str, Any]]:
    rows = list(SessionTemplate.objects.offered_to(user))
    vocabulary = vocabulary_for(user) if any(row.lines.strip() for row in rows) else None
    return [template_body(row, vocabulary) for row in rows]


def template_body(row: SessionTemplate, vocabulary: shorthand.Vocabulary | None) -> dict[str, Any]:
    """A template with its lines read as sites; a structure that left the catalogue proposes nothing."""
    sites = shorthand.parse(row.lines, vocabulary).sites if vocabulary else ()
    names = ("id", "title", "subjective", "objective", "assessment", "plan", "adjuncts", "advice_given")
    return {name: getattr(row, name) for name in names} | {"position": row.position or None, "sites": sites}
