"""POST order/success/: genuine and forged notifications."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from luffy_api.apps.course.models import Course, Enrollment, EnrollmentGrant
from luffy_api.apps.order.models import PaymentEvent, PayType
from luffy_api.apps.order.states import OrderStatus
from luffy_api.tests.factories import CourseFactory, EnrollmentFactory, OrderFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/order/success/"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def post(fields, **headers):
    body = urlencode(fields)
    return Client(enforce_csrf_checks=True).post(URL, body, content_type=FORM, headers=headers)


def last_reason() -> str:
    event = PaymentEvent.objects.latest("id")
    return f"{'accepted' if event.accepted else 'refused'}: {event.reason}"


@pytest.fixture
def order():
    return OrderFactory(courses=[CourseFactory(students=7), CourseFactory(students=0)])


def test_a_genuine_notification_pays_the_order_and_enrols_in_every_course(alipay, order):
    response = post(alipay(order))

    assert (response.status_code, response.content) == (200, b"success")
    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert order.trade_no == "2026030222001400000000000001"
    assert order.pay_time.isoformat() == "2026-03-01T16:00:05+00:00"
    assert Enrollment.objects.filter(user=order.user).count() == 2
    assert EnrollmentGrant.objects.filter(reference=order.out_trade_no).count() == 2
    assert sorted(Course.objects.values_list("students", flat=True)) == [1, 8]
    assert last_reason() == "accepted: paid"


def test_the_answer_is_exactly_seven_bytes_of_text(alipay, order):
    response = post(alipay(order))

    assert response.content == b"success"
    assert response["Content-Type"].startswith("text/plain")


def test_a_repeat_is_accepted_and_changes_nothing(alipay, order):
    fields = alipay(order)
    post(fields)
    order.refresh_from_db()
    before = (order.updated_time, order.pay_time)

    answers = {post(fields).content for _ in range(3)}

    order.refresh_from_db()
    assert answers == {b"success"}
    assert (order.updated_time, order.pay_time) == before
    assert Enrollment.objects.count() == 2
    assert sorted(Course.objects.values_list("students", flat=True)) == [1, 8]
    assert last_reason() == "accepted: repeated"


def test_finished_alone_pays_too(alipay, order):
    assert post(alipay(order, trade_status="TRADE_FINISHED")).content == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID


def test_a_genuine_notification_without_a_payment_changes_nothing(alipay, order):
    assert post(alipay(order, trade_status="WAIT_BUYER_PAY")).content == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID
    assert last_reason() == "accepted: WAIT_BUYER_PAY"


@pytest.mark.parametrize(
    ("minutes_left", "status"), [(10, OrderStatus.CANCELLED), (-1, OrderStatus.EXPIRED)]
)
def test_an_unpaid_order_closes_with_its_trade(alipay, order, minutes_left, status):
    until = timezone.now() + timedelta(minutes=minutes_left)
    type(order).objects.update(expires_at=until, open_cart_key="open")

    assert post(alipay(order, trade_status="TRADE_CLOSED")).content == b"success"

    order.refresh_from_db()
    assert (order.order_status, order.open_cart_key) == (status, None)
    assert last_reason() == "accepted: TRADE_CLOSED"


def test_an_order_that_another_provider_is_to_pay_outlives_the_first_trade(alipay, order):
    type(order).objects.update(pay_type=PayType.WECHAT)

    assert post(alipay(order, trade_status="TRADE_CLOSED")).content == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID


@pytest.mark.parametrize("state", [OrderStatus.CANCELLED, OrderStatus.EXPIRED])
def test_a_late_payment_makes_the_order_paid(alipay, order, state):
    type(order).objects.update(order_status=state)

    assert post(alipay(order)).content == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.PAID
    assert Enrollment.objects.filter(user=order.user).count() == 2


def test_a_refunded_order_is_not_opened_again(alipay, order):
    post(alipay(order))
    type(order).objects.update(order_status=OrderStatus.REFUNDED)
    Enrollment.objects.all().delete()

    assert post(alipay(order)).content == b"success"

    order.refresh_from_db()
    assert order.order_status == OrderStatus.REFUNDED
    assert not Enrollment.objects.exists()


def test_a_course_that_is_owned_already_stays_owned_once(alipay, order):
    course = order.order_courses.first().course
    EnrollmentFactory(user=order.user, course=course)

    assert post(alipay(order)).content == b"success"

    assert Enrollment.objects.filter(user=order.user, course=course).count() == 1
    assert Course.objects.get(pk=course.pk).students == course.students


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total_amount": "0.01"}, "amount_differs"),
        ({"total_amount": "99.01"}, "amount_differs"),
        ({"total_amount": "99"}, "amount"),
        ({"total_amount": None}, "missing_field"),
        ({"app_id": "2021000000000002"}, "app_id"),
        ({"seller_id": "2088000000000002"}, "seller_id"),
        ({"seller_id": None}, "seller_id"),
        ({"out_trade_no": "01JABCDEFGHJKMNPQRSTVWXYZ0"}, "unknown_order"),
        ({"out_trade_no": None}, "missing_field"),
    ],
)
def test_a_signed_message_that_does_not_match_is_rejected_and_logged(alipay, order, change, reason):
    response = post(alipay(order, **change))

    assert response.content == b"failed"
    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID
    assert not Enrollment.objects.exists()
    assert last_reason() == f"refused: {reason}"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total_amount": "0.01"}, "bad_signature"),
        ({"sign": "AAAA"}, "bad_signature"),
        ({"sign": ""}, "missing_sign"),
        ({"sign_type": "RSA"}, "sign_type"),
        ({"sign_type": ""}, "sign_type"),
        ({"extra": "1"}, "bad_signature"),
    ],
)
def test_an_edited_message_is_rejected_and_logged(alipay, order, change, reason):
    response = post({**alipay(order), **change})

    assert response.content == b"failed"
    assert last_reason() == f"refused: {reason}"


def test_a_repeated_parameter_is_refused(alipay, order):
    pairs = [*alipay(order).items(), ("out_trade_no", "another")]

    assert post(pairs).content == b"failed"
    assert last_reason() == "refused: repeated_parameter"


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"=" * 1000, b"&".join(b"a%d=1" % i for i in range(1000)), b"%00=%00"],
)
def test_garbage_is_rejected_and_logged(order, body):
    response = Client().post(URL, body, content_type=FORM)

    assert (response.status_code, response.content) == (200, b"failed")
    assert PaymentEvent.objects.get().accepted is False


def test_a_huge_body_is_refused_unread():
    response = Client().post(URL, b"a" * 70_000, content_type=FORM)

    assert response.content == b"failed"
    assert not PaymentEvent.objects.exists()


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "multipart/form-data"])
def test_another_content_type_is_read_as_text_and_refused(content_type):
    response = Client().generic("POST", URL, b'{"a": 1}', content_type)

    assert response.content == b"failed"


def test_a_token_or_cookie_makes_no_difference(alipay, order):
    response = post(alipay(order), Authorization="jwt rubbish", Cookie="sessionid=x")

    assert response.content == b"success"


def test_the_path_never_redirects(settings, alipay, order):
    settings.SECURE_SSL_REDIRECT = False

    response = Client().post(URL.rstrip("/"), urlencode(alipay(order)), content_type=FORM)

    assert response.status_code == 404


def test_everything_is_committed_in_one_transaction(alipay, order, monkeypatch):
    from luffy_api.apps.order.payment import services

    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(services.enrollment, "enroll_in_all", broken)
    client = Client(raise_request_exception=False)

    response = client.post(URL, urlencode(alipay(order)), content_type=FORM)

    assert response.status_code == 500
    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID
    assert not PaymentEvent.objects.filter(accepted=True).exists()


@pytest.mark.parametrize("size", [1, 8])
def test_a_fixed_number_of_queries(alipay, size, django_assert_num_queries):
    order = OrderFactory(courses=CourseFactory.create_batch(size))

    with django_assert_num_queries(12):  # two of them because the test is a transaction already
        assert post(alipay(order)).content == b"success"
