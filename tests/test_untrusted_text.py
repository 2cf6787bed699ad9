"""Everything a customer wrote is text: it is stored and given back as it was written, and never interpreted.

Only NUL, which no text of a database can hold, and blanks at either end are dropped.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import cases, notices
from core.kinds import Kind
from core.receipt import Receipt, receive
from tests.builders import CLEO, COMPLAINT, SAM, answer, does, last, queued, received, see, taken, who, with_steps

WRITTEN = {
    "markdown": "# Title\n**bold** [link](http://x) ![](http://x/y.png) `code`\n- [ ] item\n$$x^2$$ :red[x] :material/home:",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;</textarea>",
    "formulas": "=HYPERLINK(\"http://x\")\n+1+1\n-2\n@SUM(A1)\n\t=1",
    "sql": "'; drop table cases; -- :name %(name)s %s {name} $1 \\",
    "right to left": "שלום \u202e gpj.exe \u202c مرحبا \u2066x\u2069",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈 e\u0301 ﷽ \U0001f9ff",
    "odd letters": "\ufeff zero\u200bwidth \u0007bell \x1b[31mred \x7f \u2028 line",
    "lines": "one\r\ntwo\n\n\nthree\ttab",
    "json": '{"a": "\\u0000", "b": [1, null]}',
}  # fmt: skip
each_text = pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@each_text
def test_what_came_in_is_given_back_as_it_was_written(conn, text):
    texts = ("title", "description", "customer_name", "postal_address", "language", "accessible_format", "topic")
    case = received(conn, **dict.fromkeys(texts, text))
    assert {getattr(case, name) for name in texts} == {text.strip()}


@each_text
def test_notes_reasons_and_findings_are_given_back_as_they_were_written(conn, text):
    case = does(conn, taken(conn), "add_note", CLEO, note=text)
    assert last(conn, case).note == text.strip()
    case = does(conn, case, "investigate")
    said = {"finding": "substantiated", "finding_summary": text, "sources_checked": text, "root_cause": text}
    case = does(conn, case, "record_finding", **said)
    assert (case.finding_summary, case.sources_checked, case.root_cause) == (text.strip(),) * 3
    assert last(conn, case).details["finding_summary"] == text.strip()


@each_text
def test_a_response_is_given_back_as_it_was_written(conn, text):
    case = does(conn, with_steps(conn), "record_response", **answer(conn, response=text))
    assert case.response == text.strip()
    assert notices.waiting(conn, queued(conn, response=text).id).body == text.strip()


@each_text
def test_a_draft_is_given_back_as_it_was_typed(conn, text):
    case, sam = taken(conn), who(conn, SAM)
    cases.save_draft(conn, case.id, "add_note", by=sam, said={"note": text + " "})
    assert cases.drafts(conn, case.id, sam) == {"add_note": {"note": text + " "}}
    does(conn, case, "add_note", SAM, note=text)
    assert cases.drafts(conn, case.id, sam) == {}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_text, any_text)
def test_any_text_at_all(conn, description, note):
    kept = description.replace("\x00", "").strip()
    said = Receipt(**COMPLAINT | {"description": description or "."}, postal_address=note, backdated_because=note)
    if kept or not description:
        case = see(conn, receive(conn, said, by=who(conn, CLEO), note=note).id)
        assert (case.description, case.postal_address or "") == (kept or ".", note.replace("\x00", "").strip())
        assert case.title and len(case.title) <= 91 and "\n" not in case.title


@pytest.mark.parametrize("field", ["title", "description", "customer_name", "phone", "email", "postal_address", "language",
                                   "accessible_format", "topic", "backdated_because"])  # fmt: skip
def test_nul_is_dropped_wherever_it_stands(conn, field):
    value = {"phone": "416-555\x00-0123", "email": "ruth\x00@example.org"}.get(field, "a\x00b")
    kept = {"phone": "+14165550123", "email": "ruth@example.org", "backdated_because": None}.get(field, "ab")
    assert getattr(received(conn, **{field: value}), field) == kept


def test_nul_is_dropped_from_notes_drafts_and_reasons(conn):
    case = does(conn, received(conn), "add_note", SAM, note="a\x00b")
    assert last(conn, case).note == "ab"
    cases.save_draft(conn, case.id, "add_note", by=who(conn, SAM), said={"note": "a\x00b"})
    assert cases.drafts(conn, case.id, who(conn, SAM)) == {"add_note": {"note": "ab"}}
    row = receive(conn, Receipt(**COMPLAINT), by=who(conn, CLEO), note="a\x00b", told="a\x00b")
    assert (last(conn, see(conn, row.id)).note, last(conn, see(conn, row.id)).details) == ("ab", {"told": "ab"})


@pytest.mark.parametrize("length", [100_000, 100_001])
def test_a_very_long_text_is_taken_whole_or_refused(conn, length):
    from tests.builders import refused

    sentence = refused(conn, taken(conn), "add_note", SAM, note="x" * length)
    assert sentence == (
        None if length == 100_000 else "Note is longer than 100,000 characters; attach it as a file instead."
    )


def test_the_title_is_the_first_line_cut_at_a_word(conn):
    said = received(conn, kind=Kind.COMMENT, category=None, description="\n\n  First   line \nSecond " + "word " * 50)
    assert said.title == "First   line"
    assert received(conn, description="word " * 50).title == ("word " * 17).strip() + " word…"[-6:]
