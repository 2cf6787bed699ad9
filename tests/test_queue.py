"""The queue: one order by share of time used, pages that miss nothing, filters that mean what they say, and search."""

import random
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core import board, cases
from core.board import NeedsName, NoSuchFilter, NoSuchPage
from core.errors import PastTheCalendar, Refused
from core.kinds import CATEGORIES, CHANNELS, Kind
from core.people import NoLongerHere
from tests import builders
from tests.builders import (
    ADA,
    COMPLAINT,
    JONAS,
    MINA,
    OMAR,
    PRIYA,
    SAM,
    TARIQ,
    TORONTO,
    answer,
    does,
    form,
    id_of,
    ids_of,
    leaves,
    on,
    received,
    responded,
    see,
    taken,
    who,
)
from tests.test_import import bring

SAT_10_JAN, GOOD_FRIDAY, WED_7_JAN = date(2026, 1, 10), date(2026, 4, 3), date(2026, 1, 7)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def crowd(conn, today, size=30, seed=311):
    """Cases of every kind, age and end, with promises of 2 and of 10 days, as they are on this day."""
    chance = random.Random(seed)
    ids = [
        case.id for _ in range(size) for case in some_cases(conn, today - timedelta(days=chance.randrange(25)), chance)
    ]
    on(conn, today)
    return [see(conn, case_id) for case_id in ids]


def some_cases(conn, day, chance):
    """A case; of an escalation also the complaint it is about."""
    on(conn, day)
    kind = chance.choice([Kind.COMPLAINT, Kind.COMPLAINT, Kind.COMPLAINT, Kind.ESCALATION, Kind.COMMENT])
    if kind == Kind.ESCALATION:
        complaint = received(conn)
        return [complaint, builders.admitted(conn, complaint)]
    case = received(
        conn, kind=kind, channel=chance.choice(CHANNELS), reply_requested=chance.random() < 0.5,
        category=chance.choice(CATEGORIES) if kind == Kind.COMPLAINT else None,
    )  # fmt: skip
    if kind != Kind.COMPLAINT or chance.random() < 0.4:
        return [case]
    case = does(conn, case, "take", chance.choice([SAM, PRIYA, JONAS]))
    return [does(conn, case, "withdraw", TARIQ, **form(conn, "withdraw")) if chance.random() < 0.3 else case]


# The order


def closed_days(conn):
    return set(conn.execute(text("select day from closures")).scalars())


def business_days_left(today, due, closed):
    """Counted one by one; an answer given on a day off counts as the next business day."""

    def works(day):
        return day.isoweekday() < 6 and day not in closed

    while not works(today):
        today += timedelta(days=1)
    first, last, sign = (today, due, 1) if due >= today else (due, today, -1)
    return sign * sum(works(first + timedelta(days=no)) for no in range(1, (last - first).days + 1))


def worst_first(conn, found, today):
    """The open ones, in the order that a person with a paper calendar would put them in."""
    closed = closed_days(conn)

    def place(case):
        if case.due_on is None:
            return float("inf"), case.received_on, case.id
        return business_days_left(today, case.due_on, closed) / case.promised_days, case.due_on, case.id

    return [case.id for case in sorted((case for case in found if case.is_open), key=place)]


@pytest.mark.parametrize("today", [WED_7_JAN, SAT_10_JAN, GOOD_FRIDAY])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_largest_share_of_time_used_is_first(conn, today, seed):
    found = crowd(conn, today, seed=seed)
    assert board.ids(conn, {}, who(conn, ADA), 500) == worst_first(conn, found, today)


def test_a_promise_of_two_days_passes_one_of_ten_in_good_time(conn):
    on(conn, date(2026, 1, 5))
    complaint = received(conn)
    on(conn, date(2026, 1, 13))
    escalation = builders.admitted(conn, does(conn, received(conn), "withdraw", SAM, **form(conn, "withdraw")))
    ada = who(conn, ADA)
    orders = []
    for day in (13, 14, 15, 16):
        on(conn, date(2026, 1, day))
        orders.append(board.ids(conn, {}, ada, 2))
    first, second = complaint.id, escalation.id
    assert orders == [[first, second], [first, second], [second, first], [second, first]]


