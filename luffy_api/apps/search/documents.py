"""The documents of the index: the listed courses with their texts as tokens."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db.models import FilteredRelation, Q

from luffy_api.apps.course.models import (
    Course,
    CourseCategory,
    CourseChapter,
    Teacher,
)
from luffy_api.apps.search import spoken
from luffy_api.apps.search.engines.base import Document
from luffy_api.apps.search.models import HotWord
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.pinyin import pinyin_forms
from luffy_api.apps.search.query import name_key
from luffy_api.apps.search.tokenizer import Tokenizer, characters, is_han, runs

# The popularity of a million students is 1.2.
_POPULARITY_DIVISOR = 5
_MAX_DICTIONARY = 5000
_MAX_NAME = 12
# Copied for each fingerprint, which is cheaper than making one.
_EMPTY_DIGEST = hashlib.blake2b(digest_size=8)
_VISIBLE_SECTION = Q(coursesections__is_show=True, coursesections__is_delete=False)


class CourseSource(NamedTuple):
    """What is indexed of one course, as it stands in the database."""

    id: int
    name: str
    brief: str
    kind: int
    category_id: int
    category: str
    teacher: str
    students: int
    outline: tuple[str, ...]
    subtitles: tuple[spoken.Version, ...] = ()
    level: int = 0

    @property
    def popularity(self) -> float:
        """The logarithm of the students, rounded so that few enrolments change the document."""
        return _popularity(self.students)

    def fingerprint(self) -> int:
        """Return a hash (63 bits) of everything that is indexed."""
        numbers = f"{self.id} {self.kind} {self.category_id} {self.level} {self.popularity}"
        texts = [numbers, self.name, self.brief, self.category, self.teacher, *self.outline]
        if self.subtitles:
            texts += map(str, self.subtitles)
        digest = _EMPTY_DIGEST.copy()
        digest.update("\0".join(texts).encode("utf-8", "surrogatepass"))
        return int.from_bytes(digest.digest(), "big") >> 1


def load_sources(ids: Sequence[int], *, contiguous: bool = False) -> list[CourseSource]:
    """Load those of the courses that are listed, with their visible outlines and what there is
    of subtitles. Three queries.

    `contiguous` says that the table has no other ids between the first and the last, as in a chunk
    of `iter_id_chunks`; databases read a range much faster than a list.
    """
    if not ids:
        return []
    # Whether a course is listed is looked at below: as a condition of the query it makes SQLite
    # read the index of all listed courses, for each chunk.
    rows = list(
        Course.objects.filter(_id_condition("pk", ids, contiguous=contiguous))
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
            "level",
            "is_listed",
        )
    )
    outlines = load_outlines(ids, contiguous=contiguous)
    subtitles = spoken.versions(_id_condition(spoken.COURSE, ids, contiguous=contiguous))
    return [
        CourseSource(
            *row[:-2], tuple(outlines.get(row[0], ())), subtitles.get(row[0], ()), level=row[-2]
        )
        for row in rows
        if row[-1]
    ]


def build_document(source: CourseSource, tokenizer: Tokenizer) -> Document:
    """Tokenize the texts of a course. One query for one with subtitles."""
    name = normalize(source.name)
    of_name = runs(name)
    people, of_people = _people(source.teacher, source.category, tokenizer)
    names = tokenizer.tokenize_runs(of_name)
    outline = " ".join(map(tokenizer.tokenize_text, source.outline))
    brief = tokenizer.tokenize(normalize(source.brief))
    said = spoken.tokens(source.subtitles, tokenizer) if source.subtitles else ""
    return Document(
        id=source.id,
        name=source.name,
        key=name_key(name),
        kind=source.kind,
        category_id=source.category_id,
        popularity=source.popularity,
        names=names,
        people=people,
        outline=outline,
        brief=brief,
        spoken=f"{names} {people} {outline} {brief} {said}" if said else "",
        pinyin=pinyin_forms(of_name, tokenizer),
        characters=f"{characters(name)} {of_people}",
        fingerprint=source.fingerprint(),
        level=source.level,
    )


def build_documents(
    ids: Sequence[int], tokenizer: Tokenizer, *, contiguous: bool = False
) -> list[Document]:
    """Build the documents of those courses that are listed; see `load_sources`."""
    sources = load_sources(ids, contiguous=contiguous)
    return [build_document(source, tokenizer) for source in sources]


def iter_id_chunks(size: int) -> Iterator[list[int]]:
    """Yield the ids of all courses in order; courses added meanwhile may be missing."""
    after = 0
    while True:
        ids = Course.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        chunk = list(ids[:size])
        if not chunk:
            return
        yield chunk
        after = chunk[-1]


def dictionary() -> list[str]:
    """Return the words that are never split: names of categories and teachers, chosen hot words."""
    names = [
        *CourseCategory.objects.not_deleted().values_list("name", flat=True)[:_MAX_DICTIONARY],
        *Teacher.objects.not_deleted().values_list("name", flat=True)[:_MAX_DICTIONARY],
        *HotWord.objects.visible().values_list("word", flat=True)[:_MAX_DICTIONARY],
    ]
    return sorted({word for name in names for word in _as_one_word(normalize(name))})


def _id_condition(field: str, ids: Sequence[int], *, contiguous: bool) -> Q:
    if contiguous:
        return Q(**{f"{field}__gte": ids[0], f"{field}__lte": ids[-1]})
    return Q(**{f"{field}__in": ids})


def load_outlines(ids: Sequence[int], *, contiguous: bool = False) -> dict[int, list[str]]:
    """Return the visible names of chapters and sections by course, sorted. One query."""
    chapters = (
        CourseChapter.objects.visible()
        .filter(_id_condition("course_id", ids, contiguous=contiguous))
        .annotate(section=FilteredRelation("coursesections", condition=_VISIBLE_SECTION))
        .order_by()
        .values_list("course_id", "pk", "name", "section__name")
    )
    outlines: defaultdict[int, list[str]] = defaultdict(list)
    chapters_seen = set()
    for course_id, chapter_id, chapter, section in chapters:
        names = outlines[course_id]
        if chapter_id not in chapters_seen:
            chapters_seen.add(chapter_id)
            names.append(chapter)
        if section is not None:
            names.append(section)
    for names in outlines.values():
        names.sort()
    return outlines


@lru_cache(maxsize=10_000)
def _popularity(students: int) -> float:
    return round(math.log10(1 + students) / _POPULARITY_DIVISOR, 2)


@lru_cache(maxsize=10_000)
def _people(teacher: str, category: str, tokenizer: Tokenizer) -> tuple[str, str]:
    """The tokens of both names, with each name as one token; and their characters.

    Before each name stands a character that no name has, so that nobody finds the end of one and
    the beginning of the next.
    """
    names = normalize(teacher), normalize(category)
    tokens = [token for name in names for token in (tokenizer.tokenize(name), *_as_one_word(name))]
    return " ".join(tokens), characters("".join(f"\0{name}" for name in names))


def _as_one_word(normalized: str) -> list[str]:
    """The name itself when it is Chinese throughout and not long, else nothing."""
    whole = runs(normalized) == [normalized] and is_han(normalized)
    return [normalized] if whole and 2 <= len(normalized) <= _MAX_NAME else []
