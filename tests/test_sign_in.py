"""Who a sign-in is: by the account, bound once by a verified address; and what starts only with a provider."""

import json
import os
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from core import db, people, provider, sign_in
from core.__main__ import main
from core.errors import Refused
from core.people import NoLongerHere
from core.provider import BadFile, HalfAProvider, NoProvider, OpenToOthers, WeakCookieSecret
from core.settings import ROOT
from core.sign_in import AnotherAccount, EmailNotVerified, NoRoleForYou, NotInTheDirectory, SessionOver
from tests.builders import SAM, who

NOW = int(time.time())
SECRET = "k7Qm2-fT9wLx4Zr8Vb1Nc6Hy3Jd5Gs0Pa"
WHOLE = {"OIDC_METADATA_URL": "https://id.example/.well-known/openid-configuration", "OIDC_CLIENT_ID": "dashboard",
         "OIDC_CLIENT_SECRET": "hush-client", "COOKIE_SECRET": SECRET, "PUBLIC_URL": "https://feedback.example"}  # fmt: skip


def claims(email="sam.whitfield@example.org", sub="sam-1", **other):
    return {
        "iss": "https://id.example",
        "sub": sub,
        "iat": NOW,
        "nonce": "n1",
        "email": email,
        "email_verified": True,
    } | other


def enters(conn, **said):
    return sign_in.enter(conn, claims(**said)).name


def stays_out(conn, why, **said):
    with conn.begin_nested() as attempt:
        with pytest.raises(why):
            sign_in.enter(conn, claims(**said))
        attempt.rollback()


# Who it is


@pytest.mark.parametrize("email", ["sam.whitfield@example.org", " Sam.Whitfield@EXAMPLE.org "])
def test_a_verified_address_says_who_it_is(conn, email):
    assert enters(conn, email=email) == "Sam Whitfield"


@pytest.mark.parametrize("said", [False, None, "false", "no", 0, "", [], {}, "yes", [True]])
def test_an_address_that_is_not_verified_never_does(conn, said):
    stays_out(conn, EmailNotVerified, email_verified=said)


@pytest.mark.parametrize("said", [True, "true", 1, "1"])
def test_providers_say_yes_in_several_ways(conn, said):
    assert enters(conn, email_verified=said) == "Sam Whitfield"


def test_another_claim_may_say_that_it_is_verified(conn, monkeypatch):
    monkeypatch.setenv("OIDC_VERIFIED_CLAIM", "xms_edov")
    stays_out(conn, EmailNotVerified)
    assert enters(conn, xms_edov=True) == "Sam Whitfield"


@pytest.mark.parametrize("email", ["nobody@example.org", "", None, 5, ["sam.whitfield@example.org"], "sam.whitfield@example.org\x00"[:-1] + "x",
                                   "sam.whitfield@example.or\u24d6", "' or true --", "%"])  # fmt: skip
def test_who_is_not_in_the_directory_stays_out(conn, email):
    stays_out(conn, NotInTheDirectory, email=email)


def test_a_letter_that_only_a_database_takes_for_another_is_another(conn):
    """A small k for a database is the Kelvin sign for a mail server: whoever owns that address is not Nakamura."""
    stays_out(conn, NotInTheDirectory, email="ada.na\u212aamura@example.org")


@pytest.mark.parametrize("missing", ["iss", "sub"])
def test_a_token_without_account_says_nothing(conn, missing):
    stays_out(conn, NotInTheDirectory, **{missing: None})


def test_from_then_on_the_account_counts_and_a_changed_address_changes_nothing(conn):
    enters(conn)
    assert enters(conn, email="sam.new-name@example.org", nonce="n2") == "Sam Whitfield"
    assert enters(conn, email="mina.okafor@example.org", email_verified=False, nonce="n3") == "Sam Whitfield"


def test_another_account_with_the_same_address_is_refused_until_the_old_one_is_released(database):
    with db.begin() as conn:
        enters(conn)
    with db.begin() as conn:
        stays_out(conn, AnotherAccount, sub="sam-2", nonce="n2")
    assert main(["release", "sam.whitfield@example.org"]) == 0
    with db.begin() as conn:
        stays_out(conn, SessionOver)  # the sessions of the old one are over
        assert enters(conn, sub="sam-2", nonce="n2") == "Sam Whitfield"
        stays_out(conn, AnotherAccount, nonce="n3")


def test_the_same_account_at_another_provider_is_another(conn):
    enters(conn)
    stays_out(conn, NotInTheDirectory, iss="https://evil.example", email="nobody@example.org")


