"""`python -m core due DATE N`."""

import pytest

from core.__main__ import main


def test_it_prints_every_day_and_the_due_date(shared_database, capsys):
    assert main(["due", "2026-12-23", "10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Wed 2026-12-23        received"
    assert lines[2] == "Fri 2026-12-25        Christmas Day (City closure)"
    assert lines[6] == "Tue 2026-12-29     2"
    assert lines[-2:] == ["Mon 2027-01-11    10", "Due on Monday 11 January 2027."]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["2026-02-30", "10"], "2026-02-30"),
        (["tomorrow", "10"], "tomorrow"),
        (["2026-12-23", "ten"], "'N'"),
        (["2026-12-23", "0"], "'N'"),
        (["2026-12-23"], "'N'"),
        (["2030-12-30", "10"], "loaded from 2010-01-01 to 2030-12-31"),
        (["9999-12-31", "10"], "loaded from 2010-01-01 to 2030-12-31"),
    ],
)
def test_bad_input_gets_one_clear_line_and_exit_code_2(shared_database, capsys, given, said):
    assert main(["due", *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and said in err
