"""What is marked in a name: the letters that were typed, and no blank beside them."""

import pytest

from patients.marks import marked


@pytest.mark.parametrize(("name", "typed", "shown"), [
    ("Holloway, Mei", ["mei"], "Holloway, [Mei]"),
    ("Holloway, Mei", ["hol", "mei"], "[Hol]loway, [Mei]"),
    ("O'Neill, Siobhán", ["neil", "siobhan"], "O'[Neil]l, [Siobhán]"),
    ("O'Neill, Siobhán", ["oneill"], "[O'Neill], Siobhán"),
    ("Smith-Jones, Mary Ann", ["jones", "maryann"], "Smith-[Jones], [Mary Ann]"),
    ("Hartnoll, Rosa", ["hartnol"], "[Hartnol]l, Rosa"),
    ("Hartnoll, Rosa", ["hartmoll"], "[Hartnoll], Rosa"),
    ("Hartnoll, Rosa", ["zz"], "Hartnoll, Rosa"),
    ("Ng", ["ng", "n"], "[Ng]"),
])  # fmt: skip
def test_the_letters_that_were_typed_are_marked(name, typed, shown):
    assert "".join(f"[{text}]" if is_marked else text for text, is_marked in marked(name, typed)) == shown
