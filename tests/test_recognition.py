"""The review of a month: counted with its uncertainty, decided by others than oneself, celebrated, public only with consent."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core import contact_counts, db, recognition
from core.errors import Refused
from core.recognition import per_thousand
from core.typeset import typeset
from tests import builders
from tests.builders import CLEO, DARA, MINA, NADIA, PRIYA, SAM, does, id_of, ids_of, leaves, who
from tests.pdf import info, text_as_set


@pytest.fixture
def month(conn):
    return recognition.months(conn)[0]


@pytest.fixture
def shortlisted(conn, month):
    return recognition.shortlist(conn, month, because="She was calm.", by=who(conn, SAM), staff_id=id_of(conn, NADIA))


@pytest.fixture
def chosen(conn, shortlisted):
    recognition.decide(conn, shortlisted, chosen=True, because="For calm in a storm.", by=who(conn, MINA))
    return shortlisted


def state(conn, made):
    return conn.execute(text("select state from recognitions where id = :id"), {"id": made}).scalar()


# Counted


def test_a_person_is_counted_once_for_each_compliment_and_a_suggestion_not_at_all(conn, month):
    builders.praised(conn)
    does(conn, builders.compliment(conn), "forward", SAM, praised_ids=ids_of(conn, NADIA, "luis"))
    builders.compliment(conn)  # suggested only
    counted = {one.name: one.compliments for one in recognition.people_praised(conn, month, month, who(conn, MINA))}
    assert counted == {"Nadia Bellweather": 2, "Luis Carrasquel": 1}
    assert [(row.team, row.compliments) for row in recognition.by_team(conn, month, month)] == [("Daytime Calls", 2)]


def test_behind_every_number_stands_what_was_said(conn, month):
    builders.handed_on(conn)
    builders.praised(conn)
    (one,) = recognition.people_praised(conn, month, month, who(conn, MINA))
    said = recognition.said_of(conn, one.id, month, month, who(conn, MINA))
    assert len(said) == one.compliments == 2 and {row.words for row in said} == {None, builders.PRAISE["description"]}


def test_what_belongs_to_another_division_is_no_praise_of_ours(conn, month):
    does(
        conn,
        builders.compliment(conn, subject_ids=ids_of(conn, NADIA)),
        "redirect",
        SAM,
        **builders.form(conn, "redirect"),
    )
    assert recognition.people_praised(conn, month, month, who(conn, MINA)) == []
    assert "Nadia Bellweather" in {row.name for row in recognition.never_praised(conn)}


def test_who_was_never_praised_is_listed_until_they_are(conn):
    before = {row.name for row in recognition.never_praised(conn)}
    builders.praised(conn)
    assert before - {row.name for row in recognition.never_praised(conn)} == {"Nadia Bellweather"}


def test_themes_are_counted(conn, month):
    does(conn, builders.compliment(conn), "forward", SAM, praised_ids=ids_of(conn, NADIA), tags=["patience", "calm"])
    assert {row.theme: row.compliments for row in recognition.by_theme(conn, month, month)} == {
        "patience": 1,
        "calm": 1,
    }


def test_the_days_until_it_was_heard_are_business_days_from_receipt(conn, month):
    builders.on(conn, builders.FRI_19_DEC)
    case = builders.praised(conn)
    builders.on(conn, date(2025, 12, 23))
    does(conn, case, "hand_on", SAM)
    first = date(2025, 12, 1)
    row = recognition.heard(conn, first, first)
    assert (row.compliments, row.handed, row.read, row.days_to_hand_on, row.days_to_read) == (1, 1, 0, 2.0, None)


# Per 1,000 contacts


@given(st.integers(0, 500), st.integers(1, 100_000))
def test_the_range_holds_the_rate_and_is_never_negative(count, contacts):
    rate = per_thousand(count, contacts)
    assert 0 <= rate.low <= rate.rate <= rate.high and rate.rate == 1000 * count / contacts


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (10, 4.795, 18.39), (100, 81.36, 121.63)],
)
def test_the_range_is_the_one_in_the_tables(count, low, high):
    """Garwood, 1936."""
    rate = per_thousand(count, 1000)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))


@given(st.integers(0, 50), st.integers(1, 1000), st.integers(2, 20))
def test_more_contacts_with_the_same_rate_make_it_narrower(count, contacts, times):
    few, many = per_thousand(count, contacts), per_thousand(count * times, contacts * times)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize("expected", [0.5, 2, 8, 30])
def test_nineteen_in_twenty_ranges_hold_the_true_rate(expected):
    random, held, tries = Random(311), 0, 4000
    for _ in range(tries):
        rate = per_thousand(_poisson(random, expected), 1000)
        held += rate.low <= expected <= rate.high
    assert 0.945 <= held / tries <= 1


def _poisson(random, expected):
    count, left = 0, random.expovariate(1)
    while left < expected:
        count, left = count + 1, left + random.expovariate(1)
    return count


def test_one_of_few_contacts_is_not_put_above_many_of_many(conn, month):
    for _ in range(5):
        builders.praised(conn)
    does(conn, builders.compliment(conn), "forward", SAM, praised_ids=ids_of(conn, "luis"))
    content = f"email,month,contacts\nnadia.bellweather@example.org,{month:%Y-%m},1000\nluis.carrasquel@example.org,{month:%Y-%m},100\n"
    assert contact_counts.load(conn, content.encode(), who(conn, MINA)) == 2
    rows = recognition.people_praised(conn, month, month, who(conn, MINA))
    assert [row.name for row in rows] == ["Nadia Bellweather", "Luis Carrasquel"] and rows[1].rate.rate > rows[
        0
    ].rate.rate


def test_nothing_is_divided_by_no_contacts():
    assert per_thousand(3, 0) is None and recognition.in_words(None) == "Contacts not loaded"


# Contacts from a file


def test_a_month_that_is_loaded_again_is_replaced(conn):
    for count in (10, 20):
        contact_counts.load(
            conn,
            f"\ufeffEmail,Month,Contacts\nNadia.Bellweather@example.org,2026-01,{count}\n".encode(),
            who(conn, SAM),
        )
    assert conn.execute(text("select month, contacts from contact_counts")).all() == [(date(2026, 1, 1), 20)]


@pytest.mark.parametrize(("line", "why"), [
    ("ghost@example.org,2026-01,5", "nobody here has the email ghost@example.org"),
    (",2026-01,5", "nobody here has the email that is missing"),
    ("nadia.bellweather@example.org,2026-13,5", "“2026-13” is not a month such as 2026-11"),
    ("nadia.bellweather@example.org,2026-01-01,5", "is not a month"),
    ("nadia.bellweather@example.org,2026-01,-5", "“-5” is not a number of contacts"),
    ("nadia.bellweather@example.org,2026-01,=1+1", "is not a number of contacts"),
    ("nadia.bellweather@example.org,2026-01,٣", "is not a number of contacts"),
    ("nadia.bellweather@example.org,2026-01,1e3", "is not a number of contacts"),
    ("nadia.bellweather@example.org,2026-01,9999999", "is not a number of contacts"),
    ("nadia.bellweather@example.org,2026-01", "is not a number of contacts"),
    ("nadia.bellweather@example.org,2026-02,1\nnadia.bellweather@example.org,2026-02,2", "has a count of 2026-02 already"),
])  # fmt: skip
def test_one_wrong_line_and_nothing_is_loaded(conn, line, why):
    with pytest.raises(contact_counts.WrongLine) as refusal:
        contact_counts.load(
            conn, f"email,month,contacts\nluis.carrasquel@example.org,2026-01,5\n{line}\n".encode(), who(conn, SAM)
        )
    assert (why in str(refusal.value) and "Line 3" in str(refusal.value)) or "Line 4" in str(refusal.value)
    assert conn.execute(text("select count(*) from contact_counts")).scalar() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x00",
        b"a,b\n1,2\n",
        b"email,month,contacts\n",
        b'email,month,contacts\n"x',
        "email,month,contacts\nnadiä".encode("latin-1"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(conn, content):
    with pytest.raises(contact_counts.NotACountFile):
        contact_counts.load(conn, content, who(conn, SAM))


def test_who_only_takes_calls_loads_nothing(conn):
    with pytest.raises(contact_counts.MayNotLoad):
        contact_counts.load(conn, b"email,month,contacts\n", who(conn, CLEO))


# The panel


def test_from_the_shortlist_to_the_celebration(conn, month, chosen):
    mina = who(conn, MINA)
    recognition.note(conn, chosen, "Two customers called back.", by=who(conn, PRIYA))
    recognition.celebrate(conn, chosen, how="Breakfast.", on=db.value(conn, "calendar.today"), by=mina)
    recognition.make_public(conn, chosen, consent="By email.", by=mina)
    (row,) = recognition.shortlisted(conn, month, mina)
    assert (row.name, row.state, row.decided_by, row.celebrated_how, row.public_consent) == (
        "Nadia Bellweather", "celebrated", "Mina Okafor", "Breakfast.", "By email.")  # fmt: skip
    assert [one.note.split(":")[0].split(" on ")[0] for one in recognition.notes(conn, chosen, mina)] == [
        "Shortlisted", "Chosen", "Two customers called back.", "Celebrated", "May be public. Consent"]  # fmt: skip


@pytest.mark.parametrize("name", [CLEO, "tariq", NADIA, "ada", "vic"])
def test_the_panel_is_supervisors_and_above(conn, month, shortlisted, name):
    by = who(conn, name)
    for attempt in (
        lambda: recognition.people_praised(conn, month, month, by), lambda: recognition.shortlisted(conn, month, by),
        lambda: recognition.notes(conn, shortlisted, by), lambda: recognition.note(conn, shortlisted, "x", by=by),
        lambda: recognition.shortlist(conn, month, because="x", by=by, staff_id=id_of(conn, SAM)),
        lambda: recognition.digest(conn, month, by), lambda: recognition.said_of(conn, id_of(conn, NADIA), month, month, by),
    ):  # fmt: skip
        with pytest.raises(Refused):
            attempt()


def test_supervisors_propose_and_senior_management_decides(conn, shortlisted):
    with pytest.raises(recognition.OnlySeniorManagementDecides):
        recognition.decide(conn, shortlisted, chosen=True, because="x", by=who(conn, SAM))


def test_nobody_proposes_decides_or_reads_about_themselves(conn, month):
    made = recognition.shortlist(conn, month, because="x", by=who(conn, SAM), staff_id=id_of(conn, MINA))
    mina = who(conn, MINA)
    for attempt in (
        lambda: recognition.decide(conn, made, chosen=True, because="x", by=mina), lambda: recognition.note(conn, made, "x", by=mina),
        lambda: recognition.shortlist(conn, month, because="x", by=mina, staff_id=mina.id),
    ):  # fmt: skip
        with pytest.raises(recognition.AboutYourself):
            attempt()
    assert recognition.shortlisted(conn, month, mina) == [] == recognition.notes(conn, made, mina)
    with pytest.raises(Refused), conn.begin_nested(), db.refusing():
        conn.execute(
            text(
                "update recognitions set state = 'chosen', decided_by = :id, decided_at = now(), decided_because = 'x'"
            ),
            {"id": mina.id},
        )


def test_once_a_month_and_only_who_is_here(conn, month, shortlisted):
    with pytest.raises(Refused, match="shortlist of that month already"), conn.begin_nested():
        recognition.shortlist(conn, month, because="x", by=who(conn, PRIYA), staff_id=id_of(conn, NADIA))
    leaves(conn, "luis")
    for whom in ({"staff_id": id_of(conn, "luis")}, {}, {"staff_id": id_of(conn, "hana"), "team_id": 1}):
        with pytest.raises(recognition.WhomDoYouMean):
            recognition.shortlist(conn, month, because="x", by=who(conn, PRIYA), **whom)


@pytest.mark.parametrize("said", ["", "  ", "\x00"])
def test_a_reason_is_said(conn, month, shortlisted, said):
    for attempt in (lambda: recognition.decide(conn, shortlisted, chosen=True, because=said, by=who(conn, MINA)),
                    lambda: recognition.note(conn, shortlisted, said, by=who(conn, MINA))):  # fmt: skip
        with pytest.raises(recognition.SayWhy):
            attempt()


def test_nothing_comes_before_its_decision(conn, shortlisted):
    mina, today = who(conn, MINA), db.value(conn, "calendar.today")
    for attempt in (
        lambda: recognition.celebrate(conn, shortlisted, how="x", on=today, by=mina), lambda: recognition.certificate(conn, shortlisted, mina),
        lambda: recognition.make_public(conn, shortlisted, consent="x", by=mina),
    ):  # fmt: skip
        with pytest.raises(recognition.NotBeforeItsDecision):
            attempt()
    recognition.decide(conn, shortlisted, chosen=False, because="Another month.", by=mina)
    with pytest.raises(recognition.NotBeforeItsDecision):
        recognition.decide(conn, shortlisted, chosen=True, because="x", by=mina)
    assert state(conn, shortlisted) == "not this time"


def test_it_was_not_celebrated_tomorrow(conn, chosen):
    with pytest.raises(recognition.InTheFuture):
        recognition.celebrate(
            conn, chosen, how="x", on=db.value(conn, "calendar.today") + timedelta(days=1), by=who(conn, MINA)
        )


def test_nothing_is_public_without_consent_and_consent_can_be_taken_back(conn, chosen):
    with pytest.raises(Exception), conn.begin_nested(), db.refusing():  # noqa: B017
        conn.execute(text("update recognitions set public_at = now(), public_by = 1"))
    recognition.make_public(conn, chosen, consent="By email.", by=who(conn, MINA))
    recognition.take_from_public(conn, chosen, why="She changed her mind.", by=who(conn, DARA))
    assert conn.execute(text("select public_at, public_consent from recognitions")).one() == (None, None)


def test_what_the_panel_said_is_only_added_to(conn, shortlisted):
    for statement in (
        "update recognition_notes set note = 'x'",
        "delete from recognition_notes",
        "delete from recognitions",
    ):
        with pytest.raises(Exception), conn.begin_nested():  # noqa: B017
            conn.execute(text(statement))


# On paper


def test_the_certificate_is_a_tagged_pdf_with_a_title(conn, chosen):
    sheet = recognition.certificate(conn, chosen, who(conn, MINA))
    assert "Tagged:          yes" in info(
        sheet.pdf
    ) and "Title:           Certificate of Recognition for Nadia" in info(sheet.pdf)
    assert b"pdfuaid" in sheet.pdf and b"/StructTreeRoot" in sheet.pdf
    said = text_as_set(sheet.pdf)
    assert (
        "Nadia Bellweather" in said
        and "For calm in a storm." in said
        and "Mina Okafor, Manager, Contact Centre" in said
    )


WILD = ('#eval("1+1") *bold* _it_ $x^2$ <label> @ref \\ `raw` // no comment /* nor this */ #import "x"', "=HYPERLINK(1)",
        "<script>alert(1)</script> **b** [l](http://x)", "مرحبا \u202e txt 😀 你好", "x" * 5000, "line\n\n\n= Not a heading\n- nor a list")  # fmt: skip


@pytest.mark.parametrize("words", WILD)
def test_whatever_was_written_is_set_as_it_was_written(conn, month, words):
    made = recognition.shortlist(conn, month, because="x", by=who(conn, SAM), staff_id=id_of(conn, NADIA))
    recognition.decide(conn, made, chosen=True, because=words, by=who(conn, MINA))
    case = does(
        conn, builders.compliment(conn, description=f"{words} Nadia"), "forward", SAM, praised_ids=ids_of(conn, NADIA)
    )
    does(conn, case, "hand_on", SAM)
    for sheet in (
        recognition.certificate(conn, made, who(conn, MINA)),
        recognition.digest(conn, month, who(conn, MINA)),
    ):
        assert "Tagged:          yes" in info(sheet.pdf)
        said = "".join(text_as_set(sheet.pdf).split())
        plain = "".join(one for one in words if one.isascii() and not one.isspace())[:40]
        assert plain[:12] in said or len(words) > 1000


def test_what_no_font_has_is_said(conn):
    at = db.value(conn, "clock.right_now")
    data = dict.fromkeys(
        ("title", "office", "heading", "presented", "name", "role", "because", "quote", "month", "signed"), "x"
    )
    sheet = typeset("certificate", data | {"because": "Thank you \U00012000"}, at=at)
    assert sheet.missing == "\U00012000" and "□" in text_as_set(sheet.pdf)


def test_the_digest_tells_the_month(conn, month, chosen):
    builders.handed_on(conn)
    said = text_as_set(recognition.digest(conn, month, who(conn, MINA)).pdf)
    assert f"Compliments to 311 Toronto in {month:%B %Y}" in said and "Nadia was patient" not in said
    assert builders.PRAISE["description"] in said and "Contacts not loaded" in said and "For calm in a storm." in said


def test_an_empty_month_says_so(conn):
    said = text_as_set(recognition.digest(conn, date(2025, 1, 1), who(conn, MINA)).pdf)
    assert "Nobody was named." in said and "Nothing was handed on yet." in said
