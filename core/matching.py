"""Names in words: whom of the staff directory a compliment means, and why one may think so.

Every token that could be a name is looked up, so the time does not grow with the directory. A suggestion is sure when the
words allow no other reading; everything else is for a person to decide.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: First and last names of real directories that are words too: written small, or first in a sentence, they mean nothing.
COMMON_WORDS = frozenset(
    [
        "able",
        "amber",
        "april",
        "art",
        "ash",
        "august",
        "autumn",
        "basil",
        "berry",
        "bill",
        "bishop",
        "black",
        "bliss",
        "blue",
        "bob",
        "brand",
        "bright",
        "brook",
        "brown",
        "buck",
        "bush",
        "carol",
        "chance",
        "charity",
        "chase",
        "christian",
        "clay",
        "cook",
        "cross",
        "crystal",
        "daisy",
        "dale",
        "dawn",
        "day",
        "dean",
        "destiny",
        "drew",
        "duke",
        "dusty",
        "earnest",
        "early",
        "east",
        "english",
        "ever",
        "faith",
        "fern",
        "field",
        "fisher",
        "fox",
        "frank",
        "free",
        "french",
        "gay",
        "gene",
        "gold",
        "good",
        "grace",
        "grant",
        "gray",
        "green",
        "guy",
        "hall",
        "happy",
        "harmony",
        "hazel",
        "heather",
        "heaven",
        "holly",
        "holiday",
        "honey",
        "hope",
        "hunter",
        "iris",
        "ivy",
        "jack",
        "jade",
        "jasmine",
        "jay",
        "jewel",
        "jolly",
        "joy",
        "june",
        "justice",
        "kay",
        "king",
        "kitty",
        "knight",
        "lane",
        "lark",
        "laurel",
        "law",
        "lee",
        "lily",
        "little",
        "long",
        "love",
        "lucky",
        "major",
        "mark",
        "marina",
        "mars",
        "mason",
        "max",
        "may",
        "melody",
        "mercy",
        "merry",
        "miles",
        "miller",
        "mike",
        "moss",
        "nick",
        "noble",
        "north",
        "olive",
        "page",
        "parish",
        "park",
        "patience",
        "patty",
        "pearl",
        "penny",
        "pierce",
        "poppy",
        "price",
        "prince",
        "queen",
        "rain",
        "raven",
        "ray",
        "read",
        "reed",
        "rich",
        "river",
        "rob",
        "robin",
        "rocky",
        "rod",
        "rose",
        "ruby",
        "rusty",
        "sage",
        "sandy",
        "savage",
        "say",
        "sharp",
        "short",
        "sky",
        "small",
        "smart",
        "stone",
        "storm",
        "strong",
        "summer",
        "sunny",
        "swift",
        "tad",
        "tan",
        "tanner",
        "taylor",
        "temple",
        "terry",
        "trinity",
        "tucker",
        "van",
        "victor",
        "violet",
        "walker",
        "ward",
        "warren",
        "waters",
        "way",
        "west",
        "white",
        "wild",
        "will",
        "willow",
        "winter",
        "wise",
        "wood",
        "woods",
        "worth",
        "young",
    ]
)
#: What comes before the name of somebody one has dealt with.
CUES = frozenset(
    [
        "thank",
        "thanks",
        "named",
        "name",
        "called",
        "spoke",
        "speak",
        "spoken",
        "talked",
        "with",
        "to",
        "agent",
        "representative",
        "rep",
        "clerk",
        "operator",
        "officer",
        "lady",
        "gentleman",
        "man",
        "woman",
        "person",
        "colleague",
        "employee",
        "staff",
        "member",
        "compliment",
        "commend",
        "praise",
        "appreciate",
        "love",
        "shoutout",
        "kudos",
        "bravo",
        "for",
        "and",
        "by",
        "from",
        "ms",
        "mr",
        "mrs",
        "miss",
        "mx",
        "dear",
        "merci",
        "remercier",
        "is",
        "was",
        "your",
        "m",
        "mme",
        "madame",
        "monsieur",
    ]
)
TITLES = frozenset({"ms", "mr", "mrs", "miss", "mx", "mme", "madame", "monsieur", "m"})
#: Words of someone else's: a name after them is not of our staff.
OTHERS = frozenset(
    [
        "my",
        "our",
        "his",
        "her",
        "their",
        "street",
        "st",
        "avenue",
        "ave",
        "road",
        "rd",
        "park",
        "drive",
        "dr",
        "crescent",
        "lane",
        "court",
        "station",
        "school",
        "ward",
    ]
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?…:\n\"“«(]\s*$|^\s*$")
#: A name of so many letters may be one letter off.
LONG_ENOUGH = 5


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


@dataclass(frozen=True)
class _Word:
    text: str
    plain: str
    is_capital: bool
    begins: bool


def plain(text: str) -> str:
    """Without accents and case: "Zoë" is "zoe"."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )


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
            first, *rest = [plain(part) for part in re.split(r"[\s]+", known.name.strip())] or [""]
            last = tuple(part for one in rest for part in dict.fromkeys((*one.split("-"), one.replace("-", ""))))
            self._parts[known.id] = (first, last)
            self._first[first].append(known)
            for part in last:
                self._last[part].append(known)
        for name in (*self._first, *self._last):
            if len(name) >= LONG_ENOUGH:
                for key in _deletions(name):
                    self._near[key].add(name)

    def suggest(self, words: str, customer_name: str = "") -> list[Suggestion]:
        """Whom these words may mean, the surest first. `customer_name`: who signs it is not praised by it."""
        read = list(_words(words))
        signed = {plain(part) for part in re.split(r"[\s-]+", customer_name) if part}
        found: dict[int, Suggestion] = {}
        taken: set[int] = set()
        for place in range(len(read)):
            for suggestion in self._at(read, place, taken, signed):
                before = found.get(suggestion.staff_id or 0)
                if before is None or suggestion.sure > before.sure:
                    found[suggestion.staff_id or 0] = suggestion
        # a full name settles whom the first name alone meant
        settled = {self._parts[one][0] for one, it in found.items() if it.sure and " " in it.because.split("“")[-1]}
        kept = [it for one, it in found.items() if it.sure or self._parts[one][0] not in settled]
        return sorted(kept, key=lambda it: not it.sure) or self._team(words)

    def _at(self, read: list[_Word], place: int, taken: set[int], signed: set[str]) -> Iterator[Suggestion]:
        word = read[place]
        if place in taken:
            return
        before = read[place - 1] if place else None
        after = read[place + 1] if place + 1 < len(read) else None
        if full := self._full(read, place, taken):
            yield from (_of(known, f"“{quote}”", sure and known.active) for known, quote, sure in full)
            return
        if word.plain in self._last and before and before.plain in TITLES and word.is_capital:
            yield from _each(self._last[word.plain], f"“{before.text} {word.text}”", sure=True)
            return
        if word.plain in self._first and self._may_be_a_name(word, before, after):
            among = self._first[word.plain]
            if after and len(after.plain) == 1 and after.is_capital:  # "Nadia B."
                among = [
                    one for one in among if any(p.startswith(after.plain) for p in self._parts[one.id][1])
                ] or among
                yield from _each(among, f"“{word.text} {after.text}”", sure=word.plain not in signed)
                return
            certain = (
                word.is_capital and word.plain not in signed and not (word.plain in COMMON_WORDS and not _cued(before))
            )
            yield from _each(among, f"“{word.text}”", sure=certain)
        elif (
            word.is_capital
            and word.plain in self._last
            and word.plain not in signed
            and self._may_be_a_name(word, before, after)
        ):
            yield from (_of(one, f"“{word.text}”, a last name", False) for one in self._last[word.plain])
        elif (
            word.is_capital
            and not word.begins
            and _cued(before)
            and len(word.plain) >= LONG_ENOUGH
            and word.plain not in COMMON_WORDS
        ):
            for name in self._close(word.plain):
                yield from (_of(one, f"“{word.text}”, close to {one.name}", False) for one in self._first.get(name, ()))

    def _full(self, read: list[_Word], place: int, taken: set[int]) -> list[tuple[Known, str, bool]]:
        """First and last name side by side, in either order, the last one letter off at most."""
        word, rest = read[place], read[place + 1 : place + 3]
        if not rest:
            return []
        for name in (word.plain, *self._close(word.plain)):
            for known in self._first.get(name, ()):
                last = self._parts[known.id][1]
                exact = rest[0].plain in last
                if last and (
                    exact or (name == word.plain and any(near in last for near in self._close(rest[0].plain)))
                ):
                    taken.add(place + 1)
                    if len(rest) > 1 and rest[1].plain in last:
                        taken.add(place + 2)
                    same = [one for one in self._first[name] if self._parts[one.id][1] == last]
                    return [
                        (one, f"{word.text} {rest[0].text}", exact and name == word.plain and len(same) == 1)
                        for one in same
                    ]
        for known in self._last.get(word.plain, ()):
            if rest[0].plain == self._parts[known.id][0] and word.is_capital and rest[0].is_capital:
                taken.add(place + 1)
                return [(known, f"{word.text} {rest[0].text}", True)]
        return []

    def _close(self, word: str) -> list[str]:
        """Names that are one letter off."""
        if len(word) < LONG_ENOUGH:
            return []
        near = {name for key in _deletions(word) for name in self._near.get(key, ())}
        return sorted(name for name in near if name != word and abs(len(name) - len(word)) <= 1)

    def _may_be_a_name(self, word: _Word, before: _Word | None, after: _Word | None) -> bool:
        """Whether it is written as a name, and not as a street's, a relative's or a word of the sentence."""
        if (before and before.plain in OTHERS) or (
            after and after.plain in OTHERS and after.plain not in ("her", "his", "my", "our", "their")
        ):
            return False
        if word.plain not in COMMON_WORDS:
            return word.is_capital or (_cued(before) and len(word.plain) > 3)
        return word.is_capital and (not word.begins or (after is not None and after.plain in _VERBS))

    def _team(self, words: str) -> list[Suggestion]:
        said = plain(words)
        named = [(id, name) for id, name in self.teams.items() if plain(name) in said]
        return [Suggestion(None, f"“{name}”", True, team_id=id) for id, name in named]


