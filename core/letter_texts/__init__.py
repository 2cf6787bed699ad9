"""The templates of letters, and the texts that stand in every one of them."""

import tomllib
from dataclasses import dataclass
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
    """The texts in force: our own, or those of the file that LETTER_TEXTS names."""
    try:
        told = tomllib.loads((settings().letter_texts or OURS).read_text(encoding="utf-8"))
        house = {name: told["house"][name] for name in ("name", "city", "contact", "formats")}
        ways = {name: told[name]["text"].strip() for name in ("ombudsman", "escalate")}
        holds = {name: [str(one) for one in told[name]["must_hold"]] for name in ways}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadLetterTexts(problem=type(error).__name__) from None
    except (KeyError, AttributeError, TypeError) as error:
        raise BadLetterTexts(problem=f"{error} is missing or not a text") from None
    return Texts(house, ways["ombudsman"], ways["escalate"], holds)
