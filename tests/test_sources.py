"""Source files: what a foreign export's columns mean. What cannot be used is refused in one sentence that names it."""

import re

import pytest

from core.errors import Refused
from core.intake import source

GOOD = """
date_formats = ["%Y-%m-%d"]
contact_held_by = "Somebody"
[columns]
request_no = "no"
received_at = "opened"
title = "what"
[constants]
category = "quality"
channel = "other"
"""


def refusal(content: str) -> str:
    """The sentence with which this source file is refused."""
    with pytest.raises(Refused) as refused:
        source.parse(content.encode(), "mine.toml")
    return str(refused.value)


def test_those_that_come_with_the_dashboard_can_be_used():
    assert source.known() == ["nyc311", "nyc_council", "own"]
    assert [source.find(name).name for name in source.known()] == source.known()


def test_a_source_of_ones_own_is_a_toml_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    assert source.find(str(path)).name == "mine"


def test_it_may_start_with_a_byte_order_mark():
    assert source.parse(b"\xef\xbb\xbf" + GOOD.encode(), "mine.toml").foreign_columns() == ["no", "opened", "what"]


def test_several_columns_make_one_field():
    made = source.parse(
        GOOD.replace('title = "what"', 'title = { join = ["a", "at {b} ({c})"], by = ": " }').encode(), "mine.toml"
    )
    assert made.columns["title"].columns() == ["a", "b", "c"]


def test_an_unknown_source_is_told_the_known_ones():
    with pytest.raises(source.UnknownSource) as refused:
        source.find("nyc312")
    assert str(refused.value) == (
        'There is no source "nyc312"; known are nyc311, nyc_council, own. A source file of your own ends in .toml.'
    )


def test_a_source_file_that_is_not_there_is_refused():
    with pytest.raises(
        source.BadSource, match=r"^The source file gone\.toml cannot be used: no such file or directory\.$"
    ):
        source.find("gone.toml")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("date_formats", "dates"), '"dates" is not a key it may have'),
        (('request_no = "no"', 'requestno = "no"'), '"columns.requestno" is not one of our fields'),
        (('title = "what"', ""), "columns needs title"),
        (('channel = "other"', ""), "channel is needed, under columns or constants"),
        (('channel = "other"', 'channel = "other"\ntitle = "x"'), "title cannot be both a column and a constant"),
        (("date_formats", 'time_zone = "Mars/Olympus"\ndate_formats'), 'there is no time zone "Mars/Olympus"'),
        (("date_formats", 'encoding = "utf-16"\ndate_formats'), "encoding: input should be 'utf-8' or 'cp1252'"),
        (("date_formats", 'delimiter = ";;"\ndate_formats'), "delimiter: string should have at most 1 character"),
        (("date_formats", 'delimiter = "\\n"\ndate_formats'), "a quotation mark or a line end cannot part columns"),
        (("date_formats", 'name = "dashboard"\ndate_formats'), 'a source is not called "dashboard"'),
        (("date_formats", 'name = "A b"\ndate_formats'), "name: "),
        (("[columns]", '[[take]]\ncolumn = "x"\n[columns]'), "take of x needs is_one_of, is_none_of or matches"),
        (("[columns]", '[[take]]\ncolumn = "x"\nmatches = "("\n[columns]'), "take.0.matches"),
        (("[columns]", '[maps.topic]\nvalues = {a = "b"}\n[columns]'), "maps of topic need such a column"),
        (("[columns]", "[columns"), "it is not TOML"),
        (('["%Y-%m-%d"]', "[]"), "date_formats: "),
        (("%Y-%m-%d", "%Y-%Q"), '"%Y-%Q" is no format of a date'),
        (("%Y-%m-%d", "%Y-%Y"), '"%Y-%Y" is no format of a date'),
        (('title = "what"', "title = " + "[" * 5000), "it is not TOML"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(change, said):
    sentence = refusal(GOOD.replace(*change))
    assert sentence.startswith("The source file mine.toml cannot be used: ")
    assert said in sentence
    assert "\n" not in sentence and sentence.endswith(".") and not re.search(r"pydantic|https?:", sentence)


def test_a_binary_source_file_is_refused():
    with pytest.raises(source.BadSource, match=r"it is not TOML"):
        source.parse(b"\x89PNG\r\n\x1a\n\xff", "mine.toml")


# What comes from somebody's browser


def refusal_of_upload(content: str, name: str = "mine.toml") -> str:
    """The sentence with which this source file is refused when it is uploaded; where it lies on the server, it is not."""
    assert source.parse(content.encode(), name)
    with pytest.raises(source.BadSource) as refused:
        source.uploaded(content.encode(), name)
    return str(refused.value)


def test_an_uploaded_source_file_can_be_used():
    assert source.uploaded(GOOD.encode(), "mine.toml").name == "mine"


@pytest.mark.parametrize("name", source.known())
def test_it_is_not_called_as_one_that_comes_with_the_dashboard(name):
    said = f'cannot be used: "{name}" comes with the dashboard; give it another name.'
    assert refusal_of_upload(GOOD, f"{name}.toml") == f"The source file {name}.toml {said}"
    assert refusal_of_upload(f'name = "{name}"\n{GOOD}') == f"The source file mine.toml {said}"


def test_it_holds_no_pattern_that_could_take_forever():
    take = '[[take]]\ncolumn = "what"\nmatches = "^(a+)+$"\n'
    assert refusal_of_upload(GOOD + take) == (
        "The source file mine.toml cannot be used: matches is not for a file that is uploaded; say is_one_of or is_none_of."
    )