_VERBS = frozenset(
    [
        "was",
        "is",
        "has",
        "had",
        "helped",
        "took",
        "went",
        "answered",
        "stayed",
        "made",
        "found",
        "called",
        "explained",
        "listened",
        "at",
        "from",
        "in",
        "and",
        "did",
        "gave",
    ]
)


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for found in _TOKEN.finditer(text):
        token = found.group()
        begins = bool(_SENTENCE.search(text[max(0, found.start() - 3) : found.start()])) or end == 0
        is_capital = token[0].isupper() and (len(token) < 4 or not token.isupper() or not text.isupper())
        yield _Word(token, plain(token).replace("'", "").replace("’", ""), is_capital, begins)
        end = found.end()


def _cued(before: _Word | None) -> bool:
    return before is not None and before.plain in CUES


def _each(among: Iterable[Known], because: str, sure: bool) -> Iterator[Suggestion]:
    among = list(among)
    here = [one for one in among if one.active]
    alone = len(here or among) == 1
    for one in here or among:
        why = because if alone else f"{because}, one of {len(here or among)}"
        yield _of(one, why, sure and alone and one.active)


def _of(known: Known, because: str, sure: bool) -> Suggestion:
    return Suggestion(known.id, because if known.active else f"{because}, who no longer works here", sure)


def _deletions(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
