"""Reads of the search box: results, suggestions, hot words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Sum
from django.utils import timezone

from luffy_api.apps.course import card_fragments
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.models import CourseCategory
from luffy_api.apps.search import (
    answering,
    circuit_breaker,
    completing,
    database,
    found_in,
    result_cache,
    visibility,
)
from luffy_api.apps.search.answering import SearchResults
from luffy_api.apps.search.completing import Completed, distinct_texts
from luffy_api.apps.search.found_in import Place
from luffy_api.apps.search.highlights import highlight
from luffy_api.apps.search.models import BlockedWord, HotWord, SearchWord
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.query import Query, clean, parse
from luffy_api.apps.search.search_log import POPULAR_KEY
from luffy_api.apps.search.sources import DatabaseSource, EngineSource
from luffy_api.apps.search.visibility import SearchFilters

MAX_HOT_WORDS = 10
# A word is shown to others once so many people searched for it.
MIN_PEOPLE = 3
POPULAR_PERIOD = timedelta(days=7)
_POPULAR_CACHE_SECONDS = 30
# Seconds; with what hot words are old already, no answer shows one after a minute.
MAX_HOT_AGE = 10.0
MAX_SUGGESTIONS_AGE = 20.0
# Bytes that kept results and suggestions take in memory, and each id.
_OVERHEAD, _ID_SIZE = 2000, 40


@dataclass(frozen=True)
class SearchHit:
    """A course that was found, and by field the spans [start, end) of code points that match.

    `found_in` says where the best hit lies; None for a course that only filters have found.
    """

    card: Fragment
    highlights: dict[str, list[tuple[int, int]]]
    found_in: Place | None = None


def search(
    *,
    text: str,
    kind: int | None = None,
    category_id: int | None = None,
    free: bool = False,
    ordering: str | None = None,
    exact: bool = False,
) -> SearchResults:
    """Search for a text of any length and content; `exact` refuses a corrected word.

    Three queries at most, more with few hits. None if the same was searched since anything
    public has changed.
    """
    query, filters = parse(text), SearchFilters(kind, category_id, free, ordering)
    if query.is_blank:
        return SearchResults(query, filters)
    return result_cache.get_or_make(
        (settings.SEARCH_URL, query.text, query.taiwan, filters, exact),
        lambda: _ask(query, filters, exact=exact),
        size=_size,
    )


def load_hits(results: SearchResults, ids: Sequence[int]) -> list[SearchHit]:
    """Return the cards of a page's courses with their highlights, in the order of `ids`.

    Those hidden meanwhile, or moved to what the filters leave out, are missing. Five queries at
    most.
    """
    cards = card_fragments.load_listed(ids)
    hits = {
        pk: SearchHit(
            card,
            {
                "name": highlight(card.name, results.words),
                "brief": highlight(card.brief, results.words),
            },
        )
        for pk in ids
        if (card := cards.get(pk)) and results.filters.let_pass(card.kind, card.category_id)
    }
    unmarked = [pk for pk, hit in hits.items() if not any(hit.highlights.values())]
    places = found_in.places(unmarked, results.words)
    return [replace(hit, found_in=places.get(pk) or _on_card(hit)) for pk, hit in hits.items()]


def _on_card(hit: SearchHit) -> Place | None:
    field = next((field for field, spans in hit.highlights.items() if spans), None)
    return Place(field) if field else None


def recheck(results: SearchResults) -> SearchResults:
    """Check every id against the database, after some turned out to be hidden. One query."""
    return replace(results, ids=visibility.filter_visible(results.ids, results.filters))


def suggestions(*, text: str) -> list[Completed]:
    """Complete what is being typed: hot words, words, names. Five queries at most.

    None if the same was typed in the last `MAX_SUGGESTIONS_AGE` seconds and nothing has changed.
    """
    cleaned = clean(text)
    typed = normalize(cleaned)
    if not typed:
        return []
    return result_cache.get_or_make(
        (settings.SEARCH_URL, "suggestions", typed),
        lambda: _suggestions(parse(cleaned)),
        size=lambda _: _OVERHEAD,
        max_age=MAX_SUGGESTIONS_AGE,
    )


def _suggestions(query: Query) -> list[Completed]:
    found = circuit_breaker.query_engine(lambda engine: completing.by_engine(engine, query))
    if found is None:
        found = completing.by_database(query)
    known = result_cache.get_or_make(
        "hot", hot_words, size=lambda _: _OVERHEAD, max_age=MAX_HOT_AGE
    )
    hot = completing.hot(known, query.text)
    return completing.distinct([*hot, *completing.names(query.text), *found])


def has_category(category_id: int) -> bool:
    """Whether the catalogue shows a category of this id. One query."""
    return CourseCategory.objects.visible().filter(pk=category_id).exists()


def hot_words() -> list[str]:
    """Return the words under the box: those an admin chose, then the most popular ones.

    One query, and two more once in `_POPULAR_CACHE_SECONDS`.
    """
    chosen = HotWord.objects.visible().values_list("word", flat=True)[:MAX_HOT_WORDS]
    popular: list[str] = cache.get_or_set(POPULAR_KEY, popular_words, _POPULAR_CACHE_SECONDS) or []
    return distinct_texts([*chosen, *popular])[:MAX_HOT_WORDS]


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


def _ask(query: Query, filters: SearchFilters, *, exact: bool) -> SearchResults:
    # One for the whole search, which an engine may let run several times.
    source = lru_cache(maxsize=1)(EngineSource)
    results = circuit_breaker.query_engine(
        lambda engine: answering.answer(source(engine), query, filters, exact=exact)
    )
    return results or answering.answer(DatabaseSource(), query, filters, exact=exact)


def _size(results: SearchResults) -> int | None:
    """Bytes of memory, about. What the database has answered is not kept."""
    if results.engine == database.NAME:
        return None
    return _OVERHEAD + _ID_SIZE * len(results.ids)
