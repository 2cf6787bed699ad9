"""Text into a tagged PDF (PDF/UA-1) by Typst. What people wrote goes in as data and is never read as markup."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import typst

from core.settings import ROOT

TEMPLATES = ROOT / "core" / "letter_texts"
#: Controls that could turn the text around them, or that are no letters.
_DROPPED = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufe0e\ufe0f\u200b-\u200f]")
#: Beyond the letters that the fonts brought along have for sure.
_BEYOND = re.compile(r"[^\x20-\x7e\n\u00a0-\u017f\u2010-\u2026\u25a1]")


@dataclass(frozen=True)
class Sheet:
    """A PDF, and the characters of its text that are drawn as empty boxes because no font here has them."""

    pdf: bytes
    missing: str = ""


def typeset(template: str, data: dict[str, Any], *, at: datetime) -> Sheet:
    """The document that this template makes of this data; `at` is when it says it was made."""
    data = _each_text(data, _DROPPED, "")
    try:
        return Sheet(_compiled(template, data, at))
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    missing = set(_BEYOND.findall(json.dumps(data, ensure_ascii=False)))
    return Sheet(_compiled(template, _each_text(data, _BEYOND, "\u25a1"), at), "".join(sorted(missing)))


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


def _each_text(data: Any, pattern: re.Pattern[str], put: str) -> Any:
    if isinstance(data, str):
        return pattern.sub(put, data)
    if isinstance(data, dict):
        return {name: _each_text(value, pattern, put) for name, value in data.items()}
    return [_each_text(value, pattern, put) for value in data] if isinstance(data, list) else data