def test_what_has_ended_is_listed_by_its_receipt_newest_first(conn):
    found = crowd(conn, WED_7_JAN)
    for show, wanted in (("closed", [c for c in found if not c.is_open]), ("all", found)):
        newest = sorted(wanted, key=lambda case: (case.received_at, case.id), reverse=True)
        assert board.ids(conn, {"show": show}, who(conn, ADA), 500) == [case.id for case in newest]


# Pages and neighbours


@pytest.mark.parametrize("show", ["open", "closed", "all"])
@pytest.mark.parametrize("size", [1, 7, 50])
def test_the_pages_visit_everything_exactly_once(conn, show, size):
    crowd(conn, SAT_10_JAN)
    ada, after, visited = who(conn, ADA), None, []
    for _ in range(40):
        page = board.page(conn, {"show": show}, ada, after=after, size=size)
        visited += [row.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert visited == board.ids(conn, {"show": show}, ada, 500) and len(visited) == len(set(visited)) > 0


@pytest.mark.parametrize(
    "filters", [{}, {"show": "all"}, {"show": "closed"}, {"kind": "complaint"}, {"who": "unassigned"}]
)
def test_next_and_previous_agree_with_the_list(conn, filters):
    crowd(conn, SAT_10_JAN)
    ada = who(conn, ADA)
    ids = [None, *board.ids(conn, filters, ada, 500), None]
    for before, here, after in zip(ids, ids[1:], ids[2:], strict=False):
        found = board.neighbours(conn, filters, ada, here)
        assert [row and row.id for row in found] == [before, after]


def test_the_neighbours_of_a_case_that_has_just_been_taken_are_those_it_had(conn):
    first, second, third = received(conn), received(conn), received(conn)
    does(conn, second, "take", SAM)
    found = board.neighbours(conn, {"who": "unassigned"}, who(conn, SAM), second.id)
    assert [row.id for row in found] == [first.id, third.id]


def test_next_leads_on_after_a_case_has_ended(conn):
    first, case, third = received(conn), received(conn), received(conn)
    does(conn, case, "withdraw", SAM, **form(conn, "withdraw"))
    assert [row.id for row in board.neighbours(conn, {}, who(conn, SAM), case.id)] == [first.id, third.id]


def test_a_case_that_is_not_there_has_no_neighbours(conn):
    assert board.neighbours(conn, {}, who(conn, SAM), 987654321) == (None, None)


BROKEN = ("nan~2026-01-07~1", "-inf~2026-01-07~1", "1e308~2026-01-07~1", "-1e308~2026-01-07~1", "0~2026-01-07~-1",
          "0~2026-01-07~9223372036854775808", "0~2026-02-30~1", "0~~1", "0~2026-01-07", "~~", "junk", "'; drop table cases; --",
          "0~2026-01-07~1 or 1=1", "\x00", "😀")  # fmt: skip


@pytest.mark.parametrize("after", BROKEN)
@pytest.mark.parametrize("show", ["open", "all"])
def test_a_broken_place_is_refused_with_one_sentence(conn, after, show):
    with pytest.raises(NoSuchPage, match="This link does not name a page of the queue; here is the first one."):
        board.page(conn, {"show": show}, who(conn, SAM), after=after)


@pytest.mark.parametrize("after", ["inf~2026-01-07~1", "-1000000~0001-01-01~0", "1000000~9999-12-31~9223372036854775807",
                                   "5e-324~2026-01-07~1", "-0.0~2026-01-07~0"])  # fmt: skip
def test_a_place_beyond_everything_is_a_page_all_the_same(conn, after):
    crowd(conn, WED_7_JAN, size=3)
    for show in ("open", "closed", "all"):
        assert board.page(conn, {"show": show}, who(conn, ADA), after=after).after is None


@many
@given(st.text() | st.builds("{}~{}~{}".format, st.floats(), st.dates(), st.integers()))
def test_any_place_gives_a_page_or_the_sentence(conn, after):
    try:
        board.page(conn, {}, who(conn, SAM), after=after)
    except NoSuchPage:
        pass


# Filters


def filters_and_predicates(conn, today):
    """Each filter of the address, and what it means in Python."""
    sam, closed = who(conn, SAM), closed_days(conn)

    def soon(case):
        if case.due_on is None or case.due_on < today:
            return False
        if case.kind == Kind.ESCALATION:
            return case.due_on == today
        ahead = (today + timedelta(days=no) for no in range(1, (case.due_on - today).days + 1))
        return sum(day.isoweekday() < 6 and day not in closed for day in ahead) <= 2

    some = [
        (("who", "mine"), lambda case: case.owner_id == sam.id),
        (("who", "team"), lambda case: case.team_id == sam.team_id),
        (("who", "unassigned"), lambda case: case.owner_id is None),
        (("when", "overdue"), lambda case: case.due_on is not None and case.due_on < today),
        (("when", "due soon"), soon),
        (("owner", str(id_of(conn, PRIYA))), lambda case: case.owner == "Priya Raman"),
        (("category", "staff"), lambda case: case.category == "staff"),
        (("channel", "mail"), lambda case: case.channel == "mail"),
        (("source", "dashboard"), lambda case: case.source == "dashboard"),
        (("received_from", "2026-01-02"), lambda case: case.received_on >= date(2026, 1, 2)),
        (("received_to", "2026-01-02"), lambda case: case.received_on <= date(2026, 1, 2)),
        (("words", "forty minutes"), lambda case: True),
    ]
    kinds = [(("kind", kind.value), lambda case, kind=kind: case.kind == kind) for kind in Kind]
    states = [
        (("state", each), lambda case, each=each: case.state == each)
        for each in ("received", "under_review", "withdrawn")
    ]
    return some + kinds + states


SHOWN = {"open": lambda case: case.is_open, "closed": lambda case: not case.is_open, "all": lambda case: True}


@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("today", [WED_7_JAN, SAT_10_JAN])
def test_each_filter_and_each_two_mean_what_they_say(conn, show, today):
    found, sam = crowd(conn, today), who(conn, SAM)
    each = filters_and_predicates(conn, today)
    chance = random.Random(7)
    for chosen in [(one,) for one in each] + chance.sample(list(combinations(each, 2)), 40):
        filters = {"show": show} | {key: value for (key, value), _ in reversed(chosen)}
        meant = {value for (key, value), _ in chosen} == set(filters.values()) - {show}
        wanted = {case.id for case in found if SHOWN[show](case) and all(is_meant(case) for _, is_meant in chosen)}
        if meant:
            assert set(board.ids(conn, filters, sam, 500)) == wanted, filters
            assert board.count(conn, filters, sam) == len(wanted), filters


@pytest.mark.parametrize("today", [WED_7_JAN, SAT_10_JAN, GOOD_FRIDAY])
def test_the_counts_are_the_lengths_of_their_lists(conn, today):
    crowd(conn, today, size=40)
    sam = who(conn, SAM)
    counts = board.counts(conn, sam)
    lists = {
        "mine": {"who": "mine"}, "mine_overdue": {"who": "mine", "when": "overdue"}, "team": {"who": "team"}, "unassigned": {"who": "unassigned"},
        "overdue": {"when": "overdue"}, "due_soon": {"when": "due soon"}, "backlog": {"backlog": "only"},
    }  # fmt: skip
    assert counts._asdict() == {name: len(board.ids(conn, filters, sam, 500)) for name, filters in lists.items()}


def test_what_was_overdue_when_it_was_imported_is_told_apart_from_what_became_so(conn):
    on(conn, WED_7_JAN)
    bring(conn, "OLD,2019-03-01,,Noise,,416-555-0123,,\nNEW,2026-01-05,,Noise,,416-555-0124,,\n")
    here, sam = received(conn), who(conn, SAM)
    on(conn, date(2026, 3, 2))  # all three are overdue now

    def listed(**filters):
        return [row.request_no for row in board.page(conn, filters, sam).rows]

    assert listed() == ["OLD", "NEW", here.request_no], "one order, the worst first"
    assert (listed(backlog="only"), listed(backlog="without")) == (["OLD"], ["NEW", here.request_no])
    assert (board.counts(conn, sam).backlog, board.counts(conn, sam).overdue) == (1, 3)


def test_the_day_of_receipt_is_torontos(conn):
    late = datetime(2026, 1, 6, 23, 59, tzinfo=TORONTO)
    case, sam = received(conn, received_at=late, backdated_because="Typed in later."), who(conn, SAM)
    for filters, found in (({"received_to": "2026-01-06"}, 1), ({"received_from": "2026-01-07"}, 0)):
        assert board.ids(conn, filters, sam, 5) == [case.id] * found


@pytest.mark.parametrize(
    "filters",
    [{"who": "me"}, {"show": "some"}, {"when": "never"}, {"owner": "sam"}, {"owner": "9" * 30}, {"owner": "-" + "9" * 30},
     {"kind": "rant"}, {"state": "flying"}, {"category": "rude"}, {"channel": "pigeon"}, {"received_from": "yesterday"},
     {"received_to": "2026-02-30"}, {"colour": "blue"}, {"id": "1 or 1=1"}, {"closed_at is null or true --": "x"}],
)  # fmt: skip
def test_an_unknown_filter_is_refused_and_never_ignored(conn, filters):
    ((key, value),) = filters.items()
    for ask in (board.page, board.count):
        with pytest.raises(NoSuchFilter) as refusal:
            ask(conn, filters, who(conn, SAM))
        assert str(refusal.value).startswith(f"The queue has no filter {key} with the value {value}; check the link")


def test_blank_filters_are_none(conn):
    case = received(conn)
    for filters in ({"who": ""}, {"words": "  "}, {"show": ""}, {"words": "\x00"}):
        assert board.ids(conn, filters, who(conn, SAM), 5) == [case.id]


# Words


CALL = {
    "description": "The agent transferred my calls twice; nobody answered about the recycling bins.", "phone": "416-555-0142",
    "email": "Zoe.Fry@example.org", "customer_name": "Zoë Fry",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("transferring call", True), ("answer", True), ("recycle bin", True), ("TRANSFERRED", True), ("parking", False),
        ('"recycling bins"', True), ('"bins recycling"', False), ("parking or bins", True), ("bins -recycling", False),
        ("zoe.fry@example.org", True), (" ZOE.FRY@EXAMPLE.ORG ", True), ("fry@example.org", False), ("Fry", True), ("zoë", True),
        ("416-555-0142", True), ("(416) 555 0142", True), ("+1 416 555 0142 ext 9", True), ("416-555-0143", False),
        ("the", False), ("'; drop table cases; --", False), ("bins'", True), ('"', False), ("bins & | ! ( ) :* <->", True),
        ("%", False), ("_", False), ("\\", False), (":viewer", False), ("%(viewer)s", False), ("👍", False),
    ],
)  # fmt: skip
def test_words_find_what_was_said_and_who_said_it(conn, words, found):
    case = received(conn, **CALL)
    assert board.ids(conn, {"words": words}, who(conn, SAM), 5) == [case.id] * found
    assert board.count(conn, {"words": words}, who(conn, SAM)) == found


