"""The online form's feed: what it sends becomes a case, once; what it may not is refused in one sentence that repeats nothing."""

import asyncio
import json
import math
import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.applications import Starlette

from core import cases, db, escalations, feed, feed_document, submissions, tokens
from core.__main__ import main
from core.errors import Refused
from core.feed import NO_MATCH, OtherBody, TooOften, WrongScope
from core.people import SYSTEM
from core.submissions import Unfit
from core.tokens import NoToken
from dashboard import feed as over_http
from tests import builders
from tests.builders import CLEO, FRI_19_DEC, SAM, THU_8_JAN, on, received, see, who

COMPLAINT = {"kind": "complaint", "description": "I waited forty minutes and was cut off.", "category": "timeliness",
             "customer_name": "Ruth Example", "phone": "416 555 0123", "email": "Ruth@Example.org"}  # fmt: skip
CANARY = "Canary-Q7 Ruth <b>416 555 0177</b>"


def a_token(scopes=tokens.SCOPES, client="online-form", **how):
    with db.owner_engine().begin() as conn:
        return tokens.issue(conn, client, scopes, **how)


def sends(conn, said, key="key-12345", client="online-form", scopes=tokens.SCOPES):
    body = json.dumps(said).encode()
    return feed.answer(conn, tokens.Holder(client, frozenset(scopes), 60), key, body, submissions.read(body))


def case_of(conn, answer):
    return cases.find(conn, answer.body["request_no"], SYSTEM)


# What becomes of it


def test_a_complaint_is_received_now_by_our_clock(conn):
    on(conn, FRI_19_DEC)
    answer = sends(
        conn,
        COMPLAINT
        | {"tags": ["equity"], "language": "Tagalog", "interpreter": True, "accessible_format": "large print"},
    )
    case = case_of(conn, answer)
    assert answer == feed.Answer(201, {"kind": "complaint", "request_no": case.request_no, "respond_by": "2026-01-07"})
    assert (case.kind, case.channel, case.category, case.phone, case.email) == (
        "complaint",
        "online",
        "timeliness",
        "+14165550123",
        "ruth@example.org",
    )
    assert (case.tags, case.language, case.interpreter, case.accessible_format) == (
        ["equity"],
        "Tagalog",
        True,
        "large print",
    )
    assert case.received_on == date(2025, 12, 19) and case.backdated_because is None and case.owner_id is None
    (event,) = cases.timeline(conn, case.id, SYSTEM)
    assert (event.action, event.by_id, event.details) == ("receive", None, {"fed_by": "online-form"})


def test_a_comment_and_a_compliment_are_due_only_if_a_reply_was_requested(conn):
    for kind in ("comment", "compliment"):
        said = {"kind": kind, "description": "Nadia was patient.", "email": "r@example.org"}
        assert sends(conn, said, key=f"{kind}-first").body["respond_by"] is None
        assert sends(conn, said | {"reply_requested": True}, key=f"{kind}-second").body["respond_by"] is not None


def test_an_anonymous_comment_keeps_nothing_that_tells_who_it_is_from(conn):
    said = {
        "kind": "comment",
        "description": "Longer hours, please.",
        "anonymous": True,
        "customer_name": "Ruth",
        "phone": "416 555 0123",
    }
    case = case_of(conn, sends(conn, said))
    assert (case.customer_name, case.phone, case.email) == (None, None, None)


def test_a_compliment_says_whether_they_may_be_named(conn):
    said = {"kind": "compliment", "description": "Nadia was patient.", "customer_name": "Ruth", "may_be_named": True}
    assert case_of(conn, sends(conn, said)).naming_consent_at is not None


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"phone": None, "email": None}, "Contact information is required"),
    ({"phone": "12"}, "That is not a phone number"),
    ({"email": "ruth"}, "That is not an email address"),
    ({"description": "\x00"}, "The description is empty."),
    ({"kind": "comment", "phone": None, "email": None, "reply_requested": True}, "A reply can be asked for only with"),
])  # fmt: skip
def test_the_rules_of_intake_hold_here_too(conn, changed, sentence):
    said = {
        name: value for name, value in (COMPLAINT | changed).items() if not (changed.get("kind") and name == "category")
    }
    with pytest.raises(Refused, match=sentence):
        sends(conn, said)


