"""Whom a compliment is from, taken out of its words: "the customer's identity is withheld from staff unless they agreed" (R62)."""

import re
from collections.abc import Iterator

from core.case import Case

#: What stands in the place of what is withheld.
NAME, CONTACT = "[name withheld]", "[contact withheld]"
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+\.[\w.-]*\w")
_PHONE = re.compile(r"(?<![\w])\+?\(?\d[\d ().-]{7,}\d(?![\w])")


def withheld(words: str, case: Case, spared: tuple[str, ...] = ()) -> str:
    """The words without any email or phone number, and without the customer's name and address.

    A part of the name is taken out where it is written as a name. `spared` are the names of the praised, which may be the same.
    """
    words = _without_contact(words, case)
    for pattern in _names(case.customer_name or "", spared):
        words = pattern.sub(NAME, words)
    return re.sub(rf"(?:{re.escape(NAME)}[\s-]*)+", NAME + " ", words).replace(f"{NAME} .", f"{NAME}.").strip()


def shown(words: str, case: Case, spared: tuple[str, ...] = ()) -> str:
    """The words as the praised may read them: as they are if the customer agreed to be named, but never a contact."""
    if case.naming_consent is not None:
        return _without_contact(words, case).strip()
    return withheld(words, case, spared)


def _without_contact(words: str, case: Case) -> str:
    """No email, no phone, and no address, whether its lines are parted as on record or by commas, or only its street is named."""
    words = _PHONE.sub(CONTACT, _EMAIL.sub(CONTACT, words))
    lines = [line.strip() for line in re.split(r"[\n,]+", case.postal_address or "") if line.strip()]
    whole = r"[\s,]+".join(re.escape(word) for line in lines for word in line.split())
    streets = [re.escape(line) for line in lines if re.search(r"\d", line) and " " in line]
    for pattern in filter(None, (whole, *streets)):
        words = re.sub(rf"(?<!\w){pattern}(?!\w)", CONTACT, words, flags=re.IGNORECASE)
    return words


def _names(name: str, spared: tuple[str, ...]) -> Iterator[re.Pattern[str]]:
    if name.strip():
        yield re.compile(rf"(?<!\w){re.escape(name.strip())}(?!\w)", re.IGNORECASE)
    kept = {part.casefold() for one in spared for part in re.split(r"[\s-]+", one)}
    for part in re.split(r"[\s,.]+", name):
        if len(part) > 1 and not part.isdigit() and part.casefold() not in kept:
            yield re.compile(
                rf"(?<!\w)(?:{re.escape(part)}|{re.escape(part.capitalize())}|{re.escape(part.upper())})(?!\w)"
            )
