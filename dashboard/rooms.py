"""The pages, and who may open which. Every page is always registered: a deep link to an unknown one blocks everything."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from core.kinds import RESPONSIBLE, STAFF, SUPERVISORS, Role
from core.outbox import WHO as WHO_LOOKS_AFTER_THE_OUTBOX

PAGES = Path(__file__).resolve().parent.parent / "pages"
EVERYONE = frozenset(Role)


@dataclass(frozen=True)
class Room:
    """One page. `listed`: it stands in the navigation; others are opened from a list."""

    name: str
    title: str
    icon: str
    who: frozenset[Role]
    listed: bool = True


ROOMS = (
    Room("today", "Today", ":material/today:", EVERYONE),
    Room("queue", "Queue", ":material/inbox:", STAFF),
    Room("intake", "Intake", ":material/edit_note:", STAFF),
    Room("complaint", "Complaint", ":material/feedback:", STAFF, listed=False),
    Room("escalation", "Escalation", ":material/gavel:", STAFF, listed=False),
    Room("comment", "Comment", ":material/comment:", STAFF, listed=False),
    Room("compliment", "Compliment", ":material/thumb_up:", STAFF, listed=False),
    Room("mine", "For you", ":material/mark_email_unread:", STAFF),
    Room("recognition", "Recognition", ":material/workspace_premium:", SUPERVISORS),
    Room("letters", "Letters", ":material/mail:", SUPERVISORS),
    Room("outbox", "Outbox", ":material/outbox:", WHO_LOOKS_AFTER_THE_OUTBOX),
    Room("compliance", "Compliance", ":material/verified:", EVERYONE),
    Room("workload", "Workload", ":material/monitoring:", EVERYONE),
    Room("learning", "Learning", ":material/school:", EVERYONE),
    Room("calendar", "Calendar", ":material/calendar_month:", EVERYONE),
    Room("people", "People", ":material/groups:", STAFF),
    # the record
    Room("records", "Records", ":material/policy:", RESPONSIBLE),
)


def pages(role: Role | None) -> list[Page]:
    """All pages, made again each run because a run changes them; those not for this role are hidden, and all of them to nobody."""
    return [
        st.Page(PAGES / f"{room.name}.py", title=room.title, icon=room.icon, url_path=room.name, default=room is ROOMS[0],
                visibility="visible" if room.listed and role in room.who else "hidden")
        for room in ROOMS
    ]  # fmt: skip


def may_open(page: Page, role: Role) -> bool:
    """Whether this role may open this page."""
    return next(room.who for room in ROOMS if room.title == page.title) >= {role}


def path(name: str) -> str:
    """The file of a page, for switch_page and page_link."""
    return str(PAGES / f"{name}.py")
