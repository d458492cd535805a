"""The one interface of search engines: they find ids; what is shown comes from the database."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum

from luffy_api.apps.search import words
from luffy_api.apps.search.query import Query, is_literal
from luffy_api.apps.search.words import Phrase

# More hits than this are not listed: nobody pages so far, and Elasticsearch would refuse.
MAX_HITS = 10_000
# Part of every index; an index of another format is rebuilt.
FORMAT = "1"


class Matching(Enum):
    """How a query is understood: as words, the last of which may go on, or letter by letter."""

    WORDS = 1
    BEGINNING = 2
    LETTERS = 3


@dataclass(frozen=True, slots=True)
class Document:
    """A course as it is indexed; the texts are words separated by spaces."""

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
    sounds: str
    letters: str
    fingerprint: int


@dataclass(frozen=True)
class Hits:
    """Ids of courses, the best first; the first `named` of them have all words in the name."""

    ids: list[int]
    named: int = 0


@dataclass(frozen=True)
class Completion:
    """A way to go on typing: the name of the course, or a word when `course_id` is None."""

    text: str
    course_id: int | None = None


@dataclass(frozen=True)
class Terms:
    """A query for an engine: phrases that must all occur; `open` when the last may go on."""

    phrases: tuple[Phrase, ...]
    key: str
    matching: Matching
    kind: int | None = None
    category_id: int | None = None


Candidates = dict[str, list[tuple[str, int]]]


class SearchBackend(ABC):
    """What an engine can do. Every method may raise BackendFault, and nothing else."""

    name: str
    address: str

    def search(
        self, query: Query, *, kind: int | None = None, category_id: int | None = None
    ) -> Hits:
        """The courses that a query means. Nothing is filtered but by what the index knows.

        Words that no name has may be beginnings of words that names do have. Only where words find
        nothing, letters inside of words are looked for.
        """

        def match(matching: Matching) -> Hits:
            phrases = self._phrases(query, matching)
            return self.match(Terms(phrases, query.key, matching, kind, category_id))

        hits = match(Matching.WORDS)
        if not hits.named:
            hits = _joined(match(Matching.BEGINNING), hits)
        return hits if hits.ids else match(Matching.LETTERS)

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """All questions of the block together may take so long."""
        return nullcontext()

    def cutter(self) -> words.Cutter:
        """Cuts texts in the way that this index was cut."""
        return words.cutter(self.dictionary())

    def _phrases(self, query: Query, matching: Matching) -> tuple[Phrase, ...]:
        literal = [chunk for chunk in query.chunks if is_literal(chunk)]
        if literal and matching is not Matching.LETTERS:
            return ()
        if matching is Matching.LETTERS:
            return tuple(tuple(words.letters(chunk)) for chunk in query.chunks)
        found = [term for chunk in query.chunks for term in self.cutter().terms(chunk)]
        return tuple(dict.fromkeys(found))

    @abstractmethod
    def match(self, terms: Terms) -> Hits:
        """The courses in which every phrase occurs; and always the one whose key it is."""

    @abstractmethod
    def suggest(self, phrases: Sequence[Phrase], beginning: str, *, limit: int) -> list[Completion]:
        """Names that have the phrases and a word that begins so; words that begin so."""

    @abstractmethod
    def candidates(self, keys: Iterable[str]) -> Candidates:
        """By key of `spelling`, the words under it with the number of courses they occur in."""

    @abstractmethod
    def dictionary(self) -> tuple[str, ...]:
        """The catalogue's own words with which this index was cut."""

    @abstractmethod
    def index(self, documents: Sequence[Document]) -> None:
        """Adds the documents, or replaces those with the same ids."""

    @abstractmethod
    def delete(self, ids: Sequence[int]) -> None:
        """Removes documents; ids without one are fine."""

    @abstractmethod
    def fingerprints(self, *, after: int, limit: int) -> list[tuple[int, int]]:
        """(id, fingerprint) of the documents with ids above `after`, by id."""

    @abstractmethod
    def begin_build(self, dictionary: Sequence[str]) -> "Build":
        """A new, empty index beside the one in use."""


def _joined(beginning: Hits, words: Hits) -> Hits:
    """Names in which the last word goes on, then the words as typed, then the rest."""
    named = beginning.ids[: beginning.named]
    ids = dict.fromkeys([*named, *words.ids, *beginning.ids[beginning.named :]])
    return Hits(list(ids)[:MAX_HITS], beginning.named)


class Build(ABC):
    """A new index, cut with `dictionary`, that nobody sees before `swap`."""

    def __init__(self, dictionary: Sequence[str]) -> None:
        self.dictionary = tuple(dictionary)

    def cutter(self) -> words.Cutter:
        """Cuts texts in the way of this index."""
        return words.cutter(self.dictionary)

    @abstractmethod
    def index(self, documents: Sequence[Document]) -> None:
        """Adds or replaces documents."""

    @abstractmethod
    def delete(self, ids: Sequence[int]) -> None:
        """Removes documents."""

    @abstractmethod
    def finish(self) -> None:
        """Everything is in it but what changed meanwhile: what takes long is done here."""

    @abstractmethod
    def swap(self) -> None:
        """From now on everyone uses this one, and older ones are removed."""

    @abstractmethod
    def discard(self) -> None:
        """Leaves nothing behind when the build was not finished."""


def words_of(documents: Iterable[Document]) -> Counter[str]:
    """How many of the documents have each word."""
    found: Counter[str] = Counter()
    for document in documents:
        texts = (document.names, document.people, document.outline, document.brief)
        found.update(set(" ".join(texts).split()))
    return Counter({word: count for word, count in found.items() if words.is_vocabulary(word)})
