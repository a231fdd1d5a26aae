"""What the shorthand may name: the structures a person can see and the areas of referred pain. One query."""

from consent import regions
from practice.models import User
from treatments.models import Structure
from treatments.shorthand import Named, Vocabulary


def vocabulary_for(user: User) -> Vocabulary:
    rows = Structure.objects.visible_to(user).only("key", "name", "laterality", "short_codes", "synonyms", "kind")
    named = (Named(s.key, s.name, s.laterality, tuple(s.short_codes), tuple(s.synonyms), s.kind) for s in rows)
    return Vocabulary(named, {row["key"]: row["label"] for row in regions.rows() if row["kind"] == "referral"})
