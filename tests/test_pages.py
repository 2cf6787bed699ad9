"""Each page as each of the cast: it opens or says for whom it is, and what one may not see is nowhere on it."""

from datetime import date

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db, figures, frozen
from dashboard import monitoring
from dashboard.rooms import ROOMS
from tests import builders
from tests.builders import CAST, CLEO, NADIA, PRIYA, SAM, TARIQ, ids_of, who
from tests.serving import Opened

NOT_FOR_YOU = "This page is not for your role. Choose another one above."
SECRET = "The quokka at the desk was rude."


def words_on(page: AppTest) -> str:
    """Everything that the page says."""
    found = [
        str(element.value) for block in (page.main, page.sidebar) for element in block if hasattr(element, "value")
    ]
    return "\n".join([*found, *(str(table.value.to_dict()) for table in page.dataframe)])


def test_how_long_a_page_took_is_measured_by_its_name(open_page):
    drawn = lambda name: monitoring.REGISTRY.get_sample_value("feedback_page_seconds_count", {"page": name}) or 0  # noqa: E731
    before = {name: drawn(name) for name in ("today", "people")}
    open_page("people", SAM)
    assert {name: drawn(name) - before[name] for name in before} == {"today": 1, "people": 1}


@pytest.mark.parametrize("room", ["compliance", "workload"])
@pytest.mark.parametrize("name", [SAM, "vic"])
def test_a_page_of_figures_opens_and_folds_when_their_log_has_grown_long(
    open_page: Opened, room: str, name: str
) -> None:
    """Whoever reads it writes nothing themselves; the program folds."""
    with db.begin() as conn:
        builders.received(conn)
    with db.owner_engine().begin() as owner:
        owner.execute(
            text("insert into figures_log select logged.* from figures_log as logged, generate_series(1, 2000)")
        )
    with db.begin() as conn:
        assert db.value(conn, "figures.waiting_to_fold", most=figures.LONG)
    page = open_page(room, name)
    assert not page.exception and "Something went wrong" not in words_on(page)
    with db.begin() as conn:
        assert not db.value(conn, "figures.waiting_to_fold", most=figures.LONG)


@pytest.fixture
def about_nadia(database: str) -> str:
    """The number of a complaint about Nadia that Priya investigates, with a note and a finding."""
    with db.begin() as conn:
        case = builders.with_finding(conn, PRIYA, subject_ids=ids_of(conn, NADIA), description=SECRET)
        builders.does(conn, case, "add_note", PRIYA, note=SECRET)
        return case.request_no


def test_each_page_opens_for_each_of_the_cast_or_says_for_whom_it_is(open_page: Opened, about_nadia: str) -> None:
    for name in (*CAST, NADIA):
        with db.begin() as conn:
            role = who(conn, name).role
        for room in ROOMS:
            page = open_page(room.name, name)
            assert not page.exception, (name, room.name, [str(one.value) for one in page.exception])
            assert not [one for one in page.error if "went wrong" in str(one.value)], (name, room.name)
            assert (NOT_FOR_YOU in words_on(page)) is (role not in room.who), (name, room.name)
            if name in (CLEO, TARIQ, NADIA, "vic"):
                assert "quokka" not in words_on(page), (name, room.name)
                assert about_nadia not in words_on(page), (name, room.name)


@pytest.mark.parametrize("name", [NADIA, CLEO, TARIQ])
def test_the_number_of_a_case_that_is_not_theirs_to_see_opens_nothing(
    open_page: Opened, about_nadia: str, name: str
) -> None:
    for room in ("complaint", "escalation", "comment", "compliment"):
        said = words_on(open_page(room, name, no=about_nadia))
        assert f"There is no case {about_nadia}, or it is not for you to see." in said
        assert "quokka" not in said


def test_whoever_has_it_reads_it_and_whoever_is_above_them(open_page: Opened, about_nadia: str) -> None:
    for name in (PRIYA, "mina", "dara", "ada"):
        assert "quokka" in words_on(open_page("complaint", name, no=about_nadia)), name
    assert "quokka" not in words_on(open_page("complaint", SAM, no=about_nadia))


def test_a_search_a_filter_and_a_figure_in_the_address_find_nothing_of_it(open_page: Opened, about_nadia: str) -> None:
    for name in (NADIA, CLEO):
        for address in (
            {"words": "quokka"},
            {"words": about_nadia},
            {"state": "investigating"},
            {"show": "all"},
            {"owner": "1"},
        ):
            page = open_page("queue", name, **address)
            assert SECRET not in words_on(page), (name, address)
            assert not [table for table in page.dataframe if about_nadia in str(table.value.to_dict())], (name, address)


def test_a_frozen_month_says_how_many_restated_cases_are_not_for_them_to_see(open_page: Opened) -> None:
    with db.begin() as conn:
        builders.on(conn, date(2025, 11, 3))
        case = builders.with_steps(conn, PRIYA, subject_ids=ids_of(conn, NADIA))
        builders.on(conn, date(2025, 12, 8))
        frozen.freeze(conn, date(2025, 11, 1), by=who(conn, "dara"))
        builders.does(conn, case, "record_response", PRIYA, **builders.answer(conn))
    for name, told in ((TARIQ, True), (PRIYA, False)):
        page = open_page("compliance", name)
        page.selectbox(key="restated").set_value("2025-11-01").run()
        assert ("Some more are about a person, and not for you to see." in words_on(page)) is told, name


def test_whoever_reviews_an_escalation_that_is_not_theirs_to_see_is_not_offered_its_complaint(
    open_page: Opened,
) -> None:
    """Omar reviews it; Priya has the complaint, and does not read the escalation."""
    with db.begin() as conn:
        builders.on(conn, builders.FRI_19_DEC)
        complaint = builders.taken(conn, PRIYA, subject_ids=ids_of(conn, NADIA))
        builders.on(conn, builders.THU_8_JAN)
        builders.in_review(conn, complaint, by="omar", ground="no response")
    page = open_page("complaint", PRIYA, no=complaint.request_no)
    page = page.button(key=f"do {complaint.id} reassign").click().run()
    offered = [one for box in page.selectbox for one in box.options]
    assert any("Sam" in one for one in offered) or any("Mina" in one for one in offered), offered
    assert not [one for one in offered if "Omar" in one and "Manager" in one], offered