@pytest.mark.parametrize(
    "written", ["{}", "#{}", " # {} ", "{0[0]}{0[1]}-{0[2]}{0[3]}{0[4]} {0[5]}{0[6]}{0[7]}", "short"]
)
def test_a_request_number_is_found_as_people_write_it(conn, written):
    case, sam = received(conn), who(conn, SAM)
    said = case.request_no.lstrip("0") if written == "short" else written.format(case.request_no)
    assert board.ids(conn, {"words": said}, sam, 5) == [case.id]
    assert cases.find(conn, said, sam).id == case.id


def test_a_response_can_be_found_by_its_words(conn):
    from tests.builders import with_steps

    case = does(conn, with_steps(conn), "record_response", **answer(conn, response="A refund was issued."))
    assert board.ids(conn, {"words": "refunds", "show": "all"}, who(conn, SAM), 5) == [case.id]


def test_words_never_find_what_is_not_theirs_to_see(conn):
    case = received(conn, subject_ids=ids_of(conn, SAM), **CALL)
    for words in ("recycling", case.request_no, "416-555-0142", "zoe.fry@example.org"):
        assert board.count(conn, {"words": words}, who(conn, SAM)) == 0
        assert board.count(conn, {"words": words}, who(conn, PRIYA)) == 1


@many
@given(st.text(max_size=80) | st.text(alphabet="\"'-|&!():*<>\\ ab#0123", max_size=40))
@example("\x00")
@example("-" * 200)
@example("a" * 5000)
def test_any_words_can_be_looked_for(conn, words):
    assert board.count(conn, {"words": words}, who(conn, SAM)) >= 0


