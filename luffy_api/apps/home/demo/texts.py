"""The texts of the demo data, read from the JSON files in this folder."""

import json
from pathlib import Path
from typing import Any, NotRequired, TypedDict

FOLDER = Path(__file__).parent
COURSE_FILES = ("courses_free", "courses_actual", "courses_light")


class QuestionText(TypedDict):
    """A question of a quiz, as `QuizQuestion` stores it."""

    kind: int
    text: str
    options: str
    answer: str
    points: int
    explanation: str


class SectionText(TypedDict):
    """A section; the integer is the one of `CourseSection.SectionType`, the duration in seconds."""

    name: str
    section_type: int
    duration: int
    free_trail: bool
    content: NotRequired[str]
    answer: NotRequired[str]
    questions: NotRequired[list[QuestionText]]


class ChapterText(TypedDict):
    """A chapter with its sections in order."""

    name: str
    summary: str
    sections: list[SectionText]


class CourseText(TypedDict):
    """A course; category and teacher by name, the period in days, the price in yuan."""

    slug: str
    name: str
    kind: int
    course_type: int
    category: str
    teacher: str
    level: int
    status: int
    price: str
    vip_price: NotRequired[str]
    study_months: NotRequired[int]
    students: int
    period: int
    pub_date: NotRequired[str]
    pub_in_days: NotRequired[int]
    planned_sections: NotRequired[int]
    brief: str
    detail: str
    chapters: list[ChapterText]


class AttachmentText(TypedDict):
    """The attachment of a course (by its slug): a zip archive of texts, lines by file name."""

    course: str
    name: str
    files: dict[str, list[str]]


class TeacherText(TypedDict):
    """A teacher (fictitious)."""

    slug: str
    name: str
    role: int
    title: str
    signature: str
    brief: str


class DiscountText(TypedDict):
    """A discount; it starts and ends so many days after loading, or before when negative."""

    name: str
    type: str
    value: str
    starts_in_days: int
    ends_in_days: int
    courses: list[str]


class BannerText(TypedDict):
    """A banner that links to a course (by its slug) or to a path of the site."""

    slug: str
    title: str
    course: NotRequired[str]
    link: NotRequired[str]


class TopicText(TypedDict):
    """A topic with the slugs of its courses, in its order; `text` is HTML."""

    slug: str
    title: str
    brief: str
    text: str
    courses: list[str]


def categories() -> list[str]:
    """Names of categories in display order."""
    return list(_read("categories"))


def teachers() -> list[TeacherText]:
    """Teachers in display order."""
    return list(_read("teachers"))


def courses() -> list[CourseText]:
    """Courses of every kind, each kind in display order."""
    return [course for name in COURSE_FILES for course in _read(name)]


def attachments() -> list[AttachmentText]:
    """Attachments; not every course has one."""
    return list(_read("attachments"))


def discounts() -> list[DiscountText]:
    """Discounts: running, ended, and to come."""
    return list(_read("discounts"))


def banners() -> list[BannerText]:
    """Banners in display order."""
    return list(_read("banners"))


def topics() -> list[TopicText]:
    """Topics in display order."""
    return list(_read("topics"))


def hot_words() -> list[str]:
    """Hot words of the search box in display order."""
    return list(_read("hot_words"))


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
