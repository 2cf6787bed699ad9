"""Names in words: whom of the staff directory a compliment means, and why one may think so.

Every token that could be a name is looked up, so the time does not grow with the directory. A suggestion is sure when the
words allow no other reading; everything else is for a person to decide. Which words are names too is in matching_words.toml.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_SAID = tomllib.loads((Path(__file__).parent / "matching_words.toml").read_text(encoding="utf-8"))
COMMON, CUES, TITLES, DOES, NOT_BEFORE_A_NAME, OWN, WHOSE, PLACES, SIGNING = (
    frozenset(_SAID[name].split())
    for name in ("common", "cues", "titles", "does", "not_before_a_name", "own", "whose", "places", "signing")
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")
_BEGINS = re.compile(r"(?:^|[.!?…:\n\"“«(])\s*$")
#: A name of so many letters may be one letter off.
LONG_ENOUGH = 5
#: So near its end a text is signed.
LAST_WORDS = 8


@dataclass(frozen=True)
class Known:
    """Somebody of the directory; `active` False has left."""

    id: int
    name: str
    active: bool = True


@dataclass(frozen=True)
class Suggestion:
    """A person or a team that the words may mean. `because` quotes them; `sure`: there is no other reading."""

    staff_id: int | None
    because: str
    sure: bool
    team_id: int | None = None
    #: First and last name, which settle whom the first name alone means elsewhere.
    full: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    plain: str
    is_capital: bool
    begins: bool


def plain(text: str) -> str:
    """Without accents and case: "Zoë" is "zoe"."""
    if text.isascii():
        return text.casefold()
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))


@dataclass
class Directory:
    """The staff and the teams, by the parts of their names."""

    staff: Sequence[Known]
    teams: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._first: dict[str, list[Known]] = defaultdict(list)
        self._last: dict[str, list[Known]] = defaultdict(list)
        self._near: dict[str, set[str]] = defaultdict(set)
        self._parts: dict[int, tuple[str, tuple[str, ...]]] = {}
        for known in self.staff:
            first, *rest = [_bare(part) for part in known.name.split()] or [""]
            last = tuple(dict.fromkeys(part for one in rest for part in (*one.split("-"), one.replace("-", ""))))
            self._parts[known.id] = (first, last)
            self._first[first].append(known)
            for part in last:
                self._last[part].append(known)
        for name in {*self._first, *self._last}:
            for key in _deletions(name) if len(name) >= LONG_ENOUGH else ():
                self._near[key].add(name)

    def suggest(self, words: str, customer_name: str = "") -> list[Suggestion]:
        """Whom these words may mean, the surest first. `customer_name`: who signs it is not praised by it."""
        read = _unsigned(list(_words(words)))
        signed = {_bare(part) for part in re.split(r"[\s-]+", customer_name) if part}
        found: dict[int, Suggestion] = {}
        used: set[int] = set()
        for place in range(len(read)):
            for one in self._at(read, place, used, signed) if place not in used else ():
                before = found.get(one.staff_id or 0)
                if before is None or (one.sure, one.full) > (before.sure, before.full):
                    found[one.staff_id or 0] = one
        settled = {self._parts[id][0] for id, one in found.items() if one.full and one.sure}
        kept = [one for id, one in found.items() if one.full or self._parts[id][0] not in settled]
        return sorted(kept, key=lambda one: not one.sure) or self._team(words)

    def _at(self, read: list[_Word], place: int, used: set[int], signed: set[str]) -> Iterator[Suggestion]:
        """Whom the word at this place may mean."""
        word, before = read[place], read[place - 1] if place else None
        after = read[place + 1] if place + 1 < len(read) else None
        if _is_of_the_customers(read, place) or (after and after.plain in PLACES and after.is_capital):
            return
        if full := self._full(read, place, used):
            yield from full
        elif word.plain in self._last and before and before.plain in TITLES:
            yield from _each(self._last[word.plain], f"“{before.text} {word.text}”", sure=True)
        elif word.plain in self._first and (initial := self._by_initial(word, after)):
            yield from _each(initial, f"“{word.text} {after.text if after else ''}”", sure=word.plain not in signed)
        elif word.plain in self._first and _may_be_a_name(word, before, after):
            yield from _each(
                self._first[word.plain], f"“{word.text}”", sure=word.plain not in signed and _is_certain(word, before)
            )
        elif (
            word.is_capital
            and word.plain in self._last
            and word.plain not in signed
            and _may_be_a_name(word, before, after)
        ):
            yield from (_of(one, f"“{word.text}”, a last name", False) for one in self._last[word.plain])
        elif word.is_capital and (_is_cued(before) or (word.begins and _is_done(after))) and word.plain not in COMMON:
            for name in self._close(word.plain):
                yield from (_of(one, f"“{word.text}”, close to {one.name}", False) for one in self._first.get(name, ()))

    def _full(self, read: list[_Word], place: int, used: set[int]) -> list[Suggestion]:
        """First and last name side by side, in either order, one of them one letter off at most."""
        word, rest = read[place], read[place + 1 : place + 3]
        if not rest or not (word.plain in self._first or (word.is_capital and rest[0].is_capital)):
            return []
        quote, last_name = f"“{word.text} {rest[0].text}”", rest[0].plain
        near = self._close(word.plain) if last_name in self._last else []
        for name in (word.plain, *near):
            lasts = {last_name, *(self._close(last_name) if name == word.plain and name in self._first else ())}
            meant = [one for one in self._first.get(name, ()) if lasts.intersection(self._parts[one.id][1])]
            if meant:
                used.update(
                    {place + 1}, {place + 2} if len(rest) > 1 and rest[1].plain in self._parts[meant[0].id][1] else ()
                )
                exact = name == word.plain and last_name in self._parts[meant[0].id][1]
                return [_of(one, quote, exact and len(meant) == 1, full=True) for one in meant]
        meant = [one for one in self._last.get(word.plain, ()) if last_name == self._parts[one.id][0]]
        used.update({place + 1} if meant else ())
        return [_of(one, quote, len(meant) == 1, full=True) for one in meant]

    def _by_initial(self, word: _Word, after: _Word | None) -> list[Known]:
        """ "Nadia B.": those whose last name begins so."""
        if after is None or len(after.plain) != 1 or word.plain in COMMON:
            return []
        return [
            one
            for one in self._first[word.plain]
            if any(part.startswith(after.plain) for part in self._parts[one.id][1])
        ]

    def _close(self, word: str) -> list[str]:
        """Names that are one letter off."""
        if len(word) < LONG_ENOUGH:
            return []
        near = {name for key in _deletions(word) for name in self._near.get(key, ())}
        return sorted(name for name in near if name != word)

    def _team(self, words: str) -> list[Suggestion]:
        said = plain(words)
        return [
            Suggestion(None, f"“{name}”", True, team_id=id) for id, name in self.teams.items() if plain(name) in said
        ]


def _is_of_the_customers(read: list[_Word], place: int) -> bool:
    """Whether it is their wife, dog or neighbour."""
    return place > 1 and read[place - 1].plain in OWN and read[place - 2].plain in WHOSE


def _may_be_a_name(word: _Word, before: _Word | None, after: _Word | None) -> bool:
    """Whether it is written as a name, and not as a word of the sentence."""
    if before and before.plain in WHOSE:
        return False
    if word.plain not in COMMON:
        return word.is_capital or (_is_cued(before) and len(word.plain) > 3)
    if before and not word.begins and before.plain in NOT_BEFORE_A_NAME:
        return False
    return word.is_capital and (not word.begins or _is_done(after))


def _is_certain(word: _Word, before: _Word | None) -> bool:
    """Whether it is read as a name by everybody."""
    if word.plain in COMMON:
        return not word.begins and _is_cued(before)
    return word.is_capital or _is_cued(before)


def _is_cued(before: _Word | None) -> bool:
    return before is not None and before.plain in CUES


def _is_done(after: _Word | None) -> bool:
    """Whether what follows is what a person does: "Hope helped", "Will was"."""
    return after is not None and (after.plain in DOES or (after.plain.endswith("ed") and len(after.plain) > 4))


def _words(text: str) -> Iterator[_Word]:
    shouted = text.isupper()
    for found in _TOKEN.finditer(text):
        token, start = found.group(), found.start()
        bare = _bare(token)
        is_capital = token[0].isupper() and (bare not in COMMON if shouted else len(token) == 1 or not token.isupper())
        yield _Word(token, bare, is_capital, start == 0 or bool(_BEGINS.search(text, max(0, start - 3), start)))


def _unsigned(read: list[_Word]) -> list[_Word]:
    """The words before the customer signs."""
    end = next(
        (place for place in range(max(1, len(read) - LAST_WORDS), len(read)) if read[place].plain in SIGNING), None
    )
    return read[:end]


def _bare(word: str) -> str:
    return plain(word).replace("'", "").replace("’", "")


def _each(among: Iterable[Known], because: str, sure: bool) -> Iterator[Suggestion]:
    """All of them, those who left only where there is nobody else; sure only of one."""
    among = list(among)
    here = [one for one in among if one.active] or among
    for one in here:
        yield _of(one, because if len(here) == 1 else f"{because}, one of {len(here)}", sure and len(here) == 1)


def _of(known: Known, because: str, sure: bool, full: bool = False) -> Suggestion:
    if not known.active:
        return Suggestion(known.id, f"{because}, who no longer works here", sure=False, full=full)
    return Suggestion(known.id, because, sure, full=full)


def _deletions(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
