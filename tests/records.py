"""The records that the product is measured against, where they are at hand: beside the repository, in ../shared."""

from pathlib import Path

import pytest

from core.settings import ROOT

SHARED = ROOT.parent / "shared"


def shared(name: str) -> Path:
    """A file of ../shared, such as "data/deadline_cases.csv"; skips the test where that folder is not at hand."""
    if not SHARED.is_dir():
        pytest.skip(f"the records in ../shared are not at hand: {name}")
    found = SHARED / name
    assert found.exists(), f"../shared is here, but {name} is not in it"
    return found
