"""One case: which one the address asks for, its header, its next moves, and everything known about it."""

import streamlit as st

from core import board, cases, db, event_words
from core.case import Case
from core.errors import NotFound, Refused
from core.people import Person
from dashboard import (
    actions,
    day_strip,
    erased,
    escalation_pieces,
    feedback_pieces,
    filters,
    legal_hold,
    letter_pieces,
    pieces,
    rooms,
    session,
    words,
)  # fmt: skip
from dashboard.words import plain


def show() -> None:
    """The case of ?no=, or a way to find one."""
    by = session.actor()
    number = session.asked("no")
    case = _find(number, by) if number else None
    if case is None:
        if actions.gave_up():
            st.switch_page(rooms.path("queue"))
        _ask(number)
        return
    _neighbours(case, by)
    pieces.header(case)
    legal_hold.told(case)
    if case.erased_at:
        erased.told(case)
        case = erased.left_of(case)
    _strip(case)
    beside = not case.erased_at and actions.show(case, by)
    _watch(case, by)
    letter_pieces.show(case, by)
    if case.kind == "escalation":
        _side_by_side(case, by, beside)
        return
    left, right = st.columns([3, 2], gap="medium")  # as the form and what stands beside it
    with left:
        if not beside:
            pieces.words_of_customer(case)
        pieces.response(case)
        if case.kind == "complaint":
            pieces.investigation(case)
        elif case.kind == "comment":
            feedback_pieces.comment(case)
        elif case.kind == "compliment":
            feedback_pieces.compliment(case)
    with right:
        pieces.contact(case)
        pieces.facts(case)
        _belongs_with(case, by)
        if case.kind == "complaint" and not case.erased_at:
            st.page_link(rooms.path("intake"), label="The customer asks to escalate it", icon=":material/gavel:",
                         query_params={"escalate": case.request_no})  # fmt: skip
    _history(case, by)


def _side_by_side(case: Case, by: Person, beside: bool) -> None:
    """The escalation and its complaint: what was asked and decided, and what it is about; both histories."""
    complaint = _its_complaint(case, by)
    left, right = st.columns(2, gap="medium")
    with left:
        if not beside:
            escalation_pieces.request(case)
        pieces.response(case)
        escalation_pieces.decision(case)
        escalation_pieces.updates(case)
        pieces.contact(case)
    with right, st.container(border=True, key="its-complaint"):
        if complaint is None:
            st.info(f"The complaint {plain(case.complaint_no or 'of this imported escalation')} is not for you to see.")
        else:
            st.page_link(rooms.path("complaint"), label=f"Complaint {plain(complaint.request_no)}",
                         icon=":material/feedback:", query_params={"no": complaint.request_no})  # fmt: skip
            escalation_pieces.complaint(erased.left_of(complaint) if complaint.erased_at else complaint)
    left, right = st.columns(2, gap="medium")
    with left:
        _history(case, by, "History of the escalation")
    if complaint is not None:
        with right:
            _history(complaint, by, "History of the complaint")


def _its_complaint(case: Case, by: Person) -> Case | None:
    if case.complaint_id is None:
        return None
    try:
        with session.reading() as conn:
            complaint = cases.get(conn, case.complaint_id, by)
            cases.log_view(conn, complaint, by)
            return complaint
    except NotFound:
        return None


def _history(case: Case, by: Person, title: str = "History") -> None:
    with session.reading() as conn:
        events = cases.timeline(conn, case.id, by)
        files = cases.attachments(conn, case.id, by)
        names = event_words.names(conn)
    _files(case, files, by)
    pieces.timeline(events, names, title)


def _find(number: str, by: Person) -> Case | None:
    try:
        with session.reading() as conn:
            case = cases.find(conn, number, by)
            cases.log_view(conn, case, by)
            return case
    except NotFound:
        return None


def _ask(number: str | None) -> None:
    st.title("Find a case")
    if number:
        st.warning(f"There is no case {plain(number)}, or it is not for you to see.")
    wanted = st.text_input("Request number", placeholder="0946 1550", key="wanted")
    if wanted:
        session.ask(no=wanted)
        st.rerun()
    st.page_link(rooms.path("queue"), label="Or look for it in the queue", icon=":material/inbox:")


def _neighbours(case: Case, by: Person) -> None:
    """The way through the filtered list this was opened from."""
    listed = session.asked("list")
    said = filters.of_query(listed or "")
    with st.container(horizontal=True, key="neighbours", vertical_alignment="center"):
        st.page_link(rooms.path("queue"), label="Queue", icon=":material/arrow_back:", query_params=said)
        if listed is None:
            return
        try:
            with session.reading() as conn:
                before, after = board.neighbours(conn, filters.with_search(said), by, case.id)
        except Refused:
            return
        for label, other in (("Previous", before), ("Next", after)):
            if other:
                st.page_link(rooms.path(other.kind), label=label, query_params={"no": other.request_no, "list": listed})
            else:
                st.caption(f"No {label.lower()} one", width="content")


def _strip(case: Case) -> None:
    if case.due_on is None:
        return
    with st.expander(f"How {words.day(case.due_on)} was counted"):
        if case.reply_asked_on:
            st.markdown(f"The customer asked for a reply on **{words.day(case.reply_asked_on)}**, after the day of receipt: "
                        "the clock started that day.")  # fmt: skip
        day_strip.show(case.clock_started_on, case.due_on)


@st.fragment(run_every="20s")
def _watch(case: Case, by: Person) -> None:
    """Says so when somebody else moves the case while it is on the screen; no longer when the session is over."""
    if not session.goes_on():
        return
    with session.reading() as conn:
        last = cases.last_event(conn, case.id)
    if last.version != case.version and last.by_id != by.id:
        st.info(f"{plain(last.by_name)} {cases.done(last.action)} at {last.local_time}, while this page was open.")
        if st.button("Show it", key="refresh"):
            st.rerun()


def _belongs_with(case: Case, by: Person) -> None:
    with session.reading() as conn:
        links = cases.links(conn, case.id, by)
    if links:
        with st.container(border=True):
            st.subheader("Belongs with")
            for link in links:
                said = link.relation if link.forwards else f"{link.relation} this"
                if link.relation == "escalates":
                    said = "the complaint" if link.forwards else f"its escalation, {words.said(link.state).lower()}"
                st.page_link(
                    rooms.path(link.kind),
                    label=f"{plain(link.request_no)}, {said}",
                    query_params={"no": link.request_no},
                )
                if link.due_on:  # each has its own clock
                    answered = f", answered {words.day(link.responded_on)}" if link.responded_on else ""
                    st.caption(f"{words.said(link.kind)}, due {words.day(link.due_on)}{answered}")


def _files(case: Case, files: list, by: Person) -> None:
    if not files:
        return
    st.subheader("Files")
    for file in files:
        st.download_button(
            plain(f"{file.name} ({file.size:,} bytes)"), session.to_take(_content, case.id, file.id, by), file_name=file.name,
            mime="application/octet-stream", key=f"file {file.id}", on_click="ignore",
        )  # fmt: skip


def _content(case_id: int, file_id: int, by: Person) -> bytes:
    """Read when it is asked for, and not each time the page is drawn."""
    with db.reading_as(by.id) as conn:
        return cases.attachment(conn, case_id, file_id, by)
