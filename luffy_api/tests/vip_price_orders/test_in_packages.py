"""会员价 of courses that are bought in a package."""

import random
from decimal import Decimal

import pytest

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, EnrollmentGrant
from luffy_api.tests.factories import (
    CourseFactory,
    PackageFactory,
)
from luffy_api.tests.vip_price_orders.prices import cheaper, place, refuses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]


def test_shares_of_a_package_are_those_of_everybody(student_api, member, course):
    package = PackageFactory(price="100.00", courses=[course, CourseFactory(price="101.00")])
    courses = list(package.courses.order_by("pk"))

    answer = place(student_api, *courses, total="100.00", package=package.pk).json()["data"]

    assert {line["vip_amount"] for line in answer["courses"]} == {"0.00"}
    assert sorted(line["real_price"] for line in answer["courses"]) == ["49.50", "50.50"]


def test_no_course_is_dearer_in_a_package_than_for_its_member_alone(
    student_api, stranger_api, api, member, fake_alipay
):
    """Of 180 yuan everybody pays shares of 90; a member pays 10 for the first one alone."""
    first = CourseFactory(price="100.00", vip_price="10.00")
    second = CourseFactory(price="100.00", vip_price="95.00")
    package = PackageFactory(price="180.00", courses=[first, second])

    def page(client):
        return client.get(f"/api/v1/promotion/package/{package.pk}/").json()["data"]

    def shares(data):
        rows = data["courses"]
        return [(row["real_price"], row["share"], row["vip_amount"]) for row in rows]

    for visitor in (api, stranger_api, api):
        shown = page(visitor)
        assert shares(shown) == [("100.00", "90.00", "0.00")] * 2
        assert (shown["total_amount"], shown["single_amount"]) == ("180.00", "200.00")
    mine = page(student_api)
    assert shares(mine) == [("10.00", "10.00", "80.00"), ("95.00", "90.00", "0.00")]
    assert (mine["total_amount"], mine["single_amount"]) == ("100.00", "105.00")
    assert mine["is_cheaper"]
    assert refuses(place(student_api, first, second, total="180.00", package=package.pk), "100.00")
    assert refuses(place(stranger_api, first, second, total="100.00", package=package.pk), "180.00")
    order = place(student_api, first, second, total="100.00", package=package.pk).json()["data"]
    lines = [(row["price"], row["real_price"], row["vip_amount"]) for row in order["courses"]]
    assert lines == [("100.00", "10.00", "80.00"), ("100.00", "90.00", "0.00")]
    assert (
        place(student_api, first, second, total="100.00", package=package.pk).json()["out_trade_no"]
        == order["out_trade_no"]
    )


def test_a_package_with_discounts_is_never_dearer_for_a_member(student_api, member, fake_alipay):
    """A discount moves the shares; whoever has one of the courses pays the other."""
    rng, number = random.Random(7), 0
    for _ in range(12):
        courses = [
            CourseFactory(price=f"{rng.randint(50, 200)}.00", vip_price=f"{rng.randint(1, 49)}.00")
            for _ in range(3)
        ]
        total = sum(Decimal(each.price) for each in courses)
        package = PackageFactory(price=total * rng.randint(10, 99) / 100, courses=courses)
        if rng.random() < 0.7:
            cheaper(courses[0], f"{rng.randint(1, 49)}.00")
        url = f"/api/v1/promotion/package/{package.pk}/"
        for owned in (0, 1):
            if owned:
                enrollment.enroll(
                    user_id=member.pk,
                    course_id=courses[1].pk,
                    source=EnrollmentGrant.Source.GRANT,
                )
            shown = student_api.get(url).json()["data"]
            rest = [each for each in shown["courses"] if each["id"] not in shown["owned"]]
            for each in rest:
                alone = Decimal(each["real_price"])
                assert Decimal(each["share"]) <= alone
                number += alone < Decimal(each["price"])
            alone = sum(Decimal(each["real_price"]) for each in rest)
            assert Decimal(shown["total_amount"]) <= Decimal(shown["single_amount"]) == alone
            body = [Course.objects.get(pk=each["id"]) for each in rest]
            placed = place(student_api, *body, total=shown["total_amount"], package=package.pk)
            assert placed.status_code == 201, placed.json()
    assert number


def test_a_package_that_a_member_gains_nothing_by_says_so(student_api, api, member):
    courses = [CourseFactory(price="100.00", vip_price="10.00") for _ in range(2)]
    url = f"/api/v1/promotion/package/{PackageFactory(price='50.00', courses=courses).pk}/"

    mine, public = (client.get(url).json()["data"] for client in (student_api, api))

    assert (mine["total_amount"], mine["single_amount"], mine["is_cheaper"]) == (
        *("20.00", "20.00"),
        False,
    )
    assert (public["total_amount"], public["is_cheaper"]) == ("50.00", True)
