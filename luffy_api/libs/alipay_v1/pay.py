"""Requests to Alipay: page pay, query, close, refund, refund query."""

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from luffy_api.libs.alipay_v1 import wire
from luffy_api.libs.alipay_v1.client import call, signed_url
from luffy_api.libs.alipay_v1.exceptions import AlipayRefused, AlipayUnknown
from luffy_api.libs.alipay_v1.settings import alipay_config
from luffy_api.libs.alipay_v1.trades import (
    Refund,
    RefundState,
    RefundStatus,
    TradeState,
    TradeStatus,
)

MAX_SUBJECT = 256
# Method and product code.
PAGE_PAY = ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY")
WAP_PAY = ("alipay.trade.wap.pay", "QUICK_WAP_WAY")
SUCCESS = "10000"
BUSINESS_FAILED = "40004"
NOT_EXIST = "ACQ.TRADE_NOT_EXIST"
# "Try again" in the disguise of a refusal ("公共错误码" of Alipay's manual).
RETRY_LATER = frozenset({"ACQ.SYSTEM_ERROR", "AOP.ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", ""})
STATES = {
    "WAIT_BUYER_PAY": TradeState.WAITING,
    "TRADE_SUCCESS": TradeState.PAID,
    "TRADE_FINISHED": TradeState.PAID,
    "TRADE_CLOSED": TradeState.CLOSED,
}
REFUND_STATES = {
    "REFUND_SUCCESS": RefundState.SUCCEEDED,
    "REFUND_PROCESSING": RefundState.PROCESSING,
    "REFUND_FAIL": RefundState.CLOSED,
}


def pay_page_url(
    *,
    out_trade_no: str,
    subject: str,
    total_amount: Decimal,
    expires_at: datetime | None = None,
    on_phone: bool = False,
    passback_params: str = "",
) -> str:
    """Return the URL of Alipay's cashier: `alipay.trade.page.pay`, or `….wap.pay` on a phone.

    `total_amount` is in yuan; `expires_at` is aware and sent as Beijing time; Alipay returns
    `passback_params` (letters, digits, `-._~`) with the trade. Raises ValueError
    for an amount, number or time that Alipay could not take. Nothing is sent: the buyer's
    browser opens the URL.
    """
    config = alipay_config()
    method, product_code = WAP_PAY if on_phone else PAGE_PAY
    content = {
        "out_trade_no": _checked_number(out_trade_no),
        "product_code": product_code,
        "total_amount": wire.format_amount(total_amount),
        "subject": clean_subject(subject) or out_trade_no,
    }
    if expires_at is not None:
        content["time_expire"] = wire.format_time(expires_at)
    if passback_params:
        content["passback_params"] = quote(passback_params, safe="")
    urls = {"notify_url": config.notify_url, "return_url": config.return_url}
    return signed_url(method, content, **urls)


def clean_subject(subject: str) -> str:
    """Remove from a subject what makes a signed text ambiguous or what Alipay forbids.

    `& =` could be cut into other parameters with the signature still right, `{ }` break readers
    that count braces, `/` is forbidden by the manual of `subject`.
    """
    kept = (" " if c in "&=/{}" or unicodedata.category(c)[0] == "C" else c for c in subject)
    return " ".join("".join(kept).split())[:MAX_SUBJECT].strip()


def query_trade(*, out_trade_no: str, timeout: float | None = None) -> TradeStatus:
    """Query the state of a trade (`alipay.trade.query`).

    `timeout` in seconds is the configured one by default. Raises AlipayUnknown when no answer can
    be trusted. Waits for the network.
    """
    content = {"out_trade_no": _checked_number(out_trade_no)}
    answer = call("alipay.trade.query", content, timeout=timeout)
    if _refusal(answer) == NOT_EXIST:
        return TradeStatus(state=TradeState.NOT_FOUND, out_trade_no=out_trade_no)
    _require_success(answer, out_trade_no=out_trade_no)
    try:
        return _read_status(answer)
    except (KeyError, ValueError) as error:
        raise AlipayUnknown("an odd answer to alipay.trade.query") from error


def close_trade(*, out_trade_no: str) -> TradeState:
    """Close an unpaid trade (`alipay.trade.close`): CLOSED or NOT_FOUND.

    Raises AlipayRefused when its state forbids it (most likely it is paid: query again) and
    AlipayUnknown when no answer can be trusted. Waits for the network.
    """
    answer = call("alipay.trade.close", {"out_trade_no": _checked_number(out_trade_no)})
    if _refusal(answer) == NOT_EXIST:
        return TradeState.NOT_FOUND
    _require_success(answer, out_trade_no=out_trade_no)
    return TradeState.CLOSED


