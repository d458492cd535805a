"""Alipay behind a small interface of our own; see `pay`, `notify` and `exceptions`."""

from luffy_api.libs.alipay_v1.bill import download_bill
from luffy_api.libs.alipay_v1.bill_file import BillLine, BillLineKind
from luffy_api.libs.alipay_v1.exceptions import (
    AlipayCodeRejected,
    AlipayError,
    AlipayNotConfigured,
    AlipayRefused,
    AlipayUnknown,
    BillInvalid,
    BillNotFound,
    NotificationRejected,
    RejectionReason,
)
from luffy_api.libs.alipay_v1.fields import read_field
from luffy_api.libs.alipay_v1.notify import PaymentNotice, parse_notification
from luffy_api.libs.alipay_v1.oauth import Member, authorize_url, exchange_code
from luffy_api.libs.alipay_v1.pay import (
    close_trade,
    pay_page_url,
    query_refund,
    query_trade,
    refund_trade,
)
from luffy_api.libs.alipay_v1.settings import register_loader
from luffy_api.libs.alipay_v1.trades import (
    Refund,
    RefundState,
    RefundStatus,
    TradeState,
    TradeStatus,
)

__all__ = [
    "AlipayCodeRejected",
    "AlipayError",
    "AlipayNotConfigured",
    "AlipayRefused",
    "AlipayUnknown",
    "BillInvalid",
    "BillLine",
    "BillLineKind",
    "BillNotFound",
    "Member",
    "NotificationRejected",
    "PaymentNotice",
    "Refund",
    "RefundState",
    "RefundStatus",
    "RejectionReason",
    "TradeState",
    "TradeStatus",
    "authorize_url",
    "close_trade",
    "download_bill",
    "exchange_code",
    "parse_notification",
    "pay_page_url",
    "query_refund",
    "query_trade",
    "read_field",
    "refund_trade",
    "register_loader",
]
