"""What is kept from its reader is told as "some" where the number is so small that it could be guessed (R64)."""

import pytest
from streamlit.testing.v1 import AppTest

from core import figures


@pytest.mark.parametrize(("number", "said"), [(1, "some"), (4, "some"), (5, "5"), (1234, "1,234")])
def test_few_are_some(number, said):
    assert figures.told(number) == said


def behind_a_figure(hidden):
    """What the queue says of a list that a figure opened."""

    def page(hidden):
        from dashboard import filters

        filters.of_a_figure({"outcome": "late", "promise": "ten"}, hidden)

    return [caption.value for caption in AppTest.from_function(page, args=(hidden,)).run().caption]


@pytest.mark.parametrize(("hidden", "said"), [(1, "Some"), (4, "Some"), (5, "5"), (40, "40")])
def test_the_list_behind_a_figure_tells_no_small_number(hidden, said):
    (told,) = behind_a_figure(hidden)
    assert told == f"{said} more cases are in the figure and not in this list: about a person, and not for you to see."
    assert not [digit for digit in "1234" if digit in told and hidden < 5]


def test_nothing_is_said_where_nothing_is_kept():
    assert behind_a_figure(0) == []
