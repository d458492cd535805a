"""GET course/{id}/related/: courses that are like this one."""

import pytest
from django.core.cache import cache

from luffy_api.apps.course import card_fragments
from luffy_api.apps.course.cards import CourseCardSerializer
from luffy_api.apps.course.models import Course
from luffy_api.apps.course.related import RELATED
from luffy_api.apps.course.selectors import load_cards
from luffy_api.tests.factories import (
    CategoryFactory,
    CourseFactory,
    DiscountFactory,
    TeacherFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def nothing_is_known():
    cache.clear()
    card_fragments.forget()


def url(pk):
    return f"/api/v1/course/{pk}/related/"


def names(api, course):
    answer = api.get(url(course.pk))
    assert answer.status_code == 200
    return [each["name"] for each in answer.json()["data"]]


def test_the_category_counts_most_then_the_teacher_and_words_then_how_popular_one_is(api):
    category, teacher = CategoryFactory(name="爬虫"), TeacherFactory(name="林老师")
    course = CourseFactory(name="Python 爬虫实战", course_category=category, teacher=teacher)
    CourseFactory(name="网页抓取", course_category=category)
    CourseFactory(name="Go 并发", teacher=teacher)
    CourseFactory(name="数据分析", students=9000)
    CourseFactory(name="ＰＹＴＨＯＮ 爬虫入门", kind=Course.Kind.LIGHT, course_category=category)
    CourseFactory(name="剪辑", students=8000)

    assert names(api, course) == ["ＰＹＴＨＯＮ 爬虫入门", "网页抓取", "Go 并发", "数据分析"]


def test_a_rare_word_counts_more_than_one_that_many_have(api):
    course = CourseFactory(name="Redis 实战")
    for name in ("前端实战", "后端实战", "运维实战", "测试实战"):
        CourseFactory(name=name, students=5000)
    CourseFactory(name="Redis 入门")

    assert names(api, course)[0] == "Redis 入门"


def test_only_what_visitors_see_is_there_and_never_the_course_itself(api):
    category = CategoryFactory()
    course = CourseFactory(course_category=category)
    for hidden in ({"is_show": False}, {"is_delete": True}, {"status": Course.Status.OFFLINE}):
        CourseFactory(course_category=category, **hidden)
    CourseFactory(name="看得见", course_category=category, status=Course.Status.ANNOUNCED)

    assert names(api, course) == ["看得见"]


def test_each_is_the_card_of_the_lists_at_todays_price(api):
    course = CourseFactory(price="100.00")
    other = CourseFactory(price="100.00")
    DiscountFactory(courses=[other])

    [found] = api.get(url(course.pk)).json()["data"]

    [card] = load_cards(Course.objects.for_card().filter(pk=other.pk))
    assert found == CourseCardSerializer(card).data
    assert found["real_price"] != "100.00"


@pytest.mark.parametrize("hidden", [{"is_show": False}, {"status": Course.Status.OFFLINE}])
def test_of_a_course_that_visitors_do_not_see_nothing_is_told(api, student_api, hidden):
    course = CourseFactory(**hidden)

    for client in (api, student_api):
        assert client.get(url(course.pk)).status_code == 404
    for pk in (course.pk + 1, 10**30):
        assert api.get(url(pk)).status_code == 404


def test_a_token_is_not_read_and_only_get_is_answered(api):
    course = CourseFactory()

    assert api.get(url(course.pk), headers={"Authorization": "jwt nonsense"}).status_code == 200
    assert api.post(url(course.pk)).status_code == 405


@pytest.mark.parametrize("others", [1, 60])
def test_it_takes_as_many_queries_among_many_courses(api, django_assert_num_queries, others):
    category, teacher = CategoryFactory(), TeacherFactory()
    course, *_ = CourseFactory.create_batch(1 + others, course_category=category, teacher=teacher)
    api.get(url(course.pk))
    card_fragments.forget()

    with django_assert_num_queries(8):
        assert len(names(api, course)) == min(others, RELATED)
