"""Phones and emails in their normal form (R30): phone to E.164, email trimmed and in small letters."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.errors import BadInput


class NotAPhone(BadInput):
    """That is not a phone number; give it with its area code, or with + and the country."""


class NotAnEmail(BadInput):
    """That is not an email address."""


def as_phone(text: str, region: str = "CA") -> str:
    """E.164; the default country is +1, an extension is dropped."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise NotAPhone from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise NotAPhone  # "local only" is possible too, but nobody knows of which area
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def reached_at(way: str, said: str) -> str:
    """An address for messages by "sms" or "email" in its normal form; refuses what is none."""
    return as_phone(said) if way == "sms" else as_email(said)


def as_email(text: str) -> str:
    """Trimmed and in small letters, no other folding."""
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise NotAnEmail from None
