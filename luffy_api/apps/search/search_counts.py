"""Counts searches in the database, many in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Greatest

from luffy_api.apps.search.models import SearchDay, SearchVisitor, SearchWord
from luffy_api.common.transactions import retry_deadlocks

# Words per day. Beyond it the rarest are evicted, so that nobody can fill the table, nor keep the
# words of others out of it for long.
MAX_WORDS = 2000
_EVICTED_AT_ONCE = 200
# Words per visitor and day; more are not typed by people.
MAX_WORDS_PER_VISITOR = 200


class Search(NamedTuple):
    """One search. `key` and `text` are blank when only its number is kept.

    `visitor` is a hash (`search_log.visitor_hash`), `found` the number of hits.
    """

    day: date
    key: str
    text: str
    visitor: int
    found: int
    by_database: bool


def count(searches: Iterable[Search]) -> None:
    """Count searches, each day's in a transaction."""
    by_day: defaultdict[date, list[Search]] = defaultdict(list)
    for search in searches:
        by_day[search.day].append(search)
    for day, of_day in sorted(by_day.items()):
        _count_day(day, of_day)


@retry_deadlocks
@transaction.atomic
def _count_day(day: date, searches: Sequence[Search]) -> None:
    SearchDay.objects.get_or_create(day=day)
    # Locks the day's row, so that no other transaction counts words of this day.
    SearchDay.objects.filter(day=day).update(
        searches=F("searches") + len(searches),
        without_result=F("without_result") + sum(not search.found for search in searches),
        by_database=F("by_database") + sum(search.by_database for search in searches),
    )
    by_key: defaultdict[str, list[Search]] = defaultdict(list)
    for search in _allowed(day, searches):
        by_key[search.key].append(search)
    if by_key:
        _count_words(day, by_key)


def _allowed(day: date, searches: Sequence[Search]) -> list[Search]:
    """Those whose words are kept and whose visitors have not searched for too many others."""
    keys_of: defaultdict[int, set[str]] = defaultdict(set)
    seen = SearchVisitor.objects.filter(
        day=day, visitor__in={search.visitor for search in searches if search.key}
    )
    for visitor, key in seen.values_list("visitor", "key"):
        keys_of[visitor].add(key)
    allowed = []
    for search in searches:
        keys = keys_of[search.visitor]
        if search.key and (search.key in keys or len(keys) < MAX_WORDS_PER_VISITOR):
            keys.add(search.key)
            allowed.append(search)
    return allowed


def _count_words(day: date, by_key: dict[str, list[Search]]) -> None:
    people = _count_people(day, by_key)
    words = SearchWord.objects.filter(day=day)
    known = set(words.filter(key__in=by_key).values_list("key", flat=True))
    for key in sorted(known):
        words.filter(key=key).update(
            searches=F("searches") + len(by_key[key]),
            # A task that comes after its day's visitors were deleted must not reset the number.
            people=Greatest(F("people"), people[key]),
            found=by_key[key][-1].found,
        )
    new = [
        SearchWord(
            day=day,
            key=key,
            text=searches[0].text,
            searches=len(searches),
            people=people[key],
            found=searches[-1].found,
        )
        for key, searches in by_key.items()
        if key not in known
    ]
    new = sorted(new, key=lambda word: -word.people)[:MAX_WORDS]
    _make_room(day, len(new))
    SearchWord.objects.bulk_create(new)


def _count_people(day: date, by_key: dict[str, list[Search]]) -> dict[str, int]:
    """How many people have searched for each of the words on this day."""
    seen = {(key, search.visitor) for key, searches in by_key.items() for search in searches}
    SearchVisitor.objects.bulk_create(
        [SearchVisitor(day=day, key=key, visitor=visitor) for key, visitor in sorted(seen)],
        ignore_conflicts=True,
    )
    of_words = SearchVisitor.objects.filter(day=day, key__in=by_key).order_by()
    return dict(of_words.values("key").annotate(people=Count("pk")).values_list("key", "people"))


def _make_room(day: date, needed: int) -> None:
    """Evict the rarest words of the day when there is no room for so many more."""
    of_day = SearchWord.objects.filter(day=day)
    excess = of_day.count() + needed - MAX_WORDS
    if not needed or excess <= 0:
        return
    rarest = of_day.order_by("people", "searches", "pk").values_list("key", flat=True)
    keys = list(rarest[: excess + _EVICTED_AT_ONCE])
    of_day.filter(key__in=keys).delete()
    SearchVisitor.objects.filter(day=day, key__in=keys).delete()
