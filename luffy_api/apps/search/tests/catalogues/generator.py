"""Courses with labels: what each one is about is known before any engine sees it. Pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product

from luffy_api.apps.search.tests.catalogues import vocabulary as words

SEED = 20261122
TRAP_SHARE = 0.03
MENTION_SHARE = 0.4

CATEGORY_OF = {subject: name for name, subjects in words.SUBJECTS.items() for subject in subjects}
SUBJECTS = list(CATEGORY_OF)
COMPANIONS_OF = {
    subject: words.COMPANIONS.get(subject)
    or [other for other in words.SUBJECTS[category] if other != subject]
    for subject, category in CATEGORY_OF.items()
}
MENTIONABLE = [*SUBJECTS, *words.PROJECTS]
TEACHERS = ["".join(pair) for pair in product(words.FAMILY_NAMES, words.GIVEN_NAMES)]


@dataclass(frozen=True)
class GeneratedCourse:
    """A course as it will be stored, and its labels. `price` in yuan.

    `about` holds subjects, project and style that the name announces. A course that merely
    mentions something is a worse answer than one about it.
    """

    name: str
    brief: str
    category: str
    teacher: str
    price: Decimal
    students: int
    kind: int
    chapters: list[tuple[str, list[str]]]
    about: frozenset[str]

    @cached_property
    def mentions(self) -> frozenset[str]:
        """Subjects and projects of its brief and lessons."""
        lessons = "".join(lesson for _, lessons in self.chapters for lesson in lessons)
        return frozenset(word for word in MENTIONABLE if word in self.brief or word in lessons)

    def tells_of(self, label: str) -> bool:
        """Whether it is about something or at least mentions it."""
        return label in self.about or label in self.mentions


def teachers(size: int) -> list[str]:
    """Names of a school with `size` courses: one teacher for about a hundred of them."""
    return random.Random(SEED).sample(TEACHERS, max(10, min(size // 100, len(TEACHERS))))


def courses(size: int, *, seed: int = SEED) -> Iterator[GeneratedCourse]:
    """The same `size` courses for the same seed."""
    chance = random.Random(seed)
    staff = teachers(size)
    for _ in range(size):
        yield _trap(chance, staff) if chance.random() < TRAP_SHARE else _course(chance, staff)


def _course(chance: random.Random, staff: list[str]) -> GeneratedCourse:
    subject = chance.choice(SUBJECTS)
    name, about = _name(chance, subject)
    return _complete(chance, staff, name, CATEGORY_OF[subject], about)


def _trap(chance: random.Random, staff: list[str]) -> GeneratedCourse:
    trap = chance.choice(words.TRAPS)
    name = f"{trap}{chance.choice(['', f' 第 {chance.randint(2, 40)} 辑'])}"
    return _complete(chance, staff, name, chance.choice(list(words.SUBJECTS)), set())


def _name(chance: random.Random, subject: str) -> tuple[str, set[str]]:
    """A name, with or without spaces where Chinese and Latin letters meet, and its labels."""
    style, project = chance.choice(words.STYLES), chance.choice(words.PROJECTS)
    companion = chance.choice(COMPANIONS_OF[subject])
    gap = chance.choice(["", " "])
    # Two Latin words never stand together without a space.
    both = " " if companion.isascii() and subject.isascii() else gap
    pattern = chance.choice(
        [
            (f"{subject}{gap}{style}", ""),
            (f"{subject}{gap}{project}{style}", project),
            (f"用 {subject} 做{project}", project),
            (f"{project}:{subject}{gap}{style}", project),
            (f"{subject}{gap}{style}(第 {chance.randint(2, 30)} 期)", ""),
            (f"{subject} 与 {companion} {style}", companion),
            (f"{subject}{both}{companion}{gap}{project}{style}", companion),
        ]
    )
    name, other = pattern
    return name, {word for word in (subject, other, style, project) if word and word in name}


def _complete(
    chance: random.Random, staff: list[str], name: str, category: str, about: set[str]
) -> GeneratedCourse:
    price = Decimal(chance.choice(words.PRICES))
    return GeneratedCourse(
        name=name,
        brief=_brief(chance),
        category=category,
        teacher=chance.choice(staff),
        price=price,
        # A few courses have most of the students.
        students=int(chance.paretovariate(0.9) * 20) % 200_000,
        kind=chance.choice([2, 3]) if price else 1,
        chapters=_chapters(chance),
        about=frozenset(about),
    )


def _brief(chance: random.Random) -> str:
    text = chance.choice(words.BRIEFS).format(
        weeks=chance.randint(2, 12), project=chance.choice(words.PROJECTS)
    )
    if chance.random() < MENTION_SHARE:
        text += chance.choice(words.MENTIONS).format(other=chance.choice(SUBJECTS))
    return text


def _chapters(chance: random.Random) -> list[tuple[str, list[str]]]:
    return [
        (name, [_lesson(chance) for _ in range(chance.randint(1, 2))])
        for name in chance.sample(words.CHAPTERS, chance.randint(1, 2))
    ]


def _lesson(chance: random.Random) -> str:
    lesson = chance.choice(words.LESSONS)
    if chance.random() < MENTION_SHARE / 4:
        return f"{lesson}:{chance.choice(SUBJECTS)}"
    return lesson
