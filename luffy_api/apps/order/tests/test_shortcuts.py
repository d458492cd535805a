"""Buying and notifying by a shortcut differs from the views in nothing but cost."""

import pytest
from django.test import Client
from django.urls import get_resolver
from rest_framework.views import APIView

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order import selectors
from luffy_api.apps.order.models import Order, PaymentEvent, RefundStatus
from luffy_api.apps.order.payment import services
from luffy_api.apps.order.serializers.orders import OrderSerializer
from luffy_api.apps.order.serializers.representations import represent
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import reasons
from luffy_api.apps.user import tokens
from luffy_api.conftest import logged_in
from luffy_api.tests.factories import (
    CourseFactory,
    EnrollmentFactory,
    OrderFactory,
    RefundFactory,
    UserFactory,
)
from luffy_api.tests.peers import PAID_AT, Message, paid

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
URL = "/api/v1/order/pay/"


@pytest.fixture
def passed(monkeypatch):
    """The requests that went on to a view. As in a server, all addresses are known."""
    assert get_resolver().url_patterns
    found = []
    initial = APIView.initial

    def count(view, request, *args, **kwargs):
        found.append(request.path)
        return initial(view, request, *args, **kwargs)

    monkeypatch.setattr(APIView, "initial", count)
    return found


# --- Checkout ----------------------------------------------------------------------------------


@pytest.fixture
def buyer(student, passed):
    """Of whom the process has placed an order already."""
    client = logged_in(student)
    client.post(URL, cart(CourseFactory(price="1.00"), total="1.00"), format="json")
    passed.clear()
    return client


def cart(*courses, total="99.00", **more):
    return {"courses": [course.pk for course in courses], "total_amount": total, **more}


def test_an_order_is_placed_as_the_view_places_it(buyer, passed):
    one, two = CourseFactory.create_batch(2, price="49.50", course_img="course/covers/one.webp")
    by_view = logged_in(UserFactory()).post(URL, cart(one, two), format="json")
    passed.clear()

    answer = buyer.post(URL, cart(one, two, subject="标题", pay_type=1), format="json")

    assert (answer.status_code, passed) == (201, [])
    told, other = answer.json(), by_view.json()
    own = {"out_trade_no", "created_time", "expires_at"}
    assert {k: v for k, v in told["data"].items() if k not in own} == {
        k: v for k, v in other["data"].items() if k not in own
    }
    assert told.keys() == other.keys()
    assert told["pay_url"].partition("?")[0] == other["pay_url"].partition("?")[0]
    changing = {"X-Request-ID", "Content-Length"}
    assert {k: v for k, v in answer.items() if k not in changing} == {
        k: v for k, v in by_view.items() if k not in changing
    }
    assert Order.objects.get(out_trade_no=told["out_trade_no"]).order_courses.count() == 2


def test_what_was_placed_reads_as_it_was_answered(buyer):
    shown = buyer.post(URL, cart(CourseFactory(price="99.00")), format="json").json()["data"]

    order = selectors.any_order(out_trade_no=shown["out_trade_no"])

    assert OrderSerializer(order).data == shown


@pytest.mark.parametrize("refunded", [False, True])
@pytest.mark.parametrize("picture", ["", "course/covers/one.webp"])
@pytest.mark.parametrize("status", [OrderStatus.UNPAID, OrderStatus.PAID])
def test_a_dictionary_is_what_the_serializer_makes(status, picture, refunded):
    order = OrderFactory(
        courses=[CourseFactory(course_img=picture)],
        order_status=status,
        pay_time=PAID_AT if status == OrderStatus.PAID else None,
    )
    if refunded:
        RefundFactory(order=order, status=RefundStatus.PROCESSING)
    order = selectors.any_order(out_trade_no=order.out_trade_no)

    assert represent(order) == OrderSerializer(order, context={}).data


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"total_amount": 99}, 201),
        ({"total_amount": "99.0"}, 201),
        ({"courses": []}, 400),
        ({"courses": [0]}, 400),
        ({"courses": [True]}, 400),
        ({"courses": [2**63]}, 400),
        ({"courses": "1"}, 400),
        ({"total_amount": "NaN"}, 400),
        ({"total_amount": "-1.00"}, 400),
        ({"total_amount": "٩٩.00"}, 201),
        ({"total_amount": None}, 400),
        ({"pay_type": 3}, 400),
        ({"pay_type": True}, 400),
        ({"device": "fridge"}, 400),
        ({"subject": "a\0"}, 400),
        ({"subject": "a" * 201}, 400),
    ],
)
def test_an_unusual_cart_is_left_to_the_view(buyer, passed, change, status):
    answer = buyer.post(URL, {**cart(CourseFactory(price="99.00")), **change}, format="json")

    if "courses" not in change and answer.status_code != 201:
        assert answer.json()["errors"].keys() == change.keys()
    assert (answer.status_code, passed) == (status, [URL])


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"{URL}?format=xml", {}, 404),
        (URL, {"Accept": "text/html"}, 406),
        (URL, {"Idempotency-Key": "a b"}, 400),
        (URL, {"Idempotency-Key": "a" * 65}, 400),
    ],
)
def test_an_unusual_request_is_left_to_the_view(buyer, path, headers, status):
    body = cart(CourseFactory(price="99.00"))

    assert buyer.post(path, body, format="json", headers=headers).status_code == status
    assert Order.objects.count() == 1


