"""The README's table of moves is the one the program has, and its commands exist."""

import re

from core import workflow
from core.settings import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_moves_is_the_programs() -> None:
    told = re.search(r"<!-- moves.*?-->\n(.*?)\n<!-- end of moves -->", README, re.DOTALL)
    assert told and told[1] == workflow.as_markdown()


def test_every_make_target_it_names_exists() -> None:
    made = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make (\w+)", README)) <= made


def test_every_file_it_shows_exists() -> None:
    assert all((ROOT / path).exists() for path in re.findall(r"!\[.*?\]\((.*?)\)", README))


def test_every_room_it_names_exists() -> None:
    assert all((ROOT / room).is_dir() for room in re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE))
