"""Refunds due for payments of owned courses, and enrolments that end with a full refund."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from luffy_api.apps.course import enrollment
from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.conftest import logged_in
from luffy_api.tests.counting import students
from luffy_api.tests.factories import CourseFactory, OrderFactory, UserFactory
from luffy_api.tests.viewing import EVERYTHING, fill, given_to, open_ones

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_violations")]
URL = "/api/v1/order/success/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def order():
    return OrderFactory(
        courses=[CourseFactory(price="30.00"), CourseFactory(price="69.00")], open_cart_key="b"
    )


@pytest.fixture
def notify(client, alipay):
    """Posts a genuine notification; the answer."""

    def post(order, **changes):
        body = urlencode(alipay(order, **changes))
        return client.post(URL, body, content_type=FORM).content

    return post


def grant(user, price: str) -> None:
    """Grant a course by the school; its student is counted like any other."""
    enrollment.enroll(
        user_id=user.pk,
        course_id=Course.objects.get(price=price).pk,
        source=EnrollmentGrant.Source.GRANT,
    )


def due(order) -> Decimal:
    return amounts.with_amounts(Order.objects.filter(pk=order.pk)).get().refund_due


def reasons() -> list[str]:
    return list(PaymentEvent.objects.order_by("id").values_list("reason", flat=True))


def test_a_refund_is_due_only_for_courses_owned_before(order, notify):
    grant(order.user, "30.00")

    assert notify(order) == b"success"

    order.refresh_from_db()
    assert (order.order_status, due(order)) == (OrderStatus.PAID, Decimal("30.00"))
    assert Enrollment.objects.filter(user=order.user).count() == 2
    assert reasons() == ["paid_but_owned_before"]


def test_repeats_do_not_add_to_the_refund_due(order, notify):
    grant(order.user, "30.00")

    for _ in range(3):
        notify(order)

    order.refresh_from_db()
    assert due(order) == Decimal("30.00")


def test_a_refund_is_due_once_for_a_second_trade(order, notify):
    notify(order, trade_no="2026030222001400000000000001")
    for _ in range(2):
        assert notify(order, trade_no="2026030222001400000000000002") == b"success"

    order.refresh_from_db()
    assert order.trade_no.endswith("1")
    assert due(order) == Decimal("99.00")
    assert reasons() == ["paid", "paid_twice", "repeated"]


REFUND = {"trade_status": "TRADE_CLOSED", "refund_fee": "99.00"}


def test_a_full_refund_ends_the_enrolment(order, notify):
    notify(order)

    assert notify(order, **REFUND) == b"success"
    assert notify(order, **REFUND) == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert not Enrollment.objects.exists()
    assert set(students()) == {0}
    assert reasons() == ["paid", "refunded", "TRADE_CLOSED"]


def test_after_a_full_refund_no_signed_url_opens(order, notify, api, folders):
    course = Course.objects.get(price="30.00")
    fill(course, folders)
    notify(order)
    urls = given_to(logged_in(order.user), course)
    assert open_ones(api, urls) == EVERYTHING

    notify(order, **REFUND)

    assert open_ones(api, urls) == set()


def test_a_full_refund_keeps_the_enrolments_of_other_orders(order, notify):
    same_courses = list(Course.objects.order_by("id"))
    others = OrderFactory(courses=same_courses, open_cart_key="others")
    own = OrderFactory(user=order.user, courses=[CourseFactory(price="99.00")], open_cart_key="own")
    for each in (order, others, own):
        notify(each, trade_no=f"T{each.pk}")

    notify(order, **REFUND, trade_no=f"T{order.pk}")

    left = set(EnrollmentGrant.objects.live().values_list("user_id", "reference"))
    assert left == {
        (others.user_id, others.out_trade_no),
        (order.user_id, own.out_trade_no),
    }
    assert set(Enrollment.objects.values_list("user_id", flat=True)) == {
        others.user_id,
        order.user_id,
    }
    assert set(students()) == {1}


def test_a_late_success_does_not_reopen_a_refunded_order(order, notify):
    notify(order)
    notify(order, **REFUND)

    assert notify(order) == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert not Enrollment.objects.exists()


def test_a_full_refund_keeps_granted_enrolments(order, notify):
    grant(order.user, "30.00")
    notify(order)

    notify(order, **REFUND)

    order.refresh_from_db()
    assert Enrollment.objects.get().course.price == Decimal("30.00")
    assert due(order) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_status": "TRADE_SUCCESS", "refund_fee": "10.00"},
        {"trade_status": "TRADE_CLOSED", "refund_fee": "10.00"},
        {"trade_status": "TRADE_CLOSED"},
        {**REFUND, "trade_no": "2026030222001400000000000009"},
    ],
)
def test_anything_less_than_a_full_refund_of_this_trade_changes_nothing(order, notify, changes):
    notify(order)

    assert notify(order, **changes) == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert Enrollment.objects.count() == 2


def test_a_refund_of_another_amount_is_refused(order, notify):
    notify(order)

    assert notify(order, **{**REFUND, "total_amount": "9.00", "refund_fee": "9.00"}) == b"failed"

    assert reasons() == ["paid", "amount_differs"]


@pytest.mark.parametrize("state", [OrderStatus.UNPAID, OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_a_refund_reported_before_its_payment_does_not_enrol(order, notify, state):
    """Alipay repeats the lost notification for 25 hours, even after the refund."""
    Order.objects.update(order_status=state, open_cart_key=None)
    assert notify(order, **REFUND) == b"success"

    assert notify(order) == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert not Enrollment.objects.exists()
    assert reasons() == ["paid", "refunded", "repeated"]


def test_the_back_office_lists_refunds_due_and_nothing_else(order, notify, client):
    grant(order.user, "30.00")
    notify(order)
    other = OrderFactory(open_cart_key="other")
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    page = client.get(reverse("admin:order_refunddueorder_changelist")).content.decode()

    assert order.out_trade_no in page
    assert "30.00" in page
    assert other.out_trade_no not in page


def test_they_are_found_without_a_look_at_each_order():
    # Two subqueries for each of 200,000 orders take MariaDB longer than the page may.
    sql = str(amounts.owing(Order.objects.all()).query).replace("`", '"')

    assert sql.count('"luffy_order"."id" IN (SELECT') == 2
