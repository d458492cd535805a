"""The interface of search engines: they find ids; what is shown comes from the database."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeVar

from luffy_api.apps.search import aliases
from luffy_api.apps.search.aliases import Aliases, Either
from luffy_api.apps.search.query import Query, is_literal
from luffy_api.apps.search.tokenizer import (
    Phrase,
    Tokenizer,
    character_phrase,
    get_tokenizer,
    is_vocabulary,
)

Result = TypeVar("Result")

# Nobody turns so many pages, and so a search costs no more in a larger catalogue.
MAX_HITS = 1_000
# Stored in every index; an index of another format is rebuilt.
FORMAT = "7"


class MatchMode(Enum):
    """How phrases match: whole words; the last one as a prefix; character by character; whole words
    of subtitles as well."""

    WORDS = 1
    PREFIX = 2
    CHARACTERS = 3
    SPOKEN = 4


class Document(NamedTuple):
    """A course as it is indexed; texts are tokens separated by spaces, all but `name` and `key`.

    `spoken` has the words of its subtitles and of its other texts; it is blank without subtitles.
    """

    id: int
    name: str
    key: str
    kind: int
    category_id: int
    popularity: float
    names: str
    people: str
    outline: str
    brief: str
    spoken: str
    pinyin: str
    characters: str
    fingerprint: int
    level: int = 0


@dataclass(frozen=True)
class Hits:
    """Ids of courses, the best first; the first `name_hits` of them have all words in the name."""

    ids: list[int]
    name_hits: int = 0


@dataclass(frozen=True)
class Completion:
    """What the typed text may become: a course name, or a word when `course_id` is None."""

    text: str
    course_id: int | None = None


@dataclass(frozen=True)
class EngineQuery:
    """A query as engines take it: all phrases must occur, in the way `mode` says.

    So must, in whole words, one alternative of each of `either`. The course whose `Document.key` is
    `key` matches in any case, but not where only some `levels` are wanted.
    """

    phrases: tuple[Phrase, ...]
    key: str
    mode: MatchMode
    kind: int | None = None
    category_id: int | None = None
    either: tuple[Either, ...] = ()
    levels: tuple[int, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to look for but the exact name."""
        return not (self.phrases or self.either)

    def words(self) -> list[str]:
        """All words that a course may have."""
        own = [word for phrase in self.phrases for word in phrase]
        return [*own, *aliases.words_of(self.either)]


# By key of `spelling`, words with the number of courses they occur in.
WordsByKey = dict[str, list[tuple[str, int]]]