def refund_trade(*, trade_no: str, amount: Decimal, request_no: str) -> Refund:
    """Refund `amount` yuan of the trade with Alipay's number (`alipay.trade.refund`).

    The same `request_no` moves the money once, however often it is sent. Raises AlipayRefused
    when Alipay refuses, AlipayUnknown when no answer can be trusted: send it again then.
    """
    content = {
        "trade_no": _checked_number(trade_no),
        "refund_amount": wire.format_amount(amount),
        "out_request_no": _checked_number(request_no),
    }
    answer = call("alipay.trade.refund", content)
    _require_success(answer, trade_no=trade_no)
    try:
        total = wire.parse_amount(answer.get("refund_fee"))
    except ValueError as error:
        raise AlipayUnknown("an odd answer to alipay.trade.refund") from error
    return Refund(trade_no, total, moved_money=answer.get("fund_change") == "Y")


def query_refund(*, trade_no: str, request_no: str) -> RefundStatus:
    """Query one refund (`alipay.trade.fastpay.refund.query`) by the number it was asked with.

    Raises AlipayRefused, and AlipayUnknown when no answer can be trusted. Waits for the network.
    """
    method = "alipay.trade.fastpay.refund.query"
    content = {
        "trade_no": _checked_number(trade_no),
        "out_request_no": _checked_number(request_no),
        "query_options": ["gmt_refund_pay"],
    }
    answer = call(method, content)
    if _refusal(answer) == NOT_EXIST:
        return RefundStatus(RefundState.NOT_FOUND)
    # An answer about a refund that was never received may name no trade.
    unknown = answer.get("code") == SUCCESS and not answer.get("refund_status")
    if unknown and answer.get("trade_no") in (None, "", trade_no):
        return RefundStatus(RefundState.NOT_FOUND)
    _require_success(answer, trade_no=trade_no)
    try:
        return _read_refund(answer, request_no)
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise AlipayUnknown(f"an odd answer to {method}") from error


def _read_refund(answer: dict[str, Any], request_no: str) -> RefundStatus:
    word = str(answer["refund_status"])
    state = REFUND_STATES[word]
    if state is not RefundState.SUCCEEDED:
        return RefundStatus(state, word=word)
    if answer.get("out_request_no") != request_no:
        raise ValueError("the answer is for another refund")
    finished = answer.get("gmt_refund_pay")
    return RefundStatus(
        state,
        amount=wire.parse_amount(answer.get("refund_amount")),
        finished_at=wire.parse_time(finished) if finished else None,
        word=word,
    )


def _read_status(answer: dict[str, Any]) -> TradeStatus:
    state = STATES[answer["trade_status"]]
    paid_at = answer.get("send_pay_date")
    trade_no = str(answer.get("trade_no", ""))
    if state is TradeState.PAID and not trade_no:
        raise ValueError("paid without a trade number")
    return TradeStatus(
        state=state,
        out_trade_no=str(answer["out_trade_no"]),
        trade_no=trade_no,
        total_amount=wire.parse_amount(answer.get("total_amount")),
        paid_at=wire.parse_time(paid_at) if paid_at else None,
        passback_params=str(answer.get("passback_params") or ""),
    )


def _refusal(answer: dict[str, Any]) -> str | None:
    return answer.get("sub_code") if answer.get("code") == BUSINESS_FAILED else None


def _require_success(answer: dict[str, Any], **number: str) -> None:
    sub_code = str(answer.get("sub_code") or "")
    if answer.get("code") == BUSINESS_FAILED and sub_code not in RETRY_LATER:
        raise AlipayRefused(sub_code, str(answer.get("sub_msg") or ""))
    if answer.get("code") != SUCCESS:
        raise AlipayUnknown(f"code {answer.get('code')} {sub_code}")
    # A signature proves the sender, not the trade: an answer for another trade may be replayed.
    if any(answer.get(name) != value for name, value in number.items()):
        raise AlipayUnknown("the answer is for another trade")


def _checked_number(number: str) -> str:
    if not wire.OUT_TRADE_NO.fullmatch(number):
        raise ValueError("a number may hold 1 to 64 letters, digits, _ and -")
    return number
