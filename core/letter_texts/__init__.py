"""The templates of letters, and the texts that stand in every one of them."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import Unconfigured
from core.settings import settings

OURS = Path(__file__).parent / "texts.toml"


class BadLetterTexts(Unconfigured):
    """LETTER_TEXTS must name a file like core/letter_texts/texts.toml: {problem}."""


@dataclass(frozen=True)
class Texts:
    """The letterhead, the way to Ombudsman Toronto and the way to an escalation, as the City words them."""

    house: dict[str, Any]
    ombudsman: str
    escalate: str
    must_hold: dict[str, list[str]]


def texts() -> Texts:
    """The texts in force: our own, or those of the file that LETTER_TEXTS names, read again when it changes."""
    path = settings().letter_texts or OURS
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadLetterTexts(problem=type(error).__name__) from None
    except (KeyError, AttributeError, TypeError) as error:
        raise BadLetterTexts(problem=f"{error} is missing or not a text") from None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Texts:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    ways = {name: str(told[name]["text"].strip()) for name in ("ombudsman", "escalate")}
    return Texts(
        house={name: told["house"][name] for name in ("name", "city", "contact", "formats")},
        must_hold={name: [str(one) for one in told[name]["must_hold"]] for name in ways}, **ways,
    )  # fmt: skip
