"""WeChat Pay (API v3) behind a small interface of our own; see `pay`, `refunds` and `notify`."""

from luffy_api.libs.wechatpay_v3.bills import download_trade_bill
from luffy_api.libs.wechatpay_v3.exceptions import (
    NOT_AUTHENTICATED,
    NotificationRejected,
    RejectionReason,
    WechatPayError,
    WechatPayNotConfigured,
    WechatPayRefused,
    WechatPayUnknown,
)
from luffy_api.libs.wechatpay_v3.notify import WechatPayNotice, parse_notification
from luffy_api.libs.wechatpay_v3.pay import (
    NUMBER_USED,
    NewTrade,
    close_trade,
    h5_order,
    jsapi_order,
    native_order,
    query_trade,
)
from luffy_api.libs.wechatpay_v3.refunds import query_refund, refund_trade
from luffy_api.libs.wechatpay_v3.settings import register_loader
from luffy_api.libs.wechatpay_v3.trades import (
    JsapiParameters,
    RefundState,
    RefundStatus,
    TradeState,
    TradeStatus,
)

__all__ = [
    "NOT_AUTHENTICATED",
    "NUMBER_USED",
    "JsapiParameters",
    "NewTrade",
    "NotificationRejected",
    "RefundState",
    "RefundStatus",
    "RejectionReason",
    "TradeState",
    "TradeStatus",
    "WechatPayError",
    "WechatPayNotConfigured",
    "WechatPayNotice",
    "WechatPayRefused",
    "WechatPayUnknown",
    "close_trade",
    "download_trade_bill",
    "h5_order",
    "jsapi_order",
    "native_order",
    "parse_notification",
    "query_refund",
    "query_trade",
    "refund_trade",
    "register_loader",
]
