"""Notifications that are answered before Django differ from others in nothing but cost."""

import io
import logging
import threading
import uuid
from collections import Counter
from typing import Any

import pytest
from django.db import OperationalError, close_old_connections, connection
from django_guid import get_guid

from luffy_api.apps.course.models import Enrollment
from luffy_api.apps.order.models import Order, OrderPayment
from luffy_api.apps.order.payment import notifications
from luffy_api.apps.order.states import OrderStatus
from luffy_api.apps.order.tests.recorded import reasons
from luffy_api.common import database_limits, direct_answers, metrics
from luffy_api.tests.direct_requests import Asked, Told
from luffy_api.tests.factories import CourseFactory, OrderFactory
from luffy_api.tests.peers import Message, facts_of, paid

pytestmark = pytest.mark.django_db(transaction=True)


class Provider(Asked):
    """Posts what a payment provider does."""

    def post(self, message: Message, *, method: str = "POST", **more: Any) -> Told:
        """See `ask`."""
        given = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in message.headers.items()}
        sent = {
            "CONTENT_TYPE": message.content_type,
            "CONTENT_LENGTH": str(len(message.body)),
            "wsgi.input": io.BytesIO(message.body),
        }
        return self.ask(method, message.path, **{**sent, **given, **more})


@pytest.fixture
def asked():
    with Provider.serving() as found:
        yield found


@pytest.fixture
def warm(asked, peer, order_of):
    """Of which the provider's first notification has passed all layers of Django."""
    asked.post(paid(peer, order_of()))
    return asked


@pytest.fixture
def order_of(peer):
    """Makes an unpaid order."""
    return lambda: OrderFactory(courses=[CourseFactory(students=7)], pay_type=peer.pay_type)


def is_paid(order: Order) -> bool:
    """Once, and its student has the course."""
    order.refresh_from_db()
    enrolled = Enrollment.objects.filter(user_id=order.user_id).count()
    return (order.order_status, enrolled) == (OrderStatus.PAID, 1)


def test_the_first_one_passes_django_and_the_others_are_answered_as_it_was(asked, peer, order_of):
    first = asked.post(paid(peer, order_of()))
    order = order_of()
    second = asked.post(paid(peer, order))

    assert (first[3], second[3]) == (True, False)
    assert (second[0], second[2]) == (first[0], first[2])
    assert int(second[0][:3]) == peer.accepted.status
    ids = [each[1].pop("X-Request-ID") for each in (first, second)]
    assert second[1] == first[1]
    assert len({str(uuid.UUID(each)) for each in ids}) == 2
    assert is_paid(order)


def test_repeated_and_forged_ones_are_told_apart(warm, peer, order_of):
    order = order_of()
    message = paid(peer, order)
    forged = peer.forge(facts_of(peer, order_of()), "edited")

    answers = [warm.post(each) for each in (message, message, forged)]

    assert not any(each[3] for each in answers)
    expected = [peer.accepted, peer.accepted, peer.forged]
    assert [(int(a[0][:3]), a[2]) for a in answers] == [(e.status, e.body) for e in expected]
    assert OrderPayment.objects.filter(order=order).count() == 1
    assert Counter(reasons())["repeated"] == 1


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_ORIGIN": "https://app.example"},
        {"method": "GET"},
        {"method": "PUT"},
        {"SERVER_PORT": "8443"},
        {"wsgi.url_scheme": "https"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
    ],
)
def test_what_is_not_ordinary_goes_on_to_django(warm, peer, order_of, more):
    assert warm.post(paid(peer, order_of()), **more)[3]


def test_a_host_that_is_not_ours_stays_unknown(warm, peer, order_of):
    message = paid(peer, order_of())

    answers = [warm.post(message, HTTP_HOST="evil.example") for _ in range(2)]

    assert [(each[0][:3], each[3]) for each in answers] == [("400", True)] * 2
    assert OrderPayment.objects.count() == 1


def test_no_more_hosts_are_known_than_there_is_room_for(
    asked, peer, order_of, settings, monkeypatch
):
    settings.ALLOWED_HOSTS = ["*"]
    monkeypatch.setattr(direct_answers, "MAX_HOSTS", 2)
    message = paid(peer, order_of())
    for host in ("one.example", "two.example", "three.example"):
        asked.post(message, HTTP_HOST=host)

    hosts = ("one.example", "two.example", "three.example")
    assert [asked.post(message, HTTP_HOST=each)[3] for each in hosts] == [False, False, True]