class SearchBackend(ABC):
    """A search engine. Every method may raise BackendError, and no other exception."""

    name: str
    address: str
    # Finding it again by the dictionary would compare all of that.
    _tokenizer: tuple[tuple[str, ...], Tokenizer] | None = None

    def search(
        self,
        query: Query,
        *,
        kind: int | None = None,
        category_id: int | None = None,
        levels: tuple[int, ...] = (),
        known: Aliases = aliases.NONE,
    ) -> Hits:
        """Find the courses that a query means; prices and visibility are not considered.

        When no name has all words, the last word may also be a prefix, unless it is an alias.
        Characters inside of words are matched only when words find nothing.
        """

        def match(mode: MatchMode, phrases: tuple[Phrase, ...], either: tuple[Either, ...]) -> Hits:
            return self.match(
                EngineQuery(phrases, query.key, mode, kind, category_id, either, levels)
            )

        words = self.phrases(query)
        plain, either = aliases.expand(words, self.tokenizer(), known) if words else ((), ())
        hits = match(MatchMode.WORDS, plain, either)
        if not hits.name_hits and plain and plain[-1] == words[-1]:
            hits = _merge(match(MatchMode.PREFIX, plain, either), hits)
        if hits.ids:
            return hits
        return match(MatchMode.CHARACTERS, tuple(map(character_phrase, query.chunks)), ())

    def spoken(
        self,
        query: Query,
        *,
        kind: int | None = None,
        category_id: int | None = None,
        levels: tuple[int, ...] = (),
        known: Aliases = aliases.NONE,
    ) -> list[int]:
        """Ids of the courses with subtitles that have all words there or elsewhere.

        The popular ones come first.
        """
        words = self.phrases(query)
        if not words:
            return []
        plain, either = aliases.expand(words, self.tokenizer(), known)
        wanted = EngineQuery(plain, query.key, MatchMode.SPOKEN, kind, category_id, either, levels)
        return self.match(wanted).ids

    def exact(self, query: Query) -> list[int]:
        """Ids of the courses whose name is the query."""
        return self.match(EngineQuery((), query.key, MatchMode.WORDS)).ids

    def answer(self, work: Callable[["SearchBackend"], Result], *, seconds: float) -> Result:
        """Return what `work` makes of the answers of this engine, within so many seconds.

        It may be called more than once; what it does while `supposes` holds is thrown away.
        """
        with self.within(seconds):
            return work(self)

    @property
    def supposes(self) -> bool:
        """Whether what is found now may be a supposition, see `answer`."""
        return False

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """Limit the time of all requests within the block together.

        When an index is replaced meanwhile, they may go on reading the one before.
        """
        return nullcontext()

    def tokenizer(self) -> Tokenizer:
        """Return the tokenizer with which this index was built."""
        dictionary, kept = self.dictionary(), self._tokenizer
        if kept is None or kept[0] is not dictionary:
            kept = self._tokenizer = dictionary, get_tokenizer(dictionary)
        return kept[1]

    def phrases(self, query: Query) -> tuple[Phrase, ...]:
        """The words of a query; none where signs must occur as typed."""
        if any(is_literal(chunk) for chunk in query.chunks):
            return ()
        tokenizer = self.tokenizer()
        phrases = [phrase for chunk in query.chunks for phrase in tokenizer.tokenize_query(chunk)]
        return tuple(dict.fromkeys(phrases))

    @abstractmethod
    def match(self, query: EngineQuery) -> Hits:
        """Find the courses in which every phrase occurs, and the one whose key it is."""

    @abstractmethod
    def suggest(self, phrases: Sequence[Phrase], begun: Phrase, *, limit: int) -> list[Completion]:
        """Find names that have the phrases and the one begun, of which the last word may be the
        beginning of one; words that begin so when there is nothing else.
        """

    @abstractmethod
    def named(self, phrases: Sequence[Phrase], *, limit: int) -> list[Completion]:
        """Find names that have the phrases, and the word that they are if it is one alone."""

    @abstractmethod
    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """Find the words of the index under the keys of `spelling`."""

    @abstractmethod
    def dictionary(self) -> tuple[str, ...]:
        """Return the catalogue's own words with which this index was tokenized."""

    @abstractmethod
    def index(self, documents: Sequence[Document]) -> None:
        """Add documents, or replace those with the same ids."""

    @abstractmethod
    def delete(self, ids: Sequence[int]) -> None:
        """Delete documents; ids without one are ignored."""

    @abstractmethod
    def fingerprints(self, *, after: int, limit: int) -> list[tuple[int, int]]:
        """Return (id, fingerprint) of the documents with ids above `after`, by id."""

    @abstractmethod
    def begin_build(self, dictionary: Sequence[str]) -> "Build":
        """Create a new, empty index beside the one in use."""


def _merge(by_prefix: Hits, by_words: Hits) -> Hits:
    """Names found by prefix, then what was found by whole words, then the rest."""
    in_name = by_prefix.ids[: by_prefix.name_hits]
    ids = dict.fromkeys([*in_name, *by_words.ids, *by_prefix.ids[by_prefix.name_hits :]])
    return Hits(list(ids)[:MAX_HITS], by_prefix.name_hits)


class Build(ABC):
    """A new index, tokenized with `dictionary`, that is not in use before `swap`."""

    def __init__(self, dictionary: Sequence[str]) -> None:
        self.dictionary = tuple(dictionary)

    def tokenizer(self) -> Tokenizer:
        """Return the tokenizer of this index."""
        return get_tokenizer(self.dictionary)

    @abstractmethod
    def index(self, documents: Sequence[Document]) -> None:
        """Add or replace documents."""

    @abstractmethod
    def delete(self, ids: Sequence[int]) -> None:
        """Delete documents."""

    @abstractmethod
    def finish(self) -> None:
        """Complete and optimise the index, before the changes made meanwhile are added."""

    @abstractmethod
    def swap(self) -> None:
        """Put this index into use and remove older ones."""

    @abstractmethod
    def discard(self) -> None:
        """Remove what an unfinished build has left; does nothing after `swap`."""


def count_words(documents: Iterable[Document]) -> Counter[str]:
    """Count in how many of the documents each word of the vocabulary occurs."""
    counts: Counter[str] = Counter()
    for document in documents:
        texts = (document.names, document.people, document.outline, document.brief)
        counts.update(set(" ".join(texts).split()))
    return Counter({word: count for word, count in counts.items() if is_vocabulary(word)})
