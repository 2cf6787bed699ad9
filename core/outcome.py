"""What came of handing a message over, and what may be done about it."""

from dataclasses import dataclass
from enum import StrEnum


class Came(StrEnum):
    """`sent`: it was taken. `again`: it has not left, and may be tried again. `never`: it has not left, and trying again is no
    use. `perhaps`: the connection broke after the message was said, so it may have left or not."""

    SENT = "sent"
    AGAIN = "again"
    NEVER = "never"
    PERHAPS = "perhaps"


@dataclass(frozen=True)
class Outcome:
    """What came of it, and in one sentence why it was not taken, without the address or the text: it is kept in the history."""

    came: Came
    problem: str | None = None


SENT = Outcome(Came.SENT)


def again(problem: str) -> Outcome:
    """It has not left; a later attempt may do."""
    return Outcome(Came.AGAIN, problem)


def never(problem: str) -> Outcome:
    """It has not left, and no attempt will do: somebody has to look at it."""
    return Outcome(Came.NEVER, problem)


def perhaps(problem: str) -> Outcome:
    """It may have left or not: nobody knows."""
    return Outcome(Came.PERHAPS, problem)
