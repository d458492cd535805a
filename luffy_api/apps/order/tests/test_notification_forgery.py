"""Messages that no provider sent, in the same ways for every provider."""

from dataclasses import replace

import pytest

from luffy_api.apps.order.models import PaymentEvent
from luffy_api.apps.order.tests.recorded import UNPAID, last_reason, snapshot
from luffy_api.tests.peers import FORGERIES, PEERS, facts_of, paid, post

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIMIT = 64 * 1024
GARBAGE = {
    "nothing": b"",
    "no text": b"\xff\xfe\x00",
    "equals signs": b"=" * 1000,
    "many parameters": b"&".join(b"a%d=1" % i for i in range(1000)),
    "nul": b"%00=%00",
    "an empty object": b"{}",
    "null": b"null",
    "nested lists": b"[" * 5000,
}


@pytest.mark.parametrize("how", FORGERIES)
def test_an_edited_message_is_rejected_and_logged(peer, order, how):
    message = peer.forge(facts_of(peer, order), how)

    assert post(message) == peer.forged
    assert snapshot(order) == UNPAID
    reason = "missing_sign" if how == "unsigned" else "bad_signature"
    assert last_reason() == f"refused: {reason}"


def test_a_message_for_the_address_of_another_provider_is_rejected(peer, order):
    [other] = [each for each in PEERS.values() if each is not peer]

    assert post(replace(paid(other, order), path=peer.path)) == peer.forged
    assert snapshot(order) == UNPAID


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_rejected_and_logged(peer, order, body):
    genuine = paid(peer, order)

    for message in (replace(genuine, body=body), replace(genuine, body=body, headers={})):
        assert post(message) in {peer.rejected, peer.forged}
    assert not PaymentEvent.objects.filter(accepted=True).exists()
    assert PaymentEvent.objects.count() == 2


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, 70_000])
def test_the_limit_of_the_body_is_64_kilobytes(peer, order, size):
    message = replace(paid(peer, order), body=b"a" * size)

    assert post(message) in {peer.rejected, peer.forged}
    assert PaymentEvent.objects.count() == (1 if size == LIMIT else 0)


def test_a_forged_message_is_logged_in_part(peer, order):
    post(replace(paid(peer, order), body=b'{"a": "' + b"b" * 60_000, headers={}))

    assert len(PaymentEvent.objects.get().message) == 2000
