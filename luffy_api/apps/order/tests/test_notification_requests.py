"""The HTTP request of a notification: headers, method, path. The same for every provider."""

from dataclasses import replace

import pytest

from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.order.tests.recorded import PAID, UNPAID, snapshot
from luffy_api.tests.peers import facts_of, paid, post, send

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize("content_type", ["", "text/plain", "text/xml", "/;=;", "x" * 500])
def test_the_content_type_does_not_matter_where_the_message_is_genuine(peer, order, content_type):
    assert post(paid(peer, order), content_type=content_type) == peer.accepted
    assert snapshot(order) == PAID


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_a_post_is_a_notification(peer, order, method):
    answer = post(paid(peer, order), method=method)

    assert answer.status < 500
    assert answer != peer.accepted
    assert snapshot(order) == UNPAID
    assert not PaymentEvent.objects.exists()


def test_no_answer_sets_a_cookie_asks_for_one_or_redirects(peer, order):
    genuine = paid(peer, order)
    forged = peer.forge(facts_of(peer, order), "edited")
    for message in (genuine, forged, replace(genuine, body=b"")):
        for extra in ({}, {"secure": True}, {"HTTP_X_FORWARDED_PROTO": "http"}):
            response = send(message, **extra)

            assert response.status_code in {
                answer.status for answer in (peer.accepted, peer.rejected, peer.forged)
            }
            assert not response.cookies
            assert "Location" not in response.headers
            assert "Cookie" not in response.headers.get("Vary", "")


def test_a_token_or_cookie_makes_no_difference(peer, order):
    headers = {"Authorization": "jwt rubbish", "Cookie": "sessionid=x"}

    assert post(paid(peer, order), headers=headers) == peer.accepted


def test_a_path_without_its_slash_is_unknown_and_redirects_nowhere(peer, order):
    message = paid(peer, order)

    response = send(replace(message, path=message.path.rstrip("/")))

    assert response.status_code == 404
    assert "Location" not in response.headers
    assert snapshot(order) == UNPAID
