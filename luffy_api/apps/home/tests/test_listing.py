"""GET home/listing/: the first courses of each kind."""

import json

import pytest
from rest_framework.renderers import JSONRenderer

from luffy_api.apps.course.models import Course
from luffy_api.apps.course.selectors import load_cards
from luffy_api.apps.home.selectors import Listing
from luffy_api.apps.home.serializers import ListingSerializer
from luffy_api.tests.factories import CourseFactory, DiscountFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/home/listing/"
LISTS = "/api/v1/course/"


def test_every_kind_has_the_beginning_of_its_own_list(api):
    for kind in Course.Kind:
        price = {"price": "0.00"} if kind == Course.Kind.FREE else {}
        for orders in (5, 3, 1, 4, 2):
            course = CourseFactory(kind=kind, orders=orders, **price)
            SectionFactory(course=course)
    DiscountFactory(courses=[course])
    CourseFactory(orders=0, status=Course.Status.OFFLINE)

    listings = api.get(URL).json()["data"]

    assert [(each["kind"], each["kind_name"]) for each in listings] == Course.Kind.choices
    for each in listings:
        page = api.get(LISTS, {"kind": each["kind"], "page_size": 4}).json()["data"]
        assert each["courses"] == page["results"]
        assert len(each["courses"]) == 4


def test_a_kind_without_courses_is_empty(api):
    CourseFactory(kind=Course.Kind.LIGHT)

    listings = api.get(URL).json()["data"]

    assert [len(each["courses"]) for each in listings] == [0, 0, 1]


def test_a_stale_token_hides_nothing(api):
    api.credentials(HTTP_AUTHORIZATION="jwt stale")

    assert api.get(URL).status_code == 200


def test_it_is_only_read(api):
    assert {getattr(api, verb)(URL).status_code for verb in ("post", "put", "delete")} == {405}


@pytest.mark.parametrize("size", [1, 5])
def test_four_queries(api, django_assert_num_queries, size):
    for course in CourseFactory.create_batch(size):
        SectionFactory(course=course)

    with django_assert_num_queries(4):
        api.get(URL)


def test_cards_are_what_the_serializer_says(api):
    course = CourseFactory(kind=Course.Kind.LIGHT, brief='a\n"b"\\ 🐍', price="99.90")
    DiscountFactory(courses=[course])
    SectionFactory(course=course)
    listing = Listing(Course.Kind.LIGHT, load_cards([Course.objects.for_card().get()]))

    answer = api.get(URL, headers={"Accept": "application/json; indent=4"})

    assert answer["Content-Type"] == "application/json"
    expected = JSONRenderer().render(ListingSerializer(listing).data)
    assert answer.json()["data"][-1] == json.loads(expected)
