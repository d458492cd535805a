"""What version of everything public this process knows: read from the database once a second.

An answer is made under a version, which is read first, so it is never older than what its version
says. A version ends when a Publication was committed, and at the moments at which something public
changes by itself, such as the end of a discount. Numbers of students are not part of it: an answer
may be some seconds older than they are.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeAlias

from django.db import Error
from django.db.models import Count, Max, Sum

from luffy_api.apps.publishing.models import Publication

logger = logging.getLogger(__name__)

# Seconds for which a version is good, and after which one thread reads it anew.
GOOD_FOR, READ_AFTER = 1.0, 0.7
# Seconds to wait for another thread that reads it, and after a failure. A request may wait several
# times, and then for a database that stands still: all of it is less than five seconds.
TURN_SECONDS, PAUSE = 0.2, 1.0
# Seconds that an answer may be older than the last change of a number of students. It is published
# some seconds after a sale, and seen up to a second later; all of it is less than ten.
STUDENTS_AGE = 4.0
# Seconds that any answer may be old: what was written by another program, or by the code of the
# last release beside this one, is seen after that.
MAX_ANSWER_AGE = 60.0

Moments: TypeAlias = Callable[[datetime], datetime | None]


@dataclass(frozen=True)
class Made:
    """When something was made (monotonic seconds), and from which version."""

    label: Hashable
    at: float


@dataclass(frozen=True)
class Version:
    """A version that is good now. `label` is equal as long as nothing has changed."""

    label: Hashable
    students_changed_at: float

    def made(self) -> Made:
        """For what is made from now on."""
        return Made(self.label, time.monotonic())

    def holds(self, made: Made, *, max_age: float = MAX_ANSWER_AGE) -> bool:
        """Whether something that was made earlier is still as good as new."""
        age = time.monotonic() - made.at
        return (
            made.label == self.label
            and age < max_age
            and (made.at > self.students_changed_at or age < STUDENTS_AGE)
        )


class Versions:
    """The version that this process knows."""

    def __init__(self) -> None:
        self._moments: list[Moments] = []
        self._lock = threading.Lock()
        self._epoch = 0
        self._content: Hashable = None
        self._students: Hashable = None
        self._students_changed_at = -inf
        self._next_moment = -inf
        self._read_at = self._failed_at = -inf

    def change_by_themselves(self, moments: Moments) -> None:
        """Register a function that says when something public changes next after a moment (UTC).

        It may ask the database; None for never.
        """
        self._moments.append(moments)

    def expire(self) -> None:
        """Read the version before it is used again: this process has just changed something.

        So the database is there.
        """
        self._read_at = self._failed_at = -inf

    def now(self) -> Version | None:
        """The version, read less than a second ago; None when the database does not tell."""
        age = time.monotonic() - self._read_at
        if (age >= READ_AFTER or time.time() >= self._next_moment) and not self._refresh(age):
            return None
        return Version((self._epoch, self._content), self._students_changed_at)

    def at_hand(self) -> Version | None:
        """The version, unless it has to be read first."""
        if self._is_outdated():
            return None
        return Version((self._epoch, self._content), self._students_changed_at)

    def _refresh(self, age: float) -> bool:
        """Whether the version is good now. One thread asks, others wait for it if they must."""
        must_wait = age >= GOOD_FOR or time.time() >= self._next_moment
        if not self._lock.acquire(timeout=TURN_SECONDS if must_wait else 0):
            return not must_wait
        try:
            if time.monotonic() - self._failed_at < PAUSE:
                return not must_wait
            if self._is_outdated():
                self._read()
        except Error as error:
            self._failed_at = time.monotonic()
            logger.warning("the version of what is public is unknown: %s", type(error).__name__)
            return not must_wait
        finally:
            self._lock.release()
        return True

    def _is_outdated(self) -> bool:
        age = time.monotonic() - self._read_at
        return age >= READ_AFTER or time.time() >= self._next_moment

    def _read(self) -> None:
        began = time.monotonic()
        content, students = _signatures()
        if content != self._content or time.time() >= self._next_moment:
            self._content = content
            self._next_moment = self._find_next_moment()
            self._epoch += 1
        if students != self._students:
            self._students, self._students_changed_at = students, time.monotonic()
        self._read_at = began

    def _find_next_moment(self) -> float:
        now = datetime.now(UTC)
        found = [moment for moments in self._moments if (moment := moments(now))]
        return min(found).timestamp() if found else inf


def _signatures() -> tuple[Hashable, Hashable]:
    """What tells the present rows from those of any other second, for content and for students.

    Not the greatest id alone: the transaction of a smaller one may have been committed later, and
    ids begin anew in a database that was restored.
    """
    rows: Any = Publication.objects.order_by().values_list("kind")
    signatures = rows.annotate(Count("pk"), Max("pk"), Sum("pk"), Max("created_time"))
    found = {kind: signature for kind, *signature in signatures}
    kinds = Publication.Kind
    return tuple(found.get(kinds.CONTENT, ())), tuple(found.get(kinds.STUDENTS, ()))


versions = Versions()
