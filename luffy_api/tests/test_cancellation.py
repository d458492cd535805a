"""Orders that are cancelled, expire or are superseded: Alipay is queried first, over real HTTP."""

from datetime import timedelta
from urllib.error import HTTPError

import pytest
from django.core.management import call_command
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order import amounts, cancellation
from luffy_api.apps.order.exceptions import GatewayUnavailable, OrderClosed
from luffy_api.apps.order.models import Order, PaymentEvent
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.payment.interface import Payment
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.buyer import Buyer, cashier_url, pay_at_cashier
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db(transaction=True)
PAY = "/api/v1/order/pay/"


def place(api, courses, total):
    body = {"courses": [course.pk for course in courses], "total_amount": total}
    return api.post(PAY, body, format="json")


def expire_orders() -> None:
    """Make every order expired and due."""
    gone = timezone.now() - timedelta(seconds=1)
    Order.objects.update(expires_at=gone, next_query_at=gone)


def is_paid() -> bool:
    return Order.objects.get().order_status == OrderStatus.PAID


def test_cancelling_the_order_closes_the_trade_at_the_gateway(student_api, placed):
    buyer = Buyer()
    buyer.open_cashier(placed["pay_url"])

    response = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/cancel/")

    assert response.json()["data"]["order_status"] == OrderStatus.CANCELLED
    with pytest.raises(HTTPError) as refused:
        buyer.open_cashier(placed["pay_url"])
    assert refused.value.code == 400
    assert 'value="pay"' not in refused.value.read().decode()


@pytest.mark.parametrize("owned", [False, True])
def test_what_the_student_has_meanwhile_is_cancelled_and_not_offered_again(
    student_api, student, placed, owned
):
    if owned:
        EnrollmentFactory(user=student, course=Course.objects.get())

    answer = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/cancel/").json()

    assert answer["data"]["order_status"] == OrderStatus.CANCELLED
    assert answer["data"]["can_reorder"] is not owned


def test_cancelling_before_the_cashier_was_opened_works_too(student_api, placed):
    response = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/cancel/")

    assert response.json()["data"]["order_status"] == OrderStatus.CANCELLED


def test_cancelling_what_was_paid_records_the_payment_instead(no_notification, student, placed):
    order = Order.objects.get()
    pay_at_cashier(cashier_url(order))

    with pytest.raises(OrderClosed):
        cancellation.cancel(user_id=student.pk, out_trade_no=order.out_trade_no)

    assert is_paid()
    assert PaymentEvent.objects.get(accepted=True).source == PaymentEvent.Source.QUERY
    assert Enrollment.objects.filter(user=student).count() == 1


def test_an_unreachable_gateway_leaves_the_order_as_it_is(unreachable, student, placed):
    unreachable()

    with pytest.raises(GatewayUnavailable):
        cancellation.cancel(user_id=student.pk, out_trade_no=placed["out_trade_no"])

    assert Order.objects.get().order_status == OrderStatus.UNPAID


def test_a_payment_of_another_amount_is_logged_as_rejected(no_notification, student_api, placed):
    pay_at_cashier(cashier_url(Order.objects.get()))
    Order.objects.update(total_amount="98.00")

    response = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/cancel/")

    assert response.status_code == 409
    assert response.json()["code"] == 4005
    event = PaymentEvent.objects.get()
    assert (event.accepted, event.reason, event.source) == (False, "amount_differs", "query")
    assert Order.objects.get().order_status == OrderStatus.UNPAID


def test_after_a_price_change_the_old_order_is_closed_and_superseded(student_api, placed):
    course = Course.objects.get()
    Buyer().open_cashier(placed["pay_url"])
    Course.objects.update(price="79.00")

    refused = place(student_api, [course], "99.00")
    accepted = place(student_api, [course], "79.00")

    assert refused.status_code == 409
    assert accepted.status_code == 201
    statuses = Order.objects.order_by("id").values_list("order_status", flat=True)
    assert list(statuses) == [OrderStatus.CANCELLED, OrderStatus.UNPAID]
    with pytest.raises(HTTPError):
        Buyer().open_cashier(placed["pay_url"])


