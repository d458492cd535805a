"""The search log: how often each word is searched on a day, and by how many people.

A request only notes a search in memory. Every few seconds each process queues what it has noted as
one task, which counts it. Who searched is kept until the day is over, and only as a hash of 16
bits: that is enough to count a person once per word and day, while each value stands for thousands
of addresses.
"""

import hashlib
import hmac
import logging
import re
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Manager
from django.utils import timezone
from huey.contrib.djhuey import db_task

from luffy_api.apps.search import search_counts
from luffy_api.apps.search.models import BlockedWord, HotWord, SearchVisitor, SearchWord
from luffy_api.apps.search.query import clean, parse
from luffy_api.apps.search.search_counts import Search
from luffy_api.apps.search.tokenizer import has_tokens
from luffy_api.common import audit_log
from luffy_api.common.deletion import delete_in_chunks
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# The cache key of selectors.popular_words.
POPULAR_KEY = "search:popular"

MAX_LENGTH = 32
VISITOR_BITS = 16
# Searches that a process notes between two flushes; of more the oldest are forgotten.
MAX_NOTED = 5000
# Searches of one task, which is one transaction.
BATCH = 200
# Telephone, order and card numbers and e-mail addresses, typed into the wrong box.
_PERSONAL = re.compile(r"@|[0-9](?:[ -]?[0-9]){4}")

_noted: deque[tuple[date, str, int, int, bool]] = deque(maxlen=MAX_NOTED)


def record(*, text: str, found: int, visitor: str, by_database: bool = False) -> None:
    """Note a search, to be counted after the next `flush`.

    `found` is the number of hits, `visitor` the client's IP prefix, of which only a hash is noted.
    Texts that may be personal or are no words are counted, but not kept.
    """
    day = timezone.localdate()
    _noted.append((day, text, visitor_hash(visitor, day), found, by_database))


def flush() -> None:
    """Queue what this process has noted; raises nothing. What a killed process had noted is lost.

    The number of searches is an estimate of what people want: some seconds of one process are no
    loss that anybody could see.
    """
    while batch := _take():
        try:
            count_searches(batch)
        except Exception:
            logger.exception("the task queue takes no searches")
            return


def forget() -> None:
    """Forget what was noted: a forked process does not count what its parent counts."""
    _noted.clear()


def _take() -> list[Search]:
    batch: list[Search] = []
    with suppress(IndexError):
        while len(batch) < BATCH:
            batch.append(_search(*_noted.popleft()))
    return batch


def _search(day: date, text: str, visitor: int, found: int, by_database: bool) -> Search:
    key = word_key(text)
    return Search(day, key, clean(text)[:MAX_LENGTH] if key else "", visitor, found, by_database)


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
def count_searches(searches: list[Search]) -> None:
    """Count searches; an error of the database is logged and costs only these counts."""
    try:
        search_counts.count(searches)
    except DatabaseError:
        logger.exception("%d searches could not be counted", len(searches))


@db_task()  # type: ignore[untyped-decorator]
def count_search(
    *, day: date, key: str, text: str, visitor: int, found: int, by_database: bool
) -> None:
    """Count one search, which the last release has queued while this one was installed."""
    search_counts.count([Search(day, key, text, visitor, found, by_database)])


def delete_old() -> None:
    """Delete the visitors of past days, and words that no list shows any more."""
    today = timezone.localdate()
    delete_in_chunks(SearchVisitor.objects.filter(day__lt=today))
    delete_in_chunks(SearchWord.objects.filter(day__lt=today - settings.SEARCH_WORD_RETENTION))


def choose(words: Iterable[str], *, staff_id: int) -> int:
    """Add hot words; return the number of new ones."""
    return _add(HotWord, words, staff_id)


def block(words: Iterable[str], *, staff_id: int) -> int:
    """Keep words from becoming hot words; return the number of new ones."""
    return _add(BlockedWord, words, staff_id)


@retry_deadlocks
@transaction.atomic
def _add(model: type[HotWord] | type[BlockedWord], words: Iterable[str], staff_id: int) -> int:
    manager: Manager[Any] = model._default_manager
    found = [manager.get_or_create(word=word) for word in sorted(set(words))]
    new = [row for row, is_new in found if is_new]
    added = [(row, True, "从搜索词统计添加") for row in new]
    audit_log.log_rows(added, user_id=staff_id)
    return len(new)
