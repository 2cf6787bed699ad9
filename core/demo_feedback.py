"""What happens to a comment or a compliment of the demo, and the review of last month."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import contact_counts, db, recognition
from core.kinds import Role
from core.people import Person

if TYPE_CHECKING:
    from core.demo_story import Stage, Story

#: Business days after the receipt, what, by whom, and what is said.
Step = tuple[int, str, Person, dict[str, Any]]
#: How far a comment came, and a compliment.
COMMENT = ("received", "under review", "assessed", "forwarded", "heard", "acted on", "closed")
COMPLIMENT = ("received", "forwarded", "handed on", "shared", "closed")
DATA = Path(__file__).parent / "demo_data"


def of_comment(story: "Story") -> Iterator[Step]:
    """Taken, assessed, forwarded to Tariq, acted on, answered if asked, closed."""
    told, by, age, lead = story.told, story.owner, story.age, story.stage.cast["tariq"]
    end, last = told.get("end", "received"), told.get("taken", story.age)
    far = COMMENT.index(end) if end in COMMENT else 1
    if "asked" in told:
        yield (
            told["asked"],
            "ask_for_reply",
            story.stage.cast["cleo"],
            {"note": "Called again, and would like to know."},
        )
    if far >= 1:
        yield min(1, age), "take", by, {}
    yield from story.extras()
    if far >= 2:
        yield min(1, age), "assess", by, {"assessed_because": told["because"], "tags": told.get("themes", [])}
    if far >= 3:
        yield min(2, age), "forward", by, {"lead_id": lead.id}
    if far >= 4:
        yield min(3, age), "acknowledge_forward", lead, {}
    if far >= 5:
        did, what = told["did"]
        yield min(6, last), "record_outcome", lead, {"lead_did": did, "lead_outcome": what}
    if "reply" in told:
        yield told["replied"], "record_response", by, _reply(story)
    if end == "closed":
        yield last, "close", by, {}
    elif end == "redirect":
        division = {"division_id": story.stage.divisions[told["division"]], "how_told": told["how_told"]}
        yield last, "redirect", by, division | {"note": told["because"]}
    elif end == "no_action":
        yield last, "no_action", by, {"note": told["because"]}


def of_compliment(story: "Story") -> Iterator[Step]:
    """Forwarded, handed on by each supervisor, read, shared, answered if asked, closed."""
    told, age, cast = story.told, story.age, story.stage.cast
    end = told.get("end", "received")
    if end == "redirect":
        division = {"division_id": story.stage.divisions[told["division"]], "how_told": told["how_told"]}
        yield told["taken"], "redirect", cast["sam"], division | {"note": told["because"]}
        return
    far = COMPLIMENT.index(end)
    if far == 0:
        return
    team = {"team_id": story.stage.teams[told["team"]]} if "team" in told else {}
    through = list(dict.fromkeys(_supervisors(story)))
    by = through[0]
    if "agreed" in told:
        yield 0, "record_consent", cast["cleo"], {"naming_consent": told["agreed"]}
    yield min(1, age), "forward", by, {"praised_ids": story.about, "tags": told.get("themes", [])} | team
    if far >= 2:
        for one in through:
            yield min(2, age), "hand_on", one, {}
        for name, after in told.get("read", []):
            yield after, "read", cast[name], {}
    if far >= 3:
        yield min(3, age), "share", by, {}
    if "reply" in told:
        yield told["replied"], "record_response", by, _reply(story)
    if far >= 4:
        yield told.get("taken", min(7, age)), "close", by, {}


def _supervisors(story: "Story") -> Iterator[Person]:
    """Through whom the praise goes: the nearest supervisor above each."""
    people = {person.id: person for person in story.stage.cast.values()}
    for name in story.told.get("about", []):
        above = [people[one] for one in story.stage.cast[name].above if one in people and people[one].supervises]
        yield max(above, key=lambda person: len(person.above))
    if "team" in story.told:
        yield next(one for one in people.values() if one.role is Role.SUPERVISOR and one.team == story.told["team"])


def _reply(story: "Story") -> dict[str, Any]:
    how = "phone" if story.told.get("phone") else "email"
    return {"response": story.told["reply"], "channel": how, "happened_at": (14, story.no % 60)}


def review(stage: "Stage") -> None:
    """The contacts of three months, and how the panel decided about last month, in this one."""
    told = tomllib.loads((DATA / "review.toml").read_text(encoding="utf-8"))
    conn, cast = stage.conn, stage.cast
    this, last, before = recognition.months(conn)[:3]
    lines = [f"{cast[name].email},{month:%Y-%m},{count}" for name, *counts in told["contacts"]
             for month, count in zip((this, last, before), counts, strict=True)]  # fmt: skip
    contact_counts.load(conn, "\n".join(["email,month,contacts", *lines]).encode(), cast["mina"])
    for one in told["review"]:
        made = recognition.shortlist(
            conn, last, because=one["because"], by=cast[one["by"]], staff_id=cast[one["who"]].id
        )
        for name, words in one["notes"]:
            recognition.note(conn, made, words, by=cast[name])
        name, state, because = one["decided"]
        recognition.decide(conn, made, chosen=state == "chosen", because=because, by=cast[name])
        if "public" in one:
            recognition.make_public(conn, made, consent=one["public"][1], by=cast[one["public"][0]])
        if "celebrated" in one:
            name, how = one["celebrated"]
            recognition.celebrate(conn, made, how=how, on=db.value(conn, "calendar.today"), by=cast[name])