def test_an_administrator_may_say_beforehand_whose_an_account_is(database, capsys):
    said = ["bind", "sam.whitfield@example.org", "--issuer", "https://id.example", "--subject", "oid-7"]
    assert main(said) == 0
    with db.begin() as conn:
        assert enters(conn, sub="oid-7", email=None) == "Sam Whitfield"
    assert main(said) == 2 and "release it first" in capsys.readouterr().err
    assert main(["bind", "nobody@example.org", "--issuer", "x", "--subject", "y"]) == 2


def test_another_claim_may_say_which_account_it_is(conn, monkeypatch):
    monkeypatch.setenv("OIDC_SUBJECT_CLAIM", "oid")
    stays_out(conn, NotInTheDirectory)
    assert enters(conn, oid="7-7", sub="changes") == "Sam Whitfield"
    assert enters(conn, oid="7-7", sub="changed", email=None) == "Sam Whitfield"


def test_who_left_stays_out_before_and_after_the_first_sign_in(database):
    def sam_is(active):
        with db.owner_engine().begin() as conn:
            conn.execute(text("update staff set active = :active where name like 'Sam %'"), {"active": active})

    sam_is(False)
    with db.begin() as conn:
        stays_out(conn, NoLongerHere)
    sam_is(True)
    with db.begin() as conn:
        enters(conn)
    sam_is(False)
    with db.begin() as conn:
        stays_out(conn, NoLongerHere)


# How long


def test_a_session_ends_after_its_hours_however_much_it_was_used(conn, monkeypatch):
    monkeypatch.setenv("SESSION_HOURS", "8")
    assert enters(conn, iat=int(time.time()) - 8 * 3600 + 60) == "Sam Whitfield"
    stays_out(conn, SessionOver, iat=int(time.time()) - 8 * 3600 - 1)


@pytest.mark.parametrize("iat", [None, "now", 0, -1, 1e300, float("nan"), 4102444800])
def test_a_session_whose_beginning_is_not_told_or_still_to_come_has_ended(conn, iat):
    stays_out(conn, SessionOver, iat=iat)


def test_signed_out_is_signed_out_for_every_copy_of_the_cookie(conn):
    enters(conn)
    sign_in.leave(conn, claims())
    stays_out(conn, SessionOver)
    assert enters(conn, nonce="n2") == "Sam Whitfield"


def test_the_dashboard_itself_can_take_no_account_away_and_open_no_session_again(conn):
    may = conn.execute(text("""
        select has_table_privilege('identities', 'update'), has_table_privilege('identities', 'delete'),
               has_column_privilege('sign_ins', 'staff_id', 'update'), has_table_privilege('sign_ins', 'delete')"""))  # fmt: skip
    assert tuple(may.one()) == (False,) * 4


# Which role


def test_the_provider_may_say_the_role(database, monkeypatch):
    monkeypatch.setenv("OIDC_ROLE_CLAIM", "roles")
    with db.begin() as conn:
        person = sign_in.enter(conn, claims(roles=["something-else", "manager"]))
        assert person.role == "manager"
        assert people.get(conn, person.id).role == "manager", "what the database's own rules read"
        assert sign_in.enter(conn, claims(roles="viewer", nonce="n2")).role == "viewer"


@pytest.mark.parametrize(
    "roles", [None, [], ["system"], ["manager", "viewer"], "Manager", {"manager": 1, "viewer": 1}, 7]
)
def test_exactly_one_role_that_we_know(database, monkeypatch, roles):
    monkeypatch.setenv("OIDC_ROLE_CLAIM", "roles")
    with db.begin() as conn:
        stays_out(conn, NoRoleForYou, roles=roles)
        assert who(conn, SAM).role == "supervisor"


def test_without_that_setting_a_token_says_nothing_about_the_role(conn):
    assert sign_in.enter(conn, claims(roles=["administrator"])).role == "supervisor"


# What it starts with


@pytest.fixture
def unset(monkeypatch, tmp_path):
    for name in (*WHOLE, "PRODUCTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(provider, "FILE", tmp_path / "secrets.toml")
    provider._read.cache_clear()
    yield tmp_path / "secrets.toml"
    provider._read.cache_clear()


def set_to(monkeypatch, **changed):
    for name, value in (WHOLE | changed).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)


def test_nothing_set_is_the_demo(unset):
    assert provider.provider() is None


def test_all_of_it_from_the_environment(unset, monkeypatch):
    set_to(monkeypatch, PUBLIC_URL="https://feedback.example/")
    found = provider.provider()
    assert found.is_secure and found.as_secrets()["auth"] == {
        "redirect_uri": "https://feedback.example/oauth2callback", "cookie_secret": SECRET, "client_id": "dashboard",
        "client_secret": "hush-client", "server_metadata_url": WHOLE["OIDC_METADATA_URL"]}  # fmt: skip
    assert SECRET not in repr(found) and "hush-client" not in repr(found)


