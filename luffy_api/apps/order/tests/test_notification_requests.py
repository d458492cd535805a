"""The HTTP request of a notification: encoding, headers, method, path, length; and its log."""

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.order.tests.notification_client import FORM, PAID, UNPAID, URL, send, snapshot
from luffy_api.tests.factories import CourseFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return OrderFactory(courses=[CourseFactory(students=7)])


def as_multipart(fields):
    return encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT


def as_json(fields):
    return json.dumps(fields), "application/json"


def as_xml(fields):
    return "".join(f"<{k}>{v}</{k}>" for k, v in fields.items()), "text/xml"


@pytest.mark.parametrize("encode", [as_multipart, as_json, as_xml])
def test_genuine_fields_in_another_encoding_are_rejected_and_logged(alipay, order, encode):
    response = send(*encode(alipay(order)))

    assert (response.status_code, response.content) == (200, b"failed")
    assert snapshot(order) == UNPAID
    assert PaymentEvent.objects.get().accepted is False


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", "/;=;", "x" * 500])
def test_the_header_does_not_matter_where_the_form_is_genuine(alipay, order, content_type):
    assert send(alipay(order), content_type).content == b"success"
    assert snapshot(order) == PAID


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_a_post_is_a_notification(alipay, order, method):
    response = Client().generic(method, URL, urlencode(alipay(order)), FORM)

    assert response.status_code < 500
    assert response.content != b"success"
    assert snapshot(order) == UNPAID
    assert not PaymentEvent.objects.exists()


def test_no_answer_sets_a_cookie_asks_for_one_or_redirects(alipay, order):
    for fields in (alipay(order), alipay(order, total_amount="0.01"), {}):
        for extra in ({}, {"secure": True}, {"HTTP_X_FORWARDED_PROTO": "http"}):
            response = send(fields, **extra)

            assert response.status_code == 200
            assert not response.cookies
            assert "Location" not in response.headers
            assert "Cookie" not in response.headers.get("Vary", "")


def test_a_path_without_its_slash_is_unknown_and_redirects_nowhere(alipay, order):
    response = Client().post(URL.rstrip("/"), urlencode(alipay(order)), content_type=FORM)

    assert response.status_code == 404
    assert "Location" not in response.headers
    assert snapshot(order) == UNPAID


@pytest.mark.parametrize("size", [64 * 1024, 64 * 1024 + 1])
def test_the_limit_of_the_body_is_64_kilobytes(size):
    response = send(b"a" * size)

    assert response.content == b"failed"
    assert PaymentEvent.objects.count() == (1 if size == 64 * 1024 else 0)


def test_a_forged_message_is_logged_in_part(alipay, order):
    send(b"a=" + b"b" * 60_000)

    assert len(PaymentEvent.objects.get().message) <= 2000


def test_a_genuine_message_is_logged_in_full(alipay, order):
    fields = alipay(order, subject="课" * 256, passback_params="x" * 5000)

    send(fields)

    assert dict(parse_qsl(PaymentEvent.objects.get().message)) == fields


def test_a_payment_without_its_time_is_paid_now(alipay, order):
    assert send(alipay(order, gmt_payment=None)).content == b"success"

    order.refresh_from_db()
    assert order.pay_time is not None


def test_a_message_for_an_unknown_order_is_rejected_and_logged_with_its_number(alipay, order):
    """Where it is answered `failed`, Alipay sends it again: the order may still be on its way."""
    number = "01JABCDEFGHJKMNPQRSTVWXYZ0"

    assert send(alipay(order, out_trade_no=number)).content == b"failed"

    event = PaymentEvent.objects.get()
    assert (event.accepted, event.reason, event.out_trade_no) == (False, "unknown_order", number)
