"""`work`: the worker."""

import logging
from typing import Annotated

import typer

from core import worker


def work(
    at_once: Annotated[
        int, typer.Option("--at-once", min=1, max=20, help="Messages handed over at the same time.")
    ] = worker.AT_ONCE,
    beside: Annotated[
        bool,
        typer.Option("--beside", help="Also stop when standard input is closed: for a server that brings it along."),
    ] = False,
) -> None:
    """Delivers what waits in the outbox, until it is stopped by SIGTERM or Ctrl+C. Several may run at once."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    worker.run(at_once=at_once, beside=beside)
