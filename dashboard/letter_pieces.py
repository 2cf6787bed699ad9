"""The letter of a case: where it stands, its parts to write, what it lacks, who approves it, how it leaves, its versions.

What is typed is kept in the database as it is typed. Every button is a row of the table of moves.
"""

from typing import Any

import streamlit as st

from core import db, letter_check, letter_desk, letters, workflow
from core.actions import OF_LETTERS
from core.case import Case
from core.kinds import Kind
from core.letter_parts import PARTS, as_text
from core.people import Person
from core.workflow import Option
from dashboard import letter_send, pack_button, session, words
from dashboard.words import plain

LONG = {"issue", "request", "reviewed", "findings", "actions", "ombudsman", "dates", "next"}
LINES = {"subject", "salutation", "closing"}
AT_WORK = ("draft", "asked", "approved")


def show(case: Case, by: Person) -> None:
    """Everything about the letter of this case; nothing where it has none and can have none yet."""
    options = {
        option.move.action: option for option in workflow.moves_open(case, by) if option.move.action in OF_LETTERS
    }
    with session.reading() as conn:
        versions = letters.of_case(conn, case.id, by)
    if not versions and not _may_begin(case, options):
        if case.kind == Kind.ESCALATION or not case.is_open:
            pack_button.show(case, by)
        return
    with st.container(border=True, key="letter"):
        st.subheader(letters.name_of(case) or "Letter")
        if not versions:
            _begin(case, by, options["draft_letter"])
        else:
            _current(case, by, versions[0], options)
            _versions(case, by, versions)
        pack_button.show(case, by)


def _may_begin(case: Case, options: dict[str, Option]) -> bool:
    """A decision may need a letter, whoever looks; the response to a complaint seldom goes by mail."""
    option = options.get("draft_letter")
    return option is not None and (case.kind == Kind.ESCALATION or option.why_not is None)


def _begin(case: Case, by: Person, option: Option) -> None:
    if case.letter_due is not None:
        st.text(f"{'A letter is due' if case.letter_due else 'No letter is due'}: {case.letter_because}")
    else:
        st.caption("When the response goes by mail, or the customer needs it on paper.")
    letter_send.act(case, by, option, primary=bool(case.letter_due))


def _current(case: Case, by: Person, letter: Any, options: dict[str, Option]) -> None:
    standing(letter)
    for task in letter_check.tasks(case):
        st.info(plain(task), icon=":material/task_alt:")
    if letter.state in AT_WORK:
        lacks = blocking(case, letter)
        if letter.state == "draft":
            _write(case, by, letter, options)
        elif letter.state == "asked":  # read it, then say so
            text(letter)
            draft_pdf(case, letter, by)
        letter_send.steps(case, by, letter, options, lacks)
        if letter.state == "approved":
            with st.expander("Read it as it was approved"):
                text(letter)
                draft_pdf(case, letter, by)
    else:
        letter_send.after_issue(case, by, letter, options)


def standing(letter: Any) -> None:
    """Where the newest version stands, and who did what with it."""
    said = [f"Version {letter.version}", f"written by {plain(letter.author)}"]
    if letter.asked:
        said.append(f"{plain(letter.asked)} was asked to read it {words.moment(letter.asked_at)}")
    if letter.approver:
        said.append(f"approved by {plain(letter.approver)} {words.moment(letter.approved_at)}")
    if letter.issuer:
        said.append(f"issued by {plain(letter.issuer)} {words.moment(letter.issued_at)}, to leave by {letter.sends_by}")
    if letter.state in ("left", "came back"):
        said.append(f"**{letter.state} {words.moment(letter.moved_at)}**")
    with st.container(horizontal=True, gap="small"):
        st.badge(words.LETTERS[letter.state], color=words.LETTER_COLOURS[letter.state])  # type: ignore[arg-type]
    st.caption(" · ".join(said))


def blocking(case: Case, letter: Any) -> list[str]:
    """Shows what the letter lacks, and returns it."""
    with session.reading() as conn:
        lacks = letter_check.missing(conn, case, letter)
    if lacks:
        st.warning("It cannot leave yet:\n" + "\n".join(f"- {plain(one)}" for one in lacks))
    boxes(case, letter)
    return lacks


def boxes(case: Case, letter: Any) -> None:
    """Says which characters no font here has."""
    with session.reading() as conn:
        undrawn = letters.undrawn(conn, case, letter)
    if undrawn:
        st.warning(
            f"No font on this server has these characters, so the PDF shows empty boxes for them: {plain(undrawn[:60])}"
        )


def text(letter: Any) -> None:
    """The text as it will stand."""
    st.caption("The text as it will stand")
    st.code(as_text(letter.purpose, letter.parts), language=None, wrap_lines=True)


