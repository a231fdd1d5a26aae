import pytest

from treatments.trigger_points import derive


@pytest.mark.parametrize(
    ("taut_band", "spot", "familiar", "word"),
    [
        ("yes", "yes", True, "active"),
        ("yes", "yes", False, "latent"),
        ("yes", "yes", None, "unspecified"),
        ("no", "no", None, "none"),
        ("no", "no", True, "none"),
        ("yes", "no", True, "unspecified"),
        ("not_tested", "yes", True, "unspecified"),
        ("no", "not_tested", None, "unspecified"),
    ],
)
def test_the_word_follows_from_the_criteria(taut_band, spot, familiar, word):
    assert derive(taut_band, spot, familiar) == word
