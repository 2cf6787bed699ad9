"""Who read what about a person: everything is logged, and those may read it who answer for it."""

import pytest
from sqlalchemy import text

from core import cases, db, export, letters, pack, reads, tables
from core.__main__ import main
from core.reads import NoSuchLog, NotForYouToRead
from tests import builders
from tests.builders import (
    ADA,
    CAST,
    DARA,
    JONAS,
    MINA,
    NADIA,
    OMAR,
    PRIYA,
    SAM,
    TARIQ,
    does,
    id_of,
    ids_of,
    received,
    who,
)


def confidential(conn, *names, **said):
    return received(conn, subject_ids=ids_of(conn, *(names or (NADIA,))), **said)


def logged(conn, name=ADA, **asked):
    return [
        (row.by_name.split()[0].lower(), reads.done(row), row.request_no, row.why)
        for row in reads.page(conn, asked, who(conn, name)).rows
    ]


def test_whatever_leaves_of_a_confidential_case_is_logged_with_what_it_was(conn):
    case = does(
        conn,
        builders.in_review(conn, builders.responded(conn, subject_ids=ids_of(conn, NADIA))),
        "decide",
        MINA,
        **builders.DECISION,
    )
    case = builders.letter_issued(conn, case)
    case = does(conn, case, "attach", MINA, file=("letter.txt", "text/plain", b"Dear 311"), note="x")
    mina = who(conn, MINA)
    letters.document(conn, builders.letter_of(conn, case).id, mina)
    file = cases.attachments(conn, case.id, mina)[0]
    cases.attachment(conn, case.id, file.id, mina)
    tables.cases(conn, {"words": "cut off", "show": "all"}, mina)
    b"".join(pack.pieces(conn, case.id, mina))
    b"".join(export.pieces(conn, mina, "The annual audit."))
    said = {done: why for _, done, number, why in logged(conn) if number == case.request_no}
    assert said == {"Downloaded: letter": None, "Downloaded: file": None, "Downloaded: pack": None,
                    "Downloaded: all cases": "The annual audit."} | ({"Downloaded: list": None} if "Downloaded: list" in said else {})  # fmt: skip
    assert "Downloaded: list" in {done for _, done, *_ in logged(conn)}


def test_the_draft_of_a_letter_is_taken_along_by_who_may_see_it_and_logged(conn):
    complaint = builders.responded(conn, subject_ids=ids_of(conn, NADIA))
    case = builders.letter_drafted(conn, builders.decided(conn, complaint))
    letters.preview(conn, case, who(conn, MINA))
    assert ("mina", "Downloaded: draft of a letter", case.request_no, None) in logged(conn)
    with pytest.raises(letters.NoSuchLetter):
        letters.preview(conn, case, who(conn, NADIA))


def test_what_is_about_nobody_is_not_logged(conn):
    case = does(conn, received(conn), "attach", SAM, file=("a.txt", "text/plain", b"a"), note="x")
    sam = who(conn, SAM)
    cases.attachment(conn, case.id, cases.attachments(conn, case.id, sam)[0].id, sam)
    tables.cases(conn, {}, sam)
    assert logged(conn) == []


@pytest.mark.parametrize("name", [*CAST, JONAS, NADIA])
def test_the_log_is_read_by_administrators_and_senior_management(conn, name):
    if name in (ADA, MINA, OMAR, DARA):
        assert logged(conn, name) == []
    else:
        for ask in (reads.page, reads.taken_along):
            with pytest.raises(NotForYouToRead):
                ask(conn, {}, who(conn, name))