@pytest.mark.parametrize(("said", "sentence"), [
    ({}, "kind must be complaint, comment, compliment or escalation"),
    ({"kind": CANARY}, "kind must be"),
    ({"kind": "complaint"}, "is missing"),
    (COMPLAINT | {CANARY: 1}, "there is a field that this kind does not have"),
    (COMPLAINT | {"received_at": "2020-01-01"}, "there is a field that this kind does not have"),
    (COMPLAINT | {"reply_requested": True}, "there is a field that this kind does not have"),
    (COMPLAINT | {"category": CANARY}, "category is not one of the words"),
    (COMPLAINT | {"tags": [CANARY]}, "tags is not one of the words"),
    (COMPLAINT | {"description": ""}, "description is empty"),
    (COMPLAINT | {"description": " \n"}, "description is empty"),
    (COMPLAINT | {"description": CANARY * 1000}, "description is too long"),
    (COMPLAINT | {"phone": 4165550123}, "phone must be a text"),
    (COMPLAINT | {"phone": [CANARY]}, "phone must be a text"),
    (COMPLAINT | {"interpreter": "yes"}, "interpreter must be true or false"),
    (COMPLAINT | {"interpreter": 1}, "interpreter must be true or false"),
    ([COMPLAINT], "it must be one JSON object"),
    (None, "it must be one JSON object"),
    (CANARY, "it must be one JSON object"),
])  # fmt: skip
def test_what_does_not_fit_is_said_and_not_repeated(said, sentence):
    with pytest.raises(Unfit) as refused:
        submissions.read(json.dumps(said).encode())
    assert sentence in str(refused.value) and "Canary" not in str(refused.value) + str(refused.value.problems)


@pytest.mark.parametrize("body", [
    b"", b"{", b"nul", b"\xff\xfe", b'{"kind": "comment", "description": "\\ud800"}', b'"' * 60_000, b"[" * 60_000, b'{"a":' * 10_000, b"1" * 60_000,
    b"1e999999", b"-" + b"9" * 5000, b"NaN", b'{"kind": "comment", "description": "x"} trailing', b"\x00", b"<xml/>",
])  # fmt: skip
def test_what_is_no_json_or_too_deep_is_refused(body):
    with pytest.raises(Refused):
        submissions.read(body)


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_at_all_is_one_sentence_or_a_submission(said):
    try:
        submissions.read(json.dumps(said).encode())
    except Refused as refusal:
        assert str(refusal).endswith(".") and "\n" not in str(refusal)


# Once


def test_the_same_key_and_body_are_answered_the_same_and_received_once(conn):
    first = sends(conn, COMPLAINT)
    assert sends(conn, COMPLAINT) == first
    assert conn.execute(text("select count(*) from cases where channel = 'online'")).scalar_one() == 1


def test_the_same_key_with_another_body_is_refused_and_another_clients_key_is_another(conn):
    first = sends(conn, COMPLAINT)
    with pytest.raises(OtherBody):
        sends(conn, COMPLAINT | {"phone": "416 555 0124"})
    assert sends(conn, COMPLAINT, client="other-form").body["request_no"] != first.body["request_no"]


def test_what_was_refused_may_come_again_with_the_same_key(database):
    with pytest.raises(Refused), db.begin() as conn:
        sends(conn, COMPLAINT | {"phone": "12"})
    with db.begin() as conn:
        assert sends(conn, COMPLAINT).status == 201


def test_of_twenty_at_the_same_moment_with_one_key_one_is_received(database):
    def send(_no):
        with db.begin() as conn:
            return sends(conn, COMPLAINT).body["request_no"]

    with ThreadPoolExecutor(10) as pool:
        numbers = set(pool.map(send, range(20)))
    assert len(numbers) == 1
    with db.begin() as conn:
        assert conn.execute(text("select count(*) from cases")).scalar_one() == 1


def test_the_kept_answers_hold_nothing_of_the_customer(conn):
    sends(conn, COMPLAINT | {"description": CANARY})
    kept = conn.execute(text("select string_agg(each::text, ' ') from api_answers as each")).scalar_one()
    assert "Canary" not in kept and "ruth" not in kept.lower() and "5550123" not in kept


