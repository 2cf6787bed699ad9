"""One invented case to copy from: a complaint that is investigated, and ready to be answered by email."""

from typing import Any

from sqlalchemy import Connection, text

from core import cases, people
from core.kinds import Kind
from core.people import Person
from core.receipt import Receipt, receive


def somebody(conn: Connection) -> Person:
    """A supervisor, made where there is none."""
    found = conn.execute(text("select id from staff where role = 'supervisor' and active order by id limit 1")).scalar()
    found = (
        found
        or conn.execute(
            text(
                "insert into staff (name, email, role) values ('Bea Bench', 'bea@toronto.example', 'supervisor') returning id"
            )
        ).scalar_one()
    )
    return people.get(conn, found)


def one_to_answer(conn: Connection) -> int:
    """The id of a new complaint of which finding and steps are recorded."""
    by = somebody(conn)
    new = receive(conn, Receipt(kind=Kind.COMPLAINT, channel="phone", category="timeliness", email="ruth@example.org",
                                description="I waited forty minutes and was cut off."), by=by)  # fmt: skip
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("take", {}),
        ("investigate", {}),
        (
            "record_finding",
            {"finding": "substantiated", "finding_summary": "It was cut off.", "sources_checked": "The recording."},
        ),
        ("record_steps", {"steps_taken": "The queue was mended."}),
        ("send_response", {"response": "We are sorry. The queue dropped your call; it is mended."}),
        ("take_back_response", {"note": "A copy of it is sent for each of the others."}),
    )
    for action, said in steps:
        cases.act(conn, new.id, action, by=by, **said)
    return int(new.id)
