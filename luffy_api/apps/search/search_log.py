"""What people search for, counted by day and word and never by person.

A search is noted in memory and written a few seconds later with the others, so it costs the
visitor nothing; a process that is killed loses those seconds. Nothing is kept of who searched: of
each word and day a sketch of 60 bits, in which a visitor's network sets the bit that a keyed hash
of it and the day falls on. The number of bits says about how many different visitors there were,
one visitor counts once, and six bits of a hash point to nobody.
"""

import atexit
import hashlib
import hmac
import logging
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.search.models import BlockedWord, HotWord, SearchDay, SearchWord
from luffy_api.apps.search.query import clean, parse
from luffy_api.apps.search.tokenizer import has_tokens
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# Where selectors remember the popular words for a moment.
POPULAR_KEY = "search:popular"

MAX_LENGTH = 32
# Rows per day. When they are used up, the rarest make room: nobody can fill the table, nor keep
# the words of others out of it for long.
MAX_WORDS = 2000
_EVICTED_AT_ONCE = 200
# From one place within one write; whoever searches faster is no student.
_MAX_FROM_ONE_VISITOR = 20
_MAX_BUFFERED_WORDS = 500
_BITS = 60
RETENTION = timedelta(days=8)
# Numbers of telephones, orders and cards, and addresses of e-mail: typed into a wrong box.
_PERSONAL = re.compile(r"@|[0-9](?:[ -]?[0-9]){4}")


@dataclass
class _WordCount:
    text: str
    searches: int = 0
    visitors: int = 0
    found: int = 0


@dataclass
class _Buffer:
    """What has been noted since the last write."""

    words: dict[tuple[date, str], _WordCount] = field(default_factory=dict)
    places: Counter[int] = field(default_factory=Counter)
    days: dict[date, Counter[str]] = field(default_factory=dict)
    timer: threading.Timer | None = None


_lock = threading.Lock()
_buffer = _Buffer()


def record(*, text: str, found: int, visitor: str, by_database: bool = False) -> None:
    """One search with its number of hits; `visitor` is a network, of which only a bit is kept."""
    today = timezone.localdate()
    bit = _bit(visitor, today)
    key = word_key(text)
    with _lock:
        day = _buffer.days.setdefault(today, Counter())
        day.update(searches=1, without_result=not found, by_database=by_database)
        _buffer.places[bit] += 1
        if (
            key
            and _buffer.places[bit] <= _MAX_FROM_ONE_VISITOR
            and len(_buffer.words) < _MAX_BUFFERED_WORDS
        ):
            noted = _buffer.words.setdefault((today, key), _WordCount(clean(text)))
            noted.searches += 1
            noted.visitors |= 1 << bit
            noted.found = found
        _start_timer()


def word_key(text: str) -> str:
    """A digest of the folded query; blank when that is too long, no words, or may be personal.

    A digest, because the databases' ideas of equal texts differ from each other and from ours.
    """
    query = parse(text)
    short = 2 <= len(query.text) <= MAX_LENGTH
    if not short or not has_tokens(query.text) or _PERSONAL.search(query.text):
        return ""
    return hashlib.sha256(query.text.encode()).hexdigest()[:32]


def flush() -> None:
    """Writes what was noted. A fault is logged and costs only these counts."""
    global _buffer
    with _lock:
        noted, _buffer = _buffer, _Buffer()
        if noted.timer:
            noted.timer.cancel()
    try:
        _write(noted)
    except DatabaseError:
        logger.exception("searches could not be counted")


def delete_old() -> None:
    """Removes days that no list shows any more."""
    before = timezone.localdate() - RETENTION
    SearchWord.objects.filter(day__lt=before).delete()


def choose(words: Iterable[str]) -> int:
    """Makes hot words of them; the number of new ones."""
    new = [HotWord.objects.get_or_create(word=word)[1] for word in sorted(set(words))]
    return sum(new)


def block(words: Iterable[str]) -> int:
    """Keeps them from becoming hot words; the number of new ones."""
    new = [BlockedWord.objects.get_or_create(word=word)[1] for word in sorted(set(words))]
    return sum(new)


@retry_deadlocks
@transaction.atomic
def _write(noted: _Buffer) -> None:
    for day, counts in sorted(noted.days.items()):
        SearchDay.objects.get_or_create(day=day)
        SearchDay.objects.filter(day=day).update(
            searches=F("searches") + counts["searches"],
            without_result=F("without_result") + counts["without_result"],
            by_database=F("by_database") + counts["by_database"],
        )
        words = {key: word for (on, key), word in sorted(noted.words.items()) if on == day}
        _write_words(day, words)


def _write_words(day: date, words: dict[str, _WordCount]) -> None:
    """The day's row is locked by now, so that nobody else writes words of this day."""
    rows = SearchWord.objects.filter(day=day, key__in=list(words)).order_by("key")
    for row in rows:
        word = words.pop(row.key)
        row.visitors |= word.visitors
        row.people = row.visitors.bit_count()
        row.searches += word.searches
        row.found = word.found
        row.save()
    _make_room(day, len(words))
    SearchWord.objects.bulk_create(
        SearchWord(
            day=day,
            key=key,
            text=word.text[:MAX_LENGTH],
            searches=word.searches,
            visitors=word.visitors,
            people=word.visitors.bit_count(),
            found=word.found,
        )
        for key, word in words.items()
    )


def _make_room(day: date, coming: int) -> None:
    of_day = SearchWord.objects.filter(day=day)
    if coming and of_day.count() + coming > MAX_WORDS:
        rarest = of_day.order_by("people", "searches", "pk").values_list("pk", flat=True)
        SearchWord.objects.filter(pk__in=list(rarest[: coming + _EVICTED_AT_ONCE])).delete()


def _bit(visitor: str, day: date) -> int:
    message = f"{day}:{visitor}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % _BITS


def _start_timer() -> None:
    """The tests write by hand, with SEARCH_COUNTING_DELAY 0."""
    if _buffer.timer is None and settings.SEARCH_COUNTING_DELAY:
        delay = settings.SEARCH_COUNTING_DELAY.total_seconds()
        _buffer.timer = threading.Timer(delay, _flush_in_thread)
        _buffer.timer.daemon = True
        _buffer.timer.start()


def _flush_in_thread() -> None:
    flush()
    connection.close()


atexit.register(lambda: flush() if _buffer.timer else None)
