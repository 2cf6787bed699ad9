"""`moves`: the table of moves as Markdown."""

from core import workflow


def moves() -> None:
    """Print the table of moves as Markdown, as the README holds it."""
    print(workflow.as_markdown())
