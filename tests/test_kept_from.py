"""What is kept from its reader is told as "some" where the number is so small that it could be guessed (R64)."""

import pytest

from core import figures
from dashboard import filters


@pytest.mark.parametrize(("number", "said"), [(1, "some"), (4, "some"), (5, "5"), (1234, "1,234")])
def test_few_are_some(number, said):
    assert figures.told(number) == said


@pytest.mark.parametrize(("hidden", "said"), [(1, "some"), (4, "some"), (5, "5"), (40, "40")])
def test_the_list_behind_a_figure_tells_no_small_number(hidden, said):
    told = filters.kept_from_in_words(hidden)
    assert (
        told
        == f"The figure counts {said} more cases than this list, because it also counts cases about a person that you may not see."
    )


@pytest.mark.parametrize(("asked", "said"), [
    ({"due_from": "2026-11-01", "due_to": "2026-11-30"}, "due from Sun 1 Nov 2026, due to Mon 30 Nov 2026"),
    ({"closed_to": "2026-11-25"}, "closed to Wed 25 Nov 2026"),
    ({"late_by": "6-10", "supervisor": "none", "team": "7"}, "6-10 business days late, nobody accountable, team Mail"),
    ({"received_from": "yesterday"}, "received from yesterday"),
])  # fmt: skip
def test_the_list_behind_a_figure_says_days_as_they_are_said_elsewhere(asked, said):
    assert filters.in_words(asked, filters.Choices({}, [], {"7": "Mail"})) == said