# The gate


def gate(complaint, contact="416-555-0123", **more):
    return {"kind": "escalation", "request_no": getattr(complaint, "request_no", complaint), "contact": contact,
            "description": "It solved nothing.", "ground": "unsatisfied"} | more  # fmt: skip


def test_an_escalation_goes_through_the_gate(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.responded(conn)
    answer = sends(conn, gate(complaint, updates_by="sms", updates_to="416 555 0123"))
    case = case_of(conn, answer)
    assert (answer.status, case.kind, case.complaint_no, case.channel) == (
        201,
        "escalation",
        complaint.request_no,
        "online",
    )
    assert (case.ground, case.updates_by, answer.body["respond_by"]) == ("unsatisfied", "sms", "2025-12-23")
    assert sends(conn, gate(complaint), key="second-key").body["request_no"] == case.request_no, (
        "it is open: added to it (R41)"
    )


def test_one_that_is_not_yet_eligible_is_told_when_and_noted(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.taken(conn)
    answer = sends(conn, gate(complaint, ground="no response"))
    assert answer.status == 409 and answer.body["detail"].endswith(
        "a response is promised by Wednesday 7 January 2026."
    )
    assert "manager" not in answer.body["detail"]
    assert builders.last(conn, see(conn, complaint.id)).action == "ask_to_escalate"
    on(conn, THU_8_JAN)
    assert sends(conn, gate(complaint, ground="no response"), key="later-key").status == 201


def outcomes(conn):
    return conn.execute(text("select outcome, count(*) from escalation_attempts group by outcome")).all()


def test_every_mismatch_is_answered_the_same_and_counted(conn):
    complaint, comment = received(conn), received(conn, kind="comment", category=None)
    tried = [gate(complaint, "416-555-0199"), gate("99999999"), gate(comment), gate(complaint, "nobody"), gate(complaint, "' or 1=1 --"),
             gate("' or 1=1 --"), gate("\x00"), gate(complaint, "\x00"), gate("%"), gate(complaint, "ruth@example.com")]  # fmt: skip
    answers = [sends(conn, said, key=f"mismatch-{no}") for no, said in enumerate(tried)]
    assert {(answer.status, answer.body["detail"], answer.wait) for answer in answers[:4]} == {(422, NO_MATCH, 0)}
    assert len({repr(answer) for answer in answers if answer.status == 422}) == 1
    assert sum(count for _, count in outcomes(conn)) == len(tried)


def test_a_number_that_exists_and_one_that_does_not_are_slowed_alike_and_even_the_right_contact_then(conn):
    complaint = builders.responded(conn)
    told = {}
    for name, number in (("there", complaint), ("not there", "77777777")):
        told[name] = [repr(sends(conn, gate(number, "416-555-0000"), key=f"slowed-{name[:3]}-{no}")) for no in range(7)]
    assert told["there"] == told["not there"]
    right = sends(conn, gate(complaint), key="right-one")
    assert (right.status, right.wait > 0) == (429, True)
    with pytest.raises(KeyError):
        _ = right.body["request_no"]


def test_one_client_that_tries_number_after_number_is_slowed(conn):
    complaint = builders.responded(conn)
    answers = [sends(conn, gate(f"{80_000_000 + no}"), key=f"number-{no}") for no in range(52)]
    assert [answer.status for answer in answers].count(422) == 50
    assert sends(conn, gate(complaint), key="right-one").status == 429
    assert sends(conn, gate(complaint), key="right-one", client="other-form").status == 201


def test_what_was_slowed_may_come_again_with_the_same_key(database):
    with db.begin() as conn:
        complaint = builders.responded(conn)
        for no in range(5):
            sends(conn, gate(complaint, "416-555-0000"), key=f"wrong-{no}")
        assert sends(conn, gate(complaint), key="right-one").status == 429
    with db.owner_engine().begin() as owner:
        owner.execute(text("update escalation_attempts set at = at - interval '2 hours'"))
    with db.begin() as conn:
        assert sends(conn, gate(complaint), key="right-one").status == 201


def test_ten_thousand_wrong_contacts_open_nothing(database):
    """Half a minute between two guesses, then a minute, at last a quarter of an hour: what comes in between is not even looked at."""
    with db.begin() as conn:
        complaint = builders.responded(conn)
    statuses, start = [], time.monotonic()
    for block in range(10):
        with db.begin() as conn:
            statuses += [
                escalations.attempt(
                    conn, complaint.request_no, f"416-555-{no:04}", channel="online", by=SYSTEM, client="online-form"
                )
                for no in range(block * 1000, block * 1000 + 1000)
            ]
    looked = [tried for tried in statuses if not tried.wait]
    further = int(
        math.log2((time.monotonic() - start) / 30 + 1)
    )  # each waits twice as long as the one before: 30 s, a minute …
    assert len(statuses) == 10_000 and 5 <= len(looked) <= 5 + further
    assert not [tried for tried in statuses if tried.complaint_id]
    with db.begin() as conn:
        assert outcomes(conn)[0].count and {row.outcome for row in outcomes(conn)} == {"not matched", "slowed"}
        assert [row.request_key for row in escalations.flagged(conn)] == [complaint.request_no]


def test_a_mismatch_takes_as_long_whatever_is_wrong(conn):
    """What can be measured from outside: within noise, an existing number answers no slower than one that is not there."""
    real = [received(conn).request_no for _ in range(40)]
    took: dict[str, list[float]] = {"there": [], "not there": []}
    for no, number in enumerate(real * 2):
        for name, asked in (("there", number), ("not there", f"{70_000_000 + no % 40}")):
            start = time.perf_counter()
            escalations.attempt(conn, asked, "416-555-0000", channel="online", by=SYSTEM)
            took[name].append(time.perf_counter() - start)
    there, not_there = (statistics.median(took[name]) for name in ("there", "not there"))
    assert 0.5 < there / not_there < 2


@pytest.mark.parametrize(("more", "sentence"), [
    ({"updates_by": "sms"}, "both updates_by and updates_to"),
    ({"updates_to": "r@example.org"}, "both updates_by and updates_to"),
    ({"updates_by": "sms", "updates_to": "12"}, "That is not a phone number"),
    ({"represented_by": "Anna"}, "consent"),
])  # fmt: skip
def test_what_is_wrong_beside_the_gate_is_told_before_it(conn, more, sentence):
    for number in (received(conn), "99999999"):
        with pytest.raises(Refused, match=sentence):
            sends(conn, gate(number, **more), key=f"k-{getattr(number, 'id', 0)}-abcdef")
    assert outcomes(conn) == []


# Tokens


def admitted(token):
    with db.begin() as conn:
        return feed.admit(conn, token)


def test_of_a_token_only_the_digest_is_kept(database):
    token = a_token()
    assert admitted(token) == tokens.Holder("online-form", frozenset(tokens.SCOPES), 60)
    with db.begin() as conn:
        kept = conn.execute(text("select string_agg(each::text, ' ') from api_tokens as each")).scalar_one()
    assert token not in kept and token.removeprefix(tokens.PREFIX) not in kept


def test_expired_revoked_unknown_and_odd_tokens_are_refused_alike(database):
    expired, revoked = a_token(client="a"), a_token(client="b")
    with db.owner_engine().begin() as owner:
        owner.execute(
            text(
                "update api_tokens set issued_at = now() - interval '2 days', expires_at = now() - interval '1 second' where client = 'a'"
            )
        )
        tokens.revoke(owner, "b")
    said = set()
    for token in (
        expired,
        revoked,
        tokens.PREFIX + "x" * 43,
        "",
        "x" * 100_000,
        "' or 1=1 --",
        "\x00",
        "\ud800",
        expired[:-1],
        f"{a_token()} ",
    ):
        with pytest.raises(NoToken) as refused:
            admitted(token)
        said.add(str(refused.value))
    assert len(said) == 1


def test_a_token_is_turned_without_a_gap(database):
    old = a_token(["comment"], days=30, per_minute=7)
    with db.owner_engine().begin() as owner:
        new = tokens.rotate(owner, "online-form", hours=24)
    assert admitted(old) == admitted(new) == tokens.Holder("online-form", frozenset({"comment"}), 7)
    with db.owner_engine().begin() as owner:
        newest = tokens.rotate(owner, "online-form", hours=0)
    assert admitted(newest)
    for over in (old, new):
        with pytest.raises(NoToken):
            admitted(over)


def test_a_token_of_another_scope_is_refused(conn):
    for kind in ("comment", "compliment"):
        with pytest.raises(WrongScope):
            sends(conn, {"kind": kind, "description": "x"}, scopes={"complaint"})
    with pytest.raises(WrongScope):
        sends(conn, gate("99999999"), scopes={"complaint", "comment"})
    assert outcomes(conn) == []


def test_the_dashboard_itself_cannot_make_a_token(conn):
    may = conn.execute(
        text(
            "select has_table_privilege('api_tokens', 'insert'), has_column_privilege('api_tokens', 'expires_at', 'update')"
        )
    )
    assert tuple(may.one()) == (False, False)


def test_a_client_whose_tokens_are_for_different_things_loses_none_of_them_by_rotating(database):
    with db.owner_engine().begin() as owner:
        sends_all, reads_metrics = tokens.issue(owner, "city"), tokens.issue(owner, "city", (tokens.METRICS,))
        with pytest.raises(tokens.SeveralTokens):
            tokens.rotate(owner, "city", hours=0)
    assert admitted(sends_all).scopes == set(tokens.SCOPES) and admitted(reads_metrics).scopes == {tokens.METRICS}


def test_the_command_issues_rotates_lists_and_revokes(database, capsys):
    assert main(["token", "issue", "online-form", "--scope", "comment", "--days", "5"]) == 0
    first = capsys.readouterr().out.strip()
    assert admitted(first).scopes == {"comment"}
    assert main(["token", "rotate", "online-form"]) == 0
    second = capsys.readouterr().out.strip()
    assert main(["token", "list"]) == 0
    listed = capsys.readouterr().out
    assert first not in listed and second not in listed and listed.count("holds") == 2 and "last used" in listed
    assert main(["token", "revoke", "online-form"]) == 0
    with pytest.raises(NoToken):
        admitted(second)
    for wrong in (
        ["issue"],
        ["issue", "No Name"],
        ["issue", "x", "--scope", "everything"],
        ["rotate", "nobody"],
        ["melt", "x"],
        ["issue", "x", "--days", "0"],
    ):
        assert main(["token", *wrong]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


# How often


def test_the_rate_holds_over_all_replicas(database):
    """Eight threads with connections of their own are as good as eight replicas: the row in the database is the only one who counts."""
    token, let_in, lock = a_token(per_minute=30), [0], threading.Lock()

    def ask(_no):
        try:
            admitted(token)
        except TooOften:
            return
        with lock:
            let_in[0] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(120)))
    assert 30 <= let_in[0] <= 33  # a minute's worth at once, and what drained meanwhile


def test_the_rate_comes_back_evenly(database):
    token = a_token(per_minute=2)
    admitted(token), admitted(token)
    with pytest.raises(TooOften):
        admitted(token)
    with db.owner_engine().begin() as owner:
        owner.execute(text("update api_rates set full_at = full_at - interval '31 seconds'"))
    admitted(token)
    with pytest.raises(TooOften):
        admitted(token)


# Over HTTP


@pytest.fixture
def form(app_url):
    """The online form's server, with a token."""
    token = a_token(per_minute=6000, client=f"form-{time.monotonic_ns()}")
    with httpx.Client(base_url=app_url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        yield client


def post(form, said, key=None, **how):
    content = how.pop("content", None) or json.dumps(said).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key or f"key-{time.monotonic_ns()}"} | how.pop(
        "headers", {}
    )
    return form.post(
        "/api/intake",
        content=content,
        headers={name: value for name, value in headers.items() if value is not None},
        **how,
    )


def problem(answer, status):
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["status"] == status and said["detail"].count("\n") == 0 and said["detail"].endswith(".")
    assert "Canary" not in answer.text
    return said["detail"]


def test_it_answers_201_with_the_request_number(form):
    answer = post(form, COMPLAINT, key="http-key-1")
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(r"\d{8}", answer.json()["request_no"])
    assert post(form, COMPLAINT, key="http-key-1").json() == answer.json()
    assert problem(post(form, COMPLAINT | {"phone": "416 555 0155"}, key="http-key-1"), 409).startswith(
        "This idempotency key"
    )


@pytest.mark.parametrize(
    "token", [None, "", "Bearer", "Bearer  x", "Bearer d311_x", "Basic eDp5", "bearer\tx", "Bearer " + "x" * 8000]
)
def test_without_a_token_nothing_is_read(form, token):
    answer = post(form, {"x": CANARY}, headers={"Authorization": token if token is not None else ""})
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", [None, "", "short", "x" * 101, "with space", "a" * 8 + "'", b"\xd0\xba" * 5])
def test_a_key_is_needed(form, key):
    assert "Idempotency-Key" in problem(post(form, COMPLAINT, headers={"Idempotency-Key": key}), 400)


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"],
)
def test_only_json_is_read(form, kind):
    problem(post(form, COMPLAINT, headers={"Content-Type": kind}), 415)
    problem(post(form, COMPLAINT, headers={"Content-Encoding": "gzip"}), 415)


