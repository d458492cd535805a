"""Orders of packages: priced and locked on the server, refunded by line; with a fake gateway."""

from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts, checkout
from luffy_api.apps.order.models import Order, OrderDetail
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.promotion.models import Package
from luffy_api.tests.factories import (
    ClaimFactory,
    CourseFactory,
    DiscountFactory,
    EnrollmentFactory,
    PackageFactory,
    UserFactory,
)
from luffy_api.tests.races import at_once
from luffy_api.tests.refunding import deliver, finish, start

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_violations")]
PRICES = ("100.00", "60.00", "40.00")


@pytest.fixture
def courses() -> list[Course]:
    """Within the package 60, 36 and 24 yuan."""
    return [CourseFactory(name=f"课程{n}", price=price) for n, price in enumerate(PRICES)]


@pytest.fixture
def package(courses) -> Package:
    return PackageFactory(name="数据全程", courses=courses)


def place(client, package, courses, total, **more):
    """`package` is one, or what a client sends as its id."""
    body = {"package": getattr(package, "pk", package), **more}
    body |= {"courses": [course.pk for course in courses], "total_amount": total}
    return client.post("/api/v1/order/pay/", body, format="json")


def ordered(user_id, courses, total, package=None):
    return checkout.place_order(
        user_id=user_id,
        course_ids=[course.pk for course in courses],
        total_amount=Decimal(total),
        package_id=package.pk if package else None,
    )


def own(student, course) -> Course:
    """As a gift."""
    source = EnrollmentGrant.Source.GRANT
    Course.objects.filter(pk=course.pk).update(students=1)
    return EnrollmentFactory(user=student, course=course, source=source).course


def pay(gateway, order) -> None:
    gateway.sell(order)
    assert deliver(gateway, order)


def test_an_order_of_a_package_has_a_line_for_each_course(
    student_api, package, courses, fake_alipay
):
    order = place(student_api, package, courses, "120.00").json()["data"]

    assert (order["subject"], order["total_amount"]) == ("套餐：数据全程（3 门课程）", "120.00")
    lines = [(line["price"], line["real_price"], line["package"]) for line in order["courses"]]
    shares = ("60.00", "36.00", "24.00")
    assert lines == [(*pair, package.pk) for pair in zip(PRICES, shares, strict=True)]
    assert {line["package_name"] for line in order["courses"]} == {"数据全程"}
    kinds = {(line["product_type"], line["product_id"]) for line in order["courses"]}
    assert kinds == {("package", package.pk)}
    later = student_api.get(f"/api/v1/order/{order['out_trade_no']}/").json()["data"]
    assert later["courses"] == order["courses"]
    again = place(student_api, package, courses[::-1], "120.00").json()["data"]
    assert again["out_trade_no"] == order["out_trade_no"]


def test_what_is_owned_is_not_paid_again(student, student_api, package, courses, fake_alipay):
    own(student, courses[0])

    refused = [
        (courses, "120.00"),
        (courses, "60.00"),
        (courses[1:2], "36.00"),
        (courses[1:], "59.99"),
        ([*courses[1:], CourseFactory()], "60.00"),
    ]
    for wanted, total in refused:
        answer = place(student_api, package, wanted, total)
        assert (answer.status_code, answer.json()["code"]) == (409, 4001), (wanted, total)
        errors = answer.json()["errors"]
        assert errors["total_amount"] == ["60.00"]
        assert ("courses" in errors) == ({*wanted} != {*courses[1:]})
    assert not Order.objects.exists()

    order = place(student_api, package, courses[1:], "60.00").json()["data"]
    assert [line["real_price"] for line in order["courses"]] == ["36.00", "24.00"]
    pay(fake_alipay, Order.objects.get())
    assert Enrollment.objects.filter(user=student).count() == 3


def test_packages_that_may_not_be_bought_make_no_order(
    student, student_api, api, package, courses, fake_alipay
):
    claim = ClaimFactory(user=student)
    off = PackageFactory(courses=courses, status=Package.Status.OFF)
    owned = PackageFactory(courses=[own(student, CourseFactory()) for _ in range(2)])
    gone = PackageFactory(courses=[courses[0], CourseFactory(status=Course.Status.OFFLINE)])
    refused = [
        (off, {}, 404),
        (10**9, {}, 404),
        (owned, {}, 409),
        (gone, {}, 409),
        (package, {"coupon": claim.pk}, 400),
        *((wrong, {}, 400) for wrong in (0, -1, "x", [1], 10**30)),
    ]
    for which, more, status in refused:
        answer = place(student_api, which, courses, "120.00", **more)
        assert answer.status_code == status, (which, more, answer.json())
    assert place(api, package, courses, "120.00").status_code == 401
    assert not Order.objects.exists()


