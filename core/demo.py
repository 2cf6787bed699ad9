"""The demo: invented people and some 130 invented cases at every stage of the clock, always around today.

Nothing is written into the history from outside: each case is received and moved by the same functions as a real
one, on the day it is said to have happened (`app.today`), so that its history is true. Who and what is in
core/demo_data; the same day always makes the same demo.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core import business_days, db, demo_feedback, people
from core.demo_story import Stage, Story
from core.errors import Refused
from core.people import Person

DATA = Path(__file__).parent / "demo_data"


class NotEmpty(Refused):
    """The demo is for an empty database, and this one already holds people or cases."""


def is_empty(conn: Connection) -> bool:
    """Whether there are neither people nor cases."""
    return not (db.value(conn, "demo.holds_people") or db.value(conn, "demo.holds_cases"))


def refuse_unless_empty(conn: Connection) -> None:
    """Refuses a database that holds people or cases: invented ones must never stand among real ones."""
    if not is_empty(conn):
        raise NotEmpty


def cast(conn: Connection) -> dict[str, Person]:
    """The divisions, teams and people of the demo, and the City's calendar; the people by first name, in small letters.

    Done twice, it adds nothing.
    """
    told = _read("cast")
    business_days.load(conn)
    db.run(conn, "demo.add_divisions", divisions=json.dumps(list(map(_division, range(99), told["divisions"]))))
    db.run(conn, "demo.add_teams", teams=told["teams"])
    staff = [dict(zip(("name", "title", "role", "team", "boss"), row, strict=True)) for row in told["staff"]]
    db.run(conn, "demo.add_staff", staff=json.dumps([one | {"email": _email(one["name"])} for one in staff]))
    lines = [{"email": _email(one["name"]), "boss": _email(one["boss"])} for one in staff if one["boss"]]
    db.run(conn, "demo.set_reports_to", lines=json.dumps(lines))
    invented = {_email(one["name"]) for one in staff}
    return {_first_name(one.name): one for one in people.everyone(conn) if one.email in invented}


def fill(conn: Connection) -> int:
    """The cast and all cases of the demo; how many cases. Refuses where there are cases already."""
    if db.value(conn, "demo.holds_cases"):
        raise NotEmpty
    day_set = db.value(conn, "demo.day_set")
    stage = Stage(conn, cast(conn))
    told = _read("cases")
    told["case"] += [one | {"kind": kind} for kind in ("comment", "compliment") for one in _read(f"{kind}s")["case"]]
    stories = [Story(stage, no, one) for no, one in enumerate(told["case"])]
    scenes = sorted((scene for story in stories for scene in story.scenes()), key=lambda scene: scene.order)
    for scene in scenes:
        stage.play(scene)
    db.row(conn, "demo.set_today", day=day_set)
    demo_feedback.review(stage)
    return len(stories)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _division(no: int, name: str) -> dict[str, str]:
    letters = "".join(letter for letter in name.lower().replace("&", "").replace("'", "") if letter.isalpha())
    return {"name": name, "phone": f"+1416555{110 + no:04}", "email": f"{letters}@example.org"}


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def _first_name(name: str) -> str:
    return name.split()[0].lower()
