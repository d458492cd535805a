import pytest

from luffy_api.apps.dashboard.tests.outline.pages import browser
from luffy_api.tests.factories import ChapterFactory, CourseFactory, SectionFactory


@pytest.fixture
def operations():
    return browser(username="李四")


@pytest.fixture
def course():
    """Two chapters: 一 with a, b, c and 二 with d."""
    made = CourseFactory()
    first = ChapterFactory(course=made, name="一", chapter=1)
    second = ChapterFactory(course=made, name="二", chapter=2)
    for rank, name in enumerate("abc", start=1):
        SectionFactory(chapter=first, name=name, orders=rank)
    SectionFactory(chapter=second, name="d", orders=1)
    return made