def test_a_price_that_changed_meanwhile_is_told_and_not_charged(
    student_api, package, courses, fake_alipay
):
    first = place(student_api, package, courses, "120.00").json()["out_trade_no"]
    Package.objects.filter(pk=package.pk).update(price="130.00")

    refused = place(student_api, package, courses, "120.00")
    assert (refused.status_code, refused.json()["errors"]) == (409, {"total_amount": ["130.00"]})
    second = place(student_api, package, courses, "130.00").json()["out_trade_no"]

    assert second != first
    old, new = Order.objects.order_by("pk")
    assert (old.order_status, new.order_status) == (OrderStatus.CANCELLED, OrderStatus.UNPAID)
    assert (old.total_amount, new.total_amount) == (Decimal("120.00"), Decimal("130.00"))
    Package.objects.filter(pk=package.pk).update(status=Package.Status.OFF)
    assert place(student_api, package, courses, "130.00").status_code == 404
    assert new.order_courses.count() == 3


def test_an_open_order_with_other_shares_or_of_no_package_is_replaced(
    student_api, package, courses, fake_alipay
):
    first = place(student_api, package, courses, "120.00").json()["out_trade_no"]
    DiscountFactory(courses=courses[:1], value="0.60")

    second = place(student_api, package, courses, "120.00").json()["data"]

    assert second["out_trade_no"] != first
    shares = [Decimal(line["real_price"]) for line in second["courses"]]
    assert sum(shares) == 120
    assert shares[0] < 60 < shares[1] + shares[2]
    Package.objects.filter(pk=package.pk).update(price="200.00")
    alone = {"courses": [course.pk for course in courses], "total_amount": "160.00"}
    plain = student_api.post("/api/v1/order/pay/", alone, format="json").json()["data"]
    packed = place(student_api, package, courses, "160.00").json()["data"]
    assert [plain["courses"][0]["package"], packed["courses"][0]["package"]] == [None, package.pk]
    assert Order.objects.filter(order_status=OrderStatus.UNPAID).count() == 1


def test_a_package_is_never_dearer_than_its_courses(student_api, package, courses, fake_alipay):
    DiscountFactory(courses=courses, value="0.50")

    assert place(student_api, package, courses, "120.00").json()["errors"] == {
        "total_amount": ["100.00"]
    }
    order = place(student_api, package, courses, "100.00").json()["data"]

    assert [line["real_price"] for line in order["courses"]] == ["50.00", "30.00", "20.00"]


def test_the_idempotency_key_stands_for_the_package_too(student_api, package, courses, fake_alipay):
    Package.objects.filter(pk=package.pk).update(price="200.00")
    student_api.credentials(**student_api._credentials, HTTP_IDEMPOTENCY_KEY="k")

    first = place(student_api, package, courses, "200.00")

    assert first.status_code == 201
    again = place(student_api, package, courses, "200.00")
    assert again.json()["out_trade_no"] == first.json()["out_trade_no"]
    alone = {"courses": [course.pk for course in courses], "total_amount": "200.00"}
    assert student_api.post("/api/v1/order/pay/", alone, format="json").status_code == 409


def test_a_line_is_refunded_at_its_share(student, package, courses, fake_alipay):
    order = ordered(student.pk, courses, "120.00", package)
    pay(fake_alipay, order)

    start(order, course_id=courses[1].pk)
    finish()

    assert fake_alipay.trades[order.out_trade_no].refunded == Decimal("36.00")
    assert set(Enrollment.objects.values_list("course_id", flat=True)) == {
        courses[0].pk,
        courses[2].pk,
    }
    start(order)
    finish()
    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert not Enrollment.objects.exists()


def test_a_package_and_one_of_its_courses_at_once(student, package, courses, fake_alipay):
    """Two tabs: both orders may be paid, and what was paid twice is due back at what it cost."""
    ends = at_once(
        partial(ordered, student.pk, courses, "120.00", package),
        partial(ordered, student.pk, courses[:1], "100.00"),
    )

    assert ends == ["done", "done"]
    for order in Order.objects.order_by("total_amount"):
        pay(fake_alipay, order)
    assert Enrollment.objects.filter(user=student).count() == 3
    due = {order.total_amount: order.refund_due for order in amounts.owing(Order.objects.all())}
    assert due == {Decimal("120.00"): Decimal("60.00")}
    assert OrderDetail.objects.get(owned_before=True).package == package


def rivals(package, courses):
    user = UserFactory()
    return [partial(ordered, user.pk, courses, "120.00", package)] * 8


def test_a_package_that_is_ordered_by_many_clicks_is_one_order(package, courses, fake_alipay):
    ends = at_once(*rivals(package, courses))

    assert set(ends) == {"done"}
    assert (Order.objects.count(), OrderDetail.objects.count()) == (1, 3)


def test_control_without_the_key_of_the_cart_there_are_many(
    package, courses, fake_alipay, monkeypatch
):
    keys = iter(f"{timezone.now()}-{n}" for n in range(1000))
    monkeypatch.setattr(checkout, "cart_key", lambda **_: next(keys))

    at_once(*rivals(package, courses))

    assert Order.objects.count() > 1
    Order.objects.all().delete()


def test_a_fixed_number_of_queries(student_api, fake_alipay, django_assert_num_queries):
    for size in (2, 20):
        courses = CourseFactory.create_batch(size, price="10.00")
        package = PackageFactory(courses=courses, price="1.00")
        place_it = partial(place, student_api, package, courses, "1.00")
        # as of courses, and package and its courses
        with django_assert_num_queries(10):
            assert place_it().status_code == 201
