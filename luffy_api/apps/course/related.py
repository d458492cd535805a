"""Courses that somebody who looks at one may like as well: its students', and those like it.

The former were counted at night (`also_studied`). For the latter the popular ones of its
category, its teacher and its kind are compared with it; each of these is read from an index, so it
costs the same in a catalogue of any size.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Q

from luffy_api.apps.course import also_studied, card_fragments
from luffy_api.apps.course.card_fragments import Fragment
from luffy_api.apps.course.exceptions import CourseNotFound
from luffy_api.apps.course.models import Course, CourseQuerySet

RELATED = 4
# How many popular ones of each reason are compared.
CANDIDATES = 40
# A word that no other candidate has counts 1 at most.
SAME_CATEGORY, SAME_TEACHER = 2.0, 1.0
_WORD = re.compile(r"[a-z0-9+#]+|[\u3400-\u9fff]+")


class Candidate(NamedTuple):
    """A row of `Course`: what a course is compared by."""

    pk: int
    name: str
    category_id: int
    teacher_id: int
    students: int


@dataclass(frozen=True)
class Neighbours:
    """Cards of listed courses; none is in both."""

    related: Sequence[Fragment]
    also_studied: Sequence[Fragment]


_COLUMNS = ("pk", "name", "course_category_id", "teacher_id", "students")


def neighbours(*, course_id: int) -> Neighbours:
    """RELATED listed courses of each at most, the best and the most alike first.

    Five queries, and those of the cards that are not known. Raises CourseNotFound for one that
    visitors do not see.
    """
    listed = Course.objects.listed()
    row = listed.filter(pk=course_id).values_list(*_COLUMNS, "kind").first()
    if row is None:
        raise CourseNotFound
    *columns, kind = row
    course = Candidate(*columns)
    reasons = (
        Q(course_category=course.category_id),
        Q(teacher=course.teacher_id),
        Q(kind=kind),
    )
    others = {
        each.pk: each
        for reason in reasons
        for each in _popular(listed.filter(reason))
        if each.pk != course_id
    }
    studied = also_studied.listed_ids(course_id, limit=RELATED)
    alike = _most_alike(course, list(others.values()))
    related = [each.pk for each in alike if each.pk not in studied][:RELATED]
    cards = card_fragments.load_listed([*related, *studied])
    return Neighbours(*([cards[pk] for pk in ids if pk in cards] for ids in (related, studied)))


def _popular(courses: CourseQuerySet) -> list[Candidate]:
    rows = courses.order_by("-students", "-id").values_list(*_COLUMNS)
    return [Candidate(*row) for row in rows[:CANDIDATES]]


def _most_alike(course: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    """In order; of equally alike ones the more popular comes first."""
    words = {each.pk: frozenset(_words(each.name)) for each in others}
    frequency = Counter(word for found in words.values() for word in found)
    own = frozenset(_words(course.name))

    def rank(other: Candidate) -> tuple[float, int, int]:
        shared = sum(1 - frequency[word] / len(others) for word in own & words[other.pk])
        alike = shared
        if other.category_id == course.category_id:
            alike += SAME_CATEGORY
        if other.teacher_id == course.teacher_id:
            alike += SAME_TEACHER
        return -alike, -other.students, other.pk

    return sorted(others, key=rank)


def _words(name: str) -> Iterator[str]:
    """Latin words, and each two Chinese characters that follow each other."""
    for word in _WORD.findall(unicodedata.normalize("NFKC", name).casefold()):
        if word.isascii() or len(word) == 1:
            yield word
        else:
            yield from map("".join, pairwise(word))
