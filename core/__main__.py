"""The command line: python -m core --help. The commands themselves are in core/commands/."""

import inspect
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import typer

from core import commands
from core.errors import Refused, refusal_of


def made() -> typer.Typer:
    """The command line with every command."""
    about = "The 311 Toronto feedback dashboard."
    line = typer.Typer(help=about, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    for command in found():
        line.command(command.__name__.rstrip("_").replace("_", "-"))(command)
    return line


def found() -> Iterator[Callable[..., Any]]:
    """The public functions of the modules in core/commands."""
    for _, name, _ in iter_modules(commands.__path__, f"{commands.__name__}."):
        for known, member in vars(import_module(name)).items():
            if inspect.isfunction(member) and member.__module__ == name and not known.startswith("_"):
                yield member


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; its exit code. Bad input and refusals are one line on stderr and exit code 2."""
    try:
        code = made()(arguments, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.Abort:
        return 130
    except Exception as error:
        line = _line(error)
        if line is None:
            raise
        print(line, file=sys.stderr)
        return 2


def _line(error: Exception) -> str | None:
    """What is wrong, in one line; None for a bug of ours, which keeps its traceback."""
    if refusal := error if isinstance(error, Refused) else refusal_of(error):
        return str(refusal)
    said = getattr(error, "format_message", None)  # only errors of usage have it
    return str(said()) if said else None


if __name__ == "__main__":
    sys.exit(main())
