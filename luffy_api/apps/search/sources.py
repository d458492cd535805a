"""Where answers come from: the engine, or the database while it is away."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from luffy_api.apps.search import aliases, database, visibility
from luffy_api.apps.search.aliases import Aliases
from luffy_api.apps.search.engines.base import Hits, SearchBackend, WordsByKey
from luffy_api.apps.search.query import Query, is_literal
from luffy_api.apps.search.tokenizer import Phrase, Tokenizer, get_tokenizer
from luffy_api.apps.search.visibility import SearchFilters

Value = TypeVar("Value")


@dataclass(frozen=True)
class Found:
    """Ids of visible courses, the best first; the first `named` of them have all words in the name.

    `in_name` says whether the source knows such a name at all, visible or not.
    """

    ids: list[int]
    named: int = 0
    in_name: bool = False


class Source(Protocol):
    """What searches are answered from."""

    name: str

    def other_names(self, query: Query) -> Aliases:
        """The other names of things, with those that are in the query itself."""

    def find(self, query: Query, filters: SearchFilters) -> Found:
        """The courses that have all words of the query at its price."""

    def find_spoken(self, query: Query, filters: SearchFilters) -> list[int]:
        """Ids of the visible courses in whose subtitles the words are that they lack elsewhere."""

    def has_exactly(self, query: Query) -> bool:
        """Whether a course has the query as its name."""

    def phrases(self, query: Query) -> tuple[Phrase, ...]:
        """The words of a query."""

    def tokenizer(self) -> Tokenizer:
        """What cuts texts into words."""

    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """The words of the catalogue under keys of `spelling`."""

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What `make` returns; made once for a search that an engine may let run several times."""


class EngineSource:
    """A search engine, for one search."""

    def __init__(self, engine: SearchBackend) -> None:
        self.name = engine.name
        self._known = aliases.known()
        self._engine = engine
        # Asking for it looks whether the index is still the same file.
        self.tokenizer = lru_cache(maxsize=1)(engine.tokenizer)
        self.phrases = engine.phrases
        self.words_by_key = engine.words_by_key
        self._made: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """See Source. What is made of suppositions is not kept."""
        if key in self._made:
            kept: Value = self._made[key]
            return kept
        value = make()
        if not self._engine.supposes:
            self._made[key] = value
        return value

    def other_names(self, query: Query) -> Aliases:
        """See Source."""
        return self._known.having(query.taiwan)

    def find(self, query: Query, filters: SearchFilters) -> Found:
        """See Source. One query, more for prices and where nothing but filters is wanted."""
        if query.price:
            return self._find_at_price(query, filters)
        if not query.chunks:
            return Found(self._read(visibility.courses_in_order, filters))
        hits = self._ask(query, filters)
        return _found(self._visible(hits.ids, filters, allow_cached=True), hits)

    def find_spoken(self, query: Query, filters: SearchFilters) -> list[int]:
        """See Source. One query, or none."""
        ids = self._engine.spoken(query, **self._limits(query, filters))
        return self._visible(ids, filters, price=query.price)

    def has_exactly(self, query: Query) -> bool:
        """See Source."""
        return bool(self._engine.exact(query))

    def _ask(self, query: Query, filters: SearchFilters) -> Hits:
        return self._engine.search(query, **self._limits(query, filters))

    def _limits(self, query: Query, filters: SearchFilters) -> dict[str, Any]:
        return {
            "kind": filters.kind,
            "category_id": filters.category_id,
            "levels": filters.levels,
            "known": self.other_names(query),
        }

    def _find_at_price(self, query: Query, filters: SearchFilters) -> Found:
        """Names that have the price as a word, what costs so much, and other texts that have it."""
        assert query.price is not None
        at_price = self._at_price(query, filters)
        if not query.price.is_single:
            return Found(at_price)
        hits = self._ask(query.without_price(), filters)
        as_word = self._visible(hits.ids, filters, allow_cached=True)
        if filters.ordering:
            ids = self._visible([*{*as_word, *at_price}], filters)
            return Found(ids, 0, bool(hits.name_hits))
        first = _found(as_word, hits)
        ids = list(dict.fromkeys([*as_word[: first.named], *at_price, *as_word]))
        return Found(ids, first.named, first.in_name)

    def _at_price(self, query: Query, filters: SearchFilters) -> list[int]:
        assert query.price is not None
        if not query.chunks:
            return self._read(visibility.courses_at_price, query.price, filters)
        ids = self._visible(self._ask(query, filters).ids, filters, price=query.price)
        return (
            self._read(visibility.charged_first, ids, query.price) if query.price.is_single else ids
        )

    def _visible(self, ids: Sequence[int], filters: SearchFilters, **options: Any) -> list[int]:
        """Those of the ids that may be shown. One query, or none."""
        return self._read(visibility.filter_visible, ids, filters, **options) if ids else []

    def _read(self, read: Callable[..., list[int]], *about: Any, **options: Any) -> list[int]:
        """What the database says, which does not change while one search runs.

        Nothing while a search is rehearsed: it may never want to know.
        """
        key = (read, *(tuple(each) if isinstance(each, list) else each for each in about))
        empty: Callable[[], list[int]] = list
        supposed = self._engine.supposes
        make = empty if supposed else lambda: read(*about, **options)
        return self.once((key, *options.items()), make)