def draft_pdf(case: Case, letter: Any, by: Person) -> None:
    """The letter as it would look today."""
    st.download_button("See the draft as PDF", session.to_take(_preview, case, by), file_name=f"draft-{case.request_no}.pdf", mime="application/pdf",
                       key=f"draft pdf {case.id}", on_click="ignore", icon=":material/picture_as_pdf:")  # fmt: skip


def _preview(case: Case, by: Person) -> bytes:
    with db.begin() as conn:
        return letters.preview(conn, case, by).pdf


def _write(case: Case, by: Person, letter: Any, options: dict[str, Option]) -> None:
    why_not = options["change_letter"].why_not if "change_letter" in options else "It is not yours to write."
    if why_not:
        st.caption(plain(why_not))
        text(letter)
        return
    if session.kept(f"letter text {case.id}") != letter.text_no:  # somebody wrote in it, or it was drafted again
        session.forget(f"form {case.id} letter ")
        session.keep(f"letter text {case.id}", letter.text_no)
    write, read = st.columns([3, 2], gap="medium")
    with write:
        for part in PARTS[letter.purpose]:
            if part.name != "replaces" or letter.version > 1:
                _field(case, by, part, letter.parts.get(part.name, ""))
        name = f"form {case.id} letter large print"
        session.keep(name, letter.large_print)
        st.toggle(
            "Large print", key=name, on_change=_keep, args=(case, by, name, None), help="18 points instead of 11½."
        )
        with st.popover("Draft again from the case"):
            st.caption("Every part as the case has it now. What was typed is replaced.")
            st.button("Draft it again", key=f"draft again {case.id}", on_click=_again, args=(case, by))
    with read:
        text(letter)
        draft_pdf(case, letter, by)


def _field(case: Case, by: Person, part: Any, written: str) -> None:
    name = f"form {case.id} letter {part.name}"
    if not session.is_kept(name):
        session.keep(name, written)
    given: dict[str, Any] = {
        "key": name,
        "help": part.hint or None,
        "on_change": _keep,
        "args": (case, by, name, part.name),
    }
    label = part.label if part.lacks else f"{part.label} (optional)"
    if part.name in LINES:
        st.text_input(label, **given)
    else:
        st.text_area(label, height=150 if part.name in LONG else 100, **given)


def _keep(case: Case, by: Person, name: str, part: str | None) -> None:
    """What is typed goes to the database; a refusal leaves it on the page and says why."""
    typed = session.kept(name)
    parts, large_print = ({part: typed}, None) if part else ({}, bool(typed))
    text_no = session.one_click(lambda conn: letter_desk.write(conn, case.id, parts, by=by, large_print=large_print))
    if text_no is not None:
        session.keep(f"letter text {case.id}", text_no)


def _again(case: Case, by: Person) -> None:
    if session.one_click(
        lambda conn: letter_desk.draft_again(conn, case.id, by=by), "The letter is drafted again from the case."
    ):
        session.forget(f"letter text {case.id}")


def _versions(case: Case, by: Person, versions: list[Any]) -> None:
    issued = [letter for letter in versions if letter.issued_at]
    if not issued:
        return
    st.caption("Issued: each is frozen as a PDF, whether it left or not")
    for letter in issued:
        with st.container(border=True, gap="xxsmall", key=f"version {letter.id}"):
            how = f"{letter.state} {words.moment(letter.moved_at)}" if letter.moved_at else "**not recorded as left**"
            st.markdown(f"**Version {letter.version}** · issued {words.moment(letter.issued_at)} by {plain(letter.issuer)}, "
                        f"approved by {plain(letter.approver)} · by {letter.sends_by} · {how}")  # fmt: skip
            if letter.replaces_because:
                st.text(f"It replaces an earlier one: {letter.replaces_because}")
            st.caption(f"SHA-256 {letter.sha256}")
            if letter.erased_at:
                st.caption("Its text and document were erased at the end of retention.")
                continue
            download(case, letter.id, letter.version, by)


def download(
    case: Any, letter_id: int, version: int, by: Person, label: str = "Download the PDF", of: str = "letter"
) -> None:
    """An issued letter, as it was frozen; read when it is asked for."""
    st.download_button(label, session.to_take(_document, letter_id, by), file_name=letters.file_name(case.request_no, version), mime="application/pdf",
                       key=f"{of} pdf {letter_id}", on_click="ignore", icon=":material/download:")  # fmt: skip


def _document(letter_id: int, by: Person) -> bytes:
    with db.reading_as(by.id) as conn:
        return letters.document(conn, letter_id, by)[1]
