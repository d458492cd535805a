"""What is said in the videos of courses, by their subtitles.

They are searched when the other texts of the catalogue say too little, and only in an index. Of a
section one language is read, Chinese before others, and of that so many characters; an hour of
speech has some fifteen thousand. The index has each word of a course once, so that a course takes
no more room than its vocabulary.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Left

from luffy_api.apps.course.models import CourseSection
from luffy_api.apps.course.models.outline import visible_section
from luffy_api.apps.search.normalization import normalize
from luffy_api.apps.search.tokenizer import Tokenizer
from luffy_api.apps.video.models import Subtitle
from luffy_api.libs.subtitles import words_of

COURSE = "section__chapter__course_id"
MAX_SECTIONS = 200
MAX_CHARACTERS, MAX_COURSE_CHARACTERS = 20_000, 200_000
# WebVTT has the times of each line, too.
_MAX_WEBVTT = 5 * MAX_CHARACTERS
# Files that are read for the lines of a page of results.
_MAX_FILES = 20
_RANKS = {language: rank for rank, language in enumerate(Subtitle.Language.values)}


class Version(NamedTuple):
    """A stored file of subtitles, and when it was stored."""

    id: int
    stored: str


def versions(courses: Q) -> dict[int, tuple[Version, ...]]:
    """The subtitles that are searched, of visible sections, by course. One query.

    `courses` is a condition on COURSE.
    """
    video = Q(section__section_type=CourseSection.SectionType.VIDEO)
    rows = Subtitle.objects.filter(courses, visible_section("section__"), video).order_by()
    best: dict[tuple[int, int], tuple[int, Version]] = {}
    for course, section, language, pk, stored in rows.values_list(
        COURSE, "section_id", "language", "pk", "updated_time"
    ):
        found = _RANKS.get(language, len(_RANKS)), Version(pk, stored.isoformat())
        key = course, section
        best[key] = min(found, best.get(key, found))
    by_course: dict[int, list[Version]] = {}
    for (course, _), (_, version) in sorted(best.items()):
        by_course.setdefault(course, []).append(version)
    return {course: tuple(found[:MAX_SECTIONS]) for course, found in by_course.items()}


def tokens(subtitles: Sequence[Version], tokenizer: Tokenizer) -> str:
    """Each word of a course's subtitles once. One query."""
    said: list[str] = []
    left = MAX_COURSE_CHARACTERS
    for webvtt in _read(Q(pk__in=[each.id for each in subtitles])).values():
        text = "\n".join(words_of(webvtt, limit=min(left, MAX_CHARACTERS)))
        said.append(text)
        left -= len(text)
    return tokenizer.distinct(normalize("\n".join(said)))


def lines(ids: Sequence[int], words: Sequence[str]) -> dict[int, str]:
    """The line of each course's subtitles that has most of the words, if any has one. Two queries.

    None for no courses.
    """
    if not ids:
        return {}
    courses = {
        each.id: course
        for course, found in versions(Q(**{f"{COURSE}__in": ids})).items()
        for each in found
    }
    has_one = Q()
    for word in words:
        has_one |= Q(webvtt__icontains=word)
    best: dict[int, tuple[int, str]] = {}
    for pk, webvtt in _read(Q(pk__in=courses) & has_one, limit=_MAX_FILES).items():
        for line in words_of(webvtt, limit=MAX_CHARACTERS):
            count = _count(line, words)
            if count > best.get(courses[pk], (0, ""))[0]:
                best[courses[pk]] = count, line
    return {course: line for course, (_, line) in best.items()}


def _count(line: str, words: Sequence[str]) -> int:
    """How many of the normalized words a line has."""
    text = normalize(line)
    return sum(word in text for word in words)


def _read(condition: Q, limit: int = MAX_SECTIONS) -> dict[int, str]:
    """The beginnings of files by primary key, in order."""
    rows = Subtitle.objects.filter(condition).order_by("pk")
    return dict(rows.values_list("pk", Left("webvtt", _MAX_WEBVTT))[:limit])