def test_64_kb_are_the_most_also_when_nobody_says_how_much_comes(form):
    limit = feed_document.LARGEST
    fits = json.dumps(COMPLAINT).encode()
    assert post(form, None, content=fits + b" " * (limit - len(fits))).status_code == 201
    problem(post(form, None, content=b" " * (limit + 1)), 413)
    read = []

    def endless():
        for no in range(2000):
            read.append(no)
            yield b" " * 65_536

    try:
        problem(post(form, None, content=endless()), 413)
    except httpx.TransportError:
        pass  # it was hung up on while it sent
    assert len(read) < 1500, "what comes after the limit is not read"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_post_is_answered(form, method):
    answer = form.request(method, "/api/intake")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        problem(answer, 405)


@pytest.mark.parametrize(
    "path", ["/api/", "/api/intake/", "/api/x", "/api/../api/x", "/api/intake/1", "/api/openapi.yaml"]
)
def test_there_is_nothing_else(form, path):
    problem(form.get(path), 404)


@pytest.mark.parametrize(
    "text_",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; drop table cases; --",
        "![](http://x/y.png) **b**",
        "=1+1",
        "\u202egpj",
        "a\x00b",
        "{}%s :x $1",
    ],
)
def test_what_customers_write_is_kept_as_text(form, text_, monkeypatch):
    said = COMPLAINT | {"description": text_, "customer_name": text_, "postal_address": text_, "language": text_}
    number = post(form, said).json()["request_no"]
    with db.begin() as conn:
        case = cases.find(conn, number, SYSTEM)
    assert {case.description, case.customer_name, case.postal_address, case.language} == {text_.replace("\x00", "")}


