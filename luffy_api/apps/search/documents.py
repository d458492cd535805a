"""Courses as documents: which ones, from which texts, cut into which words."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    CourseSection,
    Teacher,
)
from luffy_api.apps.search import sounds, words
from luffy_api.apps.search.engines.base import Document
from luffy_api.apps.search.folding import fold
from luffy_api.apps.search.models import HotWord
from luffy_api.apps.search.query import name_key

# A million students would count 1.2.
_POPULARITY_UNIT = 5
_MAX_DICTIONARY = 5000
_MAX_WORD = 12


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of one course as they stand in the database."""

    id: int
    name: str
    brief: str
    kind: int
    category_id: int
    category: str
    teacher: str
    students: int
    outline: tuple[str, ...]

    @property
    def popularity(self) -> float:
        """0 without students, rising ever more slowly; in steps, so that it rarely changes."""
        return round(math.log10(1 + self.students) / _POPULARITY_UNIT, 2)

    def fingerprint(self) -> int:
        """Another one (63 bits) whenever anything that is indexed is another."""
        parts = (self.id, self.name, self.brief, self.kind, self.category_id, self.category)
        text = repr((*parts, self.teacher, self.popularity, self.outline))
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1


def sources(ids: Sequence[int], *, gapless: bool = False) -> list[Source]:
    """Those of the courses that are on the shelves, with what students may see. Three queries.

    `gapless` says that there are no other ids between the first and the last, as of a chunk of
    `id_chunks`; databases read a range much faster than a list.
    """
    if not ids:
        return []
    rows = list(
        Course.objects.on_shelf()
        .filter(_among("pk", ids, gapless=gapless))
        .order_by("pk")
        .values_list(
            "pk",
            "name",
            "brief",
            "kind",
            "course_category_id",
            "course_category__name",
            "teacher__name",
            "students",
        )
    )
    outlines = _outlines(ids, gapless=gapless)
    return [Source(*row, outline=tuple(outlines[row[0]])) for row in rows]


def build(source: Source, cutter: words.Cutter) -> Document:
    """The document of a course."""
    name = fold(source.name)
    teacher, category = fold(source.teacher), fold(source.category)
    return Document(
        id=source.id,
        name=source.name,
        key=name_key(name),
        kind=source.kind,
        category_id=source.category_id,
        popularity=source.popularity,
        names=" ".join(cutter.tokens(name)),
        people=f"{_person(teacher, cutter)} {_person(category, cutter)}",
        outline=" ".join(map(cutter.indexed, source.outline)),
        brief=" ".join(cutter.tokens(fold(source.brief))),
        sounds=" ".join(sounds.sounds(name, cutter)),
        letters=" ".join(words.letters("\0".join((name, teacher, category)))),
        fingerprint=source.fingerprint(),
    )


def build_all(ids: Sequence[int], cutter: words.Cutter, *, gapless: bool = False) -> list[Document]:
    """The documents of those courses that are on the shelves; see `sources`."""
    return [build(source, cutter) for source in sources(ids, gapless=gapless)]


def id_chunks(size: int) -> Iterator[list[int]]:
    """The ids of all courses, in order; courses that come meanwhile may be missing."""
    after = 0
    while True:
        ids = Course.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        chunk = list(ids[:size])
        if not chunk:
            return
        yield chunk
        after = chunk[-1]


def dictionary() -> list[str]:
    """The catalogue's own words, which must not be cut: categories, teachers, chosen hot words."""
    names = [
        *CourseCategory.objects.not_deleted().values_list("name", flat=True)[:_MAX_DICTIONARY],
        *Teacher.objects.not_deleted().values_list("name", flat=True)[:_MAX_DICTIONARY],
        *HotWord.objects.visible().values_list("word", flat=True)[:_MAX_DICTIONARY],
    ]
    return sorted({word for name in names for word in _whole(fold(name))})


def _among(field: str, ids: Sequence[int], *, gapless: bool) -> Q:
    if gapless:
        return Q(**{f"{field}__gte": ids[0], f"{field}__lte": ids[-1]})
    return Q(**{f"{field}__in": ids})


def _outlines(ids: Sequence[int], *, gapless: bool) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    of_these = _among("course_id", ids, gapless=gapless)
    chapters = CourseChapter.objects.visible().filter(of_these).order_by()
    for course_id, name in chapters.values_list("course_id", "name"):
        found[course_id].append(name)
    of_these = _among("chapter__course_id", ids, gapless=gapless)
    sections = CourseSection.objects.visible().filter(of_these).order_by()
    for course_id, name in sections.values_list("chapter__course_id", "name"):
        found[course_id].append(name)
    for names in found.values():
        names.sort()
    return found


@lru_cache(maxsize=10_000)
def _person(folded: str, cutter: words.Cutter) -> str:
    """The words of a teacher's or category's name, and the name as one word."""
    return " ".join([*cutter.tokens(folded), *_whole(folded)])


def _whole(folded: str) -> list[str]:
    """A name as one word, when it is Chinese and not long."""
    one_run = [kind for kind, start, end in words.runs(folded) if end - start == len(folded)]
    return [folded] if one_run == ["han"] and 2 <= len(folded) <= _MAX_WORD else []
