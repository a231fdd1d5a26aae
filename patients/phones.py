"""Phone numbers in any usual writing become E.164, by the practice's country."""

import phonenumbers


class NotAPhoneNumber(ValueError):
    """Carries the sentence for the field."""


def e164(text: str, *, country: str) -> str:
    """`0400 111 222` in AU is +61400111222. Raises NotAPhoneNumber with the cure."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber("Write the number with digits, such as 0400 111 222.") from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    at_home = phonenumbers.region_code_for_country_code(number.country_code or 0) == country
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise NotAPhoneNumber("This number has too many digits. A mobile has 10.")
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or (at_home and not phonenumbers.is_valid_number(number)):
        raise NotAPhoneNumber("This number is not complete. Write it with its area code; a mobile has 10 digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str, *, country: str) -> str:
    """E.164 as people of the country write it; unreadable numbers as they are."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    at_home = phonenumbers.region_code_for_number(parsed) == country
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