class DatabaseSource:
    """The main database alone."""

    name = database.NAME

    def __init__(self) -> None:
        self._known = aliases.known()

    def other_names(self, query: Query) -> Aliases:
        """See Source."""
        return self._known.having(query.taiwan)

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """See Source: the database is searched once."""
        return make()

    def find(self, query: Query, filters: SearchFilters) -> Found:
        """See Source. Four queries at most."""
        if not query.chunks and not query.price:
            return Found(visibility.courses_in_order(filters))
        ids = database.search(query, filters, self._said_otherwise)
        if not ids and (words := self._words(query)):
            # LIKE finds no `python爬虫` in `Python 爬虫`.
            words_apart = replace(query, chunks=words)
            ids = database.search(words_apart, filters, self._said_otherwise)
        return Found(ids)

    def find_spoken(self, query: Query, filters: SearchFilters) -> list[int]:
        """See Source: LIKE would read all subtitles."""
        return []

    def has_exactly(self, query: Query) -> bool:
        """See Source. One query."""
        return visibility.visible_courses(SearchFilters()).filter(name__iexact=query.text).exists()

    def phrases(self, query: Query) -> tuple[Phrase, ...]:
        """See Source."""
        cut = self.tokenizer().tokenize_query
        return tuple(dict.fromkeys(phrase for chunk in query.chunks for phrase in cut(chunk)))

    def tokenizer(self) -> Tokenizer:
        """See Source: without the words of the catalogue."""
        return get_tokenizer(())

    def words_by_key(self, keys: Iterable[str]) -> WordsByKey:
        """See Source: the words of the most popular names, teachers and categories."""
        known = database.vocabulary()
        return {key: known[key] for key in keys if key in known}

    def _words(self, query: Query) -> tuple[str, ...]:
        """The words of a query with aliases of several words as one; none if they are its chunks,
        or where signs must occur as typed.
        """
        if any(map(is_literal, query.chunks)):
            return ()
        words = tuple(aliases.units(self.phrases(query), self.other_names(query)))
        return words if words != query.chunks else ()

    def _said_otherwise(self, query: Query, chunk: str) -> tuple[str, ...]:
        """The other names of a chunk; for `vue3` also `vue 3`."""
        names = self.other_names(query).of(aliases.alias_key(chunk))
        cut = self.tokenizer().tokenize_query(chunk) if chunk.isascii() else []
        apart = " ".join(token for phrase in cut for token in phrase)
        return (*names, apart) if apart not in ("", chunk) else names


def _found(visible: list[int], hits: Hits) -> Found:
    in_name = set(hits.ids[: hits.name_hits])
    named = sum(pk in in_name for pk in visible)
    return Found(visible, named, bool(hits.name_hits))