def test_each_reads_of_the_cases_that_they_may_see_and_never_of_those_about_themselves(conn):
    about = {name: does(conn, confidential(conn, name), "take", owner) for name, owner in
             ((NADIA, SAM), (TARIQ, JONAS), (ADA, OMAR), (MINA, DARA), (OMAR, DARA), (SAM, PRIYA))}  # fmt: skip
    for case in about.values():
        cases.log_view(conn, case, who(conn, DARA))
    seen = {name: {number for _, _, number, _ in logged(conn, name)} for name in (ADA, MINA, OMAR, DARA)}
    numbers = {name: case.request_no for name, case in about.items()}
    assert seen[ADA] == set(numbers.values()) - {numbers[ADA]}
    assert seen[DARA] == set(numbers.values())
    assert seen[MINA] == {numbers[NADIA], numbers[SAM]}
    assert seen[OMAR] == {numbers[TARIQ], numbers[ADA]}


def test_only_administrators_read_what_belongs_to_no_case(conn):
    reads.log(conn, who(conn, SAM), "export", detail="log of reads")
    assert len(logged(conn, ADA)) == 1 and logged(conn, DARA) == []


def test_it_is_narrowed_by_person_deed_case_and_day(conn):
    one, two = confidential(conn), confidential(conn)
    cases.log_view(conn, one, who(conn, SAM))
    cases.log_view(conn, two, who(conn, MINA))
    reads.log(conn, who(conn, SAM), "export", case_id=two.id, detail="pack")
    today = conn.execute(text("select local_date(now())")).scalar().isoformat()
    for asked, number in (({}, 3), ({"who": str(id_of(conn, SAM))}, 2), ({"what": "export"}, 1), ({"case": f"#{two.request_no} "}, 2),
                          ({"from": today}, 3), ({"to": "2020-01-01"}, 0), ({"from": today, "to": today, "what": "view"}, 2)):  # fmt: skip
        assert len(logged(conn, **asked)) == number, asked
    assert reads.readers(conn, who(conn, ADA)) == {id_of(conn, name): who(conn, name).name for name in (MINA, SAM)}


def test_who_read_about_oneself_is_no_name_to_choose(conn):
    case = received(conn, subject_ids=ids_of(conn, OMAR))
    cases.log_view(conn, case, who(conn, DARA))
    assert reads.readers(conn, who(conn, OMAR)) == {}
    assert list(reads.readers(conn, who(conn, ADA))) == [id_of(conn, DARA)]


@pytest.mark.parametrize("asked", [{"who": "x"}, {"who": "9" * 30}, {"who": "1; drop table staff"}, {"what": "drop"}, {"from": "yesterday"},
                                   {"to": "9999-12-31"}, {"from": "' or 1=1"}])  # fmt: skip
def test_a_link_that_asks_for_nonsense_is_refused_in_one_sentence(conn, asked):
    with pytest.raises(NoSuchLog):
        logged(conn, **asked)


def test_a_number_that_is_no_number_finds_nothing(conn):
    cases.log_view(conn, confidential(conn), who(conn, SAM))
    assert logged(conn, case="' or 1=1 --\x00") == []


def test_pages_follow_each_other_without_gap_or_repetition(conn):
    case, ada = confidential(conn), who(conn, ADA)
    for no in range(7):
        reads.log(conn, who(conn, SAM), "export", case_id=case.id, detail=str(no))
    said, after = [], None
    while True:
        page = reads.page(conn, {}, ada, after=after, size=3)
        said += [row.detail for row in page.rows]
        if (after := page.after) is None:
            break
    assert said == list("6543210")


def test_taking_the_log_along_is_logged_and_runs_no_formula(conn):
    reads.log(conn, who(conn, SAM), "export", case_id=confidential(conn).id, detail="pack", why="=1+1")
    rows = reads.taken_along(conn, {}, who(conn, ADA))
    assert b"'=1+1" in tables.as_csv(rows)
    assert logged(conn)[0][:3] == ("ada", "Downloaded: log of reads", None)


def test_the_command_says_why(database, tmp_path):
    with db.begin() as conn:
        confidential(conn)
        email = who(conn, ADA).email
    assert main(["export", "--by", email, "--why", "Audit", "--out", str(tmp_path / "all.csv")]) == 0
    with db.begin() as conn:
        assert [entry[-1] for entry in logged(conn)] == ["Audit"]
