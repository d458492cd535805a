"""The head of a document, read as a crawler reads it, and a shop whose pages have one."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from luffy_api.apps.course.models import Course
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    SectionFactory,
    TeacherFactory,
)

SITE = "https://school.example"


NAME = '爬虫 & "实战" </script></noscript><b>'


class Reader(HTMLParser):
    """Knows the tags of a head as a crawler does, and the text of <noscript>."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.meta: dict[str, str] = {}
        self.canonical = ""
        self.structured: dict[str, Any] = {}
        self.without_scripts = ""
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hook of HTMLParser."""
        found = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.meta[found.get("property") or found.get("name", "")] = found.get("content", "")
            return
        if tag == "link":
            self.canonical = found["href"] if found.get("rel") == "canonical" else self.canonical
            return
        self._inside.append(f"{tag}:{found.get('type', '')}")

    def handle_endtag(self, tag: str) -> None:
        """Hook of HTMLParser."""
        if self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Hook of HTMLParser."""
        if "title:" in self._inside:
            self.title += data
        elif "script:application/ld+json" in self._inside:
            found = json.loads(data)
            self.structured[found["@type"]] = found
        elif "noscript:" in self._inside:
            self.without_scripts += data


@pytest.fixture
def shop(settings, tmp_path) -> Course:
    """A course at a price, and this project's own document."""
    settings.PUBLIC_URL = SITE
    settings.WEB_DIST = tmp_path
    document = project.BASE_DIR / "luffy_web" / "index.html"
    (tmp_path / "index.html").write_bytes(document.read_bytes())
    course: Course = CourseFactory(
        pk=7,
        name=NAME,
        kind=Course.Kind.ACTUAL,
        price="199.00",
        brief="用真实网站练手。\n " + "很" * 200,
        course_img="covers/7.webp",
        length=5400,
        course_category=CategoryFactory(pk=4, name="爬虫"),
        teacher=TeacherFactory(name="王老师"),
    )
    SectionFactory(pk=70, course=course, name="第一节")
    return course


def read(path: str, *, status: int = 200) -> Reader:
    answer = Client().get(path)
    assert answer.status_code == status
    reader = Reader()
    reader.feed(answer.content.decode())
    return reader