def test_all_of_it_from_the_file(unset):
    unset.write_text(f'[auth]\nredirect_uri = "http://localhost:8501/oauth2callback"\ncookie_secret = "{SECRET}"\nclient_id = "x"\n'
                     'client_secret = "y"\nserver_metadata_url = "http://localhost:9/x"')  # fmt: skip
    assert provider.provider().public_url == "http://localhost:8501"


@pytest.mark.parametrize("name", WHOLE)
def test_half_of_it_is_refused_and_never_taken_for_the_demo(unset, monkeypatch, name):
    set_to(monkeypatch, **{name: None})
    with pytest.raises(HalfAProvider, match=f"by half: {name} is missing"):
        provider.provider()


@pytest.mark.parametrize("file", ["[auth]", "[auth]\nclient_id = 'x'", "[auth]\nredirect_uri = 'https://x/elsewhere'"])
def test_half_of_it_in_the_file_is_refused_too(unset, file):
    unset.write_text(file)
    with pytest.raises(HalfAProvider):
        provider.provider()


def test_a_file_that_cannot_be_read_is_refused_without_quoting_it(unset):
    unset.write_text('[auth]\ncookie_secret = "hush')
    with pytest.raises(BadFile, match=r"TOMLDecodeError") as refused:
        provider.provider()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("secret", ["short", "x" * 31, "a" * 64, "ab" * 32])
def test_a_cookie_secret_that_can_be_guessed_is_refused(unset, monkeypatch, secret):
    set_to(monkeypatch, COOKIE_SECRET=secret)
    with pytest.raises(WeakCookieSecret) as refused:
        provider.provider()
    assert secret not in str(refused.value)


@pytest.mark.parametrize("name", ["PUBLIC_URL", "OIDC_METADATA_URL"])
def test_over_a_network_it_must_be_https(unset, monkeypatch, name):
    set_to(monkeypatch, **{name: "http://feedback.example"})
    with pytest.raises(OpenToOthers, match=name):
        provider.provider()


@pytest.mark.parametrize(("said", "origin"), [
    ("https://Feedback.City.example:443/", "https://feedback.city.example"), ("HTTPS://feedback.example:8443", "https://feedback.example:8443"),
    ("http://localhost:80", "http://localhost"), ("https://feedback.example/311/", "https://feedback.example/311"), ("http://[::1]:8501", "http://[::1]:8501"),
])  # fmt: skip
def test_the_address_is_compared_as_browsers_write_it(unset, monkeypatch, said, origin):
    set_to(monkeypatch, PUBLIC_URL=said)
    assert provider.provider().public_url == origin


def test_in_production_there_is_no_demo(unset, monkeypatch):
    monkeypatch.setenv("PRODUCTION", "on")
    with pytest.raises(NoProvider, match="there is no provider to sign in with"):
        provider.provider()
    set_to(monkeypatch)
    assert provider.provider() is not None


@pytest.mark.parametrize("given", [{}, {"OIDC_CLIENT_ID": "x"}, {**WHOLE, "COOKIE_SECRET": "x" * 40}])
def test_the_server_refuses_to_start_in_one_sentence(shared_database, given):
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/server.py", "--server.port", "8649"]
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PRODUCTION": "on"} | given, capture_output=True, text=True, timeout=60
    )
    said = [line for line in ended.stderr.splitlines() if line.strip()]
    assert ended.returncode != 0 and len(said) == 1 and said[0].endswith((".", "makes."))
    assert not any(value in ended.stderr + ended.stdout for name, value in given.items() if "SECRET" in name)


def test_in_production_nobody_is_invented(database, monkeypatch, capsys):
    monkeypatch.setenv("PRODUCTION", "on")
    assert main(["demo"]) == 2
    assert capsys.readouterr().err == "PRODUCTION is on, and the demo's invented people are not for production.\n"
    assert main(["demo", "--if-empty"]) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("PRODUCTION", "yes"), ("SESSION_HOURS", "0"), ("SESSION_HOURS", "hush"), ("SESSION_HOURS", "25")],
)
def test_settings_that_cannot_be_used_are_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=f"^{name} must be"):
        sign_in.refuse_if_old({"iat": time.time()})


def test_claims_are_data_and_nothing_else(conn):
    """Whatever a provider puts into a token, it ends as one of the sentences."""
    for odd in (
        "'; drop table staff; --",
        "\x00",
        "x" * 100_000,
        "\ud800",
        {"a": 1},
        ["a"],
        json.dumps({"a": 1}),
        10**400,
        -1,
        True,
    ):
        for name in ("sub", "email", "iss", "nonce"):
            with conn.begin_nested() as attempt:
                try:
                    sign_in.enter(conn, claims(email="nobody@example.org") | {name: odd})
                except Refused:
                    pass
                attempt.rollback()
