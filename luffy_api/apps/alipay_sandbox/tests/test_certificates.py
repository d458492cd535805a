"""An app that uses certificates, from the cashier to the refund."""

from decimal import Decimal

import pytest

from luffy_api.apps.alipay_sandbox.tests.merchant import wait_for
from luffy_api.libs.alipay_v1 import (
    TradeState,
    close_trade,
    parse_notification,
    pay_page_url,
    query_trade,
    refund_trade,
)
from luffy_api.libs.alipay_v1.checks.gateway import check_gateway
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.tests.certificates import chain

ORDER = "01JABCDEFGHJKMNPQRSTVWXYZ0"
AMOUNT = Decimal("88.00")


def cashier(browser):
    return browser.enter(pay_page_url(out_trade_no=ORDER, subject="课程", total_amount=AMOUNT))


def test_a_purchase_and_a_refund(live, certificates, browser, merchant):
    browser.press(cashier(browser), "pay")
    wait_for(lambda: merchant.forms)

    assert parse_notification(merchant.forms[0]).is_paid
    trade = query_trade(out_trade_no=ORDER)
    assert trade.state is TradeState.PAID
    refund = refund_trade(trade_no=trade.trade_no, amount=Decimal("8.00"), request_no="R1")
    assert refund.refunded_total == Decimal("8.00")


def test_a_trade_is_closed(live, certificates, browser):
    cashier(browser)

    assert close_trade(out_trade_no=ORDER) is TradeState.CLOSED


def refusal(settings, **changes) -> str:
    """What the check says about the gateway's answer after a change of the merchant's values."""
    settings.ALIPAY = {**settings.ALIPAY, **changes}
    return [message.msg for message in check_gateway(alipay_config(), own_key=False)][1]


def test_a_request_without_numbers_is_refused(live, certificates, settings, keys):
    none = dict.fromkeys(("APP_CERT", "ALIPAY_CERT", "ROOT_CERT"), "")

    sentence = refusal(settings, **none, ALIPAY_PUBLIC_KEY=keys.gateway_public)

    assert sentence.startswith("这个应用在控制台里用的是证书方式")


def test_another_certificate_of_the_app_is_refused(live, certificates, settings, keys):
    other = chain(keys.app_private, keys.gateway_private, number=99)

    assert refusal(settings, APP_CERT=other.app).startswith("支付宝不认识我们的应用公钥证书")


def test_a_root_that_was_cut_is_refused(live, certificates, settings):
    first_rsa = certificates.root.split("-----END CERTIFICATE-----\n")[1]

    sentence = refusal(settings, ROOT_CERT=f"{first_rsa}-----END CERTIFICATE-----")

    assert sentence.startswith("支付宝不接受我们的根证书")


@pytest.mark.parametrize("ends", ["\r\n", "\n\n", "\n"])
def test_line_ends_and_blank_lines_of_the_files_do_not_matter(
    live, certificates, settings, browser, ends
):
    for name in ("APP_CERT", "ALIPAY_CERT", "ROOT_CERT"):
        lines = [line for line in settings.ALIPAY[name].splitlines() if line]
        settings.ALIPAY = {**settings.ALIPAY, name: ends.join(lines)}

    assert cashier(browser).status == 200


def test_certificates_for_an_app_that_has_none_are_refused(live, settings, keys):
    files = chain(keys.app_private, keys.gateway_private)

    sentence = refusal(settings, APP_CERT=files.app, ALIPAY_CERT=files.alipay, ROOT_CERT=files.root)

    assert sentence.startswith("支付宝不认识我们的应用公钥证书")
