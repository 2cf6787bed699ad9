"""How to reach a customer: at least one way for a complaint (R6), each kept in its normal form."""

from core import contacts


def reached_by(phone: str | None, email: str | None, postal_address: str | None) -> dict[str, str | None]:
    """The given ways, normalised; refuses a phone or an email that cannot be one."""
    return {
        "phone": contacts.as_phone(phone) if phone and phone.strip() else None,
        "email": contacts.as_email(email) if email and email.strip() else None,
        "postal_address": (postal_address or "").strip() or None,
    }