def test_refusals_are_those_of_the_view(buyer, student, passed):
    sold, owned = CourseFactory(price="99.00"), CourseFactory(price="99.00")
    EnrollmentFactory(user=student, course=owned)
    hidden, free = CourseFactory(price="99.00", is_show=False), CourseFactory(price="0.00")

    def codes(client):
        carts = [
            cart(sold, total="98.00"),
            cart(owned),
            cart(hidden),
            cart(free, total="0.00"),
            cart(sold, sold, total="198.00"),
            {**cart(sold), "device": "phone", "pay_type": 2},
        ]
        answers = [client.post(URL, each, format="json") for each in carts]
        return [(answer.status_code, answer.content) for answer in answers]

    found = codes(buyer)

    assert passed == []
    assert {status for status, _ in found[:5]} == {400, 409}
    # Each of a client whose own first success is not there yet.
    assert found[:5] == codes(logged_in(student))[:5]


def test_a_key_gets_the_order_that_it_was_stored_with(buyer, passed):
    body = cart(CourseFactory(price="99.00"))

    answers = [
        buyer.post(URL, body, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]

    assert passed == []
    assert len({answer.json()["out_trade_no"] for answer in answers}) == 1


@pytest.mark.parametrize("header", ["jwt x", "Bearer x", "jwt é", ""])
def test_a_stranger_is_asked_to_log_in(buyer, header):
    buyer.credentials(**{"HTTP_AUTHORIZATION": header} if header else {})

    answer = buyer.post(URL, cart(CourseFactory(price="99.00")), format="json")

    assert (answer.status_code, answer.json()["code"]) == (401, 1001)


def test_a_logout_ends_it(buyer, student):
    header = buyer._credentials["HTTP_AUTHORIZATION"]
    tokens.revoke(tokens.verify(header.removeprefix("jwt ")))

    answer = buyer.post(URL, cart(CourseFactory(price="99.00")), format="json")

    assert (answer.status_code, answer.json()["code"]) == (401, 1001)


def test_orders_count_for_the_limit_of_the_account(buyer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "request": {"account": (3, 60)}}
    body = cart(CourseFactory(price="99.00"), total="1.00")

    statuses = [buyer.post(URL, body, format="json").status_code for _ in range(3)]

    assert statuses == [409, 409, 429]  # the first of all three was the fixture's


def test_an_error_of_ours_is_a_500_in_the_envelope(buyer, monkeypatch, caplog):
    monkeypatch.setattr(selectors, "with_lines", lambda order: 1 / 0)

    answer = buyer.post(URL, cart(CourseFactory(price="99.00")), format="json")

    assert (answer.status_code, answer.json()["code"]) == (500, 1500)
    assert "ZeroDivisionError" in caplog.text


# --- Notifications -----------------------------------------------------------------------------


def post(client: Client, message: Message) -> tuple[int, bytes]:
    answer = client.post(
        message.path, message.body, content_type=message.content_type, headers=message.headers
    )
    return answer.status_code, answer.content


@pytest.fixture
def provider(peer, passed):
    """One whose first notification all layers have answered."""
    client = Client(raise_request_exception=False)
    other = OrderFactory(courses=[CourseFactory()], pay_type=peer.pay_type)
    assert post(client, paid(peer, other)) == (peer.accepted.status, peer.accepted.body)
    passed.clear()
    PaymentEvent.objects.all().delete()
    return client


def test_payment_and_repeat_are_recorded(provider, peer, order, passed):
    answers = [post(provider, paid(peer, order)) for _ in range(3)]

    assert answers == [(peer.accepted.status, peer.accepted.body)] * 3
    assert (reasons(), passed) == (["paid", "repeated", "repeated"], [])
    assert Enrollment.objects.filter(user=order.user).count() == 1


def test_a_wrong_amount_is_refused(provider, peer, order, passed):
    answer = post(provider, paid(peer, order, amount=order.total_amount - 1))

    assert answer == (peer.rejected.status, peer.rejected.body)
    assert (reasons(), passed) == (["amount_differs"], [])


def test_a_failure_is_told_and_nothing_is_recorded(provider, peer, order, passed, monkeypatch):
    monkeypatch.setattr(services.event_log, "log_event", lambda *args, **kwargs: 1 / 0)

    status, body = post(provider, paid(peer, order))

    assert (status, passed) == (500, [])
    assert b"success" not in body
    order.refresh_from_db()
    assert order.order_status == OrderStatus.UNPAID
