"""Text into a tagged PDF (PDF/UA-1) by Typst. What people wrote goes in as data and is never read as markup.

The templates are in core/letter_texts, which is all that Typst may read. Fonts are those that it brings along, then those
of the machine; what none of them has is drawn as an empty box, and said.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

import typst

from core.settings import ROOT

TEMPLATES = ROOT / "core" / "letter_texts"
#: A word longer than this may break anywhere: it would run off the page.
LONGEST_WORD = 50
BOX = "\u25a1"
#: Controls that could turn the text around them, or that are no letters.
_DROPPED = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
#: What means something to one program only, or nothing to any.
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffe\uffff\ufdd0-\ufdef\U000f0000-\U0010ffff]")
#: What no font needs to draw: it goes where no font knows it.
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\u2028\u2029")
#: Beyond the letters that the fonts brought along have for sure.
_BEYOND = re.compile(r"[^\x20-\x7e\n\u00a0-\u017f\u2010-\u2026\u25a1]")
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
#: So often is a text tried again without what no font had the time before.
TRIES = 4


@dataclass(frozen=True)
class Sheet:
    """A PDF, and the characters of its text that are drawn as empty boxes because no font here has them."""

    pdf: bytes
    missing: str = ""


def typeset(template: str, data: dict[str, Any], *, at: datetime) -> Sheet:
    """The document that this template makes of this data; `at` is when it says it was made."""
    gone: set[str] = set()
    for _ in range(TRIES):
        try:
            made = _compiled(template, _each_text(data, partial(_showable, gone=gone)), at)
            return Sheet(made, "".join(sorted(gone - INVISIBLE)))
        except typst.TypstError as error:
            found = _without_a_font(error) - gone
            if not found:
                raise
            gone |= found
    plain = _each_text(data, lambda text: _showable(_BEYOND.sub(BOX, text), gone))
    return Sheet(_compiled(template, plain, at), "".join(sorted(gone - INVISIBLE)))


def _compiled(template: str, data: dict[str, Any], at: datetime) -> bytes:
    made = typst.Compiler(root=str(TEMPLATES), font_paths=_fonts()).compile(
        input=str(TEMPLATES / f"{template}.typ"), format="pdf", pdf_standards=["ua-1"], timestamp=int(at.timestamp()),
        sys_inputs={"letter": json.dumps(data)},
    )  # fmt: skip
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


def _without_a_font(error: typst.TypstError) -> set[str]:
    """The characters that this error is about; none when it is about something else."""
    said = (_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in _MISSING.findall(error.diagnostic))
    return {one for text in said for one in text.replace("\\", "") if one not in " \n" and not one.isascii()}


def _showable(text: str, gone: set[str]) -> str:
    """As it can be drawn: boxes for what has no font, and long words that may break. Nothing of it is read as markup."""
    text = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    invisible = gone & INVISIBLE
    text = "".join("" if one in invisible else BOX if one in gone else one for one in _PRIVATE.sub(BOX, text))
    return _LONG.sub(lambda word: word[0] + "\u200b", text)


def _each_text(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: _each_text(value, change) for name, value in data.items()}
    return [_each_text(value, change) for value in data] if isinstance(data, list) else data
