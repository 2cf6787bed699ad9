"""Compliments: whom they praise, through whom they reach them, both hand-offs, and the receipt (R58-R62)."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from core import bulk, db, praise
from core.errors import Refused
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    FRI_19_DEC,
    MINA,
    NADIA,
    OMAR,
    PRIYA,
    SAM,
    TARIQ,
    as_owner,
    does,
    id_of,
    ids_of,
    leaves,
    on,
    refused,
    see,
    who,
)


def rows(conn, case):
    return {row.name: row for row in praise.of_case(conn, case.id)}


def forward(conn, case, *names, by=SAM, **said):
    return does(conn, case, "forward", by, praised_ids=ids_of(conn, *names), **said)


# Whom it praises


def test_names_in_the_words_are_suggested_with_why(conn):
    case = builders.compliment(conn)
    (row,) = praise.of_case(conn, case.id)
    assert (row.name, row.known_by, row.because, row.sure) == (
        "Nadia Bellweather",
        "suggested",
        "“Nadia Bellweather”",
        True,
    )
    assert case.praised_ids == [id_of(conn, NADIA)] and case.praised_names == []  # may be meant; nobody has said so


def test_who_was_named_when_it_was_taken_down_is_not_looked_for_again(conn):
    case = builders.compliment(conn, subject_ids=ids_of(conn, "hana", "hana"))
    assert {name: row.known_by for name, row in rows(conn, case).items()} == {
        "Hana Yoshimura": "named"
    } and case.subject_ids == []


def test_a_compliment_that_names_nobody_is_forwarded_when_somebody_says_who_is_meant(conn):
    case = builders.compliment(conn, description="The one on the phone was kind.")
    assert (
        refused(conn, case, "forward_as_suggested", SAM)
        == "The staff directory does not say for sure who is meant: choose them one by one."
    )
    assert "Say whom it praises" in (refused(conn, case, "forward", SAM) or "")
    assert forward(conn, case, NADIA).praised_names == ["Nadia Bellweather"]


def test_a_common_word_is_not_sure(conn):
    with as_owner(conn):
        conn.execute(
            text("insert into staff (name, email, role) values ('Grace Will', 'grace@example.org', 'coordinator')")
        )
    case = builders.compliment(conn, description="Grace was kind.")
    assert "does not say for sure who is meant" in (refused(conn, case, "forward_as_suggested", SAM) or "")
    assert builders.compliment(conn, description="She had the grace to wait.").praised_ids == []


def test_who_left_cannot_be_told(conn):
    leaves(conn, NADIA)
    case = builders.compliment(conn)
    assert rows(conn, case)["Nadia Bellweather"].because == "“Nadia Bellweather”, who no longer works here"
    assert "does not say for sure who is meant" in (refused(conn, case, "forward_as_suggested", SAM) or "")
    assert "Nadia Bellweather no longer works here" in (
        refused(conn, case, "forward", SAM, praised_ids=ids_of(conn, NADIA)) or ""
    )


def test_the_same_person_twice_is_praised_once(conn):
    case = forward(conn, builders.compliment(conn), NADIA, NADIA)
    assert list(rows(conn, case)) == ["Nadia Bellweather"]


def test_who_is_not_meant_is_taken_out(conn):
    case = forward(conn, builders.compliment(conn), "luis")
    assert case.praised_names == ["Luis Carrasquel"] and list(rows(conn, case)) == ["Luis Carrasquel"]


def test_a_text_of_100_000_characters_with_every_name_in_it_is_looked_through(conn):
    words = ("Nadia and Sam and Hana were kind. " * 3000)[:100_000]
    assert len(builders.compliment(conn, description=words).praised_ids) == 3


# Through whom


@pytest.mark.parametrize(("praised", "through"), [
    ([NADIA], "Sam Whitfield"), ([TARIQ], "Sam Whitfield"), ([SAM], "Mina Okafor"), ([NADIA, SAM], "Mina Okafor"),
    ([PRIYA], "Mina Okafor"), ([MINA], "Dara Petrovic"), ([MINA, SAM], "Dara Petrovic"), (["jonas"], "Omar Castellano"),
])  # fmt: skip
def test_it_goes_to_the_nearest_supervisor_who_is_not_praised_too(conn, praised, through):
    case = forward(conn, builders.compliment(conn, DARA), *praised, by=OMAR)
    assert case.owner == through == rows(conn, case)[see_name(conn, praised[0])].supervisor


def see_name(conn, name):
    return who(conn, name).name


def test_praise_of_the_director_goes_to_whoever_of_management_is_left(conn):
    assert forward(conn, builders.compliment(conn, MINA), DARA, by=MINA).owner in ("Mina Okafor", "Omar Castellano")


def test_a_team_hears_it_through_its_supervisor_and_each_of_its_people_reads_it(conn):
    team = who(conn, PRIYA).team_id
    case = does(conn, builders.compliment(conn, description="The evening line was kind."), "forward", SAM, team_id=team)
    assert (case.owner, case.praised_teams) == ("Priya Raman", ["Evening and Weekend Calls"])
    does(conn, case, "hand_on", PRIYA)
    assert [row.team for row in praise.about(conn, who(conn, "hana"))] == ["Evening and Weekend Calls"]
    assert praise.about(conn, who(conn, NADIA)) == []


def test_several_people_hear_it_each_from_their_own_supervisor(conn):
    case = forward(conn, builders.compliment(conn), NADIA, "hana")
    assert case.owner == "Sam Whitfield"
    half = does(conn, case, "hand_on", SAM)
    assert half.unheard == 1 and praise.about(conn, who(conn, "hana")) == []
    assert "Only the supervisor of somebody" in (refused(conn, half, "hand_on", SAM) or "")
    assert [row.id for row in praise.to_hand_on(conn, who(conn, PRIYA))] == [case.id]
    whole = does(conn, half, "hand_on", PRIYA)
    assert refused(conn, whole, "hand_on", PRIYA) == "Everybody the compliment praises has been told of it already."
    assert whole.unheard == 0 and rows(conn, whole)["Hana Yoshimura"].handed_by == "Priya Raman"


def test_nobody_has_praise_of_themselves_to_hand_on(conn):
    case = builders.praised(conn)
    assert "named in it" in (refused(conn, case, "name_again", SAM, praised_ids=ids_of(conn, SAM), note="x") or "")
    for statement in (
        "update cases set owner_id = :nadia where id = :id",
        "update praise set handed_at = now(), handed_by = :nadia where case_id = :id",
    ):
        with pytest.raises(Refused), conn.begin_nested(), db.refusing():
            conn.execute(text(statement), {"id": case.id, "nadia": id_of(conn, NADIA)})


# The two hand-offs


def test_it_is_closed_after_both_hand_offs_and_not_before(conn):
    case = builders.praised(conn)
    assert (
        refused(conn, case, "close", SAM)
        == "Hand the compliment on first: the supervisors of everybody it praises do that."
    )
    handed = does(conn, case, "hand_on", SAM)
    assert (refused(conn, handed, "close", SAM) or "").startswith("Share the compliment with management first")
    shared = does(conn, handed, "share", SAM)
    assert (shared.shared_with_name, does(conn, shared, "close", SAM).state) == ("Mina Okafor", "closed")


@pytest.mark.parametrize(
    "stage", [builders.praised, builders.handed_on, lambda conn: does(conn, builders.praised(conn), "share", SAM)]
)
def test_the_database_too_closes_it_only_after_both(conn, stage):
    case = stage(conn)
    with pytest.raises(Refused), conn.begin_nested(), db.refusing():
        conn.execute(text("update cases set state = 'closed', closed_at = now() where id = :id"), {"id": case.id})


def test_what_somebody_has_read_stays_theirs(conn):
    case = does(conn, builders.handed_on(conn), "name_again", SAM, praised_ids=ids_of(conn, "luis"), note="Both.")
    assert set(rows(conn, case)) == {"Luis Carrasquel", "Nadia Bellweather"}
    with pytest.raises(Refused, match="stays theirs"), conn.begin_nested(), db.refusing():
        conn.execute(text("delete from praise where case_id = :id and handed_at is not null"), {"id": case.id})


def test_the_receipt_keeps_the_first_time_it_was_read_and_the_days_are_counted(conn):
    on(conn, FRI_19_DEC)
    case = builders.handed_on(conn)
    assert rows(conn, case)["Nadia Bellweather"].seen_at is None
    on(conn, date(2025, 12, 23))
    first = praise.about(conn, who(conn, NADIA))[0].seen_at
    on(conn, date(2025, 12, 24))
    assert praise.about(conn, who(conn, NADIA))[0].seen_at == first == rows(conn, case)["Nadia Bellweather"].seen_at


def test_it_is_answered_only_if_asked_and_the_target_is_in_no_published_figure(conn):
    on(conn, FRI_19_DEC)
    assert builders.compliment(conn).due_on is None
    asked = builders.compliment(conn, reply_requested=True)
    assert asked.due_on == builders.WED_7_JAN
    published = (
        conn.execute(text("select promise from standards where kind = 'compliment' and step = 'answered'"))
        .scalars()
        .all()
    )
    assert set(published) == {"internal target"}
    assert "did not ask for a reply" in (
        refused(conn, builders.praised(conn), "record_response", SAM, **builders.answer(conn)) or ""
    )


# Many at once


def test_the_easy_ones_are_forwarded_together_and_the_others_are_told(database):
    with db.begin() as conn:
        sure = [builders.compliment(conn).id, builders.compliment(conn, description="Hana was calm.").id]
        unsure = builders.compliment(conn, description="Somebody was calm.")
        sam, waiting = who(conn, SAM), praise.to_forward(conn, who(conn, SAM))
    assert {row.id: row.sure for row in waiting} == dict.fromkeys(sure, True) | {unsure.id: False}
    account = bulk.act([*sure, unsure.id], "forward_as_suggested", by=sam, key=uuid4())
    assert len(account.done) == 2 and account.refused == [
        (unsure.request_no, "The staff directory does not say for sure who is meant: choose them one by one.")
    ]
    with db.begin() as conn:
        assert [see(conn, one).owner for one in sure] == ["Sam Whitfield", "Priya Raman"]


# Mixed messages (R58)


def test_praise_in_a_complaint_becomes_a_compliment_with_its_own_words_and_day(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.investigating(conn, subject_ids=[], description="I waited. Nadia was kind though.")
    on(conn, date(2025, 12, 22))
    does(conn, complaint, "split_praise", SAM, praise_words="Nadia was kind.", praised_ids=ids_of(conn, NADIA))
    made = conn.execute(text("select id from cases where kind = 'compliment'")).scalar_one()
    case = see(conn, made)
    assert (case.description, case.received_on, case.title, case.due_on) == (
        "Nadia was kind.",
        FRI_19_DEC,
        "Nadia was kind.",
        None,
    )
    assert complaint.request_no not in str(case) and "waited" not in str(case)
    does(conn, forward(conn, case, NADIA), "hand_on", SAM)
    (read,) = praise.about(conn, who(conn, NADIA))
    assert read.words == "Nadia was kind." and "waited" not in str(tuple(read))


def test_a_complaint_in_praise_is_split_off_received_that_day_and_whom_it_is_about_never_knows(conn):
    on(conn, FRI_19_DEC)
    case = forward(
        conn, builders.compliment(conn, DARA, description="Nadia was kind. Sam hung up on me."), NADIA, by=MINA
    )
    assert case.owner == "Sam Whitfield"
    on(conn, date(2025, 12, 22))
    said = {
        "complaint_words": "Sam hung up on me.",
        "category": "staff",
        "subject_ids": ids_of(conn, SAM),
        "praise_words": "Nadia was kind.",
    }
    after = does(conn, case, "open_complaint", MINA, **said)
    assert (after.owner, after.praise_words) == ("Mina Okafor", "Nadia was kind.")  # no longer Sam's
    complaint = see(conn, conn.execute(text("select id from cases where kind = 'complaint'")).scalar_one())
    assert (complaint.received_on, complaint.subject_names) == (FRI_19_DEC, ["Sam Whitfield"])
    sam = who(conn, SAM)
    assert praise.to_hand_on(conn, sam) == [] == praise.to_forward(conn, sam)
    for one in (case, complaint):
        with pytest.raises(Refused):
            builders.cases.get(conn, one.id, sam)
    does(conn, after, "hand_on", MINA)
    assert [row.words for row in praise.about(conn, who(conn, NADIA))] == ["Nadia was kind."]


def test_such_a_message_is_then_seen_only_by_those_who_see_the_complaint_or_hand_it_on(conn):
    case = forward(conn, builders.compliment(conn, DARA, description="Nadia was kind. Luis was not."), NADIA, by=MINA)
    does(conn, case, "open_complaint", MINA, complaint_words="Luis was not.", category="staff", subject_ids=ids_of(conn, "luis"),
         praise_words="Nadia was kind.")  # fmt: skip
    complaint = conn.execute(text("select id from cases where kind = 'complaint'")).scalar_one()
    does(conn, see(conn, complaint), "take", OMAR)
    sees = {name for name in builders.CAST if conn.execute(
        text("select may_see(cases, :viewer) from cases where id = :id"), {"id": case.id, "viewer": id_of(conn, name)}).scalar()}  # fmt: skip
    assert sees == {SAM, MINA, OMAR, DARA, "ada"}


def test_a_coordinator_who_took_the_call_splits_it_at_once(conn):
    complaint = builders.received(conn, CLEO)
    does(conn, complaint, "split_praise", CLEO, praise_words="Hana was kind.")
    case = see(conn, conn.execute(text("select id from cases where kind = 'compliment'")).scalar_one())
    assert list(rows(conn, case)) == ["Hana Yoshimura"]