def test_it_is_logged_and_measured_like_every_request(warm, peer, order_of, caplog):
    labels = (peer.path, "POST", "2xx")
    counter = metrics.REQUESTS.labels(*labels)._value
    asked_by_django = paid(peer, order_of())
    with caplog.at_level(logging.INFO, "luffy.access"):
        warm.post(asked_by_django, HTTP_ORIGIN="https://app.example")
        warm.post(paid(peer, order_of()))

    lines = [each.getMessage() for each in caplog.records if each.name == "luffy.access"]
    assert len(lines) == 2
    assert len({line.rsplit(" ", 1)[0] for line in lines}) == 1
    before = counter.get()
    warm.post(paid(peer, order_of()))
    assert counter.get() == before + 1


@pytest.mark.parametrize("given", ["8b0cb6f5b4c74e2a8a6b0f6d4ad8c2f1", "no id", ""])
def test_what_it_logs_carries_the_id_of_the_request(warm, peer, order_of, monkeypatch, given):
    seen, real = [], notifications.receive_notification

    def receive(*args: Any, **kwargs: Any) -> Any:
        seen.append(get_guid())
        return real(*args, **kwargs)

    monkeypatch.setattr(notifications, "receive_notification", receive)

    answer = warm.post(paid(peer, order_of()), HTTP_X_REQUEST_ID=given)

    assert not answer[3]
    assert seen == [answer[1]["X-Request-ID"]]
    assert (seen[0] == given) == (len(given) == 32)
    assert get_guid() is None


def test_its_statements_have_the_limit_of_a_request(warm, peer, order_of, monkeypatch):
    seen, real = [], notifications.receive_notification

    def receive(*args: Any, **kwargs: Any) -> Any:
        seen.append(database_limits.current())
        return real(*args, **kwargs)

    monkeypatch.setattr(notifications, "receive_notification", receive)
    warm.post(paid(peer, order_of()), HTTP_ORIGIN="https://app.example")
    warm.post(paid(peer, order_of()))

    by_django, directly = seen
    assert (directly.statement, directly.left) == (
        by_django.statement,
        pytest.approx(by_django.left, abs=1),
    )
    assert database_limits.current() is None


def test_a_database_that_is_away_is_answered_as_by_a_view(warm, peer, order_of, monkeypatch):
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError(2006, "gone")

    monkeypatch.setattr(notifications, "receive_notification", fail)

    answers = [warm.post(paid(peer, order_of()), **more) for more in ({"HTTP_ORIGIN": "null"}, {})]

    assert [each[3] for each in answers] == [True, False]
    assert [each[0][:3] for each in answers] == ["503", "503"]
    assert answers[0][2] == answers[1][2]
    for each in answers:
        each[1].pop("X-Request-ID")
    missing = {"Vary", "Access-Control-Allow-Origin"}
    assert {k: v for k, v in answers[0][1].items() if k not in missing} == {
        k: v for k, v in answers[1][1].items() if k not in missing
    }


class Broken(io.BytesIO):
    """The client has gone while it sent."""

    def read(self, *_: Any) -> bytes:
        raise OSError("gone")


def test_a_body_that_does_not_come_is_an_error_of_that_request_alone(warm, peer, order_of):
    order = order_of()

    answer = warm.post(paid(peer, order), **{"wsgi.input": Broken()})

    assert answer[0][0] in "45"
    warm.post(paid(peer, order))
    assert is_paid(order)


@pytest.mark.parametrize("length", ["", "x", "-1", "9" * 30, "1"])
def test_a_length_that_is_none_or_wrong_is_refused_as_by_a_view(warm, peer, order_of, length):
    message = paid(peer, order_of())

    directly = warm.post(message, CONTENT_LENGTH=length)
    by_django = warm.post(message, CONTENT_LENGTH=length, HTTP_ORIGIN="null")

    assert (directly[3], by_django[3]) == (False, True)
    assert (directly[0], directly[2]) == (by_django[0], by_django[2])
    assert OrderPayment.objects.count() == 1


def test_the_connection_is_looked_after_before_and_after(warm, peer, order_of, monkeypatch):
    calls = []
    monkeypatch.setattr(direct_answers, "close_old_connections", lambda: calls.append(1))
    warm.post(paid(peer, order_of()))
    assert calls == [1, 1]
    monkeypatch.setattr(direct_answers, "close_old_connections", close_old_connections)

    connection.close_at = 0
    order = order_of()
    warm.post(paid(peer, order))
    assert is_paid(order)


def test_many_at_once_pay_once(warm, peer, order_of):
    order = order_of()
    message, answers = paid(peer, order), []

    def act() -> None:
        try:
            answers.append(warm.post(message)[0][:3])
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert answers == [str(peer.accepted.status)] * 12
    assert is_paid(order)
    assert OrderPayment.objects.filter(order=order).count() == 1
