"""`python -m bench NAME [--rows N]`: what is claimed about speed, measured against a peer or a floor in the same run.

Every file here that has a `run(rows)` is a command: its docstring says what it measures, `ROWS` is how many rows it takes
unless told, `NAME` its name where that cannot be the file's. `run` prints what it measured against what and returns the
ratios, which are printed as one JSON object in the last line.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer


def benches() -> dict[str, ModuleType]:
    """Every bench by its name."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    modules = [import_module(f"bench.{file.stem}") for file in files]
    return {getattr(it, "NAME", it.__name__.split(".")[-1]): it for it in modules if hasattr(it, "run")}


def main(
    name: Annotated[str, typer.Argument(help="What to measure; without it, the list.")] = "",
    rows: Annotated[int | None, typer.Option(min=1, help="How many rows, instead of the bench's own number.")] = None,
) -> None:
    """Measures one claim and prints the ratios as one JSON object in the last line."""
    known = benches()
    if name not in known:
        for each, module in known.items():
            print(f"{each:10} {(module.__doc__ or '').splitlines()[0]}", file=sys.stderr)
        raise typer.Exit(2)
    ratios = known[name].run(rows or known[name].ROWS)
    print(json.dumps({key: round(value, 3) for key, value in ratios.items()}))


if __name__ == "__main__":
    typer.run(main)
