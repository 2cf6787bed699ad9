"""The fields of the intake form, in the order in which a caller tells it. Each keeps what is typed, come what may."""

from typing import Any

import streamlit as st

from core.kinds import CATEGORIES, CHANNELS, TAGS, Kind
from dashboard import intake_said, session, words
from dashboard.intake_said import FORM, said
from dashboard.words import plain

KINDS = (Kind.COMPLAINT, Kind.COMMENT, Kind.COMPLIMENT)
ASKS = {
    Kind.COMPLAINT: ("What happened, in the customer's words", "Staff it is about"),
    Kind.COMMENT: ("The comment, in the customer's words", "Staff it is about"),
    Kind.COMPLIMENT: ("The praise, in the customer's words", "Staff it praises"),
}
#: Often asked for; any other can be typed.
LANGUAGES = ("French", "Arabic", "Bengali", "Cantonese", "Farsi", "Hindi", "Italian", "Korean", "Mandarin", "Polish",
             "Portuguese", "Punjabi", "Russian", "Somali", "Spanish", "Tagalog", "Tamil", "Ukrainian", "Urdu",
             "Vietnamese")  # fmt: skip
FORMATS = ("large print", "braille", "plain text email", "audio recording", "sign language video")
POSTAL_ONLY = (
    "Postal address only: should the customer escalate it online, it cannot be matched. Ask for a phone or an email."
)

Problems = dict[str, str]
Names = dict[Any, str]


def _key(name: str) -> dict[str, Any]:
    """It stays in the session, also while another page is open."""
    return {"key": FORM + name, "persist_state": "session"}


def _wrong(told: Problems, field: str) -> None:
    if field in told:
        st.markdown(f":red[:material/error: {plain(told[field])}]")


def _names(label: str, names: Names, name: str, placeholder: str) -> None:
    """By parts of a name as it is written: a fuzzy search puts somebody else on top, and here that would be an accusation."""
    st.multiselect(label, list(names), format_func=lambda one: names.get(one, ""), placeholder=placeholder,
                   filter_mode="contains", select_all=False, **_key(name))  # fmt: skip


def what(told: Problems, staff: Names) -> None:
    """Kind, channel, the customer's words, what and whom it is about."""
    asks, about = ASKS[intake_said.kind()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.radio("Kind", [kind.value for kind in KINDS], format_func=words.said, horizontal=True,
                 on_change=intake_said.take_back_offer, **_key("kind"))  # fmt: skip
        st.selectbox("How it came", CHANNELS, format_func=words.said, width=150, **_key("channel"))
    st.text_area(asks, height=150, **_key("words"))
    _wrong(told, "words")
    left, right = st.columns(2)
    with left:
        if intake_said.kind() is Kind.COMPLAINT:
            st.selectbox("What it is about", CATEGORIES, index=None, format_func=words.said, placeholder="Choose",
                         filter_mode="contains", **_key("category"))  # fmt: skip
            _wrong(told, "category")
        else:
            _names(about, staff, "subject_ids", "Nobody in particular")
    if intake_said.kind() is Kind.COMPLAINT:
        with right:
            _names(about, staff, "subject_ids", "Nobody in particular")
    _split(told, staff)


def _split(told: Problems, staff: Names) -> None:
    """ "A message that both praises and complains is split into two linked cases" (R58)."""
    if intake_said.kind() is Kind.COMPLIMENT:
        st.button("It also complains: make it two cases", key="intake-also-complains", type="tertiary",
                  on_click=_also_complains)  # fmt: skip
    elif intake_said.kind() is Kind.COMPLAINT:
        st.checkbox("It also praises somebody: make it two cases", **_key("praises"))
    if intake_said.also_praises():
        with st.container(border=True):
            st.text_area("Only the praise, in the customer's words", height=80, **_key("praise"),
                         help="It becomes a compliment of its own. Nothing of the complaint goes with it.")  # fmt: skip
            _wrong(told, "praise")
            _names("Staff it praises", staff, "praised_ids", "The whole team")


def _also_complains() -> None:
    """What is typed so far is the praise; the complaint is still to be written."""
    moved = {"praise": said("words") or "", "praised_ids": said("subject_ids") or [], "words": "", "subject_ids": []}
    for name, value in (moved | {"praises": True, "kind": Kind.COMPLAINT.value}).items():
        session.keep(FORM + name, value)


def who(told: Problems) -> None:
    """How to reach the customer, or nothing of them at all."""
    if intake_said.kind() is not Kind.COMPLAINT:
        st.checkbox("The customer wants to stay anonymous", **_key("anonymous"),
                    help="Nothing that tells who they are is kept, so nothing has to be erased, and no reply can be sent.")  # fmt: skip
    if intake_said.is_anonymous():
        if said("reply_requested"):
            st.checkbox("The customer asks for a reply", **_key("reply_requested"))
            _wrong(told, "contact")
        return
    name, phone, email = st.columns(3)
    with name:
        st.text_input("Customer's name", autocomplete="off", **_key("customer_name"))
    with phone:
        st.text_input("Phone", type="phone", live="600ms", placeholder="416 555 0100", autocomplete="off",
                      **_key("phone"))  # fmt: skip
        _wrong(told, "phone")
    with email:
        st.text_input("Email", autocomplete="off", **_key("email"))
        _wrong(told, "email")
    st.text_input("Postal address", autocomplete="off", **_key("postal_address"))
    _wrong(told, "contact")
    if intake_said.kind() is not Kind.COMPLAINT:
        st.checkbox("The customer asks for a reply", **_key("reply_requested"))
        if intake_said.kind() is Kind.COMPLIMENT and said("customer_name"):
            st.checkbox("The customer agrees that the staff may know their name", **_key("may_be_named"),
                        help="Only the name, never the contact. Without it, both stay withheld from the staff who are praised.")  # fmt: skip
    elif said("postal_address") and not (said("phone") or said("email")):
        st.warning(POSTAL_ONLY)


def when(told: Problems, backdated: bool) -> None:
    """An earlier receipt, and why it is entered later (R8)."""
    st.checkbox("It came earlier than now", **_key("earlier"))
    if not said("earlier"):
        return
    at, why = st.columns([1, 2])
    with at:
        st.datetime_input("When it came (Toronto)", value=None, step=300, format="YYYY-MM-DD", **_key("received_at"))
        _wrong(told, "received_at")
    if backdated:
        with why:
            st.text_input("Why it is entered on a later day", placeholder="The letter was opened today",
                          **_key("backdated_because"))  # fmt: skip
            _wrong(told, "backdated_because")


def more(divisions: Names) -> None:
    """What is seldom said (R3, R4, R66)."""
    with st.expander("Language, access needs, division, title"):
        left, right = st.columns(2)
        with left:
            st.selectbox("Preferred language", LANGUAGES, index=None, accept_new_options=True, placeholder="English",
                         filter_mode="contains", **_key("language"))  # fmt: skip
            st.checkbox("An interpreter is needed", **_key("interpreter"))
            st.selectbox("Accessible format", FORMATS, index=None, accept_new_options=True,
                         placeholder="None asked for", filter_mode="contains", **_key("accessible_format"))  # fmt: skip
        with right:
            st.multiselect("Also about", TAGS, format_func=words.said, placeholder="Neither", select_all=False,
                           **_key("tags"))  # fmt: skip
            st.selectbox("Division", list(divisions), index=None, format_func=lambda one: divisions.get(one, ""),
                         placeholder="311 Toronto", filter_mode="contains", **_key("division_id"))  # fmt: skip
            st.text_input("Short title", placeholder="The first line of what was said", **_key("title"))
