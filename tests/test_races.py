"""Many at once: exactly one wins, the others are told who and when, and a double click acts once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from core import bulk, cases, db
from core.bulk import Account
from core.cases import MovedMeanwhile
from core.errors import Refused
from core.receipt import Receipt, receive
from tests import builders
from tests.builders import CLEO, COMPLAINT, JONAS, MINA, PRIYA, SAM, answer, form, id_of, who

TEN = 10


def at_once(*work):
    """Runs these in threads that begin together; what each returned, or the refusal. Anything else is a bug."""
    barrier = Barrier(len(work))

    def run(each):
        barrier.wait(20)
        try:
            with db.begin() as conn:
                return each(conn)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))


def press(case, action, by, key=None, seen=None, **said):
    """One click on a button of this case."""
    return lambda conn: cases.act(conn, case.id, action, by=by, key=key, seen=seen, **said)


@pytest.fixture
def stage(database):
    """Builds a case and finds people, each in a transaction that is committed."""

    def build(what, *arguments, **said):
        with db.begin() as conn:
            return what(conn, *arguments, **said)

    return build


def versions(stage, case):
    """The versions of the history, oldest first."""
    return [event.version for event in stage(builders.history, case)]


def test_ten_take_it_and_one_has_it(stage):
    case = stage(builders.received)
    people = [stage(who, name) for name in (SAM, PRIYA, JONAS, MINA)] * 3
    came = at_once(*(press(case, "take", person, key=uuid4(), seen=1) for person in people))
    refusals = [str(each) for each in came if isinstance(each, Refused)]
    owner = stage(builders.see, case.id).owner
    assert len(refusals) == 11 and versions(stage, case) == [1, 2]
    assert all(said.startswith(f"{owner} took it at ") for said in refusals), refusals


def test_ten_answer_it_and_one_answer_stands(stage):
    case = stage(builders.with_steps)
    sam, said = stage(who, SAM), stage(answer)
    came = at_once(
        *(
            press(case, "record_response", sam, key=uuid4(), seen=5, **said | {"response": f"No. {no}"})
            for no in range(TEN)
        )
    )
    stale = [each for each in came if isinstance(each, MovedMeanwhile)]
    assert len(stale) == 9 and versions(stage, case) == [1, 2, 3, 4, 5, 6]
    assert all("Sam Whitfield recorded the response given at" in str(each) for each in stale)


def test_a_response_is_put_into_the_outbox_once(stage):
    case, sam = stage(builders.with_steps), stage(who, SAM)
    came = at_once(*(press(case, "send_response", sam, key=uuid4(), **builders.RESPONSE) for _ in range(TEN)))
    assert sum(not isinstance(each, Refused) for each in came) == 1, came
    assert stage(builders.outbox, case) == [("response", "waiting")]


@pytest.mark.parametrize("action", ["take", "add_note", "attach", "withdraw", "acknowledge"])
def test_the_same_click_ten_times_at_once_acts_once_and_nobody_is_refused(stage, action):
    case, sam, key = stage(builders.received), stage(who, SAM), uuid4()
    said = stage(form, action)
    came = at_once(*[press(case, action, sam, key=key, seen=1, **said)] * TEN)
    assert Counter(each.again for each in came) == {False: 1, True: 9}
    assert {each.version for each in came} == {2} and versions(stage, case) == [1, 2]


def test_a_double_click_acts_once_even_an_hour_later_on_an_aged_page(stage):
    case, sam, key = stage(builders.received), stage(who, SAM), uuid4()
    first, second = (stage(press(case, "take", sam, key=key, seen=1)) for _ in range(2))
    assert (first.again, second.again, first.version, second.version) == (False, True, 2, 2)


def test_the_same_receipt_ten_times_at_once_is_received_once(stage):
    cleo, key = stage(who, CLEO), uuid4()
    came = at_once(*[lambda conn: receive(conn, Receipt(**COMPLAINT), by=cleo, key=key).request_no] * TEN)
    assert len(set(came)) == 1


def test_ten_receipts_at_once_have_ten_numbers(stage):
    cleo = stage(who, CLEO)
    came = at_once(*[lambda conn: receive(conn, Receipt(**COMPLAINT), by=cleo).request_no] * TEN)
    assert len(set(came)) == TEN


@pytest.mark.parametrize("action", ["add_note", "attach", "log_follow_up"])
def test_all_notes_and_files_of_ten_at_once_are_kept(stage, action):
    case, sam, said = stage(builders.received), stage(who, SAM), stage(form, action)
    at_once(*(press(case, action, sam, key=uuid4(), seen=1, **said | {"note": f"No. {no}"}) for no in range(TEN)))
    assert {event.note for event in stage(builders.history, case)} == {None, *(f"No. {no}" for no in range(TEN))}
    assert versions(stage, case) == list(range(1, TEN + 2))


def test_notes_and_a_move_at_once_are_all_kept(stage):
    case, sam = stage(builders.received), stage(who, SAM)
    came = at_once(press(case, "take", sam), *(press(case, "add_note", sam, note=f"No. {no}") for no in range(TEN)))
    done = [each for each in came if not isinstance(each, Refused)]
    assert versions(stage, case) == list(range(1, len(done) + 2))
    assert all(isinstance(each, MovedMeanwhile) for each in came if each not in done)


def test_a_page_that_has_aged_may_add_but_not_move(stage):
    case = stage(builders.taken)
    sam, mina = stage(who, SAM), stage(who, MINA)
    stage(press(case, "add_note", mina, seen=2, note="Call her."))
    with pytest.raises(MovedMeanwhile, match=r"Mina Okafor added a note at \d\d:\d\d, after you opened this page"):
        stage(press(case, "investigate", sam, seen=2))
    assert stage(press(case, "log_update", sam, seen=2, **stage(form, "log_update"))).version == 4
    assert stage(press(case, "investigate", sam, seen=4)).version == 5


def test_a_page_of_what_has_ended_is_told_who_ended_it(stage):
    case, sam = stage(builders.taken), stage(who, SAM)
    stage(press(case, "withdraw", stage(who, MINA), **stage(form, "withdraw")))
    with pytest.raises(MovedMeanwhile, match="Mina Okafor recorded that it was withdrawn at"):
        stage(press(case, "investigate", sam, seen=2))


def test_two_who_take_next_at_once_have_two(stage):
    for _ in range(3):
        stage(builders.received)

    def take_next(person):
        def work(conn):
            return cases.take_next(conn, person)

        return work

    came = at_once(*(take_next(stage(who, name)) for name in (SAM, PRIYA, JONAS)))
    assert len(set(came)) == 3, came


def test_two_complaints_never_end_as_duplicates_of_each_other(stage):
    """Both promises would be gone, and nobody would answer."""
    sam, at = stage(who, SAM), stage(builders.now)
    for _ in range(5):
        one, other = (stage(builders.received, received_at=at) for _ in range(2))
        came = at_once(*(press(case, "mark_duplicate", sam, original_no=original.request_no, note="Same.")
                         for case, original in ((one, other), (other, one))))  # fmt: skip
        assert sum(isinstance(each, Refused) for each in came) == 1, came
        assert {stage(builders.see, case.id).state for case in (one, other)} == {"received", "duplicate"}


# Many cases in one go


def assign_all(ids, mina, owner_id, key, **more):
    return bulk.act(ids, "assign", by=mina, key=key, owner_id=owner_id, note="Monday's round.", **more)


def test_two_bulk_runs_at_once_with_one_key_do_each_case_once(stage):
    ids = [stage(builders.received).id for _ in range(TEN)]
    mina, owner_id, key = stage(who, MINA), stage(id_of, PRIYA), uuid4()
    with ThreadPoolExecutor(2) as threads:
        accounts = [run.result() for run in [threads.submit(assign_all, ids, mina, owner_id, key) for _ in range(2)]]
    assert [(len(account.done), account.refused) for account in accounts] == [(TEN, []), (TEN, [])]
    assert all(versions(stage, stage(builders.see, each)) == [1, 2] for each in ids)


def test_two_bulk_runs_at_once_with_two_keys_lose_nothing(stage):
    ids = [stage(builders.received).id for _ in range(TEN)]
    mina, priya, jonas = stage(who, MINA), stage(id_of, PRIYA), stage(id_of, JONAS)
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(assign_all, ids, mina, owner_id, uuid4()) for owner_id in (priya, jonas)]
        accounts: list[Account] = [run.result() for run in runs]
    for account in accounts:
        assert len(account.done) + len(account.refused) == TEN
    moves = sum(len(versions(stage, stage(builders.see, each))) - 1 for each in ids)
    assert moves == sum(len(account.done) for account in accounts)


class Killed(BaseException):
    """As a kill: nothing in the program catches it."""


def test_killed_in_the_middle_and_run_again_it_does_only_what_is_left(stage):
    ids = [stage(builders.received).id for _ in range(TEN)]
    mina, owner_id, key = stage(who, MINA), stage(id_of, PRIYA), uuid4()

    def die_half_way(share):
        if share >= 0.5:
            raise Killed

    with pytest.raises(Killed):
        assign_all(ids, mina, owner_id, key, progress=die_half_way)
    assert Counter(stage(builders.see, each).owner for each in ids) == {"Priya Raman": 5, None: 5}
    seen: list[float] = []
    account = assign_all(ids, mina, owner_id, key, progress=seen.append)
    assert (len(account.done), account.refused, seen[-1], len(seen)) == (TEN, [], 1.0, TEN)
    assert all(versions(stage, stage(builders.see, each)) == [1, 2] for each in ids)
