"""Phones and emails in their normal form (R30): as they are kept, and as they are matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contacts import NotAnEmail, NotAPhone, as_email, as_phone


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("416-392-7062", "+14163927062"),
        ("(416) 392 7062", "+14163927062"),
        ("1 416 392 7062", "+14163927062"),
        ("416.392.7062 ext. 12", "+14163927062"),
        ("4163927062x9", "+14163927062"),
        ("+1 416 392-7062", "+14163927062"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+33 1 42 68 53 00", "+33142685300"),
        ("011 52 55 5093 0500", "+525550930500"),
        ("‭416‑392‑7062‬", "+14163927062"),
        ("４１６３９２７０６２", "+14163927062"),
    ],
)
def test_a_phone_is_kept_with_its_country_and_without_its_extension(said, kept):
    assert as_phone(said) == kept


@pytest.mark.parametrize(
    "said",
    ["", " ", "none", "12", "n/a", "+999 1234567", "555-0143", "911", "4163927062416392706241639", "=1+1", "<b>"],
)
def test_what_is_no_phone_is_refused_with_a_sentence(said):
    with pytest.raises(NotAPhone, match=r"^That is not a phone number; .*\.$"):
        as_phone(said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ruth@example.org", "ruth@example.org"),
        ("  Ruth.Example@Example.ORG \n", "ruth.example@example.org"),
        ("ruth+311@example.org", "ruth+311@example.org"),
        ("r.u.t.h@example.org", "r.u.t.h@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("weiß@example.org", "weiß@example.org"),  # another mailbox than weiss@
    ],
)
def test_an_email_is_trimmed_and_case_folded_and_nothing_else(said, kept):
    assert as_email(said) == kept


@pytest.mark.parametrize(
    "said", ["", "ruth", "@example.org", "ruth@", "a b@example.org", "ruth@@example.org", "ruth@example"]
)
def test_what_is_no_email_is_refused_with_a_sentence(said):
    with pytest.raises(NotAnEmail, match=r"^That is not an email address\.$"):
        as_email(said)


@given(st.text(max_size=40))
def test_any_text_is_normal_or_refused(said):
    for normal in (as_phone, as_email):
        try:
            assert normal(normal(said)) == normal(said)
        except (NotAPhone, NotAnEmail):
            pass


@given(st.from_regex(r"[a-zA-Z0-9]{1,12}@[a-zA-Z]{1,10}\.(org|com|ca)", fullmatch=True))
def test_however_an_email_is_cased_it_is_the_same(said):
    assert as_email(said) == as_email(said.upper()) == as_email(f" {said.title()}\t")
