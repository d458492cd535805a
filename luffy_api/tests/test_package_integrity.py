"""check_integrity finds what is wrong with the package of an order."""

from decimal import Decimal

import pytest

from luffy_api.apps.order import checkout, integrity, package_integrity
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.promotion.models import Package
from luffy_api.tests.factories import (
    CourseFactory,
    OrderFactory,
    OrderPaymentFactory,
    PackageFactory,
    RefundFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(fake_alipay) -> Order:
    """Two courses of 100 yuan for 120."""
    courses = CourseFactory.create_batch(2, price="100.00")
    return checkout.place_order(
        user_id=UserFactory().pk,
        course_ids=[course.pk for course in courses],
        total_amount=Decimal("120.00"),
        package_id=PackageFactory(courses=courses).pk,
    )


def lose_the_name(order):
    OrderDetail.objects.filter(order=order).update(package_name="")


def name_without_package(order):
    OrderDetail.objects.filter(order=OrderFactory()).update(package_name="套餐")


def charge_too_much(order):
    OrderDetail.objects.filter(order=order).update(price="1.00")


def take_a_coupon(order):
    OrderDetail.objects.filter(order=order).update(coupon_amount="1.00")


def change_a_line(order, **fields):
    OrderDetail.objects.filter(pk=order.order_courses.latest("pk").pk).update(**fields)


def forget_one_line(order):
    change_a_line(order, package=None, package_name="")


def mix_two(order):
    change_a_line(order, package=PackageFactory(courses=CourseFactory.create_batch(2)))


def add_unseen(order):
    Package.objects.get().courses.add(CourseFactory())


def sell_what_no_row_shows(order):
    Package.objects.update(is_path=True)


def show_what_is_not_sold(order):
    package = Package.objects.get()
    for course in [*package.courses.all(), CourseFactory()]:
        package.steps.create(course=course)
    Package.objects.update(is_path=True)


LINES, PART, COUNT, STEPS = package_integrity.RULES
BROKEN = [
    (lose_the_name, LINES),
    (name_without_package, LINES),
    (charge_too_much, LINES),
    (take_a_coupon, LINES),
    (forget_one_line, PART),
    (mix_two, PART),
    (add_unseen, COUNT),
    (sell_what_no_row_shows, STEPS),
    (show_what_is_not_sold, STEPS),
]


@pytest.mark.parametrize(("wrong", "rule"), BROKEN)
def test_each_contradiction_of_a_package_is_found(order, wrong, rule):
    assert [found.rule for found in integrity.run_checks()] == []

    wrong(order)

    assert rule in {found.rule for found in integrity.run_checks()}


def test_a_path_whose_rows_and_courses_agree_is_right(order):
    package = Package.objects.get()
    package.steps.create(title="基础")
    for course in package.courses.all():
        package.steps.create(course=course, orders=1)
    package.is_path = True
    package.save()
    PackageFactory(is_path=True, courses=[], status=Package.Status.DRAFT)
    other = PackageFactory(courses=CourseFactory.create_batch(2))
    other.steps.create(course=CourseFactory())  # no path: its rows say nothing

    assert [found.rule for found in integrity.run_checks()] == []


def test_many_small_refunds_are_what_they_sum_up_to(order):
    payment = OrderPaymentFactory(amount="1.00")
    for _ in range(20):
        RefundFactory(payment=payment, amount="0.05", refunded=True)

    found = {each.rule for each in integrity.run_checks()}

    assert "退款超过付款" not in found
    assert "订单的款项已全部退回，状态却不是已退款，或相反" in found
