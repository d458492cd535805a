"""What the search box asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Max, Sum
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.search import answering, correction, database, shelf, sounds
from luffy_api.apps.search.counting import POPULAR_KEY
from luffy_api.apps.search.engines.base import SearchBackend
from luffy_api.apps.search.folding import fold, marks
from luffy_api.apps.search.models import BlockedWord, HotWord, SearchWord
from luffy_api.apps.search.query import Query, clean, is_literal, parse
from luffy_api.apps.search.shelf import Narrowing

MAX_HOT_WORDS = 10
# Of one person's words nobody else is told.
ENOUGH_PEOPLE = 3
WEEK = timedelta(days=7)
_SEARCHED_SECONDS = 60
MAX_SUGGESTIONS = 8
_MAX_HOT_SUGGESTIONS = 3
_MAX_WORD_SUGGESTIONS = 2
# So few hits, and none in a name, may be accidents: what was meant is asked all the same.
_TOO_LITTLE = 2


@dataclass(frozen=True)
class Found:
    """All hits in order as ids of courses that may be shown, and what may have been meant."""

    query: Query
    narrowing: Narrowing
    ids: list[int] = field(default_factory=list)
    did_you_mean: str | None = None
    engine: str = database.NAME


def search(
    *,
    text: str,
    kind: int | None = None,
    category_id: int | None = None,
    free: bool = False,
    ordering: str | None = None,
) -> Found:
    """Courses for a query of any length and content. Two queries at most, more without a hit."""
    query, narrowing = parse(text), Narrowing(kind, category_id, free, ordering)
    if query.blank:
        return Found(query, narrowing)
    found = answering.ask(lambda engine: _search(engine, query, narrowing))
    return found or Found(query, narrowing, database.search(query, narrowing))


def page_of(found: Found, ids: Sequence[int]) -> list[Course]:
    """The courses of a page, with `marks`. One query."""
    courses = shelf.cards(ids, found.narrowing)
    words = _marked_words(found.query)
    for course in courses:
        course.marks = {name: marks(getattr(course, name), words) for name in ("name", "brief")}
    return courses


def again(found: Found) -> Found:
    """The same hits after some turned out to be hidden: every id is asked of the database."""
    return Found(
        found.query,
        found.narrowing,
        shelf.keep(found.ids, found.narrowing),
        found.did_you_mean,
        found.engine,
    )


def suggestions(*, text: str) -> list[str]:
    """Ways to go on typing: hot words, words, names of courses. Three queries at most."""
    typed = fold(clean(text))
    if not typed:
        return []
    found = answering.ask(lambda engine: _completions(engine, typed))
    if found is None:
        found = database.suggestions(typed, limit=MAX_SUGGESTIONS)
    hot = [word for word in hot_words() if _begins(word, typed)][:_MAX_HOT_SUGGESTIONS]
    different = {fold(name): name for name in reversed([*hot, *found])}
    return list(reversed(different.values()))[:MAX_SUGGESTIONS]


def hot_words() -> list[str]:
    """The words under the box: those an admin chose, then what was searched most. One query, and
    another two a minute.
    """
    chosen = HotWord.objects.visible().values_list("word", flat=True)[:MAX_HOT_WORDS]
    searched: list[str] = cache.get_or_set(POPULAR_KEY, popular_words, _SEARCHED_SECONDS) or []
    different = {fold(word): word for word in reversed([*chosen, *searched])}
    return list(reversed(different.values()))[:MAX_HOT_WORDS]


def popular_words() -> list[str]:
    """What the most people searched, and found, in the last seven days. Two queries."""
    blocked = [fold(word) for word in BlockedWord.objects.values_list("word", flat=True)]
    week = SearchWord.objects.filter(day__gt=timezone.localdate() - WEEK, found__gt=0)
    words = (
        week.values("key")
        .annotate(people_of_week=Sum("people"), word=Max("text"))
        .filter(people_of_week__gte=ENOUGH_PEOPLE)
        .order_by("-people_of_week", "key")
        .values_list("word", flat=True)[: 10 * MAX_HOT_WORDS]
    )
    return [word for word in words if not any(part in fold(word) for part in blocked)]


def _search(engine: SearchBackend, query: Query, narrowing: Narrowing) -> Found:
    ids, named = _ids(engine, query, narrowing)
    meant = None
    if not ids or (len(ids) <= _TOO_LITTLE and not named and not query.price):
        meant = _meant(engine, query)
    return Found(query, narrowing, ids, meant, engine.name)


def _ids(engine: SearchBackend, query: Query, narrowing: Narrowing) -> tuple[list[int], int]:
    """Visible hits in order, and how many of what the engine found have all words in the name."""
    narrow = {"kind": narrowing.kind, "category_id": narrowing.category_id}
    if query.price is None:
        hits = engine.search(query, **narrow)
        return shelf.keep(hits.ids, narrowing, strictly=False), hits.named
    priced = _priced(engine, query, narrowing)
    texts = engine.search(query.with_number(), **narrow)
    as_words = shelf.keep(texts.ids, narrowing)
    if narrowing.ordering:
        return shelf.keep([*{*as_words, *priced}], narrowing), texts.named
    leading = set(texts.ids[: texts.named])
    first = [pk for pk in as_words if pk in leading]
    return list(dict.fromkeys([*first, *priced, *as_words])), texts.named


def _priced(engine: SearchBackend, query: Query, narrowing: Narrowing) -> list[int]:
    """Courses at the price that the query names, which have the other words of the query."""
    assert query.price is not None
    if not query.chunks:
        return shelf.at_price(query.price, narrowing)
    hits = engine.search(query, kind=narrowing.kind, category_id=narrowing.category_id)
    return shelf.keep(hits.ids, narrowing, price=query.price)


def _meant(engine: SearchBackend, query: Query) -> str | None:
    """The first of the corrector's proposals that finds more; None when there is enough to find."""
    everywhere = Narrowing()
    found = len(_ids(engine, query, everywhere)[0])
    if found > _TOO_LITTLE:
        return None
    for text in correction.proposals(engine, query):
        if len(_ids(engine, parse(text), everywhere)[0]) > found:
            return text
    return None


def _completions(engine: SearchBackend, typed: str) -> list[str]:
    words = [word for term in engine.cutter().terms(typed) for word in term]
    if not words or is_literal(typed):
        return []
    phrases = [(word,) for word in words[:-1]]
    # Courses may have the same name, and some may be hidden by now.
    found = engine.suggest(phrases, words[-1], limit=3 * MAX_SUGGESTIONS)
    of_courses = [completion.course_id for completion in found if completion.course_id]
    shown = set(shelf.keep(of_courses, Narrowing()))
    names = [completion.text for completion in found if completion.course_id in shown]
    others = [completion.text for completion in found if completion.course_id is None]
    others = [word for word in others if word != typed]
    return [*others[:_MAX_WORD_SUGGESTIONS], *names]


def _begins(word: str, typed: str) -> bool:
    """Whether a hot word goes on from what was typed, in writing, pinyin or initials."""
    folded, letters = fold(word), "".join(typed.split())
    forms = (folded, sounds.pinyin(folded), sounds.initials(folded))
    return folded != typed and any(form.startswith(letters) for form in forms)


def _marked_words(query: Query) -> list[str]:
    """What is marked in the texts: the pieces as typed, and what they were cut into."""
    cutter = answering.ask(lambda engine: engine.cutter()) if query.chunks else None
    if cutter is None:
        return list(query.chunks)
    terms = [term for chunk in query.chunks for term in cutter.terms(chunk)]
    return [*query.chunks, *(word for term in terms for word in term)]
