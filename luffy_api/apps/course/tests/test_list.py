"""GET course/: the course list."""

import pytest

from luffy_api.apps.course.models import Course
from luffy_api.apps.publishing import versions
from luffy_api.tests.factories import CategoryFactory, CourseFactory, SectionFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/course/"

CARD = {
    "id": int,
    "name": str,
    "course_img": (str, type(None)),
    "course_img_set": list,
    "brief": str,
    "kind": int,
    "kind_name": str,
    "course_type": int,
    "course_type_name": str,
    "level": int,
    "level_name": str,
    "status": int,
    "status_name": str,
    "students": int,
    "rating_count": int,
    "rating_average": str,
    "sections": int,
    "pub_sections": int,
    "period": int,
    "price": str,
    "real_price": str,
    "vip_price": (str, type(None)),
    "discount_type": (str, type(None)),
    "discount_ends": (str, type(None)),
    "course_category": dict,
    "teacher": dict,
    "section_list": list,
}
UNLISTED = [
    {"is_show": False},
    {"is_delete": True},
    {"status": Course.Status.OFFLINE},
    {"course_category__is_show": False},
    {"course_category__is_delete": True},
]
TEACHER_KEYS = {"id", "name", "role_name", "title", "signature", "image", "brief"}


def listed(api, **query):
    """Names of the courses on the first page."""
    answer = api.get(URL, query)
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()["data"]["results"]]


def test_a_card_has_exactly_the_promised_shape(api):
    course = CourseFactory(name="爬虫", course_img="course/covers/a.webp")
    SectionFactory(course=course)
    body = api.get(URL).json()
    assert (body["code"], body["msg"]) == (100, "成功")
    assert body["data"].keys() == {"count", "next", "previous", "results"}
    [card] = body["data"]["results"]
    assert card.keys() == CARD.keys()
    assert {key for key, kind in CARD.items() if not isinstance(card[key], kind)} == set()
    assert card["teacher"].keys() == TEACHER_KEYS
    assert card["course_category"].keys() == {"id", "name"}
    assert card["section_list"][0].keys() == {"id", "name", "duration", "free_trail"}
    assert (card["price"], card["kind_name"], card["status_name"]) == ("99.00", "实战课", "上线")
    assert card["course_img"] == "/media/course/covers/a.webp"


def test_a_card_shows_the_first_four_visible_sections_in_their_order(api):
    course = CourseFactory()
    sixth = SectionFactory(course=course, chapter__chapter=2, orders=1, name="六")
    SectionFactory(chapter=sixth.chapter, orders=2, name="七")
    third = SectionFactory(course=course, chapter__chapter=1, orders=3, name="三")
    for orders, name in [(5, "五"), (1, "一"), (4, "四"), (2, "二")]:
        SectionFactory(chapter=third.chapter, orders=orders, name=name)
    SectionFactory(chapter=third.chapter, orders=0, is_show=False)
    SectionFactory(chapter=third.chapter, orders=0, is_delete=True)
    SectionFactory(course=course, chapter__chapter=0, chapter__is_show=False)
    SectionFactory(name="别的课程的")
    [card] = [row for row in api.get(URL).json()["data"]["results"] if row["id"] == course.pk]
    assert [section["name"] for section in card["section_list"]] == ["一", "二", "三", "四"]


@pytest.mark.parametrize("reason", UNLISTED)
def test_what_is_not_in_the_catalogue_is_not_listed(api, reason):
    CourseFactory(**reason)
    assert listed(api) == []


def test_listed_and_unlisted_courses_are_all_courses(django_assert_num_queries):
    listed = {CourseFactory().pk, CourseFactory(status=Course.Status.ANNOUNCED).pk}
    unlisted = {CourseFactory(**reason).pk for reason in UNLISTED}
    with django_assert_num_queries(2):
        assert set(Course.objects.listed().values_list("pk", flat=True)) == listed
        assert set(Course.objects.unlisted().values_list("pk", flat=True)) == unlisted


def test_an_announced_course_is_listed(api):
    CourseFactory(name="即将", status=Course.Status.ANNOUNCED)
    assert listed(api) == ["即将"]


def test_kind_and_category_narrow_the_list(api):
    python, linux = CategoryFactory(), CategoryFactory()
    CourseFactory(name="一", course_category=python)
    CourseFactory(name="二", course_category=linux)
    CourseFactory(name="三", course_category=python, free=True)
    assert listed(api, kind=2) == ["一", "二"]
    assert listed(api, course_category=python.pk) == ["一", "三"]
    assert listed(api, kind=1, course_category=python.pk) == ["三"]


@pytest.mark.parametrize("hidden", [{"is_show": False}, {"is_delete": True}])
def test_a_category_that_is_unknown_or_hidden_is_refused(api, hidden):
    category = CategoryFactory(**hidden)
    for pk in (category.pk, category.pk + 1000):
        answer = api.get(URL, {"course_category": pk})
        assert answer.status_code == 400
        assert answer.json()["errors"] == {"course_category": [f"“{pk}” 不是合法选项。"]}


def test_a_stale_token_does_not_hide_the_shop(api):
    CourseFactory()
    api.credentials(HTTP_AUTHORIZATION="jwt stale")
    assert len(listed(api)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "ordering=name",
        "ordering=teacher__user",
        "ordering=--price",
        "ordering=price,id",
        "ordering=real_price",
        "ordering=%3F",
        "ordering=%00",
        "kind=9",
        "kind=abc",
        "kind=%00",
        "kind=2.0",
        "kind=",
        "kind=1&kind=2",
        "ordering=",
        "ordering=price&ordering=orders",
        "teacher=1",
        "status=0",
        f"course_category={2**63}",
        "course_category=999999",
        "course_category=0",
        "course_category=-1",
        "course_category=abc",
        "course_category=%00",
        "course_category=1.5",
        "course_category=",
    ],
)
def test_a_filter_or_ordering_that_does_not_exist_is_refused(api, query):
    answer = api.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] == 1000
    assert answer.json()["data"] is None
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_list_is_read_only(student_api, method):
    assert getattr(student_api, method)(URL).status_code == 405


@pytest.mark.parametrize("ordering", ["orders", "-price"])
@pytest.mark.parametrize("size", [1, 12])
def test_four_queries_at_any_size(api, django_assert_num_queries, monkeypatch, size, ordering):
    # What has changed is asked once a second, which a slow machine takes for two requests
    monkeypatch.setattr(versions, "READ_AFTER", 60)
    for course in CourseFactory.create_batch(size):
        SectionFactory(course=course)
    query = {"page_size": 50, "ordering": ordering}
    api.get(URL, query)
    with django_assert_num_queries(4):
        api.get(URL, query)
