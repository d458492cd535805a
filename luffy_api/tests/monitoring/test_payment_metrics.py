"""What /metrics says of payment providers: calls, notifications, refunds, certificates."""

from contextlib import suppress

import pytest

from luffy_api.apps.order.exceptions import GatewayRefused, GatewayUnavailable
from luffy_api.apps.order.metrics import ACCEPTED, OTHER, count_notification, gateway_call
from luffy_api.apps.order.models import PayType
from luffy_api.apps.order.payment import event_log, gateway
from luffy_api.libs.alipay_v1.tests.certificates import chain
from luffy_api.libs.payment_settings.rsa_keys import generate_key_pair
from luffy_api.tests.factories import OrderFactory, RefundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


class Changes:
    """By labels, what grew between two scrapes."""

    def __init__(self, scrape, name: str) -> None:
        self._read = lambda: scrape().get(name, {})
        self._before = self._read()

    def __call__(self) -> dict[tuple[str, ...], float]:
        return {
            tuple(value for _, value in key): count - self._before.get(key, 0)
            for key, count in self._read().items()
            if count != self._before.get(key, 0)
        }


@pytest.mark.parametrize("pay_type", gateway.PROVIDERS)
@pytest.mark.usefixtures("fake_alipay", "fake_wechatpay")
def test_calls_are_counted_by_provider_and_outcome(scrape, settings, pay_type):
    changes = Changes(scrape, "luffy_gateway_requests_total")
    name = pay_type.name.lower()
    gateway.query_number(pay_type, "NOBODY1")
    settings.ALIPAY = {**settings.ALIPAY, "GATEWAY_URL": "http://127.0.0.1:9/x", "TIMEOUT": 1}
    settings.WECHATPAY = {**settings.WECHATPAY, "GATEWAY_URL": "http://127.0.0.1:9/x"}

    with pytest.raises(GatewayUnavailable):
        gateway.query_number(pay_type, "NOBODY1")

    assert changes() == {("query", "ok", name): 1, ("query", "unknown", name): 1}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(GatewayRefused("no"), "refused"), (ValueError("ours"), "error"), (None, "ok")],
)
def test_a_no_is_an_answer_and_another_error_is_a_fault_of_ours(scrape, error, outcome):
    changes = Changes(scrape, "luffy_gateway_requests_total")
    with suppress(GatewayRefused, ValueError), gateway_call(PayType.WECHAT, "refund"):
        if error:
            raise error

    assert changes() == {("refund", outcome, "wechat"): 1}


@pytest.mark.every_database
def test_refused_notifications_are_counted_by_reason(scrape, client):
    changes = Changes(scrape, "luffy_notifications_total")

    client.post("/api/v1/order/success/", {"out_trade_no": "A1"})
    client.post("/api/v1/order/success/", {})

    assert changes() == {("alipay", "missing_sign"): 1, ("alipay", "empty"): 1}


def test_a_reason_that_nobody_knows_is_one_label(scrape):
    changes = Changes(scrape, "luffy_notifications_total")

    for reason in ("a", "b", ACCEPTED):
        count_notification(PayType.ALIPAY, reason)

    assert changes() == {("alipay", OTHER): 2, ("alipay", ACCEPTED): 1}


@pytest.mark.every_database
def test_what_happens_to_a_refund_is_counted_after_its_commit(
    scrape, django_capture_on_commit_callbacks
):
    changes = Changes(scrape, "luffy_refund_events_total")
    refund = RefundFactory(order=OrderFactory())

    with django_capture_on_commit_callbacks(execute=False):
        event_log.note_refund(refund, "failed")
    assert changes() == {}
    with django_capture_on_commit_callbacks(execute=True):
        event_log.note_refund(refund, "failed")
    assert changes() == {("failed",): 1}


def test_it_is_shown_when_certificates_end(scrape, settings):
    files = chain(generate_key_pair()[0], generate_key_pair()[0], days=20)
    settings.ALIPAY = {
        **settings.ALIPAY,
        "APP_CERT": files.app,
        "ALIPAY_CERT": files.alipay,
        "ROOT_CERT": "-----BEGIN CERTIFICATE-----\nnonsense",
    }

    found = scrape()["luffy_certificate_days_left"]

    assert set(found) == {
        (("certificate", name), ("provider", "alipay")) for name in ("app_cert", "alipay_cert")
    }
    assert all(19 < days <= 20 for days in found.values())
