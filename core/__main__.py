"""The command line: `python -m core --help`. Bad input gets one clear line and exit code 2."""

import importlib
import inspect
import pkgutil
import sys

import typer

from core import commands
from core.errors import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="The dashboard's tools: the database, the clock, the table of moves, files in and out.")  # fmt: skip


def main() -> None:
    """Runs the command that was asked for; a refusal is one line."""
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"core.commands.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                app.command(name.rstrip("_"))(function)
    try:
        app()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