def in_process(token):
    """What the endpoint itself answers, in this process, where something can be broken."""

    async def ask():
        inside = httpx.ASGITransport(Starlette(routes=over_http.ROUTES))
        async with httpx.AsyncClient(transport=inside, base_url="http://here") as client:
            return await client.post("/api/intake", headers={"Authorization": f"Bearer {token}"})

    return asyncio.run(ask())


def test_an_error_of_ours_says_a_number_and_nothing_else(monkeypatch):
    def breaks(*_):
        raise ValueError(CANARY)

    monkeypatch.setattr(over_http.db, "begin", breaks)
    answer = in_process("x")
    assert "Tell an administrator the number" in problem(answer, 500)


def test_a_database_that_is_away_is_said_and_may_be_tried_again(monkeypatch):
    db.close()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    answer = in_process(tokens.PREFIX + "x" * 43)
    db.close()
    problem(answer, 503)
    assert answer.headers["retry-after"] == "5"


def test_the_document_is_made_of_the_models(form):
    document = form.get("/api/openapi.json").json()
    assert document == feed_document.document() and document["openapi"].startswith("3.1")
    assert set(document["components"]["schemas"]) >= {
        "Complaint",
        "Comment",
        "Compliment",
        "Escalation",
        "Received",
        "Problem",
    }
    assert document["components"]["schemas"]["Complaint"]["additionalProperties"] is False


def test_cleo_sees_what_came_and_how(conn):
    case = case_of(conn, sends(conn, COMPLAINT))
    assert cases.get(conn, case.id, who(conn, CLEO)).description == COMPLAINT["description"]
    assert builders.does(conn, case, "take", SAM).state == "under_review"
