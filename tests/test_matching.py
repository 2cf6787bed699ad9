"""Names in words: how good the suggestions are is measured on labelled compliments; here is what must never be otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import matching as bench
from core.matching import Directory, Known

STAFF = [Known(1, "Nadia Bellweather"), Known(2, "Grace Okoro"), Known(3, "Will Tremblay"), Known(4, "Maria Santos"), Known(5, "Maria Kowalska"),
         Known(6, "Zoë Lambert"), Known(7, "Desmond Clarke-Amadi"), Known(8, "Gordon Pike", active=False), Known(9, "Maria Old", active=False),
         Known(10, "Siobhán O'Rourke"), Known(11, "Cher")]  # fmt: skip
DIRECTORY = Directory(STAFF, {1: "Daytime Calls"})


def found(words, customer_name=""):
    return {one.staff_id: one.sure for one in DIRECTORY.suggest(words, customer_name)}


@pytest.mark.parametrize(("words", "who"), [
    ("Nadia was kind.", {1: True}), ("nadia bellweather was kind", {1: True}), ("BELLWEATHER, NADIA", {1: True}), ("Nadia's kindness", {1: True}),
    ("Ms. Bellweather", {1: True}), ("Nadia B. was kind", {1: True}), ("Thanks to Nadja", {1: False}), ("Nadia Belweather", {1: False}),
    ("Thank you Zoe", {6: True}), ("ZOË LAMBERT", {6: True}), ("Mr. Clarke-Amadi", {7: True}), ("Mr. Amadi", {7: True}),
    ("Siobhan O’Rourke", {10: True}), ("Cher was kind", {11: True}),
    # words that are names too
    ("Grace Okoro was kind", {2: True}), ("By the grace of God", {}), ("Grace was kind", {2: False}), ("I spoke with Grace", {2: True}),
    ("Will you thank him?", {}), ("I will", {}), ("I WILL CALL AGAIN", {}), ("thanks to Will", {3: True}),
    # more than one of that name, and who left
    ("Maria was kind", {4: False, 5: False}), ("Maria Santos was kind", {4: True}), ("Maria S. was kind", {4: True}),
    ("Maria was kind, yes, Maria Kowalska", {5: True}), ("Gordon was kind", {8: False}), ("Gordon Pike was kind", {8: False}),
    # the customers' own
    ("My wife Maria and I", {}), ("I live on Bellweather Street", {}), ("our neighbour Nadia", {}), ("Great. Regards, Nadia Bellweather", {}),
    ("", {}), ("🎉", {}), ("\u202eaidaN", {}), ("N" * 100_000, {}),
])  # fmt: skip
def test_whom_the_words_mean(words, who):
    assert found(words) == who


def test_who_signs_with_the_same_name_makes_it_unsure():
    assert found("Nadia was kind.", "Nadia Smith") == {1: False}


def test_each_suggestion_quotes_the_words():
    assert [one.because for one in DIRECTORY.suggest("I spoke with Maria and Gordon")] == [
        "“Maria”, one of 2", "“Maria”, one of 2", "“Gordon”, who no longer works here"]  # fmt: skip


def test_a_team_is_meant_where_nobody_is_named():
    (one,) = DIRECTORY.suggest("Everybody at daytime calls was kind.")
    assert (one.staff_id, one.team_id, one.sure) == (None, 1, True)
    assert all(one.team_id is None for one in DIRECTORY.suggest("Nadia of Daytime Calls"))


@given(st.text(max_size=300))
def test_any_text_is_read(words):
    for one in DIRECTORY.suggest(words, words):
        assert one.because and (one.staff_id is None or 1 <= one.staff_id <= len(STAFF))


@given(
    st.lists(
        st.sampled_from([one.name for one in STAFF] + ["and", "thank", "the", "Will", "Grace", ".", "B."]), max_size=12
    )
)
def test_nobody_is_suggested_twice_and_who_left_is_never_sure(words):
    told = DIRECTORY.suggest(" ".join(words))
    ids = [one.staff_id for one in told]
    assert len(ids) == len(set(ids)) and not any(one.sure and one.staff_id in (8, 9) for one in told)


def test_an_empty_directory_suggests_nobody():
    assert Directory([]).suggest("Nadia was kind.") == []


def test_the_labelled_compliments_are_many_and_the_quality_is_what_is_claimed():
    labelled = bench.read()
    assert len(labelled) >= 200 and len({words for words, _ in labelled}) == len(labelled)
    ours = Directory(bench.directory())
    quality = bench.measure(
        lambda words: [(one.staff_id, one.sure) for one in ours.suggest(words) if one.staff_id], labelled
    )
    fresh = bench.measure(
        lambda words: [(one.staff_id, one.sure) for one in ours.suggest(words) if one.staff_id], bench.read("held_out")
    )
    assert quality["precision"] >= 0.98 and quality["recall"] >= 0.97 and quality["sure_precision"] == 1
    assert fresh["precision"] >= 0.9 and fresh["recall"] >= 0.85 and fresh["sure_precision"] >= 0.95
