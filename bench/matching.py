"""Whom a compliment praises: 10,000 compliments against a directory of 500, and how often the suggestions are right.

Quality is measured on compliments that were written and labelled by hand (bench/matching_data: who is meant, or nobody; with
names that are words, names that several have, misspellings, people who left, and the customers' own relatives, streets and
dogs). [precision]: of the people suggested, how many are meant. [recall]: of the people meant, how many are suggested.
[sure_precision]: of the suggestions called sure, which are forwarded many at once, how many are right. Where words leave open
which of two is meant, either is right and none may be sure. The rules were mended on the first 223; [held_out_precision] and
[held_out_recall] are of 64 written afterwards, on which nothing was mended: they are what to expect of new ones. The peer does what a search box does: a person is suggested if the
words hold their first name or their last name as a word, whatever the case.

Speed: ROWS compliments, made from the labelled ones, against 500 people; [to_peer] is how many times longer ours takes.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path

from bench.measure import interleaved, ratio, show
from core.matching import Directory, Known, plain

ROWS = 10_000
STAFF = 500
DATA = Path(__file__).parent / "matching_data"
GIVEN = ("Abel", "Bianca", "Cyrus", "Delphine", "Emeka", "Freya", "Goran", "Helga", "Imran", "Jelena", "Kofi", "Lorna", "Magnus", "Noor",
         "Oskar", "Pilar", "Quincy", "Rosalind", "Stefan", "Tamsin", "Uma", "Vesna", "Wendell", "Ximena", "Yara", "Zoltan")  # fmt: skip
FAMILY = ("Abernathy", "Bakshi", "Corrigan", "Dimitrov", "Eriksen", "Fontaine", "Gutierrez", "Habib", "Ivanova", "Jankovic", "Kaplan", "Lumsden",
          "Mukherjee", "Novak", "Orellana", "Pritchard", "Quigley", "Rasmussen")  # fmt: skip

#: What was said, and for each person meant the ids that are right.
Labelled = list[tuple[str, list[set[int]]]]


def run(rows: int) -> dict[str, float]:
    """Precision and recall, ours and the peer's, and the time ours takes as a multiple of the peer's."""
    staff, labelled = directory(), read()
    ours, peer = Directory(staff), Peer(staff)
    told = {"ours": _ours(ours), "peer": lambda words: [(one, False) for one in peer.suggest(words)]}
    fresh = read("held_out")
    quality = {name: measure(suggest, labelled) for name, suggest in told.items()}
    quality |= {f"{name}, held out": measure(suggest, fresh) for name, suggest in told.items()}
    many = [f"{labelled[no % len(labelled)][0]} It was call number {no}." for no in range(rows)]
    seconds = interleaved(
        {"ours": lambda: _all(ours.suggest, many), "peer": lambda: _all(peer.suggest, many)}, rounds=3
    )
    show(
        f"{rows:,} compliments against {len(staff)} people; quality on {len(labelled)} and {len(fresh)} labelled by hand",
        ["", "rows a second", "precision", "recall", "sure", "right when sure"],
        [[name, f"{rows / min(seconds[name]):,.0f}" if name in seconds else "", *(f"{quality[name][key]:.3f}" for key in ("precision", "recall", "sure", "sure_precision"))]
         for name in quality],
    )  # fmt: skip
    return {key: quality["ours"][key] for key in ("precision", "recall", "sure_precision")} | {
        "held_out_precision": quality["ours, held out"]["precision"], "held_out_recall": quality["ours, held out"]["recall"],
        "held_out_sure_precision": quality["ours, held out"]["sure_precision"], "peer_precision": quality["peer"]["precision"], "peer_recall": quality["peer"]["recall"],
        "rows_per_second": rows / min(seconds["ours"]), "to_peer": ratio(seconds["ours"], seconds["peer"])}  # fmt: skip


def directory(size: int = STAFF) -> list[Known]:
    """Those of the labelled compliments, and enough others for a directory of this size."""
    written = [Known(no, row[1], len(row) < 3) for no, row in enumerate(_rows("staff"), start=1)]
    others = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    return written + [Known(len(written) + no, name) for no, name in enumerate(others[: size - len(written)], start=1)]


def read(name: str = "compliments") -> Labelled:
    """The labelled compliments. `a,b` means both; `a|b` that the words leave open which of the two."""
    ids = {row[0]: no for no, row in enumerate(_rows("staff"), start=1)}
    return [
        (words, [{ids[one] for one in each.split("|")} for each in who.split(",") if each])
        for who, words in _rows(name)
    ]


def _rows(name: str) -> list[list[str]]:
    with (DATA / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def measure(suggest: Callable[[str], list[tuple[int, bool]]], labelled: Labelled) -> dict[str, float]:
    """Precision, recall, the share of people meant who are suggested for sure, and how often that is right."""
    suggested = right = meant = found = sure = sure_right = 0
    for words, people in labelled:
        told = suggest(words)
        of_any = set().union(*people)
        suggested += len(told)
        right += sum(one in of_any for one, _ in told)
        meant += len(people)
        found += sum(any(one in each for one, _ in told) for each in people)
        sure += sum(is_sure for _, is_sure in told)
        sure_right += sum(is_sure and {one} in people for one, is_sure in told)
    return {
        "precision": right / max(suggested, 1),
        "recall": found / meant,
        "sure": sure / meant,
        "sure_precision": sure_right / max(sure, 1),
    }


def _ours(ours: Directory) -> Callable[[str], list[tuple[int, bool]]]:
    return lambda words: [(one.staff_id, one.sure) for one in ours.suggest(words) if one.staff_id is not None]


class Peer:
    """First or last name as a word of the text: one pattern of all names."""

    def __init__(self, staff: list[Known]) -> None:
        self.of: dict[str, set[int]] = {}
        for known in staff:
            for part in plain(known.name).replace("-", " ").split():
                self.of.setdefault(part, set()).add(known.id)
        self.pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(self.of, key=len, reverse=True))) + r")\b")

    def suggest(self, words: str) -> list[int]:
        """Everybody of whom a name is found."""
        return sorted(set().union(*(self.of[name] for name in self.pattern.findall(plain(words)))))


def _all(suggest: Callable[[str], object], many: list[str]) -> None:
    for words in many:
        suggest(words)
