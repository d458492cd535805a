"""The strict base of FilterSets, on a list of courses of its own."""

import pytest
from rest_framework.test import APIRequestFactory

from luffy_api.apps.course.models import Course, CourseCategory
from luffy_api.common.filters import (
    ChoiceFilter,
    IdFilter,
    ModelIdFilter,
    StrictFilterBackend,
    StrictFilterSet,
)
from luffy_api.common.viewsets import APIViewSet
from luffy_api.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


class CourseFilterSet(StrictFilterSet):
    kind = ChoiceFilter(choices=Course.Kind.choices)
    course_category = ModelIdFilter(queryset=CourseCategory.objects.visible())
    teacher = IdFilter(field_name="teacher_id")
    ordering = ChoiceFilter(choices=[("id", "id"), ("-id", "-id")], initial="id", method="order")

    def order(self, courses, name, ordering):
        return courses.order_by(ordering)


class CourseViewSet(APIViewSet):
    authentication_classes = permission_classes = ()
    queryset = Course.objects.all()
    filter_backends = [StrictFilterBackend]
    filterset_class = CourseFilterSet

    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([course.pk for course in page])


def get(query=""):
    """The view's response to a query string."""
    return CourseViewSet.as_view({"get": "list"})(APIRequestFactory().get(f"/?{query}"))


def found(query=""):
    """Ids of the courses on the page."""
    response = get(query)
    assert response.status_code == 200, response.data
    return response.data["data"]["results"]


def test_each_filter_narrows_the_list():
    first, second = CourseFactory(free=True), CourseFactory()
    assert found(f"kind={first.kind}") == [first.pk]
    assert found(f"course_category={second.course_category_id}") == [second.pk]
    assert found(f"teacher={first.teacher_id}") == [first.pk]
    assert found(f"kind={first.kind}&teacher={second.teacher_id}") == []
    assert found("teacher=9223372036854775807") == []


def test_an_absent_ordering_is_the_initial_one():
    ids = [course.pk for course in CourseFactory.create_batch(2)]
    assert found() == found("ordering=id") == ids
    assert found("ordering=-id") == ids[::-1]


def test_parameters_of_the_pagination_are_known():
    ids = [course.pk for course in CourseFactory.create_batch(2)]
    assert found("page=2&page_size=1") == ids[1:]


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kind=9", "“9” 不是合法选项。"),
        ("kind=1.0", "“1.0” 不是合法选项。"),
        ("kind=%EF%BC%91", "“１” 不是合法选项。"),
        ("ordering=name", "“name” 不是合法选项。"),
        ("ordering=id,-id", "“id,-id” 不是合法选项。"),
        ("course_category=1000", "“1000” 不是合法选项。"),
        ("teacher=", "该参数不能为空。"),
        ("kind=", "该参数不能为空。"),
        ("ordering=", "该参数不能为空。"),
        ("course_category=", "该参数不能为空。"),
        ("kind=1&kind=2", "该参数只能出现一次。"),
        ("page=1&page=2", "该参数只能出现一次。"),
        ("colour=red", "未知的参数。"),
        ("teacher__gt=1", "未知的参数。"),
        *(
            (f"{name}={value}", "请填写合法的整数值。")
            for name in ("teacher", "course_category")
            for value in ("1.0", "1.5", "1e3", "abc", "%201", "%EF%BC%91", "%00", "9" * 5000)
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(query, message):
    response = get(query)
    assert response.status_code == 400
    assert response.data["code"] == 1000
    assert response.data["errors"] == {query.partition("=")[0]: [message]}


@pytest.mark.any_database
@pytest.mark.parametrize("name", ["teacher", "course_category"])
@pytest.mark.parametrize("value", ["0", "-1", f"{2**63}"])
def test_an_id_out_of_range_is_refused(name, value):
    response = get(f"{name}={value}")
    assert response.status_code == 400
    assert list(response.data["errors"]) == [name]


def test_a_category_that_is_not_shown_is_refused():
    hidden = CourseFactory(course_category__is_show=False)
    assert get(f"course_category={hidden.course_category_id}").status_code == 400


def test_every_error_is_reported_at_once():
    errors = get("kind=9&teacher=x&colour=red&page_size=").data["errors"]
    assert set(errors) == {"kind", "teacher", "colour", "page_size"}