def test_an_expired_order_is_closed_and_superseded(student_api, placed):
    expire_orders()

    response = place(student_api, [Course.objects.get()], "99.00")

    assert response.status_code == 201
    assert response.json()["out_trade_no"] != placed["out_trade_no"]
    old = Order.objects.get(out_trade_no=placed["out_trade_no"])
    assert old.order_status == OrderStatus.EXPIRED


def test_another_checkout_finds_a_payment_without_notification(
    no_notification, student_api, student, placed
):
    pay_at_cashier(cashier_url(Order.objects.get()))
    expire_orders()

    response = place(student_api, [Course.objects.get()], "99.00")

    assert response.status_code == 409
    assert response.json()["code"] == 4002
    assert is_paid()
    assert Enrollment.objects.filter(user=student).count() == 1


def test_an_order_is_not_superseded_while_alipay_is_silent(unreachable, student_api, placed):
    expire_orders()
    unreachable()

    response = place(student_api, [Course.objects.get()], "99.00")

    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert Order.objects.count() == 1


def test_a_course_of_another_paid_order_is_not_paid_twice(student_api, student, placed):
    course = Course.objects.get()
    both = place(student_api, [course, CourseFactory(price="1.00")], "100.00").json()
    services.record_payment(
        Payment(
            out_trade_no=both["out_trade_no"],
            trade_no="2",
            total_amount=Order.objects.get(out_trade_no=both["out_trade_no"]).total_amount,
            paid_at=None,
            source=PaymentEvent.Source.NOTIFICATION,
        )
    )

    response = student_api.post(f"/api/v1/order/{placed['out_trade_no']}/pay/")

    assert response.status_code == 409
    assert response.json()["code"] == 4002
    assert response.json()["errors"] == {"courses": [str(course.pk)]}


def test_a_payment_for_an_owned_course_is_a_refund_due(student_api, student, placed):
    order = Order.objects.get()
    EnrollmentFactory(
        user=student, course=Course.objects.get(), source=EnrollmentGrant.Source.GRANT
    )

    services.record_payment(
        Payment(
            out_trade_no=order.out_trade_no,
            trade_no="2",
            total_amount=order.total_amount,
            paid_at=None,
            source=PaymentEvent.Source.NOTIFICATION,
        )
    )

    assert is_paid()
    order = amounts.with_amounts(Order.objects.all()).get()
    assert order.refund_due == order.total_amount
    assert PaymentEvent.objects.get().reason == "paid_but_owned_before"


def test_the_batch_closes_expired_orders_and_nothing_else(one_origin, placed, capsys):
    fresh = Order.objects.get()
    gone = timezone.now() - timedelta(seconds=1)
    late = Order.objects.create(
        user=fresh.user, total_amount="1.00", expires_at=gone, next_query_at=gone
    )

    call_command("close_expired_orders")
    call_command("close_expired_orders")

    late.refresh_from_db()
    fresh.refresh_from_db()
    assert late.order_status == OrderStatus.EXPIRED
    assert fresh.order_status == OrderStatus.UNPAID
    assert [word for word in capsys.readouterr().out if word.isdigit()] == ["1", "0"]


def test_the_batch_records_the_payment_of_an_expired_order(no_notification, student, placed):
    pay_at_cashier(cashier_url(Order.objects.get()))
    expire_orders()

    assert cancellation.close_expired() == 0

    assert is_paid()
    assert Enrollment.objects.filter(user=student).count() == 1


def test_the_batch_leaves_orders_without_an_answer(unreachable, placed):
    expire_orders()
    unreachable()

    assert cancellation.close_expired() == 0
    assert Order.objects.get().order_status == OrderStatus.UNPAID
