"""promotion/package/: what is sold together, to whom, at what price."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from luffy_api.apps.course.models import Course
from luffy_api.apps.promotion import packages
from luffy_api.apps.promotion.models import Package
from luffy_api.tests.factories import (
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    PackageFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/promotion/package/"


@pytest.fixture
def courses() -> list[Course]:
    """200 yuan together; the package takes 120."""
    prices = {"爬虫": "100.00", "数据": "60.00", "画图": "40.00"}
    return [CourseFactory(name=name, price=price) for name, price in prices.items()]


@pytest.fixture
def package(courses) -> Package:
    return PackageFactory(name="数据全程", courses=courses)


def shown(client, package):
    return client.get(f"{URL}{package.pk}/").json()["data"]


def amounts(data):
    return data["total_amount"], data["single_amount"], data["owned"], data["why"]


def test_a_visitor_sees_what_each_course_costs_within_it(api, package, courses):
    data = shown(api, package)

    assert (data["name"], data["is_cheaper"]) == ("数据全程", True)
    assert amounts(data) == ("120.00", "200.00", [], "")
    assert [(each["id"], each["real_price"], each["share"]) for each in data["courses"]] == [
        (courses[0].pk, "100.00", "60.00"),
        (courses[1].pk, "60.00", "36.00"),
        (courses[2].pk, "40.00", "24.00"),
    ]


def test_who_has_some_of_them_pays_the_others(student, student_api, stranger_api, package, courses):
    EnrollmentFactory(user=student, course=courses[1])

    assert amounts(shown(student_api, package)) == ("84.00", "140.00", [courses[1].pk], "")
    assert amounts(shown(stranger_api, package)) == ("120.00", "200.00", [], "")

    for course in (courses[0], courses[2]):
        EnrollmentFactory(user=student, course=course)
    total, single, owned, why = amounts(shown(student_api, package))
    assert (total, single, len(owned)) == ("0.00", "0.00", 3)
    assert why == "您已拥有套餐中的全部课程"


def test_running_discounts_move_the_shares_and_may_beat_the_package(api, package, courses):
    DiscountFactory(courses=courses[:1], value="0.40")
    data = shown(api, package)
    assert [each["share"] for each in data["courses"]] == ["34.28", "51.43", "34.29"]
    assert amounts(data)[:2] == ("120.00", "140.00")

    DiscountFactory(courses=courses[1:], value="0.50")
    data = shown(api, package)
    assert (data["is_cheaper"], *amounts(data)) == (False, "90.00", "90.00", [], "")
    assert api.get(URL).json()["data"][0]["is_cheaper"] is False


def test_a_course_that_is_free_now_is_joined_first(student, student_api, package, courses):
    DiscountFactory(courses=courses[:1], discount_type=1, value="0")

    why = "《爬虫》现在免费，请先免费加入这门课程，再购买套餐"
    assert amounts(shown(student_api, package)) == ("100.00", "100.00", [], why)

    EnrollmentFactory(user=student, course=courses[0], source=2)
    assert amounts(shown(student_api, package)) == ("100.00", "100.00", [courses[0].pk], "")


@pytest.mark.parametrize(
    "change", [{"status": Course.Status.OFFLINE}, {"is_show": False}, {"is_delete": True}]
)
def test_a_course_that_is_not_sold_holds_back_the_whole_package(api, package, courses, change):
    Course.objects.filter(pk=courses[0].pk).update(**change)

    data = shown(api, package)

    assert data["why"] == "套餐中有课程已下架或暂未开放购买，套餐暂时不能购买"
    assert [each["name"] for each in data["courses"]] == ["数据", "画图"]
    assert api.get(URL).json()["data"] == []


def test_what_is_not_on_sale_is_not_there(api, student_api, courses):
    day, now = timedelta(days=1), timezone.now()
    hidden = [
        {"status": Package.Status.DRAFT},
        {"status": Package.Status.OFF},
        {"is_show": False},
        {"is_delete": True},
        {"starts_at": now + day},
        {"ends_at": now - day},
    ]
    for fields in hidden:
        package = PackageFactory(courses=courses, **fields)
        for client in (api, student_api):
            answer = client.get(f"{URL}{package.pk}/")
            assert (answer.status_code, answer.json()["msg"]) == (404, "套餐不存在或已停售"), fields
    assert api.get(URL).json()["data"] == []
    for pk in (0, 10**9, 10**30):
        assert api.get(f"{URL}{pk}/").status_code == 404, pk

    running = PackageFactory(courses=courses, starts_at=now - day, ends_at=now + day)
    assert [each["id"] for each in api.get(URL).json()["data"]] == [running.pk]
    assert packages.next_change(now) == now + day


def test_the_packages_of_a_course(api, package, courses):
    other = PackageFactory(courses=courses[:2], orders=1)
    PackageFactory(courses=CourseFactory.create_batch(2))

    def found(query):
        answer = api.get(URL, {"course": query})
        assert answer.status_code == 200, answer.json()
        return [each["id"] for each in answer.json()["data"]]

    assert found(courses[0].pk) == [other.pk, package.pk]
    assert found(courses[2].pk) == [package.pk]
    assert found(10**9) == []
    assert len(api.get(URL).json()["data"]) == 3
    for wrong in ("x", "", "-1", str(10**30)):
        assert api.get(URL, {"course": wrong}).status_code == 400, wrong


def test_all_packages_are_listed_by_the_page(api, student_api, courses, django_assert_num_queries):
    now = timezone.now()
    shown = [PackageFactory(courses=courses[:2], orders=rank) for rank in range(13)]
    PackageFactory(courses=[courses[0], CourseFactory(status=Course.Status.OFFLINE)])
    for fields in (
        {"status": Package.Status.OFF},
        {"is_show": False},
        {"starts_at": now + timedelta(hours=1)},
        {"ends_at": now - timedelta(hours=1)},
    ):
        PackageFactory(courses=courses, **fields)
    CourseFactory(name="不相干")
    url = f"{URL}all/?page_size=12"

    with django_assert_num_queries(5):
        first = api.get(url).json()["data"]
    second = student_api.get(f"{url}&page=2").json()["data"]

    assert [each["id"] for each in first["results"]] == [each.pk for each in shown[:12]]
    assert (first["count"], [each["id"] for each in second["results"]]) == (13, [shown[12].pk])
    assert len(first["results"][0]["courses"]) == 2
    assert api.get(f"{url}&page=3").status_code == 404
    for wrong in ("page=0", "page=x", "page=-1", "page_size=51", "page=1e9", "page=" + "9" * 40):
        assert api.get(f"{URL}all/?{wrong}").status_code == 400, wrong


@pytest.mark.any_database
def test_a_fixed_number_of_queries(api, student, student_api, django_assert_num_queries):
    small = PackageFactory(courses=CourseFactory.create_batch(2))
    large = PackageFactory(courses=CourseFactory.create_batch(20), price="9.00")
    EnrollmentFactory(user=student, course=large.courses.first())

    for package in (small, large):
        # package, its courses, their prices; a student's token is one more
        with django_assert_num_queries(3):
            shown(api, package)
        with django_assert_num_queries(4):
            shown(student_api, package)
    of_one = {"course": large.courses.first().pk}
    # packages, pairs, courses, discounts
    with django_assert_num_queries(4):
        api.get(URL)
    with django_assert_num_queries(4):
        api.get(URL, of_one)


def test_the_database_refuses_what_is_no_package():
    now = timezone.now()
    wrong = [
        {"course_count": 1},
        {"course_count": 0, "status": Package.Status.OFF},
        {"course_count": 21},
        {"course_count": 21, "status": Package.Status.DRAFT},
        {"course_count": 2, "price": "0.19"},
        {"course_count": 2, "status": 9},
        {"course_count": 2, "starts_at": now, "ends_at": now},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError, match="package_"), transaction.atomic():
            Package.objects.create(**{"name": "套餐", "price": 9, "status": 2, **fields})
    assert Package.objects.create(name="草稿", price="0.20", course_count=0)
