"""The search log: how often each word is searched on a day, and by how many people.

A search is counted by a task, so that its visitor waits for nothing but the queue. Who searched is
kept until the day is over, and only as a hash of 16 bits: that is enough to count a person once per
word and day, while each value stands for thousands of addresses.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from huey.contrib.djhuey import db_task

from luffy_api.apps.search.models import (
    BlockedWord,
    HotWord,
    SearchDay,
    SearchVisitor,
    SearchWord,
)
from luffy_api.apps.search.query import clean, parse
from luffy_api.apps.search.tokenizer import has_tokens
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# The cache key of selectors.popular_words.
POPULAR_KEY = "search:popular"

MAX_LENGTH = 32
# Words per day. Beyond it the rarest are evicted, so that nobody can fill the table, nor keep the
# words of others out of it for long.
MAX_WORDS = 2000
_EVICTED_AT_ONCE = 200
# Words per visitor and day; more are not typed by people.
MAX_WORDS_PER_VISITOR = 200
VISITOR_BITS = 16
# Telephone, order and card numbers and e-mail addresses, typed into the wrong box.
_PERSONAL = re.compile(r"@|[0-9](?:[ -]?[0-9]){4}")


def record(*, text: str, found: int, visitor: str, by_database: bool = False) -> None:
    """Queue a search to be counted; raises nothing.

    `found` is the number of hits, `visitor` the client's IP prefix, of which only a hash is queued.
    Texts that may be personal or are no words are counted, but not kept.
    """
    day = timezone.localdate()
    key = word_key(text)
    try:
        count_search(
            day=day,
            key=key,
            text=clean(text)[:MAX_LENGTH] if key else "",
            visitor=visitor_hash(visitor, day),
            found=found,
            by_database=by_database,
        )
    except Exception:
        logger.exception("the task queue takes no searches")


def word_key(text: str) -> str:
    """Return a digest of the normalized query; blank when the text must not be kept.

    A digest, because the databases and Python disagree about which texts are equal.
    """
    query = parse(text)
    short = 2 <= len(query.text) <= MAX_LENGTH
    if not short or not has_tokens(query.text) or _PERSONAL.search(query.text):
        return ""
    return hashlib.sha256(query.text.encode()).hexdigest()[:32]


def visitor_hash(visitor: str, day: date) -> int:
    """Return VISITOR_BITS of a keyed hash that is another one every day."""
    message = f"{day}:{visitor}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % (1 << VISITOR_BITS)


@db_task()  # type: ignore[untyped-decorator]
def count_search(
    *, day: date, key: str, text: str, visitor: int, found: int, by_database: bool
) -> None:
    """Count a search; an error of the database is logged and costs only this count."""
    try:
        _count(day, key, text, visitor, found, by_database=by_database)
    except DatabaseError:
        logger.exception("a search could not be counted")


def delete_old() -> None:
    """Delete the visitors of past days, and words that no list shows any more."""
    today = timezone.localdate()
    delete_in_chunks(SearchVisitor.objects.filter(day__lt=today))
    delete_in_chunks(SearchWord.objects.filter(day__lt=today - settings.SEARCH_WORD_RETENTION))


def choose(words: Iterable[str]) -> int:
    """Add hot words; return the number of new ones."""
    new = [HotWord.objects.get_or_create(word=word)[1] for word in sorted(set(words))]
    return sum(new)


def block(words: Iterable[str]) -> int:
    """Keep words from becoming hot words; return the number of new ones."""
    new = [BlockedWord.objects.get_or_create(word=word)[1] for word in sorted(set(words))]
    return sum(new)


@retry_deadlocks
@transaction.atomic
def _count(day: date, key: str, text: str, visitor: int, found: int, *, by_database: bool) -> None:
    SearchDay.objects.get_or_create(day=day)
    # Locks the day's row, so that no other transaction counts words of this day.
    SearchDay.objects.filter(day=day).update(
        searches=F("searches") + 1,
        without_result=F("without_result") + (not found),
        by_database=F("by_database") + by_database,
    )
    if key and _may_count(day, key, visitor):
        _count_word(day, key, text, visitor, found)


def _may_count(day: date, key: str, visitor: int) -> bool:
    of_visitor = SearchVisitor.objects.filter(day=day, visitor=visitor)
    keys = set(of_visitor.values_list("key", flat=True)[:MAX_WORDS_PER_VISITOR])
    return key in keys or len(keys) < MAX_WORDS_PER_VISITOR


def _count_word(day: date, key: str, text: str, visitor: int, found: int) -> None:
    seen = SearchVisitor(day=day, key=key, visitor=visitor)
    SearchVisitor.objects.bulk_create([seen], ignore_conflicts=True)
    people = SearchVisitor.objects.filter(day=day, key=key).count()
    counted = SearchWord.objects.filter(day=day, key=key).update(
        searches=F("searches") + 1,
        # A task that comes after its day's visitors were deleted must not reset the number.
        people=Greatest(F("people"), people),
        found=found,
    )
    if not counted:
        _evict_rarest(day)
        SearchWord.objects.create(
            day=day, key=key, text=text, searches=1, people=people, found=found
        )


def _evict_rarest(day: date) -> None:
    """Make room for one more word of the day."""
    of_day = SearchWord.objects.filter(day=day)
    if of_day.count() < MAX_WORDS:
        return
    rarest = of_day.order_by("people", "searches", "pk").values_list("key", flat=True)
    keys = list(rarest[: 1 + _EVICTED_AT_ONCE])
    of_day.filter(key__in=keys).delete()
    SearchVisitor.objects.filter(day=day, key__in=keys).delete()
