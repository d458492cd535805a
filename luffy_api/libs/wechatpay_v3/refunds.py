"""Requests about refunds."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from luffy_api.libs.wechatpay_v3 import wire
from luffy_api.libs.wechatpay_v3.client import call
from luffy_api.libs.wechatpay_v3.exceptions import WechatPayRefused, WechatPayUnknown
from luffy_api.libs.wechatpay_v3.settings import current
from luffy_api.libs.wechatpay_v3.trades import RefundState, RefundStatus

PATH = "/v3/refund/domestic/refunds"
NOT_EXIST = "RESOURCE_NOT_EXISTS"
STATES = {
    "SUCCESS": RefundState.SUCCEEDED,
    "PROCESSING": RefundState.PROCESSING,
    "ABNORMAL": RefundState.PROCESSING,
    "CLOSED": RefundState.CLOSED,
}


def refund_trade(
    *, transaction_id: str, total_amount: Decimal, amount: Decimal, refund_no: str, reason: str = ""
) -> RefundStatus:
    """Ask for a refund of `amount` of a trade of `total_amount` yuan.

    The same `refund_no` moves the money once, however often it is sent. Most refunds are PROCESSING
    at first. Raises WechatPayRefused, and WechatPayUnknown when no answer can be trusted: send it
    again then. Waits for the network.
    """
    content: dict[str, Any] = {
        "transaction_id": transaction_id,
        "out_refund_no": _checked(refund_no),
        "notify_url": current().notify_url,
        "amount": {
            "refund": wire.to_fen(amount),
            "total": wire.to_fen(total_amount),
            "currency": "CNY",
        },
    }
    if reason:
        content["reason"] = reason[:80]
    return _read(call("POST", PATH, content), refund_no)


def query_refund(*, refund_no: str) -> RefundStatus:
    """Query a refund by the number it was asked with; raises WechatPayUnknown. Waits."""
    try:
        return _read(call("GET", f"{PATH}/{quote(_checked(refund_no), safe='')}"), refund_no)
    except WechatPayRefused as error:
        if error.code == NOT_EXIST:
            return RefundStatus(RefundState.NOT_FOUND, refund_no)
        raise WechatPayUnknown(f"a query was refused: {error.code}") from error


def read_refund(values: dict[str, Any], *, word: str) -> RefundStatus:
    """A refund as an answer or a notification describes it; `word` is its state there.

    Raises one of `wire.ODD` when it is incomplete.
    """
    state = STATES.get(word)
    if state is None:
        raise ValueError("an unknown state")
    succeeded = state is RefundState.SUCCEEDED
    if not wire.NUMBER.fullmatch(values["transaction_id"]):
        raise ValueError("a number has an impossible form")
    if not wire.REFUND_NO.fullmatch(values["out_refund_no"]):
        raise ValueError("a number has an impossible form")
    return RefundStatus(
        state,
        values["out_refund_no"],
        transaction_id=values["transaction_id"],
        amount=wire.from_fen(values["amount"]["refund"]),
        finished_at=wire.parse_time(values["success_time"]) if succeeded else None,
        word=word,
    )


def _read(answer: dict[str, Any], refund_no: str) -> RefundStatus:
    try:
        status = read_refund(answer, word=answer["status"])
    except wire.ODD as error:
        raise WechatPayUnknown("an odd answer about a refund") from error
    # A signature proves the sender, not the refund: an answer for another one may be replayed.
    if status.refund_no != refund_no:
        raise WechatPayUnknown("the answer is for another refund")
    return status


def _checked(number: str) -> str:
    if not wire.REFUND_NO.fullmatch(number):
        raise ValueError("a refund's number may hold 1 to 64 letters, digits and _-|*@")
    return number
