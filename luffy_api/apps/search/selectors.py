"""Reads of the search box: results, suggestions, hot words."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Sum
from django.utils import timezone

from luffy_api.apps.course import card_fragments
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.search import circuit_breaker, correction, database, result_cache, visibility
from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.highlights import highlight
from luffy_api.apps.search.models import BlockedWord, HotWord, SearchWord
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.pinyin import initials, pinyin
from luffy_api.apps.search.query import Query, clean, is_literal, parse
from luffy_api.apps.search.search_log import POPULAR_KEY
from luffy_api.apps.search.visibility import SearchFilters

MAX_HOT_WORDS = 10
# A word is shown to others once so many people searched for it.
MIN_PEOPLE = 3
POPULAR_PERIOD = timedelta(days=7)
_POPULAR_CACHE_SECONDS = 30
MAX_SUGGESTIONS = 8
_MAX_HOT_SUGGESTIONS = 3
_MAX_WORD_SUGGESTIONS = 2
# Seconds; with what hot words are old already, no answer shows one after a minute.
MAX_HOT_AGE = 10.0
MAX_SUGGESTIONS_AGE = 20.0
# Bytes that kept results and suggestions take in memory, and each id.
_OVERHEAD, _ID_SIZE = 2000, 40
# So few hits, none of them in a name, may be accidental: a correction is looked for all the same.
_FEW_HITS = 2


@dataclass(frozen=True)
class SearchResults:
    """The ids of all visible hits in order, and the query that may have been meant instead.

    `words` are what is highlighted: the chunks as typed, and their tokens.
    """

    query: Query
    filters: SearchFilters
    ids: list[int] = field(default_factory=list)
    did_you_mean: str | None = None
    engine: str = database.NAME
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchHit:
    """A course that was found, and by field the spans [start, end) of code points that match."""

    card: Fragment
    highlights: dict[str, list[tuple[int, int]]]


def search(
    *,
    text: str,
    kind: int | None = None,
    category_id: int | None = None,
    free: bool = False,
    ordering: str | None = None,
) -> SearchResults:
    """Search for a text of any length and content. Two queries at most, more without a hit.

    None if the same was searched since anything public has changed.
    """
    query, filters = parse(text), SearchFilters(kind, category_id, free, ordering)
    if query.is_blank:
        return SearchResults(query, filters)
    return result_cache.get_or_make(
        (settings.SEARCH_URL, query.text, filters), lambda: _ask(query, filters), size=_size
    )


def load_hits(results: SearchResults, ids: Sequence[int]) -> list[SearchHit]:
    """Return the cards of a page's courses with their highlights, in the order of `ids`.

    Those hidden meanwhile, or moved to what the filters leave out, are missing. Three queries at
    most.
    """
    cards = card_fragments.load_listed(ids)
    return [
        SearchHit(
            card,
            {
                "name": highlight(card.name, results.words),
                "brief": highlight(card.brief, results.words),
            },
        )
        for pk in ids
        if (card := cards.get(pk)) and results.filters.let_pass(card.kind, card.category_id)
    ]


def recheck(results: SearchResults) -> SearchResults:
    """Check every id against the database, after some turned out to be hidden. One query."""
    return replace(results, ids=visibility.filter_visible(results.ids, results.filters))


def suggestions(*, text: str) -> list[str]:
    """Complete what is being typed: hot words, words, course names. Three queries at most.

    None if the same was typed in the last `MAX_SUGGESTIONS_AGE` seconds and nothing has changed.
    """
    typed = normalize(clean(text))
    if not typed:
        return []
    return result_cache.get_or_make(
        (settings.SEARCH_URL, "suggestions", typed),
        lambda: _suggestions(typed),
        size=lambda _: _OVERHEAD,
        max_age=MAX_SUGGESTIONS_AGE,
    )


def _suggestions(typed: str) -> list[str]:
    completions = circuit_breaker.query_engine(lambda engine: _completions(engine, typed))
    if completions is None:
        completions = database.suggestions(typed, limit=MAX_SUGGESTIONS)
    known = result_cache.get_or_make(
        "hot", hot_words, size=lambda _: _OVERHEAD, max_age=MAX_HOT_AGE
    )
    hot = [word for word in known if _completes(word, typed)][:_MAX_HOT_SUGGESTIONS]
    return _distinct([*hot, *completions])[:MAX_SUGGESTIONS]


def hot_words() -> list[str]:
    """Return the words under the box: those an admin chose, then the most popular ones.

    One query, and two more once in `_POPULAR_CACHE_SECONDS`.
    """
    chosen = HotWord.objects.visible().values_list("word", flat=True)[:MAX_HOT_WORDS]
    popular: list[str] = cache.get_or_set(POPULAR_KEY, popular_words, _POPULAR_CACHE_SECONDS) or []
    return _distinct([*chosen, *popular])[:MAX_HOT_WORDS]


def popular_words() -> list[str]:
    """Return what most people searched and found in the last seven days. Two queries."""
    blocked = [normalize(word) for word in BlockedWord.objects.values_list("word", flat=True)]
    recent = SearchWord.objects.filter(day__gt=timezone.localdate() - POPULAR_PERIOD, found__gt=0)
    words = (
        recent.values("key")
        .annotate(total_people=Sum("people"), word=Max("text"))
        .filter(total_people__gte=MIN_PEOPLE)
        .order_by("-total_people", "key")
        .values_list("word", flat=True)[: 10 * MAX_HOT_WORDS]
    )
    return [word for word in words if not any(part in normalize(word) for part in blocked)]


def _distinct(texts: Sequence[str]) -> list[str]:
    """The texts without those that normalize to the same as an earlier one."""
    by_key = {normalize(text): text for text in reversed(texts)}
    return list(reversed(by_key.values()))


def _ask(query: Query, filters: SearchFilters) -> SearchResults:
    results = circuit_breaker.query_engine(lambda engine: _search(engine, query, filters))
    if results is None:
        return SearchResults(
            query, filters, database.search(query, filters), words=tuple(query.chunks)
        )
    return results


def _size(results: SearchResults) -> int | None:
    """Bytes of memory, about. What the database has answered is not kept."""
    if results.engine == database.NAME:
        return None
    return _OVERHEAD + _ID_SIZE * len(results.ids)


def _search(engine: SearchBackend, query: Query, filters: SearchFilters) -> SearchResults:
    ids, name_hits = _visible_hits(engine, query, filters)
    did_you_mean = None
    if not ids or (len(ids) <= _FEW_HITS and not name_hits and not query.price):
        found = ids if filters.leave_all else _visible_hits(engine, query, SearchFilters())[0]
        did_you_mean = _did_you_mean(engine, query, len(found))
    words = _highlighted_words(engine, query)
    return SearchResults(query, filters, ids, did_you_mean, engine.name, words)


def _visible_hits(
    engine: SearchBackend, query: Query, filters: SearchFilters
) -> tuple[list[int], int]:
    """Visible hits in order, and how many hits of the engine have all words in the name."""
    if query.price is None:
        hits = engine.search(query, kind=filters.kind, category_id=filters.category_id)
        return visibility.filter_visible(hits.ids, filters, allow_cached=True), hits.name_hits
    at_price = _hits_at_price(engine, query, filters)
    hits = engine.search(query.without_price(), kind=filters.kind, category_id=filters.category_id)
    as_word = visibility.filter_visible(hits.ids, filters, allow_cached=True)
    if filters.ordering:
        ids = visibility.filter_visible([*{*as_word, *at_price}], filters)
        return ids, hits.name_hits
    in_name = set(hits.ids[: hits.name_hits])
    first = [pk for pk in as_word if pk in in_name]
    return list(dict.fromkeys([*first, *at_price, *as_word])), hits.name_hits


def _hits_at_price(engine: SearchBackend, query: Query, filters: SearchFilters) -> list[int]:
    """Courses at the price of the query that have its other words."""
    assert query.price is not None
    if not query.chunks:
        return visibility.courses_at_price(query.price, filters)
    hits = engine.search(query, kind=filters.kind, category_id=filters.category_id)
    return visibility.filter_visible(hits.ids, filters, price=query.price)


def _did_you_mean(engine: SearchBackend, query: Query, count: int) -> str | None:
    """The first correction that finds more than `count` courses, which are those of the query.

    None when these are enough.
    """
    if count > _FEW_HITS:
        return None
    for text in correction.suggestions(engine, query):
        if len(_visible_hits(engine, parse(text), SearchFilters())[0]) > count:
            return text
    return None


def _completions(engine: SearchBackend, typed: str) -> list[str]:
    words = [word for phrase in engine.tokenizer().tokenize_query(typed) for word in phrase]
    if not words or is_literal(typed):
        return []
    phrases = [(word,) for word in words[:-1]]
    # Courses may have the same name, and some may be hidden by now.
    completions = engine.suggest(phrases, words[-1], limit=3 * MAX_SUGGESTIONS)
    course_ids = [completion.course_id for completion in completions if completion.course_id]
    visible = set(visibility.filter_visible(course_ids, SearchFilters(), allow_cached=True))
    names = [completion.text for completion in completions if completion.course_id in visible]
    others = [completion.text for completion in completions if completion.course_id is None]
    others = [word for word in others if word != typed]
    return [*others[:_MAX_WORD_SUGGESTIONS], *names]


def _completes(word: str, typed: str) -> bool:
    """Whether a hot word begins with what was typed: its text, pinyin or initials."""
    normalized, prefix = normalize(word), "".join(typed.split())
    forms = (normalized, pinyin(normalized), initials(normalized))
    return normalized != typed and any(form.startswith(prefix) for form in forms)


def _highlighted_words(engine: SearchBackend, query: Query) -> tuple[str, ...]:
    if not query.chunks:
        return ()
    tokenizer = engine.tokenizer()
    phrases = [phrase for chunk in query.chunks for phrase in tokenizer.tokenize_query(chunk)]
    words = [*query.chunks, *(word for phrase in phrases for word in phrase)]
    return tuple(dict.fromkeys(words))
