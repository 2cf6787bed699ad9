"""A month frozen "as at": it stays as it was, and what is restated since is listed with what made it so."""

from datetime import date, datetime, time
from io import BytesIO

import pytest
from sqlalchemy import Connection, text

from core import closures, figures, frozen
from core.city_closures import Closure
from core.figures import TEN
from core.intake import importing, source
from core.periods import Period
from tests import builders
from tests.builders import ADA, DARA, MINA, SAM, TORONTO, does, on, received, responded, who
from tests.builders import with_steps as ready
from tests.test_figures import FILE

NOVEMBER, MON_8_DEC = date(2025, 11, 1), date(2025, 12, 8)


@pytest.fixture
def november(conn: Connection):
    """Answered on time, open and overdue: frozen in December."""
    on(conn, date(2025, 11, 3))
    kept, missed = responded(conn), ready(conn)
    on(conn, MON_8_DEC)
    assert frozen.freeze(conn, NOVEMBER, by=who(conn, DARA)) == 2
    return kept, missed


def now(conn: Connection):
    return figures.read(conn, Period(NOVEMBER, NOVEMBER), {}).of(TEN)


def restated(conn: Connection):
    return [
        (row.request_no, row.before, row.after, row.moves_the_figure, row.action)
        for row in frozen.restated(conn, NOVEMBER, who(conn, DARA))
    ]


def test_nothing_is_restated_as_long_as_nothing_happens(conn: Connection, november):
    assert restated(conn) == []
    assert (frozen.months(conn)[0].ten_on_time, frozen.months(conn)[0].ten_counted) == (1, 2)


def test_a_reopened_case_is_restated_and_says_who(conn: Connection, november):
    kept, _ = november
    does(conn, kept, "reopen", SAM, note="The letter went to the wrong house.")
    assert restated(conn) == [(kept.request_no, "answered on time", "open and overdue", True, "reopen")]
    row = frozen.restated(conn, NOVEMBER, who(conn, DARA))[0]
    assert (row.by_name, row.note) == (who(conn, SAM).name, "The letter went to the wrong house.")
    assert (now(conn).on_time, frozen.months(conn)[0].ten_on_time) == (0, 1)


def test_a_late_answer_does_not_move_the_figure_and_is_told_as_such(conn: Connection, november):
    _, missed = november
    does(conn, missed, "record_response", SAM, response="Sorry.", channel="phone", happened_at=_now(conn))
    assert restated(conn) == [(missed.request_no, "open and overdue", "answered late", False, "record_response")]
    assert now(conn).published == 0.5


def test_a_backdated_receipt_comes_to_the_month(conn: Connection, november):
    late = received(
        conn, received_at=datetime.combine(date(2025, 11, 4), time(9), TORONTO), backdated_because="It lay in a drawer."
    )
    assert restated(conn) == [(late.request_no, None, "open and overdue", True, "receive")]


def test_a_late_import_comes_to_the_month(conn: Connection, november):
    importing.run(
        conn,
        BytesIO(b"no,opened,closed,what\nZ1,2025-11-04,2025-11-05,A pothole\n"),
        "f.csv",
        source.parse(FILE.encode(), "theirs.toml"),
    )
    assert restated(conn) == [("Z1", None, "answered on time", True, "import")]


def test_a_closure_that_is_added_later_restates_days_but_no_verdict(conn: Connection, november):
    on(conn, date(2025, 11, 3))
    kept = ready(conn)
    on(conn, date(2025, 11, 6))
    kept = does(conn, kept, "record_response", SAM, response="Sorry.", channel="phone", happened_at=_now(conn))
    on(conn, MON_8_DEC)
    before = now(conn)
    closures.apply(conn, [Closure(date(2025, 11, 5), "Storm", "Council")], by=who(conn, ADA), why="Storm.")
    assert now(conn) == before
    assert figures.days(conn, Period(NOVEMBER, NOVEMBER), {})[TEN].taken == {0: 1, 2: 1}


def test_only_a_month_that_is_over_is_frozen_once_by_those_who_answer_for_it(conn: Connection, november):
    for by, month, said in (
        (SAM, NOVEMBER, frozen.NotAFreezer),
        (MINA, MON_8_DEC, frozen.NotOver),
        (MINA, NOVEMBER, frozen.FrozenAlready),
    ):
        with pytest.raises(said):
            frozen.freeze(conn, month, by=who(conn, by))


def test_a_frozen_month_cannot_be_changed(conn: Connection, november):
    for statement in ("update frozen_promises set outcome = 'answered on time'", "delete from frozen_months"):
        with pytest.raises(Exception, match="permission denied"), conn.begin_nested():
            conn.execute(text(statement))


def _now(conn: Connection):
    return builders.now(conn)
