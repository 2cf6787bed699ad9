"""What is kept from its reader is told as "some" where the number is so small that it could be guessed (R64)."""

import pytest

from core import figures
from dashboard import filters


@pytest.mark.parametrize(("number", "said"), [(1, "some"), (4, "some"), (5, "5"), (1234, "1,234")])
def test_few_are_some(number, said):
    assert figures.told(number) == said


@pytest.mark.parametrize(("hidden", "said"), [(1, "Some"), (4, "Some"), (5, "5"), (40, "40")])
def test_the_list_behind_a_figure_tells_no_small_number(hidden, said):
    told = filters.kept_from_in_words(hidden)
    assert told == f"{said} more cases are in the figure and not in this list: about a person, and not for you to see."
