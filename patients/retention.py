"""How long a record has to be kept, by the practice's country. Pure: no database, no request.

The rules and where they stand: NSW, Victoria and ACT health records law (7 years from the last entry; who was under 18 then:
until 25), which Australian insurers advise everywhere; New Zealand: Health (Retention of Health Information) Regulations
1996, regulation 5 (10 years); US: 45 CFR 164.316(b)(2)(i), 6 years for documentation, states differ. The law that holds where
the practice is decides; it has to be checked before anything is destroyed.
"""

from dataclasses import dataclass
from datetime import date

ADULT = 18


@dataclass(frozen=True)
class Rule:
    """`years` after the last entry; who was a minor at that entry: at least until the birthday `minors_until`."""

    years: int
    minors_until: int
    source: str


AUSTRALIA = Rule(7, 25, "Health records law of NSW, Victoria and ACT: 7 years from the last entry, a child's until 25.")
RULES: dict[str, Rule] = {
    "AU": AUSTRALIA,
    "NZ": Rule(10, 25, "Health (Retention of Health Information) Regulations 1996 (NZ): 10 years from the last service; a child's until 25 by this product's own caution."),
    "US": Rule(7, 25, "45 CFR 164.316(b)(2)(i) asks for 6 years; states ask for more. 7 years, a child's until 25, by this product's own caution."),
}  # fmt: skip
UNKNOWN = Rule(10, 25, "No rule of this country is known here: 10 years, a child's until 25, the longest that is known. Check your own law.")  # fmt: skip


@dataclass(frozen=True)
class Keeping:
    """Until when a record is kept, counted from which day and by which rule. A legal hold stands above it."""

    last_entry_on: date
    until: date
    rule: Rule
    is_a_childs: bool

    def is_over(self, today: date) -> bool:
        return today >= self.until

    @property
    def in_words(self) -> str:
        if self.is_a_childs:
            return f"Under {ADULT} at the last entry: until the {self.rule.minors_until}th birthday."
        return f"{self.rule.years} years after the last entry."


def keeping(*, born: date, last_entry_on: date, country: str) -> Keeping:
    """The later of both ends, for who was a minor at the last entry."""
    rule = rule_of(country)
    until = years_after(last_entry_on, rule.years)
    grown_up = years_after(born, rule.minors_until)
    is_minor = last_entry_on < years_after(born, ADULT)
    is_a_childs = is_minor and grown_up > until
    return Keeping(last_entry_on, grown_up if is_a_childs else until, rule, is_a_childs)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March, so that nothing ends a day early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def years_before(today: date, years: int) -> date:
    """The last day of which so many years are over today: the way back of `years_after`."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 2, 28)


def rule_of(country: str) -> Rule:
    return RULES.get(country, UNKNOWN)
