"""The letter as a PDF: accessible, and whatever a customer wrote stands in it as text (R46, R47)."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import letter_check, letter_desk, letters, typeset
from core.letter_parts import DECISION, PARTS, RESPONSE, headings
from core.letter_texts import texts
from core.typeset import BOX
from tests import builders, pdf
from tests.builders import MINA, decided, letter_drafted, letter_of, see, who

AT = datetime(2026, 1, 7, 15, 0, tzinfo=UTC)


def data_of(purpose=DECISION, large_print=False, draft=False, **parts):
    """What a template is given, with these parts."""
    given = {part.name: f"The {part.name}." for part in PARTS[purpose]} | parts
    return {
        "parts": given, "headings": headings(purpose), "house": texts().house, "large_print": large_print, "draft": draft,
        "by_mail": True, "by": "", "name": "Decision letter", "description": "A letter", "reference": "Escalation 09400013",
        "date": "Wednesday 7 January 2026",
    }  # fmt: skip


def made(purpose=DECISION, **said):
    return typeset.typeset(purpose, data_of(purpose, **said), at=AT)


@pytest.mark.parametrize("purpose", [DECISION, RESPONSE])
@pytest.mark.parametrize("large_print", [False, True])
@pytest.mark.parametrize("draft", [False, True])
def test_it_has_all_of_pdf_ua_that_a_machine_can_see(purpose, large_print, draft):
    sheet = made(purpose, large_print=large_print, draft=draft)
    assert pdf.lacks(sheet.pdf) == [] and sheet.missing == ""
    assert pdf.headings(sheet.pdf) == ["/H1"] + ["/H2"] * len(headings(purpose))
    assert "/BlockQuote" in pdf.kinds(sheet.pdf)


def test_the_check_sees_a_document_that_lacks_it():
    import typst

    bare = typst.compile(b"#set heading(numbering: none)\nNo title.", format="pdf", pdf_tags=False)
    assert {"marked content", "a title", "the identifier of PDF/UA-1", "a structure"} <= set(pdf.lacks(bare))


def test_everything_stands_in_it_in_order():
    read = pdf.in_one_line(made().pdf)
    places = [read.index(f"The {part.name}.") for part in PARTS[DECISION]]
    assert places == sorted(places)
    for label in headings(DECISION).values():
        assert label in read
    assert read.index("311 Toronto") < places[0] and "Page 1 of " in read and texts().house["formats"] in read


def test_large_print_is_set_in_18_points():
    def height(sheet):
        return next(bottom - top for word, _, top, _, bottom in pdf.places(sheet.pdf) if word == "findings.")

    assert height(made(large_print=True)) / height(made()) == pytest.approx(18 / 11.5, rel=0.02)


def test_a_draft_is_marked_as_one():
    assert "DRAFT" in pdf.text_of(made(draft=True).pdf).replace("\n", "") and "DRAFT" not in pdf.text_of(made().pdf)


def test_the_same_letter_is_the_same_bytes():
    assert made().pdf == made().pdf


def test_the_address_stands_in_the_window_of_an_envelope():
    """22 mm from the left, 50 to 80 mm from the top, on US letter."""
    sheet = made(to="Ruth Example\n12 Maplewood Avenue\nToronto, Ontario M4C 1A1").pdf
    at = {word: rest for word, *rest in reversed(pdf.places(sheet))}
    assert 21 < at["12"][0] < 23 and 49 < at["Ruth"][1] < at["1A1"][3] < 80


MARKUP = {
    "code": '#read("/etc/passwd")', "import": '#import "@preview/cetz:0.3.0": *', "include": '#include "letter.typ"',
    "eval": '#eval("1+1") #panic("x") #sys.inputs.letter', "maths": "$x^2$ $ sum_(i=0)^n $", "reference": "@ref <label> #label",
    "backslashes": "\\ \\u{41} \\n \\#x \\\\", "bold": "*bold* _emphasis_ `raw` ```typ #x```", "heading": "= heading\n== another",
    "lists": "- one\n+ two\n/ term: three", "comment": "// not a comment /* nor this */", "quotes": "\"quoted\" 'single' -- --- ...",
    "link": "https://evil.example/pixel.png ![](x) [a](b)", "html": "<script>alert(1)</script>&amp;", "json": '"}, "x": {"y": "',
    "brackets": "]]] }}} ))) [[[ {{{ (((", "formula": "=HYPERLINK(\"http://x\")", "tilde": "a~b a\u00a0b -? ~",
}  # fmt: skip


@pytest.mark.parametrize("words", MARKUP.values(), ids=MARKUP)
@pytest.mark.parametrize("part", ["issue", "to", "salutation", "subject", "findings", "signature"])
def test_markup_is_text_wherever_it_stands(words, part):
    one_line = part == "subject"
    said = words.replace("\n", " ") if one_line else words
    sheet = made(**{part: said})
    read = pdf.in_one_line(sheet.pdf)
    assert "".join(said.split()) in "".join(read.split())
    assert pdf.lacks(sheet.pdf) == [] and "root:x:" not in read
    assert pdf.headings(sheet.pdf) == ["/H1"] + ["/H2"] * len(headings(DECISION)), "no heading came of it"
    assert "/Link" not in pdf.kinds(sheet.pdf), "no link came of it"


def test_data_cannot_end_the_data():
    tricky = json.dumps({"parts": {"to": "x"}}) + "\u2028\u0000\\u0000\n#]"
    assert '{"parts"' in pdf.in_one_line(made(issue=tricky).pdf)


SCRIPTS = {
    "Hebrew": "שלום עולם", "Arabic": "مرحبا بالعالم", "Chinese": "你好，世界", "Korean": "안녕하세요", "Tamil": "வணக்கம்",
    "Cree": "ᓀᐦᐃᔭᐍᐏᐣ", "emoji": "😀 👩‍👩‍👧‍👦 🏳️‍🌈 1️⃣", "Vietnamese": "Xin chào các bạn", "Cyrillic": "Здравствуйте",
    "marks": "e\u0301 Z̸̡͓a̷l̶g̵o̴ ﷽", "private use": "\ue000\uf8ff\U000f1234", "controls": "a\x07b\x1b[31mc\x7f\x85d\u0000e",
    "turns around": "abc \u202egpj.exe\u202c \u2066x\u2069", "invisible": "\ufeff zero\u200bwidth \u00ad\u2060 \u2028 \u2029 end", "odd": "\ufffe\uffff\ufffd",
}  # fmt: skip


@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_no_script_breaks_the_letter_and_what_no_font_has_is_a_box(words):
    sheet = made(issue=f"Before {words} after", to=words, subject=words)
    read = pdf.in_one_line(sheet.pdf)
    assert "Before" in read and "after" in read and pdf.lacks(sheet.pdf) == []
    assert (not sheet.missing or BOX in read) and set(sheet.missing) <= set(words)


def test_latin_greek_and_cyrillic_need_no_font_of_the_machine():
    assert made(issue="Zoë Łukasz Ångström Ελλάδα Москва Việt €½").missing == ""


@pytest.mark.parametrize("words", ["x" * 100_000, "word " * 20_000, "漢" * 3000, "\n" * 5000 + "end", "a\n" * 3000, "א" * 20_000],
                         ids=["one word", "many words", "no font", "empty lines", "lines", "right to left"])  # fmt: skip
def test_a_very_long_text_is_set_whole(words):
    sheet = made(issue=words)
    read = "".join(pdf.text_of(sheet.pdf).split())
    wanted = words.replace("漢", BOX) if "漢" in sheet.missing else words
    letter = next(one for one in wanted if not one.isspace())
    assert read.count(letter) >= wanted.count(letter)


def test_a_long_word_stays_on_the_page():
    sheet = made(issue="x" * 3000, to="y" * 300, subject="z" * 300).pdf
    assert max(right for _, _, _, right, _ in pdf.places(sheet)) < 216 - 20


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_at_all(words):
    sheet = made(issue=f"Before {words} after", to=words or ".", signature=words)
    assert "Before" in pdf.text_of(sheet.pdf) and sheet.pdf.startswith(b"%PDF-")


def test_templates_are_all_that_typst_may_read(tmp_path):
    """Were a template ever wrong, it still could not read beyond its folder, nor ask the network."""
    import typst

    (tmp_path / "outside.typ").write_text('#read("/../../../../etc/passwd")')
    for source in (b'#read("/etc/passwd")', b'#read("../../core/settings.py")', b'#read("../settings.py")'):
        with pytest.raises(typst.TypstError):
            typst.compile(source, root=str(typeset.TEMPLATES), format="pdf")


@pytest.mark.parametrize("template", sorted(typeset.TEMPLATES.glob("*.typ")), ids=lambda path: path.name)
def test_no_template_asks_for_a_package_or_evaluates_anything(template):
    source = template.read_text()
    assert "@preview" not in source and "eval(" not in source and "read(" not in source and "plugin(" not in source


def test_the_letterhead_and_the_ways_are_the_citys_to_change(tmp_path, monkeypatch):
    theirs = tmp_path / "texts.toml"
    theirs.write_text(
        (typeset.TEMPLATES / "texts.toml")
        .read_text()
        .replace("416-392-7062", "416-555-0100")
        .replace("City Hall", "Town Hall")
    )
    monkeypatch.setenv("LETTER_TEXTS", str(theirs))
    assert "416-555-0100" in texts().ombudsman and "416-555-0100" in texts().must_hold["ombudsman"]
    assert "Town Hall" in pdf.in_one_line(made().pdf)


@pytest.mark.parametrize("content", [None, "not = [toml", "[house]\nname = 'x'", b"\xff\xfe"])
def test_texts_that_cannot_be_read_are_refused_with_a_sentence(tmp_path, monkeypatch, content):
    theirs = tmp_path / "texts.toml"
    if content is not None:
        theirs.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.setenv("LETTER_TEXTS", str(theirs))
    with pytest.raises(Exception, match="LETTER_TEXTS must name a file like"):
        texts()


def test_what_the_customer_wrote_goes_from_the_gate_to_the_letter_as_it_was_written(conn):
    wrote = '#read("/etc/passwd") *bold* $x$ @ref <label> \\ = heading'
    complaint = builders.responded(
        conn, description=wrote, customer_name="#panic() *Ruth*", postal_address="1 #x Street\nToronto"
    )
    case = letter_drafted(conn, decided(conn, complaint))
    sheet = letters.preview(conn, case, who(conn, MINA))
    assert wrote in pdf.in_one_line(sheet.pdf) and "Dear #panic() *Ruth*:" in pdf.in_one_line(sheet.pdf)


def test_large_print_is_chosen_where_the_case_asks_for_it(conn):
    asked = letter_drafted(conn, decided(conn, builders.responded(conn, accessible_format="Large print, please")))
    assert letter_of(conn, asked).large_print and not letter_of(conn, letter_drafted(conn)).large_print
    assert letter_check.tasks(asked) == []
    braille = builders.decided(
        conn, builders.responded(conn, accessible_format="Braille", language="French", interpreter=True)
    )
    told = letter_check.tasks(braille)
    assert len(told) == 3 and "Braille" in told[0] and "French" in told[1] and "interpreter" in told[2]


def test_large_print_can_be_switched(conn):
    case = letter_drafted(conn)
    before = letter_of(conn, case).text_no
    assert letter_desk.write(conn, case.id, {}, by=who(conn, MINA), large_print=True) == before + 1
    assert letter_of(conn, see(conn, case.id)).large_print
