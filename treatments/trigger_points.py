"""Active, latent or none: derived from the criteria, so that the word always means the same.

Criteria after the Delphi consensus of 2018 (PMID 29025044): a hypersensitive spot in a taut band; active when the
patient knows the pain. Not tested stays not tested: the answer is then "unspecified", never a guess.
"""


def derive(taut_band: str, hypersensitive_spot: str, familiar_pain: bool | None) -> str:
    """`active`, `latent`, `none` or `unspecified` from yes / no / not_tested and the familiar pain."""
    if (taut_band, hypersensitive_spot) == ("no", "no"):
        return "none"
    if (taut_band, hypersensitive_spot) == ("yes", "yes") and familiar_pain is not None:
        return "active" if familiar_pain else "latent"
    return "unspecified"
