"""Other names of one thing: what a query says may stand in courses under another name.

They are looked up when something is searched, so a new one is found at once and no index is built.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from luffy_api.apps.course.course_list import Kept
from luffy_api.apps.search import spelling
from luffy_api.apps.search.models import SearchAlias
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.tokenizer import Phrase, Tokenizer, runs

# One way to say a thing: phrases that must all occur.
Alternative = tuple[Phrase, ...]
# A thing, of whose ways to say it one must occur.
Either = tuple[Alternative, ...]

_MAX_PHRASES = 6
# Words of so few letters are no plurals.
_SHORT = 3
_VERSION = re.compile("([a-z]+)[0-9]+js")


@dataclass(frozen=True)
class Aliases:
    """By `alias_key` the normalized texts that mean the same."""

    meanings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_shop: "Aliases | None" = None

    @cached_property
    def near(self) -> Mapping[str, list[tuple[str, int]]]:
        """The aliases that are written or spoken in full, under the keys of `spelling`."""
        if self.of_shop is not None:
            return self.of_shop.near
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for alias in self.meanings:
            if alias.isalpha() and len(alias) > (_SHORT if alias.isascii() else 1):
                for key in spelling.index_keys(alias):
                    found[key].append((alias, 1))
        return found

    def of(self, key: str) -> tuple[str, ...]:
        """The other names of what has this key, or of which it is the English plural; of `vue3js`
        those of `vuejs`.
        """
        found = self.meanings.get(key)
        if found is None and key.isascii():
            if len(key) > _SHORT and key[-1] == "s":
                found = self.meanings.get(key[:-1])
            if found is None and (version := _VERSION.fullmatch(key)):
                found = self.meanings.get(f"{version[1]}js")
        return found or ()

    def having(self, words: Iterable[tuple[str, str]]) -> "Aliases":
        """The same with further pairs of a word and its other name, both normalized.

        The other names of that are names of the word as well: 資料庫 is 数据库, which is SQL.
        """
        more = {}
        for word, meaning in words:
            names = (meaning, *self.of(alias_key(meaning)), *self.of(alias_key(word)))
            more[alias_key(word)] = tuple(dict.fromkeys(names))
        return Aliases({**self.meanings, **more}, self) if more else self


NONE = Aliases()


def known() -> Aliases:
    """The aliases of the shop, as they were a second ago at most. One query, if any."""
    return _kept.get()


def alias_key(text: str) -> str:
    """Return what an alias is looked up by: `vue.js`, `VueJS` and `vue js` are the same."""
    return "".join(runs(normalize(text)))


def expand(
    phrases: Sequence[Phrase], tokenizer: Tokenizer, aliases: Aliases
) -> tuple[tuple[Phrase, ...], tuple[Either, ...]]:
    """Return the phrases without another name, and those with one together with it."""
    if not aliases.meanings:
        return tuple(phrases), ()
    plain: list[Phrase] = []
    either: list[Either] = []
    start = 0
    while start < len(phrases):
        end, others = _longest(phrases, start, aliases)
        own = tuple(phrases[start:end])
        said = (tuple(tokenizer.tokenize_query(text)) for text in others)
        # `vue js` has no courses that `vue` has not.
        if more := [other for other in said if other and not {*own} <= {*other}]:
            either.append((own, *more))
        else:
            plain += own
        start = end
    return tuple(plain), tuple(either)


def units(phrases: Sequence[Phrase], aliases: Aliases) -> list[str]:
    """Return what a query consists of as texts: words, and what is an alias together."""
    found: list[str] = []
    start = 0
    while start < len(phrases):
        end, _ = _longest(phrases, start, aliases)
        found.append(" ".join("".join(phrase) for phrase in phrases[start:end]))
        start = end
    return list(dict.fromkeys(found))


def words_of(either: Iterable[Either]) -> list[str]:
    """All words of all alternatives."""
    phrases = (phrase for each in either for alternative in each for phrase in alternative)
    return [word for phrase in phrases for word in phrase]


def _longest(
    phrases: Sequence[Phrase], start: int, aliases: Aliases
) -> tuple[int, tuple[str, ...]]:
    """Where the longest alias that begins here ends, and its other names."""
    for end in range(min(len(phrases), start + _MAX_PHRASES), start, -1):
        key = "".join(word for phrase in phrases[start:end] for word in phrase)
        if others := aliases.of(key):
            return end, others
    return start + 1, ()


def _read(database: str | None) -> Aliases:
    rows = SearchAlias.objects.using(database).values_list("alias", "meaning", "both_ways")
    meanings: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for alias, meaning, both_ways in rows:
        pairs = [(alias, meaning), (meaning, alias)] if both_ways else [(alias, meaning)]
        for said, meant in pairs:
            # `java script` has the key of what it means, but other words.
            is_another = normalize(said) != normalize(meant)
            if (key := alias_key(said)) and alias_key(meant) and is_another:
                meanings[key][normalize(meant)] = None
    return Aliases({key: tuple(texts) for key, texts in meanings.items()})


_kept = Kept(_read)