@many
@given(st.text(max_size=40))
@example("\x00")
def test_any_number_can_be_looked_for(conn, said):
    try:
        cases.find(conn, said, who(conn, SAM))
    except Refused as refusal:
        assert str(refusal) == "There is no such case, or it is not for you to see."


# How many


@pytest.mark.parametrize(("size", "counted", "pages"), [(0, 0, 1), (1, 1, 1), (1001, 1001, 21), (1040, 1001, 21)])
def test_none_one_and_more_than_are_counted(conn, size, counted, pages):
    fill(conn, size)
    ada, after, seen = who(conn, ADA), None, []
    assert board.count(conn, {}, ada) == board.counts(conn, ada).unassigned == counted
    for _ in range(pages):
        page = board.page(conn, {}, ada, after=after)
        seen += [row.id for row in page.rows]
        after = page.after
    assert after is None and len(set(seen)) == len(seen) == size


def fill(conn, size):
    """So many received complaints at once."""
    said = {name: COMPLAINT[name] for name in ("category", "phone", "email", "description")}
    conn.execute(
        text("""
            insert into cases (kind, channel, title, description, category, phone, email, received_at, promised_days, due_on,
                               first_due_on)
            select 'complaint', 'phone', 'No. ' || no, :description, :category, :phone, :email,
                   right_now() - no % 9 * interval '1 day', 10, due_on(today() - no % 9, 10), due_on(today() - no % 9, 10)
            from generate_series(1, :size) as no"""),
        said | {"size": size},
    )


