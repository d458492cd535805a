"""Answers of the API in the documents of pages that ask for them first."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luffy_api import page_answers
from luffy_api.apps.course.models import Course, CourseSection
from luffy_api.apps.home.models import Banner
from luffy_api.apps.school.models import Agreement, AgreementKind, Announcement, HelpPage
from luffy_api.apps.search import circuit_breaker, indexing, search_log
from luffy_api.apps.user import tokens
from luffy_api.tests.factories import (
    BannerFactory,
    CategoryFactory,
    CourseFactory,
    PackageFactory,
    SectionFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]

HTML = "<!doctype html><!-- site --><!-- links --><body><!-- answers --></body>"
ANSWER = re.compile(
    r'<script type="application/json" data-answer="([^"]*)"( data-personal)?>(.*?)</script>'
)
EARLY = re.compile(r'<meta name="early-answer" content="([^"]*)"( data-personal)?[^>]*/>')
SOURCES = project.BASE_DIR / "luffy_web" / "src"
COMPONENTS = SOURCES / "components"


@pytest.fixture
def built(settings, tmp_path):
    """A built front end."""
    settings.WEB_DIST = tmp_path
    (tmp_path / "index.html").write_text(HTML, encoding="utf-8")


@pytest.fixture
def shop(built, settings, tmp_path) -> Course:
    """A course with a section, in a category, and a banner; an index of it."""
    course: Course = CourseFactory(
        pk=7,
        name="爬虫 & </script><b>实战",
        kind=Course.Kind.ACTUAL,
        course_category=CategoryFactory(pk=3, name="爬虫"),
        course_img="covers/7.webp",
    )
    SectionFactory(pk=70, course=course, name="第一节")
    BannerFactory(title="新课上线", image="banners/1.webp")
    TopicFactory(slug="one")
    Announcement.objects.create(pk=3, title="新学期", text="开课了")
    HelpPage.objects.create(pk=4, title="怎么付款", text="支付宝")
    PackageFactory(pk=5, courses=[course, CourseFactory(is_show=False)])
    Agreement.objects.create(kind=AgreementKind.TERMS, version=2, text="条款")
    settings.SEARCH_URL = f"sqlite:///{tmp_path / 'search.sqlite3'}"
    circuit_breaker.reset_circuit()
    indexing.rebuild()
    return course


@pytest.fixture
def student_token(shop) -> str:
    return tokens.issue(UserFactory()).token


def document(path: str, **headers: str) -> str:
    answer = Client(headers=headers).get(path)
    assert answer.status_code == (404 if path in MISSING else 200)
    return answer.content.decode()


def answers_in(html: str) -> dict[str, Any]:
    return {unescape(address): json.loads(body) for address, _, body in ANSWER.findall(html)}


ASKED = {
    "/": ["home/banner/", "home/listing/"],
    "/all-courses": ["course/?page=1&page_size=12", "course/category/"],
    "/actual-course": ["course/?kind=2&page=1&page_size=12", "course/category/"],
    "/free-course": ["course/?kind=1&page=1&page_size=12", "course/category/"],
    "/course/7": ["course/7/"],
    "/learn/7": ["course/7/", "course/chapter/?course=7"],
    "/learn/7/70": ["course/7/", "course/chapter/?course=7"],
    "/learn/7/1": ["course/7/", "course/chapter/?course=7"],
    "/course/search?word=%E7%88%AC%E8%99%AB%20C%2B%2B": [
        "course/search/?search=%E7%88%AC%E8%99%AB%20C%2B%2B&page=1&page_size=12",
        "course/category/",
    ],
    "/actual-course?category=3&ordering=-price&from=chat": [
        "course/?kind=2&course_category=3&ordering=-price&page=1&page_size=12",
        "course/category/",
    ],
    # Not as it is usually opened, so that the page asks for something else.
    "/actual-course?category=03": [],
    "/actual-course?ordering=-orders": [],
    "/actual-course?page=0": [],
    # Beyond the last page.
    "/actual-course?page=2": ["course/category/"],
    "/course/7?preview=token": [],
    "/course/search": [],
    "/course/search?word=": [],
    "/course/search?word=%20Go": [],
    "/course/search?word=a%00b": [],
    "/course/search?word=Go&page=2": [],
    f"/course/search?word={'x' * 101}": [],
    # What is refused is asked for by the page, which shows it.
    "/course/999": [],
    "/learn/999": [],
    "/course/99999999999999999999999999": [],
    "/user/orders": [],
    "/topics": ["home/topic/"],
    "/topic/one": ["home/topic/one/"],
    "/topic/one?preview=token": [],
    "/topic/none": [],
    "/packages": ["promotion/package/all/?page=1&page_size=12"],
    "/packages?page=2": [],
    "/packages?page=x": [],
    "/package/5": ["promotion/package/5/"],
    "/package/999": [],
    "/vip": ["promotion/membership/"],
    "/announcements": ["home/announcement/"],
    "/announcements/3": ["home/announcement/3/"],
    "/help/4": ["home/help/4/"],
    "/agreement/terms": ["home/agreement/terms/"],
    "/agreement/terms/0002": ["home/agreement/terms/2/"],
}


# What these are about is not there; that of the last has other sections.
MISSING = {
    *("/course/999", "/learn/999", "/course/99999999999999999999999999", "/learn/7/1"),
    "/topic/none",
    "/actual-course?page=2",
    "/packages?page=2",
    "/package/999",
}


@pytest.mark.any_database
@pytest.mark.parametrize("path", ASKED)
def test_a_document_brings_what_its_page_asks_for_first(shop, path):
    found = answers_in(document(path))

    assert [*found] == [f"/api/v1/{address}" for address in ASKED[path]]
    visitor = Client(headers={"accept": "application/json"})
    assert found == {address: visitor.get(address).json() for address in found}


def test_it_costs_no_query_once_it_is_published(shop, django_assert_num_queries):
    document("/")

    with django_assert_num_queries(0):
        document("/")


@pytest.mark.parametrize("path", ["/", "/actual-course", "/course/7", "/learn/7"])
def test_a_document_asks_no_more_of_the_database_than_its_page_did(shop, path):
    with CaptureQueriesContext(connection) as of_document:
        found = answers_in(document(path))
    # Everything is made anew
    Course.objects.update(brief="变了")
    document("/user/orders")

    with CaptureQueriesContext(connection) as of_page:
        for address in found:
            Client().get(address)

    assert len(of_document) <= len(of_page) + 10


def test_a_change_is_in_the_next_document(shop):
    before = Client().get("/course/7")

    Course.objects.filter(pk=7).update(price="299.00")
    after = Client().get("/course/7", headers={"if-none-match": before["ETag"]})

    assert after.status_code == 200
    data = answers_in(after.content.decode())["/api/v1/course/7/"]["data"]
    assert data["price"] == "299.00"


def test_a_document_says_the_time_of_the_server_whether_it_is_sent_or_not(shop):
    first = Client().get("/course/7")
    again = Client().get("/course/7", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    for answer in (first, again):
        assert re.fullmatch(r'now;desc="\d{10}"', answer["Server-Timing"])


def test_nobody_gets_what_belongs_to_one_student(shop, student_token):
    as_student = document("/course/7", authorization=f"jwt {student_token}", cookie="sessionid=x")

    assert as_student == document("/course/7")
    [(_, personal, _)] = ANSWER.findall(as_student)
    assert personal
    assert not any(mark for _, mark, _ in ANSWER.findall(document("/")))


def early_in(path: str) -> dict[str, bool]:
    """What a document names, and whether for students alone."""
    found = EARLY.findall(document(path))
    return {unescape(address).removeprefix("/api/v1/"): bool(own) for address, own in found}


def test_a_student_takes_the_outline_from_the_document(shop):
    marks = {address: bool(own) for address, own, _ in ANSWER.findall(document("/learn/7"))}

    assert marks == {"/api/v1/course/7/": True, "/api/v1/course/chapter/?course=7": False}


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("path", "free", "early"),
    [
        ("/learn/7/70", False, {"course/7/": True, "course/section/70/play/": True}),
        ("/learn/7/70", True, {"course/7/": True, "course/section/70/play/": False}),
        # Which one it will be is not known yet.
        ("/learn/7", True, {"course/7/": True}),
        # A text, none of this course's, and what is for who holds a link.
        ("/learn/7/71", True, {"course/7/": True}),
        ("/learn/7/1", True, {"course/7/": True}),
        ("/learn/7/70?preview=token", True, {}),
        ("/learn/999", True, {}),
        ("/course/7", True, {"course/7/": True}),
        ("/package/5", True, {"promotion/package/5/": True}),
        ("/actual-course", True, {}),
        ("/user/orders", True, {}),
    ],
)
def test_what_a_document_cannot_bring_along_it_names(shop, path, free, early):
    CourseSection.objects.filter(pk=70).update(free_trail=free)
    text = CourseSection.SectionType.DOCUMENT
    SectionFactory(pk=71, chapter=CourseSection.objects.get(pk=70).chapter, section_type=text)

    assert early_in(path) == early


def test_a_long_answer_is_asked_for_early_by_everybody(shop, monkeypatch):
    monkeypatch.setattr(page_answers, "MAX_BYTES", 200)

    assert early_in("/learn/7") == {"course/7/": False, "course/chapter/?course=7": False}


@pytest.mark.any_database
def test_names_end_no_script(shop):
    html = document("/course/7")

    assert html.count("</script>") == html.count("<script ")
    assert answers_in(html)["/api/v1/course/7/"]["data"]["name"] == shop.name


def test_a_long_answer_is_asked_for_by_the_page(shop, monkeypatch):
    monkeypatch.setattr(page_answers, "MAX_BYTES", 200)

    assert answers_in(document("/actual-course")).keys() == {"/api/v1/course/category/"}


def test_where_nothing_is_kept_the_answers_are_made_for_the_document(shop, settings):
    settings.PUBLISHED_BYTES = 0

    assert answers_in(document("/")).keys() == {"/api/v1/home/banner/", "/api/v1/home/listing/"}


def test_a_search_is_recorded_once_for_each_document(shop, monkeypatch):
    recorded: list[str] = []
    monkeypatch.setattr(search_log, "record", lambda *, text, **_: recorded.append(text))

    for _ in range(2):
        document("/course/search?word=Go")

    assert recorded == ["Go", "Go"]


PICTURES = {
    "/": "banners/1.webp",
    "/actual-course": "covers/7.webp",
    "/course/7": "covers/7.webp",
    "/learn/7": "covers/7.webp",
    "/learn/7/70": "covers/7.webp",
    "/topic/one": "topic/one.webp",
}


@pytest.mark.any_database
@pytest.mark.parametrize("path", PICTURES)
def test_the_first_picture_is_loaded_beside_the_scripts(shop, path):
    CourseSection.objects.update(free_trail=True)

    [link] = re.findall(r'<link rel="preload" as="image"[^>]*>', document(path))

    assert f'href="/media/{PICTURES[path]}"' in link
    assert 'fetchpriority="high"' in link


@pytest.mark.parametrize("path", ["/learn/7/70", "/learn/7"])
def test_who_is_refused_loads_no_picture_of_the_video(shop, path):
    CourseSection.objects.filter(pk=70).update(free_trail=False)

    html = document(path)

    assert 'as="image"' not in html
    later = re.findall(r'early-answer" content="([^"]*)"([^>]*data-srcset="[^"]*"[^>]*)', html)
    if path == "/learn/7":
        # Nobody knows yet what will be shown.
        assert not later
        return
    [(address, attributes)] = later
    assert address == "/api/v1/course/section/70/play/"
    assert 'data-personal data-srcset="/media/covers/7.webp"' in attributes
    assert f'data-sizes="{page_answers.STAGE}"' in attributes


def test_a_video_for_few_without_a_picture_names_none(shop):
    CourseSection.objects.filter(pk=70).update(free_trail=False)
    Course.objects.update(course_img="", course_img_set={})

    assert "data-srcset" not in document("/learn/7/70")


@pytest.mark.any_database
def test_of_several_widths_the_browser_chooses(shop):
    Course.objects.update(
        course_img_set={
            "of": "covers/7.webp",
            "files": [[400, "covers/a.webp"], [640, "covers/b.webp"]],
        }
    )

    [link] = re.findall(r'<link rel="preload" as="image"[^>]*>', document("/course/7"))

    assert 'imagesrcset="/media/covers/a.webp 400w, /media/covers/b.webp 640w"' in link
    assert f'imagesizes="{page_answers.COVER}"' in link
    assert " href=" not in link


@pytest.mark.any_database
def test_a_phone_loads_its_own_picture_of_a_banner(shop):
    Banner.objects.update(
        phone_image="banner/phone/2.webp",
        phone_image_set={"of": "banner/phone/2.webp", "files": [[480, "banner/phone/a.webp"]]},
    )

    phone, other = re.findall(r'<link rel="preload" as="image"[^>]*>', document("/"))

    assert 'imagesrcset="/media/banner/phone/a.webp 480w"' in phone
    assert f'imagesizes="{page_answers.PHONE_BANNER}" media="(max-width: 600px)"' in phone
    assert 'href="/media/banners/1.webp" media="not all and (max-width: 600px)"' in other


@pytest.mark.any_database
@pytest.mark.parametrize("path", ["/free-course", "/learn/7", "/learn/7/70", "/user/orders"])
def test_a_page_without_a_picture_names_none(shop, path):
    CourseSection.objects.update(section_type=CourseSection.SectionType.DOCUMENT)

    assert 'as="image"' not in document(path)


@pytest.mark.parametrize(
    ("component", "sizes"),
    [
        ("home/HomeBannerSlide.vue", page_answers.BANNER),
        ("home/HomeBannerSlide.vue", page_answers.PHONE_BANNER),
        ("course/CourseCardCover.vue", page_answers.CARD),
        ("course/CourseTrial.vue", page_answers.COVER),
        ("course/CoursePlayerStart.vue", page_answers.STAGE),
        ("home/HomeTopic.vue", page_answers.TOPIC),
    ],
)
def test_pictures_are_as_wide_as_their_components_say(component, sizes):
    source = (COMPONENTS / component).read_text(encoding="utf-8")

    assert f"SIZES = '{sizes}'" in source


def test_lists_are_brought_in_each_order_that_their_page_knows():
    source = (SOURCES / "composables/course/useCourseList.ts").read_text(encoding="utf-8")
    listed = re.search(r"ORDERINGS: readonly string\[\] = \[(.*?)\]", source)

    assert listed
    assert set(re.findall(r"'(.*?)'", listed[1])) == page_answers.ORDERINGS