# What is not there


def test_a_queue_past_the_calendar_says_so_and_is_not_just_empty(conn):
    received(conn)
    on(conn, date(2031, 1, 2))
    for filters in ({}, {"who": "mine"}):
        with pytest.raises(PastTheCalendar, match="The calendar is loaded to"):
            board.page(conn, filters, who(conn, SAM))


@pytest.mark.parametrize("last_days", [date(2030, 12, 30), date(2030, 12, 31)])
def test_on_the_last_days_of_the_calendar_what_is_due_soon_is_still_counted(conn, last_days):
    on(conn, last_days)
    sam = who(conn, SAM)
    assert board.counts(conn, sam).due_soon == len(board.ids(conn, {"when": "due soon"}, sam, 500)) == 0


def test_a_search_finds_what_is_closed_too_unless_only_open_work_is_asked_for(conn):
    case, sam = responded(conn), who(conn, SAM)
    for words in (case.request_no, "ruth@example.org", "cut off"):
        assert case.id in board.ids(conn, {"words": words}, sam, 500)
        assert case.id not in board.ids(conn, {"words": words, "show": "open"}, sam, 500)


def test_a_managers_team_is_the_teams_of_all_who_report_to_them(conn):
    case = taken(conn)
    assert case.team_id is not None and who(conn, MINA).team_id is None
    assert case.id in board.ids(conn, {"who": "team"}, who(conn, MINA), 500)
    assert case.id not in board.ids(conn, {"who": "team"}, who(conn, OMAR), 500)


def test_who_no_longer_works_here_has_no_queue_and_no_moves(conn):
    case, sam = received(conn), who(conn, SAM)
    leaves(conn, SAM)
    for asked in (lambda: board.page(conn, {}, who(conn, SAM)), lambda: cases.act(conn, case.id, "take", by=sam)):
        with pytest.raises(NoLongerHere):
            asked()


# Saved views


def test_a_view_is_ones_own_until_it_is_shared_and_the_same_name_replaces_it(conn):
    sam, priya = who(conn, SAM), who(conn, PRIYA)
    board.save_view(conn, "Waiting", "who=unassigned", shared=False, by=sam)
    board.save_view(conn, " Waiting ", "who=mine", shared=False, by=sam)
    assert [(view.name, view.query) for view in board.views(conn, sam)] == [("Waiting", "who=mine")]
    assert board.views(conn, priya) == []
    board.save_view(conn, "Waiting", "who=mine", shared=True, by=sam)
    (shared,) = board.views(conn, priya)
    assert (shared.owner, shared.shared, shared.query) == ("Sam Whitfield", True, "who=mine")


def test_only_its_owner_drops_a_view(conn):
    sam, priya = who(conn, SAM), who(conn, PRIYA)
    board.save_view(conn, "Waiting", "who=unassigned", shared=True, by=sam)
    (view,) = board.views(conn, priya)
    board.drop_view(conn, view.id, priya)
    assert len(board.views(conn, priya)) == 1
    board.drop_view(conn, view.id, sam)
    assert board.views(conn, priya) == []


@pytest.mark.parametrize("name", ["", "  ", None])
def test_a_view_needs_a_name(conn, name):
    with pytest.raises(NeedsName, match="Give the view a name first"):
        board.save_view(conn, name, "who=mine", shared=False, by=who(conn, SAM))
